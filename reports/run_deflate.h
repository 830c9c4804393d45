/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deflates bytes that are known as runs (RFC 1951), a run at a time however long it is: one block, whose code has 1 bit
 * for "258 times the byte before" and 1 bit for its distance.
 */
#pragma once
#include "run_crc.h"

struct run_deflate {
	GByteArray *out; /* borrowed */
	guint64 bits;	 /* not in `out` yet, the first one lowest */
	guint bit_count;
	gint last; /* the byte before; -1: none */
	guint64 size;
	struct run_crc crc;
};

/** Begins a stream at the end of `out`. */
void run_deflate_begin(struct run_deflate *deflate, GByteArray *out);
void run_deflate_run(struct run_deflate *deflate, guint8 byte, guint64 count);
/** Ends the stream: `size` and `crc` are those of the plain bytes. */
void run_deflate_end(struct run_deflate *deflate);

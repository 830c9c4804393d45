/* SPDX-License-Identifier: Apache-2.0 */
/* What one case wrote to one of the unit's disks, as entries of a log of writes in the order in which it came to be on
 * the medium. */
#pragma once
#include "log_writes_file.h"
#include "rig/event.h"

struct log_case {
	guint disk;
	gboolean open;
	gboolean observed;	 /* something was written, in whichever case */
	GArray *entries;	 /* of struct log_entry */
	GArray *held;		 /* those that are not on the medium yet, oldest first */
	GByteArray *coming;	 /* the bytes of the next write */
	guint64 room;		 /* bytes that the case may take */
	guint64 size;		 /* bytes that it takes */
	guint64 writes, sectors; /* what it wrote */
	const char *absent;	 /* why the case cannot be logged; NULL: it can */
};

void log_case_init(struct log_case *self, guint disk);
void log_case_clear(struct log_case *self);
/** A case begins, which may take so many bytes; what was of the one before is gone. */
void log_case_begin(struct log_case *self, guint64 room);
/** EVENT_DISK, of whichever disk. */
void log_case_disk(struct log_case *self, const struct event *event);
/** EVENT_DISK_BYTES, the same. */
void log_case_bytes(struct log_case *self, const struct event *event);
/** A mark, while a case is open. */
void log_case_mark(struct log_case *self, const char *text);
/** The case is over: its entries are complete, unless it is absent; it is if it takes more than `share`. */
void log_case_end(struct log_case *self, guint64 share);

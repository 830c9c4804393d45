/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, times in nanoseconds. */
#pragma once
#include "reorder.h"

#define PCAPNG_SNAP_LENGTH 262144u

/** Appends a section header. `hardware` may be NULL. */
void pcapng_section(GString *out, const char *hardware, const char *application, const char *comment);
/** Appends an interface description; interfaces are numbered from 0 in the order of these calls. */
void pcapng_interface(GString *out, guint16 link_type, const char *name, const char *description);
/** Adds a packet: returns its `length` bytes (at most PCAPNG_SNAP_LENGTH), to be filled in at once. `original`: what
 * the length was before it was cut. */
guint8 *pcapng_packet(struct reorder *packets, guint32 interface, gint64 time_ns, gsize length, gsize original,
		      GError **error) MUST_CHECK;

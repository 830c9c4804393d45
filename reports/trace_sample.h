/* SPDX-License-Identifier: Apache-2.0 */
/* A run with everything that the trace formats tell of. Not part of the program. */
#pragma once
#include "rig/sample.h"
#include "rig/line_capture.h"
#include "rig/observe.h"

/** What the sample's disk commands add up to, one entry a disk. */
struct trace_sample_disk {
	guint reads, writes, flushes; /* completed, whatever became of them */
	guint aborted;
};
extern const struct trace_sample_disk trace_sample_disks[2];

/** Two cases on an emulated slot: USB transfers of both devices, console, panel, disks, a power cut, lines. */
struct sample *trace_sample_new(void);
/** The same without what the disk's bus shows. */
struct sample *trace_sample_blind(void);

/* Parts for samples of one's own. A command ends `took_ns` after it was queued, at the sample's time. */
void trace_sample_urb(struct sample *s, guint32 case_no, guint8 device, guint8 endpoint, const guint8 *setup,
		      const void *data, gsize length);
void trace_sample_disk(struct sample *s, guint32 case_no, gint64 took_ns, struct disk_seen seen);
/* A logic analyzer clipped to every line: what is told to `capture`, in exact nanoseconds, becomes events of the
 * sample.
 */
struct trace_sample_lines {
	struct sample *sample;
	guint32 case_no;
	struct line_capture *capture;
};
void trace_sample_lines_begin(struct trace_sample_lines *lines, struct sample *s, guint32 case_no);
void trace_sample_lines_end(struct trace_sample_lines *lines);

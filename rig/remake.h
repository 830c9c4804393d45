/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a run's formats from its records once more, also of a run that was killed. Its records are then in the spool
 * and, for the cases that were under way, in a segment file each; a case that is in both is taken from the segment,
 * unless the spool has its end. Neither is changed.
 */
#pragma once
#include "sink.h"

/** A case's segment that was left behind. */
struct remake_segment {
	guint32 case_no;
	gboolean is_spool; /* FALSE: it holds no record, not even a header */
	gboolean used;	   /* FALSE: the spool has all of this case */
	guint64 records;
	guint64 lost_bytes;
};

/** What was recovered. */
struct remake {
	guint64 records;    /* in the spool */
	guint64 lost_bytes; /* after the last whole one */
	guint64 senseless;  /* EVENT_LINES records that no format can be made of */
	guint64 told;	    /* records that went into the formats */
	gboolean has_end;   /* the run's own end is recorded */
	GArray *segments;   /* of struct remake_segment, by case */
	GPtrArray *made;    /* of const char *: names of files */
	GPtrArray *absent;  /* the same: nothing of the kind was observed */
	GPtrArray *failed;  /* of char *: what went wrong with a format */
};

/** Makes every format of `sinks` (NULL-terminated) that writes a file. FALSE: the folder holds no spool
 *  (RIG_ERROR_USAGE), the run is still under way, or a spool cannot be read (RIG_ERROR_RIG). A format that cannot be
 *  made is told in `failed`; the others are made. Clear `remake` in any case. */
gboolean remake_run(const char *folder, const struct sink *const *sinks, struct remake *remake,
		    GError **error) MUST_CHECK;
void remake_clear(struct remake *remake);

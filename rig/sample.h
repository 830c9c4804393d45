/* SPDX-License-Identifier: Apache-2.0 */
/* Event streams for tests of the tally and the sinks. Not part of the program. */
#pragma once
#include "event.h"
#include "sink.h"

struct sample {
	GPtrArray *events; /* of struct event *, owned */
	gint64 time_ns;	   /* of the next event */
};

struct sample *sample_new(void);
void sample_free(struct sample *sample);
/** Adds a JSON event a millisecond after the one before. `text` is JSON with ' for ". */
void sample_add(struct sample *sample, enum event_type type, guint32 case_no, const char *text);
/** The same with printf(). */
void sample_addf(struct sample *sample, enum event_type type, guint32 case_no, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/** Adds a binary event. */
void sample_add_bytes(struct sample *sample, enum event_type type, guint32 case_no, const void *data, gsize length);

/** A run on an emulated slot with cases of every verdict, in two files, with traffic and a hostile controller. */
struct sample *sample_run(gboolean emulated);
/** What the hostile controller of sample_run() says: markup, terminal escapes, broken UTF-8, a direction override. */
extern const char sample_hostile[];
/** A run of `cases` × `steps`; every 25th case fails. */
struct sample *sample_large(guint cases, guint steps);

/** Opens the sink in `folder`, gives it all events and closes it. */
gboolean sample_play(const struct sample *sample, const struct sink *sink, const char *folder, GError **error);
/** The file that the sink made of it; NULL (a failed assertion) if it made none. Free with g_free(). */
char *sample_output(const struct sample *sample, const struct sink *sink, gsize *length);
/** Asserts that a full disk and a folder that is gone are errors naming the file and that the old file stays. */
void sample_check_write_failures(const struct sample *sample, const struct sink *sink);

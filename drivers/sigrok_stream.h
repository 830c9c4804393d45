/* SPDX-License-Identifier: Apache-2.0 */
/* What wiperig-sigrok says, put together from the bytes as they come, and held to its order. */
#pragma once
#include "sigrok_protocol.h"

/** Told of what is said. All borrowed for the call. */
struct sigrok_sink {
	void (*samples)(gpointer data, guint64 first, const guint8 *samples, gsize count);
	/** These were not recorded. */
	void (*lost)(gpointer data, guint64 first, guint64 count);
	gpointer data;
};

struct sigrok_stream {
	GByteArray *bytes; /* received, not yet understood */
	gboolean ready, started, ended;
	guint64 rate_hz;
	char *name;   /* of the analyzer */
	guint64 next; /* number of the next sample */
	struct {
		guint count; /* how often it was told */
		gboolean on;
		gint64 mv, ma;
	} state; /* of a supply */
};

void sigrok_stream_init(struct sigrok_stream *stream);
void sigrok_stream_clear(struct sigrok_stream *stream);
/** Takes in bytes. FALSE: the helper failed (RIG_ERROR_GONE, in its words) or does not keep to the protocol. */
gboolean sigrok_stream_take(struct sigrok_stream *stream, const guint8 *bytes, gsize length,
			    const struct sigrok_sink *sink, GError **error) MUST_CHECK;

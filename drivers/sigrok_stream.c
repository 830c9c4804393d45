/* SPDX-License-Identifier: Apache-2.0 */
#include "sigrok_stream.h"

#define SAMPLES_MAX (G_GUINT64_CONSTANT(1) << 60) /* numbers stay far from where they would overflow */

void sigrok_stream_init(struct sigrok_stream *stream)
{
	*stream = (struct sigrok_stream){ .bytes = g_byte_array_new() };
}

void sigrok_stream_clear(struct sigrok_stream *stream)
{
	g_byte_array_unref(stream->bytes);
	g_free(stream->name);
}

static gboolean out_of_order(const char *what, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "wiperig-sigrok says %s out of order", what);
	return FALSE;
}

static gboolean on_ready(struct sigrok_stream *stream, const struct sigrok_frame *frame, GError **error)
{
	if (stream->ready || !sigrok_number(frame, 0, &stream->rate_hz) || !stream->rate_hz)
		return out_of_order("READY", error);
	stream->ready = TRUE;
	stream->name = sigrok_text(frame, 8);
	return TRUE;
}

static gboolean on_samples(struct sigrok_stream *stream, const struct sigrok_frame *frame,
			   const struct sigrok_sink *sink, GError **error)
{
	guint64 first;
	const gsize count = frame->length - sizeof first;

	if (!stream->started || stream->ended || !sigrok_number(frame, 0, &first) || first != stream->next ||
	    first > SAMPLES_MAX)
		return out_of_order("SAMPLES", error);
	stream->next += count;
	if (count)
		sink->samples(sink->data, first, frame->payload + sizeof first, count);
	return TRUE;
}

static gboolean on_overrun(struct sigrok_stream *stream, const struct sigrok_frame *frame,
			   const struct sigrok_sink *sink, GError **error)
{
	guint64 first, count;

	if (!stream->started || stream->ended || !sigrok_number(frame, 0, &first) || !sigrok_number(frame, 8, &count) ||
	    first != stream->next || !count || first > SAMPLES_MAX || count > SAMPLES_MAX)
		return out_of_order("OVERRUN", error);
	stream->next += count;
	sink->lost(sink->data, first, count);
	return TRUE;
}

static gboolean on_state(struct sigrok_stream *stream, const struct sigrok_frame *frame, GError **error)
{
	guint64 on, mv, ma;

	if (!stream->ready || stream->started || !sigrok_number(frame, 0, &on) || on > 1 ||
	    !sigrok_number(frame, 8, &mv) || !sigrok_number(frame, 16, &ma))
		return out_of_order("STATE", error);
	stream->state.count++;
	stream->state.on = on != 0;
	stream->state.mv = (gint64)mv;
	stream->state.ma = (gint64)ma;
	return TRUE;
}

static gboolean on_frame(struct sigrok_stream *stream, const struct sigrok_frame *frame, const struct sigrok_sink *sink,
			 GError **error)
{
	guint64 total;
	g_autofree char *text = NULL;

	switch (frame->type) {
	case SIGROK_READY:
		return on_ready(stream, frame, error);
	case SIGROK_STARTED:
		if (!stream->ready || stream->started)
			return out_of_order("STARTED", error);
		stream->started = TRUE;
		return TRUE;
	case SIGROK_SAMPLES:
		return on_samples(stream, frame, sink, error);
	case SIGROK_OVERRUN:
		return on_overrun(stream, frame, sink, error);
	case SIGROK_ENDED:
		if (!stream->started || !sigrok_number(frame, 0, &total) || stream->ended)
			return out_of_order("ENDED", error);
		stream->ended = TRUE;
		return TRUE;
	case SIGROK_STATE:
		return on_state(stream, frame, error);
	case SIGROK_FAILED:
		text = sigrok_text(frame, 0);
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "%s", text);
		return FALSE;
	default:
		return out_of_order("what only the rig says,", error);
	}
}

gboolean sigrok_stream_take(struct sigrok_stream *stream, const guint8 *bytes, gsize length,
			    const struct sigrok_sink *sink, GError **error)
{
	struct sigrok_frame frame;
	gsize at = 0, used;
	int taken;

	g_byte_array_append(stream->bytes, bytes, (guint)length);
	while ((taken = sigrok_take(stream->bytes->data + at, stream->bytes->len - at, &frame, &used, error)) > 0) {
		if (!on_frame(stream, &frame, sink, error))
			return FALSE;
		at += used;
	}
	g_byte_array_remove_range(stream->bytes, 0, (guint)at);
	return taken == 0;
}

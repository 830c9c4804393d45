/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELD_MAX (64u << 20) /* bytes: 2.8 s of 24 MSa/s */

struct outbox {
	int fd;
	GMutex lock;
	GCond changed;
	GQueue frames; /* of GByteArray */
	gsize held;
	gboolean wait;
	guint64 lost, lost_from; /* samples since the last that were taken */
};

/* The rig is gone: so is the reason to be here. */
static void write_all(int fd, const guint8 *bytes, gsize length)
{
	while (length) {
		ssize_t done = send(fd, bytes, length, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			_exit(0);
		bytes += done;
		length -= (gsize)done;
	}
}

static gpointer write_frames(gpointer data)
{
	struct outbox *outbox = data;

	g_mutex_lock(&outbox->lock);
	for (;;) {
		GByteArray *frame = g_queue_peek_head(&outbox->frames);
		if (!frame) {
			g_cond_wait(&outbox->changed, &outbox->lock);
			continue;
		}
		g_mutex_unlock(&outbox->lock);
		write_all(outbox->fd, frame->data, frame->len);
		g_mutex_lock(&outbox->lock);
		g_queue_pop_head(&outbox->frames);
		outbox->held -= frame->len;
		g_byte_array_unref(frame);
		g_cond_broadcast(&outbox->changed);
	}
	return NULL;
}

struct outbox *outbox_new(int fd)
{
	struct outbox *outbox = g_new0(struct outbox, 1);

	outbox->fd = fd;
	g_mutex_init(&outbox->lock);
	g_cond_init(&outbox->changed);
	g_queue_init(&outbox->frames);
	g_thread_unref(g_thread_new("outbox", write_frames, outbox));
	return outbox;
}

void outbox_set_wait(struct outbox *outbox, gboolean wait)
{
	outbox->wait = wait;
}

static void put(struct outbox *outbox, GByteArray *frame)
{
	g_queue_push_tail(&outbox->frames, frame);
	outbox->held += frame->len;
	g_cond_broadcast(&outbox->changed);
}

static GByteArray *frame_of(enum sigrok_type type, const void *payload, gsize length)
{
	GByteArray *frame = g_byte_array_sized_new((guint)(SIGROK_HEADER + length));
	guint8 header[SIGROK_HEADER];

	sigrok_header(header, type, length);
	g_byte_array_append(frame, header, sizeof header);
	g_byte_array_append(frame, payload, (guint)length);
	return frame;
}

void outbox_say(struct outbox *outbox, enum sigrok_type type, const void *payload, gsize length)
{
	g_mutex_lock(&outbox->lock);
	put(outbox, frame_of(type, payload, length));
	g_mutex_unlock(&outbox->lock);
}

/* With the lock held. */
static void tell_of_lost(struct outbox *outbox)
{
	const guint64 numbers[] = { GUINT64_TO_LE(outbox->lost_from), GUINT64_TO_LE(outbox->lost) };

	if (outbox->lost)
		put(outbox, frame_of(SIGROK_OVERRUN, numbers, sizeof numbers));
	outbox->lost = 0;
}

void outbox_samples(struct outbox *outbox, GByteArray *samples, guint64 first)
{
	g_mutex_lock(&outbox->lock);
	while (outbox->wait && outbox->held > HELD_MAX)
		g_cond_wait(&outbox->changed, &outbox->lock);
	if (outbox->held > HELD_MAX) {
		outbox->lost_from = outbox->lost ? outbox->lost_from : first;
		outbox->lost += samples->len - SIGROK_HEADER - sizeof first;
		g_byte_array_unref(samples);
	} else {
		const guint64 number = GUINT64_TO_LE(first);
		sigrok_header(samples->data, SIGROK_SAMPLES, samples->len - SIGROK_HEADER);
		memcpy(samples->data + SIGROK_HEADER, &number, sizeof number);
		tell_of_lost(outbox);
		put(outbox, samples);
	}
	g_mutex_unlock(&outbox->lock);
}

void outbox_drain(struct outbox *outbox)
{
	g_mutex_lock(&outbox->lock);
	tell_of_lost(outbox);
	while (outbox->held)
		g_cond_wait(&outbox->changed, &outbox->lock);
	g_mutex_unlock(&outbox->lock);
}

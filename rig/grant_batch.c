/* SPDX-License-Identifier: Apache-2.0 */
#include "grant_batch.h"
#include "event.h"
#include "grant.h"
#include <string.h>

#define BATCH_BYTES 61440 /* below what a packet may hold */

enum sight_kind { SIGHT_DISK = 1, SIGHT_PANEL, SIGHT_KEY, SIGHT_LINE, SIGHT_SENT, SIGHT_BYTES };

/* One thing observed; its data follow, then zeros up to a multiple of 8 bytes. */
struct sight {
	guint32 kind, length; /* length: of the data */
	gint64 at_ns;
};

struct grant_batch {
	int fd;
	GByteArray *bytes;
	GError *failure; /* the first one: nothing more is sent */
};

static gsize padded(gsize length)
{
	return (length + 7) & ~(gsize)7;
}

/* --- emulator side --- */

static void send_batch(struct grant_batch *batch)
{
	const struct grant_reply head = { .kind = GRANT_SEEN };

	if (batch->bytes->len && !batch->failure &&
	    !grant_answer(batch->fd, &head, batch->bytes->data, batch->bytes->len, &batch->failure))
		g_prefix_error(&batch->failure, "telling what was observed: ");
	g_byte_array_set_size(batch->bytes, 0);
}

/* The data come in two parts, as a disk command does. */
static void add(struct grant_batch *batch, enum sight_kind kind, gint64 at_ns, gconstpointer first, gsize first_length,
		gconstpointer second, gsize second_length)
{
	const struct sight sight = { kind, (guint32)(first_length + second_length), at_ns };
	gsize length = sizeof sight + padded(sight.length), at;

	g_assert(length <= BATCH_BYTES);
	if (batch->bytes->len + length > BATCH_BYTES)
		send_batch(batch);
	at = batch->bytes->len;
	g_byte_array_set_size(batch->bytes, (guint)(at + length));
	guint8 *place = batch->bytes->data + at;
	memset(place + length - 8, 0, 8);
	memcpy(place, &sight, sizeof sight);
	memcpy(place + sizeof sight, first, first_length);
	if (second_length)
		memcpy(place + sizeof sight + first_length, second, second_length);
}

static void see_disk(gpointer data, gint64 at_ns, const struct disk_seen *seen, const guint64 *samples)
{
	add(data, SIGHT_DISK, at_ns, seen, sizeof *seen, samples, seen->samples * sizeof *samples);
}

static void see_bytes(gpointer data, gint64 at_ns, const struct disk_part *part, const guint8 *bytes, gsize length)
{
	add(data, SIGHT_BYTES, at_ns, part, sizeof *part, bytes, length);
}

static void see_panel(gpointer data, gint64 at_ns, const char *text)
{
	add(data, SIGHT_PANEL, at_ns, text, strlen(text) + 1, NULL, 0);
}

static void see_key(gpointer data, gint64 at_ns, const guint8 *key, gsize length)
{
	add(data, SIGHT_KEY, at_ns, key, length, NULL, 0);
}

static void see_line(gpointer data, gint64 at_ns, guint line, gboolean level)
{
	const guint8 what[] = { (guint8)line, (guint8)(level != FALSE) };

	add(data, SIGHT_LINE, at_ns, what, sizeof what, NULL, 0);
}

static void see_sent(gpointer data, gint64 at_ns, guint8 byte)
{
	add(data, SIGHT_SENT, at_ns, &byte, sizeof byte, NULL, 0);
}

struct grant_batch *grant_batch_new(int fd)
{
	struct grant_batch *batch = g_new(struct grant_batch, 1);

	*batch = (struct grant_batch){ .fd = fd, .bytes = g_byte_array_sized_new(BATCH_BYTES) };
	return batch;
}

void grant_batch_free(struct grant_batch *batch)
{
	if (!batch)
		return;
	g_byte_array_unref(batch->bytes);
	g_clear_error(&batch->failure);
	g_free(batch);
}

struct observer grant_batch_observer(struct grant_batch *batch, guint what)
{
	const gboolean lines = (what & GRANT_OBSERVE_LINES) != 0;
	const guint64 bytes_max = (guint64)(what >> GRANT_OBSERVE_MB_SHIFT) << 20;

	return (struct observer){
		.disk = see_disk,
		.panel = see_panel,
		.key = see_key,
		.line = lines ? see_line : NULL,
		.sent = lines ? see_sent : NULL,
		.bytes = bytes_max ? see_bytes : NULL,
		.bytes_max = bytes_max,
		.data = batch,
	};
}

gboolean grant_batch_flush(struct grant_batch *batch, GError **error)
{
	send_batch(batch);
	if (!batch->failure)
		return TRUE;
	g_propagate_error(error, g_error_copy(batch->failure));
	return FALSE;
}

/* --- rig side --- */

static gboolean tell_disk(const struct observer *observer, const struct sight *sight, const guint8 *data)
{
	const struct disk_seen *seen = (gconstpointer)data;

	if (sight->length < sizeof *seen || (sight->length - sizeof *seen) / sizeof(guint64) != seen->samples ||
	    sight->length % sizeof(guint64))
		return FALSE;
	observer->disk(observer->data, sight->at_ns, seen, (gconstpointer)(data + sizeof *seen));
	return TRUE;
}

static gboolean tell_bytes(const struct observer *observer, const struct sight *sight, const guint8 *data)
{
	const struct disk_part *part = (gconstpointer)data;

	if (sight->length <= sizeof *part || sight->length - sizeof *part > DISK_PART_BYTES || !observer->bytes)
		return FALSE;
	observer->bytes(observer->data, sight->at_ns, part, data + sizeof *part, sight->length - sizeof *part);
	return TRUE;
}

static gboolean tell_panel(const struct observer *observer, const struct sight *sight, const guint8 *data)
{
	if (!sight->length || data[sight->length - 1])
		return FALSE;
	observer->panel(observer->data, sight->at_ns, (const char *)data);
	return TRUE;
}

static gboolean tell_key(const struct observer *observer, const struct sight *sight, const guint8 *data)
{
	observer->key(observer->data, sight->at_ns, data, sight->length);
	return TRUE;
}

static gboolean tell_line(const struct observer *observer, const struct sight *sight, const guint8 *data)
{
	if (sight->length != 2 || data[0] >= LINES || data[1] > 1 || !observer->line)
		return FALSE;
	observer->line(observer->data, sight->at_ns, data[0], data[1]);
	return TRUE;
}

static gboolean tell_sent(const struct observer *observer, const struct sight *sight, const guint8 *data)
{
	if (sight->length != 1 || !observer->sent)
		return FALSE;
	observer->sent(observer->data, sight->at_ns, data[0]);
	return TRUE;
}

static gboolean (*const tellers[])(const struct observer *observer, const struct sight *sight, const guint8 *data) = {
	[SIGHT_DISK] = tell_disk, [SIGHT_PANEL] = tell_panel, [SIGHT_KEY] = tell_key,
	[SIGHT_LINE] = tell_line, [SIGHT_SENT] = tell_sent,   [SIGHT_BYTES] = tell_bytes,
};

gboolean grant_batch_tell(const guint8 *bytes, gsize length, const struct observer *observer, GError **error)
{
	for (gsize at = 0; at < length;) {
		const struct sight *sight = (gconstpointer)(bytes + at);
		gsize left = length - at;

		if (left < sizeof *sight || sight->length > left - sizeof *sight ||
		    padded(sight->length) > left - sizeof *sight || sight->kind >= G_N_ELEMENTS(tellers) ||
		    !tellers[sight->kind] || !tellers[sight->kind](observer, sight, bytes + at + sizeof *sight)) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL,
				    "the emulator told something that is no observation, at byte %zu of %zu", at,
				    length);
			return FALSE;
		}
		at += sizeof *sight + padded(sight->length);
	}
	return TRUE;
}

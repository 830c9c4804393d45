/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline.jsonl: every event of the run, one JSON object a line, in a hash chain:
 *   {"seq":1,"time_ns":0,"case_no":1,"case":"LIC-05","type":"note",…the event's own members…,"prev":"…"}
 * "seq" is the record's number in the spool. Disk commands of which each goes on where the one before ended are one
 * line, with "commands":N, their sectors in "count" and the last one's time in "last_ns"; the next line's seq is N
 * higher. "case" is null for the run's own events. Binary data is in "hex". "prev" is the SHA-256 of the line before
 * without its newline; the first has 64 zeros. So no line can be changed, dropped or added but at the end without a
 * trace; the run's signature covers the last. To check the chain with stock tools (prints nothing if it is whole):
 *
 *   prev=$(printf '0%.0s' $(seq 64)); while IFS= read -r l; do [ "${l##*\"prev\":}" = "\"$prev\"}" ] ||
 *   { echo "broken: $l"; break; }; prev=$(printf %s "$l" | sha256sum | cut -c-64); done <timeline.jsonl
 */
#include "sinks.h"
#include "disk_fold.h"
#include "outfile.h"
#include "rig/lines.h"
#include <openssl/evp.h>
#include <string.h>

#define DIGEST_HEX 64

struct timeline {
	struct outfile *file;
	EVP_MD_CTX *context;
	EVP_MD *sha256;
	GString *line;
	GHashTable *names; /* case_no → the case's name as a JSON string */
	guint64 seq;	   /* of the record that was last handed in */
	struct disk_fold held;
	char prev[DIGEST_HEX + 1];
};

static void write_hex(char *out, const guint8 *bytes, gsize length)
{
	static const char digits[] = "0123456789abcdef";

	for (gsize i = 0; i < length; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
}

static void append_hex(GString *out, const guint8 *bytes, gsize length)
{
	gsize at = out->len;

	g_string_set_size(out, at + 2 * length);
	write_hex(out->str + at, bytes, length);
}

/* Much cheaper than printf, which was a third of an event's cost. */
static void append_number(GString *out, gint64 value)
{
	char text[20];
	gsize at = sizeof text;
	guint64 left = value < 0 ? -(guint64)value : (guint64)value;

	do
		text[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		g_string_append_c(out, '-');
	g_string_append_len(out, text + at, (gssize)(sizeof text - at));
}

static void append_member(GString *out, const char *name, gint64 value)
{
	g_string_append(out, name);
	append_number(out, value);
}

/* The event's members are copied as they are, unless one would meet the line's own. */
static gboolean append_json(struct timeline *self, const struct event *event)
{
	static const char *const reserved[] = { "seq", "time_ns", "case_no", "case", "type", "prev" };
	const char *text = event->data;
	gboolean plain =
	    event->length > 2 && text[0] == '{' && text[event->length - 1] == '}' && !memchr(text, '\n', event->length);
	json_t *shared = event_json(event);

	if (!shared)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(reserved); i++)
		plain = plain && !json_object_get(shared, reserved[i]);
	json_t *json = plain ? json_incref(shared) : json_copy(shared);
	for (gsize i = 0; !plain && i < G_N_ELEMENTS(reserved); i++)
		json_object_del(json, reserved[i]);
	json_decref(shared);
	if (plain) {
		g_string_append_c(self->line, ',');
		g_string_append_len(self->line, text + 1, (gssize)event->length - 2);
	} else if (json_object_size(json)) {
		g_autofree char *dump = json_dumps(json, JSON_COMPACT);
		dump[strlen(dump) - 1] = 0;
		dump[0] = ',';
		g_string_append(self->line, dump);
	}
	json_decref(json);
	return TRUE;
}

static void append_name(GString *out, const char *name, const char *const *names, guint count, guint index)
{
	g_string_append(out, name);
	if (index >= count) {
		append_number(out, index);
		return;
	}
	g_string_append_c(out, '"');
	g_string_append(out, names[index]);
	g_string_append_c(out, '"');
}

static void append_if(GString *out, const char *name, gint64 value)
{
	if (value)
		append_member(out, name, value);
}

/* Numbers that are 0 mostly are left out where they are. A generator is a number of 64 bits, which JSON readers round:
 * it is hexadecimal text. */
static void append_disk(GString *out, const struct disk_seen *seen, guint64 sectors)
{
	static const char *const ops[] = { "read", "write", "flush", "lost", "kept", "torn", "swapped", "set-size" };
	static const char *const contents[] = { "none", "zero", "constant",   "random",
						"weak", "data", "unreadable", "factory" };
	guint8 generator[sizeof seen->generator];

	append_name(out, ",\"op\":", ops, G_N_ELEMENTS(ops), seen->op);
	append_member(out, ",\"disk\":", seen->disk);
	append_member(out, ",\"lba\":", (gint64)GUINT64_FROM_LE(seen->lba));
	append_member(out, ",\"count\":", (gint64)sectors);
	append_if(out, ",\"number\":", (gint64)GUINT64_FROM_LE(seen->number));
	append_member(out, ",\"queued_ns\":", GINT64_FROM_LE(seen->queued_ns));
	append_if(out, ",\"result\":", GINT32_FROM_LE(seen->result));
	append_if(out, ",\"flags\":", seen->flags);
	if (seen->content)
		append_name(out, ",\"content\":", contents, G_N_ELEMENTS(contents), seen->content);
	append_if(out, ",\"weakness\":", GUINT32_FROM_LE(seen->weakness));
	append_if(out, ",\"samples\":", GUINT32_FROM_LE(seen->samples));
	append_if(out, ",\"unreadable\":", GUINT32_FROM_LE(seen->reserved));
	append_if(out, ",\"unreadable_lba\":", (gint64)GUINT64_FROM_LE(seen->reserved_2));
	guint64 number = GUINT64_TO_BE(GUINT64_FROM_LE(seen->generator));
	memcpy(generator, &number, sizeof generator);
	if (number) {
		g_string_append(out, ",\"generator\":\"");
		append_hex(out, generator, sizeof generator);
		g_string_append_c(out, '"');
	}
}

/* A part of a capture window; its entries stay as they are, in "hex" (rig/lines.h). */
static void append_lines(GString *out, const struct event_lines *head)
{
	static const char *const reasons[] = { "start", "power", "panel", "failure" };
	guint listed = 0;

	append_member(out, ",\"window\":", head->window);
	append_member(out, ",\"from\":", (gint64)head->from);
	append_member(out, ",\"to\":", (gint64)head->to);
	append_member(out, ",\"origin_ns\":", head->origin_ns);
	append_member(out, ",\"tick\":", (gint64)head->tick);
	append_member(out, ",\"rate_hz\":", (gint64)head->rate_hz);
	append_member(out, ",\"error_ns\":", head->error_ns);
	append_member(out, ",\"lines\":", head->lines);
	append_member(out, ",\"levels\":", head->levels);
	if (head->sent != G_MAXUINT64)
		append_member(out, ",\"sent\":", (gint64)head->sent);
	append_if(out, ",\"path_ns\":", head->path_ns);
	append_if(out, ",\"byte_ns\":", head->byte_ns);
	append_if(out, ",\"flags\":", head->flags);
	g_string_append(out, ",\"why\":[");
	for (guint i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (head->why >> i & 1)
			append_name(out, listed++ ? "," : "", reasons, G_N_ELEMENTS(reasons), i);
	g_string_append_c(out, ']');
}

/* The bytes themselves are in the spool and in disk.log-writes; their hash is the write's "generator". */
static void append_part(GString *out, const guint8 *bytes, gsize length)
{
	struct disk_part part;

	memcpy(&part, bytes, sizeof part);
	append_member(out, ",\"disk\":", part.disk);
	append_member(out, ",\"number\":", (gint64)GUINT64_FROM_LE(part.number));
	append_member(out, ",\"offset\":", GUINT32_FROM_LE(part.offset));
	append_member(out, ",\"length\":", (gint64)(length - sizeof part));
}

static void append_binary(GString *out, const struct event *event)
{
	const guint8 *bytes = event->data;
	gsize length = event->length;
	struct event_urb urb;
	struct lines_reader lines;

	if (event->type == EVENT_LINES && lines_open(&lines, bytes, length)) {
		append_lines(out, &lines.head);
		bytes += sizeof lines.head;
		length -= sizeof lines.head;
	}
	if (event->type == EVENT_DISK_BYTES && length >= sizeof(struct disk_part)) {
		append_part(out, bytes, length);
		return;
	}
	if (event->type == EVENT_DISK && length >= sizeof(struct disk_seen)) {
		struct disk_seen seen;
		memcpy(&seen, bytes, sizeof seen);
		append_disk(out, &seen, GUINT32_FROM_LE(seen.count));
		bytes += sizeof seen;
		length -= sizeof seen;
		if (!length)
			return;
	}
	if (event->type == EVENT_URB && length >= sizeof urb) {
		memcpy(&urb, bytes, sizeof urb);
		append_member(out, ",\"submitted_ns\":", GINT64_FROM_LE(urb.submitted_ns));
		append_member(out, ",\"status\":", GINT32_FROM_LE(urb.status));
		append_member(out, ",\"actual\":", GUINT32_FROM_LE(urb.actual));
		append_member(out, ",\"endpoint\":", urb.endpoint);
		append_member(out, ",\"device\":", urb.device);
		append_member(out, ",\"flags\":", urb.flags);
		append_member(out, ",\"length\":", GUINT32_FROM_LE(urb.length));
		bytes += sizeof urb;
		length -= sizeof urb;
	}
	g_string_append(out, ",\"hex\":\"");
	append_hex(out, bytes, length);
	g_string_append_c(out, '"');
}

static void learn_name(struct timeline *self, const struct event *event)
{
	json_t *json = event_json(event);
	json_t *name = json_object_get(json, "case");
	char *text = json_is_string(name) ? json_dumps(name, JSON_ENCODE_ANY) : NULL;

	if (text)
		g_hash_table_replace(self->names, GUINT_TO_POINTER(event->case_no), g_strdup(text));
	free(text);
	json_decref(json);
}

static void append_type(GString *out, enum event_type type)
{
	const char *name = event_type_name(type);

	/* A later version's event is kept under its number. */
	g_string_append(out, ",\"type\":\"");
	if (name)
		g_string_append(out, name);
	else
		append_number(out, type);
	g_string_append_c(out, '"');
}

static gboolean chain(struct timeline *self)
{
	guint8 digest[DIGEST_HEX / 2];

	if (!EVP_DigestInit_ex2(self->context, self->sha256, NULL) ||
	    !EVP_DigestUpdate(self->context, self->line->str, self->line->len) ||
	    !EVP_DigestFinal_ex(self->context, digest, NULL))
		return FALSE;
	write_hex(self->prev, digest, sizeof digest);
	return TRUE;
}

static void begin_line(struct timeline *self, guint64 seq, gint64 time_ns, guint32 case_no, enum event_type type)
{
	const char *name = g_hash_table_lookup(self->names, GUINT_TO_POINTER(case_no));
	GString *line = self->line;

	g_string_truncate(line, 0);
	append_member(line, "{\"seq\":", (gint64)seq);
	append_member(line, ",\"time_ns\":", time_ns);
	append_member(line, ",\"case_no\":", case_no);
	g_string_append(line, ",\"case\":");
	g_string_append(line, name ? name : "null");
	append_type(line, type);
}

static gboolean end_line(struct timeline *self, GError **error)
{
	GString *line = self->line;

	g_string_append(line, ",\"prev\":\"");
	g_string_append_len(line, self->prev, DIGEST_HEX);
	g_string_append(line, "\"}");
	if (!chain(self)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "hashing a line of timeline.jsonl");
		return FALSE;
	}
	g_string_append_c(line, '\n');
	return outfile_write(self->file, line->str, line->len, error);
}

static gboolean write_held(struct timeline *self, GError **error)
{
	struct disk_fold *held = &self->held;

	if (!held->commands)
		return TRUE;
	begin_line(self, self->seq - held->commands + 1, held->time_ns, held->case_no, EVENT_DISK);
	append_disk(self->line, &held->first, held->sectors);
	if (held->commands > 1) {
		append_member(self->line, ",\"commands\":", (gint64)held->commands);
		append_member(self->line, ",\"last_ns\":", held->last_ns);
	}
	held->commands = 0;
	return end_line(self, error);
}

static gboolean timeline_event(gpointer data, const struct event *event, GError **error)
{
	struct timeline *self = data;

	if (disk_fold_add(&self->held, event)) {
		self->seq++;
		return TRUE;
	}
	if (!write_held(self, error))
		return FALSE;
	self->seq++;
	if (disk_fold_add(&self->held, event))
		return TRUE;
	if (event->type == EVENT_CASE_BEGIN)
		learn_name(self, event);
	begin_line(self, self->seq, event->time_ns, event->case_no, event->type);
	if (!append_json(self, event))
		append_binary(self->line, event);
	return end_line(self, error);
}

static gpointer timeline_open(const char *folder, GError **error)
{
	struct outfile *file = outfile_open(folder, timeline_sink.filename, error);

	if (!file)
		return NULL;
	struct timeline *self = g_new0(struct timeline, 1);
	self->file = file;
	self->context = EVP_MD_CTX_new();
	self->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	self->line = g_string_sized_new(1024);
	self->names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	memset(self->prev, '0', DIGEST_HEX);
	return self;
}

static gboolean timeline_close(gpointer data, gboolean abandon, GError **error)
{
	struct timeline *self = data;
	gboolean written = abandon || write_held(self, error);
	gboolean done = outfile_close(self->file, abandon || !written, written ? error : NULL) && written;

	EVP_MD_CTX_free(self->context);
	EVP_MD_free(self->sha256);
	g_string_free(self->line, TRUE);
	g_hash_table_unref(self->names);
	g_free(self);
	return done;
}

const struct sink timeline_sink = {
	.name = "timeline",
	.filename = "timeline.jsonl",
	.summary = "every event, one JSON object a line, hash-chained",
	.open = timeline_open,
	.event = timeline_event,
	.close = timeline_close,
};

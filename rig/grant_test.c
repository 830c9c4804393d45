/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket, with a thread in the emulator's place. */
#include "event.h"
#include "grant.h"
#include "grant_batch.h"
#include "test.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MANY 3000
#define SAMPLES_MAX 2048
#define PACKET_MAX 61440

/* A script for the emulator's side: answers one request, returns, then the socket is closed. */
struct side {
	int fd;
	void (*run)(struct side *side, const struct grant_request *request, const char *text);
	GError *error;
};

struct line {
	int fd;
	struct side side;
	GThread *thread;
};

static gpointer emulate(gpointer data)
{
	struct side *side = data;
	struct grant_request request;
	g_autofree char *text = NULL;

	if (grant_receive(side->fd, &request, &text, &side->error))
		side->run(side, &request, text);
	close(side->fd);
	return NULL;
}

static void line_open(struct line *line,
		      void (*run)(struct side *side, const struct grant_request *request, const char *text))
{
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
	line->fd = pair[0];
	line->side = (struct side){ pair[1], run, NULL };
	line->thread = g_thread_new("emulator", emulate, &line->side);
}

static void line_close(struct line *line)
{
	if (line->fd >= 0)
		close(line->fd);
	g_thread_join(line->thread);
	g_clear_error(&line->side.error);
}

static void expect_error(GError *error, enum rig_error kind, const char *part)
{
	CU_ASSERT(g_error_matches(error, RIG_ERROR, (gint)kind));
	CU_ASSERT(error && strstr(error->message, part));
	g_clear_error(&error);
}

static void answer(struct side *side, const struct grant_reply *reply, gconstpointer data, gsize length)
{
	gboolean sent = grant_answer(side->fd, reply, data, length, &side->error);

	(void)sent; /* the rig's side says what came */
}

/* --- what is observed --- */

/* The n-th thing: disk commands with 0 to 2048 samples, panels of every length, keys, lines, console bytes. */
static void tell_nth(const struct observer *observer, guint n)
{
	guint64 samples[SAMPLES_MAX];
	guint8 key[32];
	struct disk_seen seen = { .lba = n * 977u, .number = n, .count = n % 65536, .op = DISK_SEEN_WRITE };
	g_autofree char *text = g_strnfill(n % 200, (char)('a' + n % 26));

	if (n % 7 == 1) {
		observer->line(observer->data, n, n % LINES, n % 2);
	} else if (n % 7 == 2) {
		observer->sent(observer->data, n, (guint8)n);
	} else if (n % 7 == 3) {
		observer->panel(observer->data, n, text);
	} else if (n % 7 == 5) {
		memset(key, (int)n, sizeof key);
		observer->key(observer->data, n, key, n % 2 ? 24 : 32);
	} else if (n % 7 == 6) {
		const struct disk_part part = { .number = n, .offset = n % 9 * DISK_PART_BYTES };
		g_autofree guint8 *bytes = g_malloc(DISK_PART_BYTES);
		memset(bytes, (int)n, DISK_PART_BYTES);
		observer->bytes(observer->data, n, &part, bytes, n % 13 ? 512 : DISK_PART_BYTES);
	} else {
		seen.samples = n % 11 ? n % 5 : n % (SAMPLES_MAX + 1);
		for (guint i = 0; i < seen.samples; i++)
			samples[i] = (guint64)n << 32 | i;
		observer->disk(observer->data, n, &seen, seen.samples ? samples : NULL);
	}
}

/* A digest of all that was told. */
static void hash_disk(gpointer data, gint64 at_ns, const struct disk_seen *seen, const guint64 *samples)
{
	g_checksum_update(data, (const guchar *)&at_ns, sizeof at_ns);
	g_checksum_update(data, (const guchar *)seen, sizeof *seen);
	if (seen->samples)
		g_checksum_update(data, (const guchar *)samples, (gssize)(seen->samples * sizeof *samples));
}

static void hash_panel(gpointer data, gint64 at_ns, const char *text)
{
	g_checksum_update(data, (const guchar *)&at_ns, sizeof at_ns);
	g_checksum_update(data, (const guchar *)text, -1);
}

static void hash_key(gpointer data, gint64 at_ns, const guint8 *key, gsize length)
{
	g_checksum_update(data, (const guchar *)&at_ns, sizeof at_ns);
	g_checksum_update(data, key, (gssize)length);
}

static void hash_line(gpointer data, gint64 at_ns, guint line, gboolean level)
{
	g_checksum_update(data, (const guchar *)&at_ns, sizeof at_ns);
	g_checksum_update(data, (const guchar[]){ (guchar)line, (guchar)level }, 2);
}

static void hash_sent(gpointer data, gint64 at_ns, guint8 byte)
{
	g_checksum_update(data, (const guchar *)&at_ns, sizeof at_ns);
	g_checksum_update(data, &byte, 1);
}

static void hash_bytes(gpointer data, gint64 at_ns, const struct disk_part *part, const guint8 *bytes, gsize length)
{
	g_checksum_update(data, (const guchar *)&at_ns, sizeof at_ns);
	g_checksum_update(data, (const guchar *)part, sizeof *part);
	g_checksum_update(data, bytes, (gssize)length);
}

static struct observer hasher(GChecksum *sum)
{
	return (struct observer){ hash_disk, hash_panel, hash_key, hash_line, hash_sent, sum, hash_bytes, G_MAXUINT64 };
}

static void tell_many(struct side *side, const struct grant_request *request, const char *text)
{
	struct grant_batch *batch = grant_batch_new(side->fd);
	const struct observer observer = grant_batch_observer(batch, GRANT_OBSERVE_LINES | 1 << GRANT_OBSERVE_MB_SHIFT);

	CU_ASSERT_EQUAL(request->op, GRANT_RUN);
	CU_ASSERT_STRING_EQUAL(text, "");
	for (guint n = 0; n < MANY; n++)
		tell_nth(&observer, n);
	CU_ASSERT(grant_batch_flush(batch, &side->error));
	answer(side, &(struct grant_reply){ .stops = 5, .now_ns = request->argument }, "SIGSEGV", 7);
	grant_batch_free(batch);
}

static void nothing_is_lost(void)
{
	GChecksum *told = g_checksum_new(G_CHECKSUM_SHA256), *heard = g_checksum_new(G_CHECKSUM_SHA256);
	const struct observer direct = hasher(told), observer = hasher(heard);
	g_autoptr(GError) error = NULL;
	g_autofree char *crash = NULL;
	struct grant_reply reply = { 0 };
	struct line line;

	for (guint n = 0; n < MANY; n++)
		tell_nth(&direct, n);
	line_open(&line, tell_many);
	CU_ASSERT(grant_run(line.fd, 123456789012, &observer, &reply, &crash, &error));
	CU_ASSERT_EQUAL(reply.kind, GRANT_REPLY);
	CU_ASSERT_EQUAL(reply.stops, 5);
	CU_ASSERT_EQUAL(reply.now_ns, 123456789012);
	CU_ASSERT_STRING_EQUAL(crash, "SIGSEGV");
	CU_ASSERT_STRING_EQUAL(g_checksum_get_string(told), g_checksum_get_string(heard));
	line_close(&line);
	g_checksum_free(told);
	g_checksum_free(heard);
}

/* As they are on the socket: filled well, none larger than agreed. */
static void packets(void)
{
	static guint8 packet[2 * PACKET_MAX];
	const struct grant_request request = { .op = GRANT_RUN };
	gsize head = sizeof(struct grant_reply), total = 0;
	guint count = 0;
	struct line line;
	ssize_t got;

	line_open(&line, tell_many);
	CU_ASSERT_EQUAL(send(line.fd, &request, sizeof request, 0), sizeof request);
	while ((got = recv(line.fd, packet, sizeof packet, 0)) > 0) {
		CU_ASSERT((gsize)got <= PACKET_MAX + head);
		total += (gsize)got;
		count++;
	}
	CU_ASSERT(count > 10);
	CU_ASSERT(total / count > PACKET_MAX / 2);
	line_close(&line);
}

static void tell_one(struct side *side, const struct grant_request *request, const char *text)
{
	struct grant_batch *batch = grant_batch_new(side->fd);
	const struct observer observer = grant_batch_observer(batch, GRANT_OBSERVE_LINES | 1 << GRANT_OBSERVE_MB_SHIFT);

	(void)request, (void)text;
	tell_nth(&observer, 1);
	CU_ASSERT(grant_batch_flush(batch, &side->error));
	grant_batch_free(batch);
}

static void unasked(void)
{
	g_autoptr(GError) error = NULL;
	struct grant_reply reply;
	struct line line;

	line_open(&line, tell_one);
	CU_ASSERT_FALSE(grant_run(line.fd, 1, NULL, &reply, NULL, &error));
	expect_error(g_steal_pointer(&error), RIG_ERROR_PROTOCOL, "nobody observes");
	line_close(&line);
}

/* What is said when the rig has gone is told to nobody, and says so. */
static void tell_nobody(struct side *side, const struct grant_request *request, const char *text)
{
	struct grant_batch *batch = grant_batch_new(side->fd);
	const struct observer observer = grant_batch_observer(batch, GRANT_OBSERVE_LINES | 1 << GRANT_OBSERVE_MB_SHIFT);
	guint n = 0;

	(void)request, (void)text;
	/* More than any socket holds: this ends because the reader has. */
	for (; n < 20 * MANY; n++)
		tell_nth(&observer, n);
	CU_ASSERT_FALSE(grant_batch_flush(batch, &side->error));
	expect_error(g_steal_pointer(&side->error), RIG_ERROR_RIG, "telling what was observed");
	tell_nth(&observer, n);
	CU_ASSERT_FALSE(grant_batch_flush(batch, &side->error)); /* the first failure stays */
	CU_ASSERT(g_str_has_prefix(side->error->message, "telling what was observed: sending"));
	expect_error(g_steal_pointer(&side->error), RIG_ERROR_RIG, "telling what was observed");
	grant_batch_free(batch);
}

static void a_reader_that_stops(void)
{
	const struct grant_request request = { .op = GRANT_RUN };
	guint8 byte;
	struct line line;

	line_open(&line, tell_nobody);
	CU_ASSERT_EQUAL(send(line.fd, &request, sizeof request, 0), sizeof request);
	CU_ASSERT_EQUAL(recv(line.fd, &byte, 1, 0), 1);
	close(line.fd);
	line.fd = -1;
	line_close(&line);
}

/* --- packets that are none --- */

/* --- the bench --- */

static void answer_bytes(struct side *side, const struct grant_request *request, const char *text)
{
	guint64 length = g_ascii_strtoull(text, NULL, 10);
	g_autofree guint8 *bytes = g_malloc0(length + 1);

	CU_ASSERT_EQUAL(request->op, GRANT_BENCH);
	for (gsize i = 0; i < length; i++)
		bytes[i] = (guint8)(i * 7);
	answer(side, &(struct grant_reply){ .now_ns = 0 }, bytes, length);
}

static void answers(void)
{
	static const gsize lengths[] = { 0, 1, 512, 32768, GRANT_BYTES_MAX };

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *text = g_strdup_printf("%zu", lengths[i]);
		g_autoptr(GError) error = NULL;
		struct line line;

		line_open(&line, answer_bytes);
		g_autoptr(GBytes) got = grant_bench(line.fd, text, &error);
		gsize length = 0;
		const guint8 *bytes = got ? g_bytes_get_data(got, &length) : NULL;
		CU_ASSERT(got && length == lengths[i]);
		for (gsize at = 0; at < length; at++)
			if (bytes[at] != (guint8)(at * 7))
				CU_FAIL("a wrong byte");
		line_close(&line);
	}
}

/* It does not come as a part of itself. */
static void too_long(void)
{
	g_autofree char *text = g_strdup_printf("%d", GRANT_BYTES_MAX + 1);
	g_autofree char *long_text = g_strnfill(GRANT_BYTES_MAX + 1, 'x');
	g_autoptr(GError) error = NULL;
	struct line line;

	line_open(&line, answer_bytes);
	CU_ASSERT_PTR_NULL(grant_bench(line.fd, long_text, &error));
	expect_error(g_steal_pointer(&error), RIG_ERROR_RIG, "too long");
	CU_ASSERT_PTR_NULL(grant_bench(line.fd, text, &error));
	expect_error(g_steal_pointer(&error), RIG_ERROR_RIG, "the emulator process ended");
	g_thread_join(g_steal_pointer(&line.thread));
	expect_error(g_steal_pointer(&line.side.error), RIG_ERROR_RIG, "too long");
	close(line.fd);
}

static void refuse(struct side *side, const struct grant_request *request, const char *text)
{
	(void)request;
	answer(side, &(struct grant_reply){ .failed = 1 + (guint32)g_ascii_strtoull(text, NULL, 10) }, "nothing doing",
	       13);
}

static void errors_keep_their_kind(void)
{
	for (int kind = RIG_ERROR_USAGE; kind <= RIG_ERROR_UNSUPPORTED; kind++) {
		g_autofree char *text = g_strdup_printf("%d", kind);
		g_autoptr(GError) error = NULL;
		struct line line;

		line_open(&line, refuse);
		CU_ASSERT_PTR_NULL(grant_bench(line.fd, text, &error));
		CU_ASSERT(g_error_matches(error, RIG_ERROR, kind));
		CU_ASSERT(error && g_str_equal(error->message, "nothing doing"));
		line_close(&line);
	}
}

static void fall_silent(struct side *side, const struct grant_request *request, const char *text)
{
	(void)side, (void)request, (void)text;
}

static void an_emulator_that_ends(void)
{
	const struct grant_request request = { .op = GRANT_HELLO };
	g_autoptr(GError) error = NULL;
	struct grant_reply reply;
	struct line line;

	line_open(&line, fall_silent);
	CU_ASSERT_FALSE(grant_call(line.fd, &request, NULL, &reply, NULL, &error));
	expect_error(g_steal_pointer(&error), RIG_ERROR_RIG, "the emulator process ended");
	line_close(&line);
}

TEST_SUITE(grant, { "nothing is lost", nothing_is_lost }, { "packets", packets }, { "what nobody asked for", unasked },
	   { "a reader that stops", a_reader_that_stops }, { "answers", answers }, { "too long", too_long },
	   { "errors keep their kind", errors_keep_their_kind }, { "an emulator that ends", an_emulator_that_ends })

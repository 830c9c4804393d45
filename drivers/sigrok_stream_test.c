/* SPDX-License-Identifier: Apache-2.0 */
#include "rig/test.h"
#include "sigrok_stream.h"
#include <string.h>

struct heard {
	guint64 samples, lost, next;
	guint8 last;
};

static void on_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	struct heard *heard = data;

	CU_ASSERT_EQUAL(first, heard->next);
	heard->samples += count;
	heard->next += count;
	heard->last = samples[count - 1];
}

static void on_lost(gpointer data, guint64 first, guint64 count)
{
	struct heard *heard = data;

	CU_ASSERT_EQUAL(first, heard->next);
	heard->lost += count;
	heard->next += count;
}

/* Numbers, then text, of a frame. */
static void put(GByteArray *bytes, enum sigrok_type type, guint numbers, guint64 a, guint64 b, const char *text)
{
	g_autoptr(GByteArray) payload = g_byte_array_new();
	guint8 header[SIGROK_HEADER];

	if (numbers > 0)
		sigrok_append(payload, a);
	if (numbers > 1)
		sigrok_append(payload, b);
	g_byte_array_append(payload, (const guint8 *)text, (guint)strlen(text));
	sigrok_header(header, type, payload->len);
	g_byte_array_append(bytes, header, sizeof header);
	g_byte_array_append(bytes, payload->data, payload->len);
}

static GByteArray *good_stream(void)
{
	GByteArray *bytes = g_byte_array_new();

	put(bytes, SIGROK_READY, 1, 1000000, 0, "Beagle\nLogic");
	put(bytes, SIGROK_STARTED, 0, 0, 0, "");
	put(bytes, SIGROK_SAMPLES, 1, 0, 0, "abc");
	put(bytes, SIGROK_SAMPLES, 1, 3, 0, "");
	put(bytes, SIGROK_OVERRUN, 2, 3, 7, "");
	put(bytes, SIGROK_SAMPLES, 1, 10, 0, "z");
	put(bytes, SIGROK_ENDED, 1, 11, 0, "");
	return bytes;
}

/* In pieces of each size from one byte on. */
static void good(void)
{
	g_autoptr(GByteArray) bytes = good_stream();

	for (guint piece = 1; piece <= bytes->len; piece++) {
		struct heard heard = { 0 };
		const struct sigrok_sink sink = { on_samples, on_lost, &heard };
		struct sigrok_stream stream;

		sigrok_stream_init(&stream);
		for (guint at = 0; at < bytes->len; at += piece)
			CU_ASSERT_TRUE(
			    sigrok_stream_take(&stream, bytes->data + at, MIN(piece, bytes->len - at), &sink, NULL));
		CU_ASSERT_EQUAL(stream.rate_hz, 1000000);
		CU_ASSERT_STRING_EQUAL(stream.name, "Beagle Logic");
		CU_ASSERT_TRUE(stream.ready && stream.started && stream.ended);
		CU_ASSERT_EQUAL(stream.next, 11);
		CU_ASSERT_EQUAL(heard.samples, 4);
		CU_ASSERT_EQUAL(heard.lost, 7);
		CU_ASSERT_EQUAL(heard.last, 'z');
		sigrok_stream_clear(&stream);
	}
}

static void expect_refused(const GByteArray *bytes, enum rig_error code, const char *words)
{
	struct heard heard = { 0 };
	const struct sigrok_sink sink = { on_samples, on_lost, &heard };
	struct sigrok_stream stream;
	g_autoptr(GError) error = NULL;

	sigrok_stream_init(&stream);
	CU_ASSERT_FALSE(sigrok_stream_take(&stream, bytes->data, bytes->len, &sink, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, (int)code));
	CU_ASSERT_PTR_NOT_NULL(error ? strstr(error->message, words) : NULL);
	sigrok_stream_clear(&stream);
}

static void refused(void)
{
	static const struct {
		enum sigrok_type type;
		guint numbers;
		guint64 a, b;
		const char *words;
		gboolean first; /* nothing comes before it */
	} cases[] = {
		{ SIGROK_STARTED, 0, 0, 0, "STARTED", TRUE },
		{ SIGROK_SAMPLES, 1, 0, 0, "SAMPLES", TRUE },
		{ SIGROK_READY, 1, 0, 0, "READY", TRUE },
		{ SIGROK_READY, 1, 5, 0, "READY", FALSE },
		{ SIGROK_SAMPLES, 1, 1, 0, "SAMPLES", FALSE },
		{ SIGROK_OVERRUN, 2, 0, 0, "OVERRUN", FALSE },
		{ SIGROK_OVERRUN, 2, 9, 1, "OVERRUN", FALSE },
		{ SIGROK_OVERRUN, 1, 0, 0, "no frame", FALSE },
		{ SIGROK_OVERRUN, 2, 0, G_MAXUINT64, "OVERRUN", FALSE },
		{ SIGROK_ENDED, 0, 0, 0, "no frame", FALSE },
		{ SIGROK_STOP, 0, 0, 0, "only the rig", FALSE },
		{ (enum sigrok_type)77, 0, 0, 0, "no frame", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		if (!cases[i].first) {
			put(bytes, SIGROK_READY, 1, 1000, 0, "");
			put(bytes, SIGROK_STARTED, 0, 0, 0, "");
		}
		put(bytes, cases[i].type, cases[i].numbers, cases[i].a, cases[i].b, "");
		expect_refused(bytes, RIG_ERROR_PROTOCOL, cases[i].words);
	}
}

static void ends(void)
{
	g_autoptr(GByteArray) bytes = good_stream(), failed = g_byte_array_new(), huge = g_byte_array_new();
	const guint8 header[] = { SIGROK_SAMPLES, 0, 0, 0, 1, 0, 16, 0 };

	put(bytes, SIGROK_SAMPLES, 1, 11, 0, "a");
	expect_refused(bytes, RIG_ERROR_PROTOCOL, "SAMPLES");
	put(failed, SIGROK_FAILED, 0, 0, 0, "the analyzer is\x1b gone");
	expect_refused(failed, RIG_ERROR_GONE, "the analyzer is  gone");
	g_byte_array_append(huge, header, sizeof header);
	expect_refused(huge, RIG_ERROR_PROTOCOL, "no frame");
}

TEST_SUITE(sigrok_stream, { "in pieces of any size", good }, { "what is refused", refused }, { "the ends of it", ends })

/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol's host side against a controller that damages, loses, repeats and delays its answers. */
#include "native_controller_fake.h"

static gboolean ask_status(struct bench *bench, struct unit_status *status, GError **error)
{
	return bench->controller->driver->ops.controller->status(bench->controller->self, status, error);
}

/* The error that each mischief must end in; -1: the right answer. */
static const int outcomes[MISCHIEFS] = {
	[NONE] = -1,
	[CORRUPT] = RIG_ERROR_PROTOCOL,
	[TRUNCATE] = RIG_ERROR_PROTOCOL,
	[EXTEND] = RIG_ERROR_PROTOCOL,
	[DUPLICATE] = -1,
	[LATE] = RIG_ERROR_TIMEOUT,
	[LOSE] = RIG_ERROR_TIMEOUT,
	[UNASKED] = -1,
	[OTHER_TYPE] = -1,
	[NOTICE] = RIG_ERROR_PROTOCOL,
};

static void mischief(void)
{
	struct bench *bench = bench_new(20261122);
	guint seen[MISCHIEFS] = { 0 };

	for (guint32 i = 1; i <= FRAMES; i++) {
		g_autoptr(GError) error = NULL;
		struct unit_status status = { 0 };
		fake.mischief = (enum mischief)g_rand_int_range(fake.random, 0, MISCHIEFS);
		fake.token = i;
		seen[fake.mischief]++;
		gboolean good = ask_status(bench, &status, &error);
		if (outcomes[fake.mischief] < 0) {
			CU_ASSERT_TRUE(good);
			CU_ASSERT_EQUAL(status.uptime_ms, i); /* this request's answer, nobody else's */
		} else {
			CU_ASSERT_FALSE(good);
			CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, outcomes[fake.mischief]));
			CU_ASSERT_EQUAL(status.uptime_ms, 0); /* nothing of it was accepted */
		}
	}
	for (guint i = 0; i < MISCHIEFS; i++)
		CU_ASSERT(seen[i] > FRAMES / MISCHIEFS / 2);
	bench_free(bench);
}

static gboolean count_notes(const struct event *event, gpointer data, GError **error)
{
	(void)error;
	*(guint *)data += event->type == EVENT_NOTE;
	return TRUE;
}

static void dropped_frames_are_recorded(void)
{
	struct bench *bench = bench_new(1);
	struct unit_status status;
	guint notes = 0;

	fake.mischief = UNASKED;
	CU_ASSERT_TRUE(ask_status(bench, &status, NULL));
	CU_ASSERT_TRUE(spool_visit(bench->path, count_notes, &notes, NULL, NULL));
	CU_ASSERT_EQUAL(notes, 1);
	bench_free(bench);
}

static void time_out_in_slot_time(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;
	struct unit_status status;

	fake.mischief = LOSE;
	CU_ASSERT_FALSE(ask_status(bench, &status, &error));
	CU_ASSERT_EQUAL(fake_now_ns, 5 * NS_PER_S);
	CU_ASSERT_STRING_EQUAL(error->message, "asking the controller (STATUS): no answer within 5.000 s");
	bench_free(bench);
}

static void absent(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;
	struct unit_status status;

	fake.present = FALSE;
	CU_ASSERT_FALSE(ask_status(bench, &status, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_GONE));
	bench_free(bench);
}

/* A frame holds 1024 bytes: what is longer was sent as nothing, and the controller blamed for its silence. */
static void overlong_text(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strnfill(1025, '1');
	enum protocol_outcome outcome = OUTCOME_ALREADY_ENABLED;
	gint64 answer_ns;

	CU_ASSERT_FALSE(bench->controller->driver->ops.controller->enter_licence(bench->controller->self, text,
										 &outcome, &answer_ns, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	CU_ASSERT_EQUAL(outcome, OUTCOME_ALREADY_ENABLED);
	bench_free(bench);
}

static gboolean identify(struct bench *bench, const char *serial, gsize length, struct unit_identity *identity,
			 GError **error)
{
	memset(fake.identity, 0, sizeof fake.identity);
	memcpy(fake.identity, serial, length);
	return bench->controller->driver->ops.controller->identify(bench->controller->self, identity, error);
}

/* Bytes that are no UTF-8 ended the worker that wanted to record them. */
static void identity_of_wild_bytes(void)
{
	struct bench *bench = bench_new(1);
	struct unit_identity identity = { .serial = "untouched" };
	static const char *const wild[] = { "AB\xff\xfe", "AB\x1b[2J", "AB\xc3\xa4" };

	for (guint i = 0; i < G_N_ELEMENTS(wild); i++) {
		g_autoptr(GError) error = NULL;
		CU_ASSERT_FALSE(identify(bench, wild[i], strlen(wild[i]), &identity, &error));
		CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL));
	}
	CU_ASSERT_FALSE(identify(bench, "AB\0CD", 5, &identity, NULL));
	CU_ASSERT_STRING_EQUAL(identity.serial, "untouched");
	CU_ASSERT_TRUE(identify(bench, "ABC0123456789012", 16, &identity, NULL));
	CU_ASSERT_STRING_EQUAL(identity.serial, "ABC0123456789012");
	CU_ASSERT_STRING_EQUAL(identity.host, "");
	bench_free(bench);
}

TEST_SUITE(native_controller, { "mischief", mischief }, { "dropped frames are recorded", dropped_frames_are_recorded },
	   { "time-out in slot time", time_out_in_slot_time }, { "absent", absent },
	   { "a text longer than a frame is refused", overlong_text },
	   { "an identity that is no ASCII is damaged", identity_of_wild_bytes })

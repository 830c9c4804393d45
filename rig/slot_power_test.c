/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_internal.h"
#include "test.h"

#define ON (1u << LINE_MAIN_POWER)
#define T (100 * NS_PER_MS)

static gint64 now_ns;

static gint64 now(gpointer self)
{
	(void)self;
	return now_ns;
}

static void ignore(gpointer data, const void *bytes, gsize length)
{
	(void)data, (void)bytes, (void)length;
}

/* What a reading at T says and what its line does. */
static const struct {
	gboolean reads, level;
	gint64 edge_ns;	 /* the line's last one */
	gint64 after_ns; /* the look comes so much later */
	gboolean is_last, good;
	guint8 wired;
} rows[] = {
	{ TRUE, TRUE, T, NS_PER_S, FALSE, TRUE, ON },
	{ FALSE, FALSE, T, NS_PER_S, FALSE, TRUE, ON },
	{ TRUE, FALSE, 0, NS_PER_S, FALSE, FALSE, ON },
	{ FALSE, TRUE, 0, NS_PER_S, FALSE, FALSE, ON },
	{ TRUE, FALSE, 0, 49 * NS_PER_MS, FALSE, TRUE, ON }, /* it may bounce yet … */
	{ TRUE, FALSE, 0, 51 * NS_PER_MS, FALSE, FALSE, ON },
	{ FALSE, TRUE, 0, 0, TRUE, FALSE, ON }, /* … and not at the end */
	{ TRUE, FALSE, LINE_NO_EDGE, NS_PER_S, FALSE, FALSE, ON },
	{ TRUE, FALSE, T + 1, NS_PER_S, FALSE, TRUE, ON },
	{ TRUE, FALSE, 0, NS_PER_S, FALSE, TRUE, (guint8)~ON },
};

static void readings(void)
{
	static const struct clock_ops clock_ops = { .now = now };
	static const struct driver clock = { .role = ROLE_CLOCK, .ops.clock = &clock_ops };
	const struct line_capture_setup setup = { .lines = ON, .tick = 1, .rate_hz = 1, .emit = ignore };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct slot slot = { .instruments[ROLE_CLOCK] = { &clock, NULL },
				     .capture = line_capture_new(&setup),
				     .wired = rows[i].wired,
				     .levels = rows[i].level ? ON : 0 };
		g_autoptr(GError) error = NULL;
		now_ns = T;
		slot_power_read(&slot, T, rows[i].reads);
		slot_power_edge(&slot, rows[i].edge_ns);
		now_ns = T + rows[i].after_ns;
		CU_ASSERT_EQUAL(slot_power_check(&slot, rows[i].is_last, &error), rows[i].good);
		CU_ASSERT(rows[i].good == !error && (!error || g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG)));
		/* It is said once. */
		now_ns += 10 * NS_PER_S;
		if (!rows[i].good)
			CU_ASSERT_TRUE(slot_power_check(&slot, FALSE, NULL));
		if (!rows[i].good || rows[i].after_ns == NS_PER_S)
			CU_ASSERT_EQUAL(slot_power_contradiction(&slot) == NULL, rows[i].good);
		g_free(slot.contradiction);
		line_capture_free(slot.capture);
	}
}

TEST_SUITE(slot_power, { "readings", readings })

/* SPDX-License-Identifier: Apache-2.0 */
/* A device is pulled at each transfer of a case in turn: an error of the surroundings every time, and said so. */
#include "e2e_program.h"
#include <stdio.h>

#define CASE "LIC-01[host=iR4570,region=EU]"
#define LIMIT_OF_ONE_MS 30000
#define TRANSFERS_MAX 4096
#define AT_A_TIME 2

/* What is pulled, and what the reason then says. */
struct victim {
	const char *device, *named, *power;
};

static const struct victim victims[] = { { "controller", "controller", "safe" }, { "ft2232h", "FTDI", "unconfirmed" } };

/* One run with the device pulled at transfer `k`. */
struct pull {
	const struct victim *victim;
	guint k;
	struct bench bench; /* the test's, with a folder for runs of its own */
	struct program *program;
	struct outcome outcome;
};

static struct pull pull_start(const struct bench *bench, const struct victim *victim, guint k)
{
	struct pull pull = { .victim = victim, .k = k, .bench = *bench };
	g_autofree char *name = g_strdup_printf("%s-%u.ini", victim->device, k);
	g_autofree char *text = g_strdup_printf("[slot]\nname=pulled\nunit=emulated\n[board]\npull_device=%s\n"
						"pull_at_transfer=%u\n",
						victim->device, k);
	g_autofree char *slot = bench_write(bench, name, text);

	pull.bench.out = g_strdup_printf("%s/%s-%u", bench->folder, victim->device, k);
	pull.program = program_start(&pull.bench, NULL,
				     WORDS("run", "scenarios/license/registration.lua", "--link", "usb", "--slot", slot,
					   "--filter", CASE, "--out", pull.bench.out));
	return pull;
}

static void pull_clear(struct pull *pull)
{
	outcome_clear(&pull->outcome);
	g_free(pull->bench.out);
}

static gboolean passes(const struct bench *bench, const struct victim *victim, guint k)
{
	struct pull pull = pull_start(bench, victim, k);

	program_finish(pull.program, LIMIT_OF_ONE_MS, &pull.outcome);
	gboolean passed = pull.outcome.code == 0;
	pull_clear(&pull);
	return passed;
}

/* The last transfer at which pulling the device is noticed. */
static guint count_transfers(const struct bench *bench, const struct victim *victim)
{
	guint noticed = 1, unnoticed = 2;

	for (; unnoticed < TRANSFERS_MAX && !passes(bench, victim, unnoticed); unnoticed *= 2)
		noticed = unnoticed;
	CU_ASSERT(unnoticed < TRANSFERS_MAX);
	while (unnoticed - noticed > 1) {
		guint middle = (noticed + unnoticed) / 2;
		if (passes(bench, victim, middle))
			unnoticed = middle;
		else
			noticed = middle;
	}
	return noticed;
}

/* The step, or what else was being done. */
static gboolean says_when(json_t *the_case)
{
	const char *reason = text_of(the_case, "reason");
	json_t *failing = json_object_get(the_case, "failing_step");
	g_autofree char *step = g_strdup_printf("step %d (", (int)json_integer_value(json_object_get(failing, "n")));

	if (json_is_object(failing))
		return strstr(reason, step) != NULL;
	return strstr(reason, "opening the slot") || strstr(reason, "the slot's power is UNCONFIRMED");
}

static gboolean is_as_it_should_be(struct pull *pull)
{
	json_t *run = pull->outcome.code == 3 ? run_load(&pull->bench, 1) : NULL;
	json_t *the_case = run_case(run, CASE);
	gboolean good = pull->outcome.in_time && the_case && g_str_equal(text_of(the_case, "verdict"), "error") &&
			g_str_equal(text_of(the_case, "power"), pull->victim->power) &&
			strstr(text_of(the_case, "reason"), pull->victim->named) && says_when(the_case);

	if (!good)
		fprintf(stderr, "\n--- %s pulled at transfer %u: exit %d, verdict %s, power %s, reason: %s\n%s",
			pull->victim->device, pull->k, pull->outcome.code, text_of(the_case, "verdict"),
			text_of(the_case, "power"), text_of(the_case, "reason"), pull->outcome.err);
	json_decref(run);
	return good;
}

static void pull_some(const struct bench *bench, const struct victim *victim, guint first, guint count)
{
	struct pull pulls[AT_A_TIME];

	for (guint i = 0; i < count; i++)
		pulls[i] = pull_start(bench, victim, first + i);
	for (guint i = 0; i < count; i++)
		program_finish(pulls[i].program, LIMIT_OF_ONE_MS, &pulls[i].outcome);
	CU_ASSERT(bench_is_clean(bench));
	for (guint i = 0; i < count; i++) {
		CU_ASSERT(is_as_it_should_be(&pulls[i]));
		pull_clear(&pulls[i]);
	}
}

static void every_transfer(void)
{
	guint all = 0;
	BENCH(bench);

	for (guint v = 0; v < G_N_ELEMENTS(victims); v++) {
		guint count = count_transfers(&bench, &victims[v]);
		all += count;
		CU_ASSERT(count > 20);
		for (guint k = 1; k <= count; k += AT_A_TIME)
			pull_some(&bench, &victims[v], k, MIN(AT_A_TIME, count + 1 - k));
	}
	CU_ASSERT(all >= 100);
	if (all < 100)
		fprintf(stderr, "\nonly %u transfers\n", all);
}

TEST_SUITE(unplug, { "pulled at every transfer", every_transfer })

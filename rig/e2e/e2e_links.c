/* SPDX-License-Identifier: Apache-2.0 */
/* One scenario, every link: the same words and verdicts; one seed: the same bytes. */
#include "e2e_program.h"
#include <stdio.h>

#define SOME (soak() ? "*" : "ERA-02*") /* an erase shows every kind of event */
#define FEW "PWR-08*"			/* sixteen cases, the quickest over USB */
#define HOGS 3
#define ALL (soak() ? "*" : "LIC-0*")
#define ALL_LEAST 20

/* What a person reads of a run: cases, steps, what was expected and seen. Times and transfers stay out. */
static json_t *story_of(const struct bench *bench, guint n)
{
	static const char *const types[] = { "case-begin", "step-begin", "step-end", "case-end", "panel", NULL };
	g_autofree char *text = run_read(bench, n, "timeline.jsonl", NULL);
	json_t *lines = json_lines_load(text ? text : ""), *story = json_array(), *line;
	size_t i;

	json_array_foreach(lines, i, line) if (g_strv_contains(types, text_of(line, "type")))
	{
		json_object_del(line, "seq");
		json_object_del(line, "time_ns");
		json_object_del(line, "prev");
		json_array_append(story, line);
	}
	json_decref(lines);
	return story;
}

static guint count_of_type(json_t *story, const char *type)
{
	guint count = 0;
	size_t i;
	json_t *line;

	json_array_foreach(story, i, line) count += g_str_equal(text_of(line, "type"), type);
	return count;
}

static void expect_same_story(json_t *a, json_t *b)
{
	size_t i;
	json_t *line;

	CU_ASSERT_EQUAL(json_array_size(a), json_array_size(b));
	json_array_foreach(a, i, line)
	{
		if (json_equal(line, json_array_get(b, i)))
			continue;
		g_autofree char *one = json_dumps(line, JSON_SORT_KEYS);
		json_t *twin = json_array_get(b, i);
		g_autofree char *other = twin ? json_dumps(twin, JSON_SORT_KEYS) : NULL;
		expect_same("the two links", one, other);
		return;
	}
}

/* Verdicts as run.json has them. */
static void expect_same_verdicts(json_t *a, json_t *b)
{
	static const char *const members[] = { "case", "verdict", "reason", "power", "steps", "failing_step" };
	size_t i;
	json_t *entry;

	CU_ASSERT(json_equal(json_object_get(a, "totals"), json_object_get(b, "totals")));
	CU_ASSERT(json_equal(json_object_get(a, "requirements"), json_object_get(b, "requirements")));
	json_array_foreach(json_object_get(a, "cases"), i, entry)
	{
		json_t *twin = json_array_get(json_object_get(b, "cases"), i);
		for (guint m = 0; m < G_N_ELEMENTS(members); m++)
			CU_ASSERT(json_equal(json_object_get(entry, members[m]), json_object_get(twin, members[m])));
	}
}

static void same_on_both(void)
{
	BENCH(bench);

	expect_code(&bench, 0, WORDS("run", "scenarios", "--link", "direct", "--filter", ALL, "--out", bench.out));
	expect_code(&bench, 0, WORDS("run", "scenarios", "--link", "usb", "--filter", ALL, "--out", bench.out));
	json_t *direct = run_load(&bench, 1), *usb = run_load(&bench, 2);
	json_t *direct_story = story_of(&bench, 1), *usb_story = story_of(&bench, 2);
	guint cases = count_of_type(direct_story, "case-end");
	CU_ASSERT_EQUAL(cases, json_array_size(json_object_get(direct, "cases")));
	CU_ASSERT(cases > ALL_LEAST);
	CU_ASSERT(count_of_type(direct_story, "step-end") > cases);
	expect_same("link", "direct", text_of(direct, "link"));
	expect_same("link", "usb", text_of(usb, "link"));
	expect_same_verdicts(direct, usb);
	expect_same_story(direct_story, usb_story);
	json_decref(direct);
	json_decref(usb);
	json_decref(direct_story);
	json_decref(usb_story);
}

static void expect_same_bytes(const struct bench *bench, guint n, const char *file, gboolean same)
{
	gsize length = 0, other_length = 0;
	g_autofree char *bytes = run_read(bench, 1, file, &length);
	g_autofree char *other = run_read(bench, n, file, &other_length);
	gboolean equal = bytes && other && length == other_length && memcmp(bytes, other, length) == 0;

	if (equal != same)
		fprintf(stderr, "\n--- %s of run 1 and of run %u: %s\n", file, n, equal ? "equal" : "they differ");
	CU_ASSERT_EQUAL(equal, same);
	CU_ASSERT(length > 10000);
}

static void expect_twin(const struct bench *bench, guint n)
{
	expect_same_bytes(bench, n, "spool", TRUE);
	expect_same_bytes(bench, n, "timeline.jsonl", TRUE);
}

static void direct_bytes(void)
{
	static const char *const jobs[] = { "1", "1", "2", "5" };
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(jobs); i++) {
		expect_code(
		    &bench, 0,
		    WORDS("run", "scenarios", "--seed", "7", "--jobs", jobs[i], "--filter", SOME, "--out", bench.out));
		expect_twin(&bench, i + 1);
	}
	expect_code(&bench, 0, WORDS("run", "scenarios", "--seed", "8", "--filter", SOME, "--out", bench.out));
	expect_same_bytes(&bench, G_N_ELEMENTS(jobs) + 1, "spool", FALSE);
}

static gpointer hog(gpointer stop)
{
	while (!g_atomic_int_get((gint *)stop))
		;
	return NULL;
}

static void run_beside_hogs(const struct bench *bench, const char *const *words)
{
	GThread *threads[HOGS];
	gint stop = 0;

	for (guint i = 0; i < HOGS; i++)
		threads[i] = g_thread_new("hog", hog, &stop);
	struct outcome outcome;
	program_finish(program_start(bench, NULL, words), USB_LIMIT_MS, &outcome);
	g_atomic_int_set(&stop, 1);
	for (guint i = 0; i < HOGS; i++)
		g_thread_join(threads[i]);
	expect_outcome(&outcome, 0);
	outcome_clear(&outcome);
}

static void usb_bytes(void)
{
	const char *which = soak() ? "*" : FEW;
	BENCH(bench);
#define USB(jobs) WORDS("run", "scenarios", "--link", "usb", "--filter", which, "--jobs", jobs, "--out", bench.out)

	expect_code(&bench, 0, USB("1"));
	expect_code(&bench, 0, USB("3"));
	expect_twin(&bench, 2);
	run_beside_hogs(&bench, USB("2"));
	expect_twin(&bench, 3);
#undef USB
}

TEST_SUITE(links, { "the same on both links", same_on_both }, { "direct: the same bytes", direct_bytes },
	   { "usb: the same bytes", usb_bytes })

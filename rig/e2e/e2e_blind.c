/* SPDX-License-Identifier: Apache-2.0 */
/* The second board where its disk cannot be watched: what is not seen is not judged, and nobody is accused. */
#include "e2e_program.h"
#include <string.h>

#define SLOT                                                                                                           \
	"[slot]\nname=blind\nunit=emulated\n[board]\nfirmware=ascii\nusb_vid=1209\nusb_pid=0002\nusb_class=0a\n"       \
	"[usb]\nvid=1209\npid=0002\n[controller]\nadapter=%s/fixtures/ascii/ascii.lua\n[disk]\nobserve=%s\n"
#define REQUESTS "the disk's requests" /* a need, as list --monitors has it */

/* The requirements that a monitor which needs the disk's requests speaks for. */
static GHashTable *seen_by_requests(const struct bench *bench)
{
	GHashTable *ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct outcome outcome = expect_run(bench, 0, WORDS("list", "--monitors", "--json"));
	json_t *lines = json_lines_load(outcome.out), *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		if (!strstr(text_of(line, "needs"), REQUESTS) || !g_str_equal(text_of(line, "kind"), "judges"))
			continue;
		g_auto(GStrv) named = g_strsplit(text_of(line, "requirements"), " ", -1);
		for (char **id = named; *id; id++)
			g_hash_table_add(ids, g_strdup(*id));
	}
	json_decref(lines);
	outcome_clear(&outcome);
	CU_ASSERT(g_hash_table_contains(ids, "ERA-04") && g_hash_table_size(ids) > 10);
	return ids;
}

static void expect_unseen_unjudged(const struct bench *bench, guint n, guint *passed)
{
	g_autoptr(GHashTable) ids = seen_by_requests(bench);
	json_t *run = run_load(bench, n), *entry;
	size_t i;

	json_array_foreach(json_object_get(run, "requirements"), i, entry)
	{
		const char *verdict = text_of(entry, "verdict"), *id = text_of(entry, "id");
		if (g_hash_table_contains(ids, id))
			expect_same(id, "not judged", verdict);
		*passed += g_str_equal(verdict, "pass");
		CU_ASSERT_STRING_NOT_EQUAL(verdict, "fail");
	}
	json_decref(run);
}

static void unwatched(void)
{
	static const char *const observe[] = { "none", "snapshot" };
	guint passed[G_N_ELEMENTS(observe)] = { 0 };

	for (guint i = 0; i < G_N_ELEMENTS(observe); i++) {
		BENCH(bench);
		g_autofree char *text = g_strdup_printf(SLOT, root_folder(), observe[i]);
		g_autofree char *slot = bench_write(&bench, "blind.ini", text);

		expect_code(&bench, 0,
			    WORDS("run", "scenarios/erase", "scenarios/boot", "--slot", slot, "--formats", "run",
				  "--out", bench.out));
		expect_unseen_unjudged(&bench, 1, &passed[i]);
		expect_code(&bench, 3,
			    WORDS("run", "scenarios/erase", "--filter", "ERA-04*", "--slot", slot, "--formats", "run",
				  "--out", bench.out, "--require-judged", "ERA-04"));
	}
	/* What lies on the disk afterwards can be judged by a snapshot. */
	CU_ASSERT(passed[0] > 0 && passed[1] > passed[0]);
}

TEST_SUITE(blind, { "what is not seen is not judged", unwatched })

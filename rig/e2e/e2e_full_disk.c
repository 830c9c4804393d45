/* SPDX-License-Identifier: Apache-2.0 */
/* The disk is full in the middle of a run: said clearly, and nothing half-written has a final name. */
#include "e2e_program.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>

/* A file system of that size in the bench's --out. In a mount namespace of the tests' own, so that none can be left. */
static gboolean small_disk(const struct bench *bench, const char *size)
{
	g_autofree char *options = g_strconcat("size=", size, NULL);

	g_assert(g_mkdir_with_parents(bench->out, 0755) == 0);
	if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", bench->out, "tmpfs", 0, options) == 0)
		return TRUE;
	fprintf(stderr, "\nnote: no small disk could be mounted (%s): the full disk is not tested\n",
		g_strerror(errno));
	return FALSE;
}

/* A report that is there is whole. */
static const struct {
	const char *name, *magic;
} traces[] = { { "trace.pcapng", "\n\r\r\n" },
	       { "disk*.blktrace.0", "\x07tae" },
	       { "disk*.log-writes", "rhsw" },
	       { "logic.vcd", "$ver" },
	       { "logic-*.sr", "PK\3\4" } };

static gboolean is_trace(const char *name, const char *bytes, gsize length)
{
	for (guint i = 0; i < G_N_ELEMENTS(traces); i++)
		if (g_pattern_match_simple(traces[i].name, name)) {
			CU_ASSERT(!bytes || (length > 4 && !memcmp(bytes, traces[i].magic, 4)));
			return TRUE;
		}
	return FALSE;
}

static void expect_whole(const struct bench *bench, const char *name)
{
	gsize length = 0;
	g_autofree char *text = run_read(bench, 1, name, &length);

	if (!text || is_trace(name, text, length))
		return;
	CU_ASSERT(length > 0 && text[length - 1] == '\n');
	if (g_str_equal(name, "run.json")) {
		json_t *run = run_load(bench, 1);
		expect_same("ended", "torn", text_of(run, "ended"));
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(run, "exit")), 3);
		json_decref(run);
	} else if (g_str_equal(name, "junit.xml")) {
		xmlDocPtr document = xmlReadMemory(text, (int)length, name, NULL, XML_PARSE_NONET);
		CU_ASSERT_PTR_NOT_NULL(document);
		xmlFreeDoc(document);
	} else if (g_str_equal(name, "timeline.jsonl")) {
		json_t *lines = json_lines_load(text);
		CU_ASSERT(json_array_size(lines) > 0);
		json_decref(lines);
	} else if (g_str_equal(name, "SHA256SUMS")) {
		g_autofree char *folder = run_folder(bench, 1);
		run_tool(folder, WORDS("sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"));
	} else {
		expect_says(text, "</html>");
	}
}

static void expect_tidy(const struct bench *bench)
{
	static const char *const reports[] = { "run.json",	 "junit.xml",  "report.html",
					       "timeline.jsonl", "SHA256SUMS", NULL };
	g_autofree char *folder = run_folder(bench, 1);
	g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
	const char *name;

	while (listing && (name = g_dir_read_name(listing))) {
		gboolean report = g_strv_contains(reports, name) || is_trace(name, NULL, 0);
		gboolean known = report || g_str_has_prefix(name, "spool");
		if (!known)
			fprintf(stderr, "\n%s is there, although it cannot be whole\n", name);
		CU_ASSERT(known);
		if (report)
			expect_whole(bench, name);
	}
	CU_ASSERT_PTR_NOT_NULL(listing);
}

static void full_disk(void)
{
	static const char *const sizes[] = { "256k", "1m", "2m" };

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		BENCH(bench);
		if (!small_disk(&bench, sizes[i]))
			return;
		struct outcome outcome = expect_run(&bench, 3, WORDS("run", "scenarios", "--out", bench.out));
		expect_says(outcome.err, "No space left on device");
		expect_says(outcome.err, bench.out);
		expect_says(outcome.err, "/run-0001' makes what is missing once there is room");
		CU_ASSERT(bench_is_clean(&bench));
		expect_tidy(&bench);
		outcome_clear(&outcome);
		umount2(bench.out, MNT_DETACH);
	}
}

TEST_SUITE(full_disk, { "in the middle of a run", full_disk })

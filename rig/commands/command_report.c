/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig report */
#include "rig/command.h"
#include "rig/explore/explore_page.h"
#include "rig/remake.h"

static const char help[] =
    "Makes every report and trace of a run from its spool once more, and says what was recovered where the run was\n"
    "killed or its disk was full. Records of a logic analyzer that claim more than they can hold are left out and\n"
    "counted. The spool is read, never written. Of a folder that wiperig explore --out has made, its page.\n"
    "\n"
    "Examples:\n"
    "  wiperig report runs/run-0007\n"
    "  wiperig report found                          explore.html, from explore.jsonl\n"
    "  cp -r runs/run-0007 /tmp/copy && wiperig report /tmp/copy\n"
    "\n"
    "Exit: 0 all formats are made · 2 usage, or it is no run's folder · 3 the run is still under way, its spool cannot "
    "be\n"
    "read, or a format could not be made.\n";

static void print_lost(guint64 bytes)
{
	if (bytes)
		g_print(", torn: %" G_GUINT64_FORMAT " bytes after the last whole record are lost\n", bytes);
	else
		g_print("\n");
}

static void print_segment(const struct remake_segment *segment)
{
	if (!segment->is_spool)
		g_print("case %u: its segment holds nothing yet\n", segment->case_no);
	else if (!segment->used)
		g_print("case %u: its segment is in the spool already\n", segment->case_no);
	else {
		g_print("case %u: %" G_GUINT64_FORMAT " records of its segment", segment->case_no, segment->records);
		print_lost(segment->lost_bytes);
	}
}

static void print_names(const char *what, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++)
		g_print("%s%s", i ? ", " : what, (const char *)names->pdata[i]);
	if (names->len)
		g_print("\n");
}

static void print_found(const struct remake *remake)
{
	g_print("spool: %" G_GUINT64_FORMAT " records", remake->records);
	print_lost(remake->lost_bytes);
	for (guint i = 0; i < remake->segments->len; i++)
		print_segment(&g_array_index(remake->segments, struct remake_segment, i));
	if (!remake->has_end)
		g_print("the run's end is not recorded: cases without an end are errors of the rig\n");
	g_print("recovered: %" G_GUINT64_FORMAT " records\n", remake->told);
	if (remake->senseless)
		g_print("damaged: %" G_GUINT64_FORMAT
			" records of the logic analyzer claim what they cannot hold, or are cut short: "
			"what they told is left out\n",
			remake->senseless);
	print_names("made: ", remake->made);
	print_names("not observed: ", remake->absent);
}

/* Not a run's folder but one of wiperig explore. */
static int report_explored(const char *folder, const char *results, const struct explore_page *page)
{
	g_autoptr(GError) error = NULL;
	struct explore_share *all = explore_share_load(results, &error);

	if (all && page->write(folder, all, &error))
		g_print("made: %s\n", page->filename);
	explore_share_free(all);
	return error ? command_fail(error) : EXIT_PASSED;
}

static int report(const char *folder, const struct catalogue *catalogue)
{
	g_autofree char *explored = g_build_filename(folder, EXPLORE_RESULTS_FILE, NULL);
	struct remake remake;
	g_autoptr(GError) error = NULL;

	if (catalogue->explore_page && g_file_test(explored, G_FILE_TEST_EXISTS))
		return report_explored(folder, explored, catalogue->explore_page);
	gboolean good = remake_run(folder, catalogue->sinks, &remake, &error);

	if (good)
		print_found(&remake);
	for (guint i = 0; i < remake.failed->len; i++)
		g_printerr("wiperig report: %s\n", (const char *)remake.failed->pdata[i]);
	int code = !good ? command_fail(error) : remake.failed->len ? EXIT_RIG_FAILED : EXIT_PASSED;
	remake_clear(&remake);
	return code;
}

static int report_main(int argc, char **argv, const struct catalogue *catalogue)
{
	const GOptionEntry entries[] = { { NULL } };
	int code;

	if (!command_parse(&argc, &argv, "RUN - make a run's reports and traces once more", help, entries, &code))
		return code;
	if (argc != 2) {
		g_printerr("wiperig report: name one run's folder\nTry 'wiperig report --help'.\n");
		return EXIT_USAGE;
	}
	return report(argv[1], catalogue);
}

const struct command report_command = { "report", "Make a run's reports and traces once more from its spool",
					report_main };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expectations about what lies on the disk: after an erase, by stretches over all of it and by the evaluator's windows
 * (WIPE-T4); what was planted and must be there, or must not be any more (WIPE-T1, WIPE-T6).
 */
#include "rig/content.h"
#include "rig/disk_view.h"
#include "rig/disk_log.h"
#include "rig/steps/steps.h"
#include <string.h>

/* The disk that is named, or every one in turn; FALSE after the last. `*disk` is -1 at first. */
static gboolean next_disk(json_t *arguments, gint *disk)
{
	gint64 named = argument_integer(arguments, "disk", -1);

	if (named >= 0 && *disk < 0)
		*disk = (gint)named;
	else if (named < 0 && *disk + 1 < VIEW_DISKS)
		(*disk)++;
	else
		return FALSE;
	return TRUE;
}

static char *wanted_text(json_t *arguments)
{
	return g_strdup_printf("%s%s", argument_text(arguments, "is", "any"),
			       argument_integer(arguments, "hidden", 0) ? ", hidden areas included" : "");
}

static gboolean no_disk(GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "no disk was looked at");
	return FALSE;
}

static gboolean run_erased(struct execution *execution, json_t *arguments, GError **error)
{
	guint wanted = argument_choice(arguments, "is", disk_wanted_choices);
	gboolean hidden = argument_integer(arguments, "hidden", 0) != 0;
	g_autofree char *bad = NULL;
	struct disk_view view;
	guint64 all = 0;

	if (!disk_view_open(&view, execution, OBSERVE_CONTENT, error))
		return FALSE;
	for (gint disk = -1; !bad && next_disk(arguments, &disk);) {
		struct disk_area area = { (guint)disk, 0, 0 };
		if (!disk_view_sectors(&view, (guint)disk, hidden, &area.count, error) ||
		    !disk_view_holds(&view, &area, (enum disk_wanted)wanted, &bad, error))
			return FALSE;
		all += area.count;
	}
	if (!all)
		return no_disk(error);
	execution_judge(execution, !bad, wanted_text(arguments),
			bad ? g_strdup(bad) : g_strdup_printf("%" G_GUINT64_FORMAT " sectors, each so", all));
	return TRUE;
}

static char *describe_erased(json_t *arguments)
{
	g_autofree char *wanted = wanted_text(arguments);

	return g_strdup_printf("Every sector of the disk is overwritten: %s", wanted);
}

/* How many sectors stay out of reach, as far as it can be told; with `wanted` it is said in *bad what these hold else.
 */
static gboolean look_behind(const struct disk_view *view, const guint *wanted, guint64 *out_of_reach, char **bad,
			    GError **error)
{
	*out_of_reach = 0;
	for (guint disk = 0; disk < VIEW_DISKS && !*bad; disk++) {
		struct disk_area area = { disk, 0, 0 };
		guint64 accessible;
		if (!disk_view_sectors(view, disk, FALSE, &accessible, error) ||
		    !disk_view_sectors(view, disk, TRUE, &area.count, error) ||
		    (wanted && !disk_view_holds(view, &area, (enum disk_wanted) * wanted, bad, error)))
			return FALSE;
		*out_of_reach += area.count - accessible;
	}
	return TRUE;
}

/* A unit may erase what its disk hides, or declare it: both are said in its report, and held against the disk. */
static gboolean run_hidden(struct execution *execution, json_t *arguments, GError **error)
{
	const char *outcome = argument_text(arguments, "outcome", "");
	gint64 sectors = argument_integer(arguments, "sectors", 0), least = argument_integer(arguments, "at_least", 1);
	guint wanted = argument_choice(arguments, "is", disk_wanted_choices);
	gboolean erased = g_str_equal(outcome, "erased"), declared = g_str_equal(outcome, "declared");
	g_autofree char *bad = NULL;
	guint64 out_of_reach;
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_CONTENT, error) ||
	    !look_behind(&view, erased ? &wanted : NULL, &out_of_reach, &bad, error))
		return FALSE;
	/* Declared are those that stay hidden; some may have been made accessible, and erased. */
	if (declared)
		least = MAX((gint64)out_of_reach, 1);
	execution_judge(execution, (erased || declared) && !bad && sectors >= least,
			g_strdup_printf("at least %" G_GINT64_FORMAT " hidden sectors erased, or declared", least),
			g_strdup_printf("\"%s\", %" G_GINT64_FORMAT " hidden sectors%s%s", outcome, sectors,
					bad ? "; " : "", bad ? bad : ""));
	return TRUE;
}

/* A fingerprint, for comparison. */
static gboolean run_sectors(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 count = argument_integer(arguments, "count", 1);
	guint8 bytes[64 * CONTENT_SECTOR];
	struct disk_view view;

	if (count < 1 || count > 64) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "count must be 1 to 64");
		return FALSE;
	}
	if (!disk_view_open(&view, execution, OBSERVE_CONTENT, error) ||
	    !disk_view_read(&view, (guint)argument_integer(arguments, "disk", 0),
			    (guint64)argument_integer(arguments, "lba", 0), (guint)count, FALSE, bytes, error))
		return FALSE;
	char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, (gsize)count * CONTENT_SECTOR);
	execution_set(execution, argument_text(arguments, "as", ""), json_string(digest));
	g_free(digest);
	return TRUE;
}

/* ---- the evaluator's windows, each with the sectors that the disk has of it */

#define WINDOW_28BIT G_GUINT64_CONSTANT(268435456)
#define WINDOW_32BIT G_GUINT64_CONSTANT(4294967296)
#define RANDOM_SECTORS 10

static const char *const window_choices[] = { "first", "middle", "last", "random", "28bit", "32bit", NULL };

struct window {
	const char *name;
	guint64 lba, count;
};

static void add_window(GArray *windows, const char *name, guint64 lba, guint64 count, guint64 sectors)
{
	struct window window = { name, lba, lba < sectors ? MIN(count, sectors - lba) : 0 };

	if (window.count)
		g_array_append_val(windows, window);
}

static GArray *windows_of(guint64 sectors, guint64 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed_array((guint32[]){ (guint32)seed, (guint32)(seed >> 32) }, 2);
	GArray *windows = g_array_new(FALSE, FALSE, sizeof(struct window));
	guint64 middle = sectors / 2;

	add_window(windows, "first", 0, 2049, sectors);
	add_window(windows, "middle", middle - MIN(middle, 129), 129 + 1 + 129, sectors);
	add_window(windows, "last", sectors - MIN(sectors, 1025), 1025, sectors);
	for (guint i = 0; sectors && i < RANDOM_SECTORS; i++) {
		guint64 place = ((guint64)g_rand_int(random) << 32 | g_rand_int(random)) % sectors;
		add_window(windows, "random", place, 1, sectors);
	}
	if (sectors > WINDOW_28BIT)
		add_window(windows, "28bit", WINDOW_28BIT - 129, 129 + 1 + 129, sectors);
	if (sectors > WINDOW_32BIT)
		add_window(windows, "32bit", WINDOW_32BIT - 129, 129 + 1 + 129, sectors);
	return windows;
}

static gboolean look_at_window(const struct disk_view *view, guint disk, const struct window *window,
			       enum disk_wanted wanted, char **bad, GError **error)
{
	const struct disk_area area = { disk, window->lba, window->count };

	return disk_view_holds(view, &area, wanted, bad, error) &&
	       (*bad || disk_view_reads(view, &area, wanted, bad, error));
}

/* One disk's windows; `seen` gets what was looked at, *bad what is wrong. */
static gboolean look_at_windows(const struct disk_view *view, guint disk, json_t *arguments, GString *seen, char **bad,
				GError **error)
{
	guint wanted = argument_choice(arguments, "is", disk_wanted_choices);
	const char *only = argument_text(arguments, "window", NULL);
	guint64 sectors;

	if (!disk_view_sectors(view, disk, FALSE, &sectors, error))
		return FALSE;
	g_autoptr(GArray) windows = windows_of(sectors, view->execution->seed + disk);
	for (guint i = 0; i < windows->len && !*bad; i++) {
		const struct window *window = &g_array_index(windows, struct window, i);
		g_autofree char *where = NULL;
		if (only && !g_str_equal(only, window->name))
			continue;
		if (!look_at_window(view, disk, window, (enum disk_wanted)wanted, &where, error))
			return FALSE;
		g_string_append_printf(seen, "%s%s %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT, seen->len ? ", " : "",
				       window->name, window->lba, window->count);
		if (where)
			*bad = g_strdup_printf("window \"%s\": %s", window->name, where);
	}
	return TRUE;
}

static gboolean run_windows(struct execution *execution, json_t *arguments, GError **error)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autofree char *bad = NULL;
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_CONTENT, error))
		return FALSE;
	for (gint disk = -1; !bad && next_disk(arguments, &disk);)
		if (!look_at_windows(&view, (guint)disk, arguments, seen, &bad, error))
			return FALSE;
	if (!seen->len)
		return no_disk(error);
	execution_judge(execution, !bad, wanted_text(arguments), bad ? g_strdup(bad) : g_strdup(seen->str));
	return TRUE;
}

static char *describe_windows(json_t *arguments)
{
	return g_strdup_printf("WIPE-T4: %s of the evaluator's windows %s overwritten: %s",
			       argument_has(arguments, "window") ? "one" : "all",
			       argument_has(arguments, "window") ? "is" : "are", argument_text(arguments, "is", ""));
}

/* ---- searches */

#define NEEDLE_BYTES_MIN 4

static GBytes *needle_of(json_t *arguments, GError **error)
{
	const char *value = argument_text(arguments, "value", NULL), *hex = argument_text(arguments, "hex", "");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gsize length = strlen(hex);

	if (value && *hex == 0)
		g_byte_array_append(bytes, (const guint8 *)value, (guint)strlen(value));
	for (gsize i = 0; !value && i + 1 < length; i += 2) {
		int high = g_ascii_xdigit_value(hex[i]), low = g_ascii_xdigit_value(hex[i + 1]);
		if (high >= 0 && low >= 0)
			g_byte_array_append(bytes, &(guint8){ (guint8)(high << 4 | low) }, 1);
	}
	if (bytes->len >= NEEDLE_BYTES_MIN && (value || bytes->len * 2 == length))
		return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "either value, or hex in pairs of digits, of at least %d bytes: fewer are found anywhere",
		    NEEDLE_BYTES_MIN);
	return NULL;
}

static gboolean search(struct execution *execution, json_t *arguments, gboolean wanted, GError **error)
{
	g_autoptr(GBytes) needle = needle_of(arguments, error);
	struct disk_view view;
	guint64 found = 0, where = 0;

	if (!needle || !disk_view_open(&view, execution, OBSERVE_CONTENT, error))
		return FALSE;
	for (gint disk = -1; !found && next_disk(arguments, &disk);) {
		guint64 sectors;
		if (!disk_view_sectors(&view, (guint)disk, TRUE, &sectors, error) ||
		    (sectors && !disk_view_search(&view, (guint)disk, needle, &found, &where, error)))
			return FALSE;
	}
	execution_judge(execution, (found > 0) == wanted, g_strdup(wanted ? "on the medium" : "not on the medium"),
			found ? g_strdup_printf("in %" G_GUINT64_FORMAT " sectors, the first is LBA %" G_GUINT64_FORMAT,
						found, where)
			      : g_strdup("nowhere"));
	return TRUE;
}

static gboolean run_not_on_disk(struct execution *execution, json_t *arguments, GError **error)
{
	return search(execution, arguments, FALSE, error);
}

static gboolean run_on_disk(struct execution *execution, json_t *arguments, GError **error)
{
	return search(execution, arguments, TRUE, error);
}

#define DISK_ARGUMENT                                                                                                  \
	{                                                                                                              \
		"disk", ARGUMENT_INTEGER, FALSE, NULL, "0 or 1 (each that there is)"                                   \
	}
#define IS_ARGUMENT                                                                                                    \
	{                                                                                                              \
		"is", ARGUMENT_CHOICE, TRUE, disk_wanted_choices, "what lies there"                                    \
	}

static const struct step_argument erased_arguments[] = {
	IS_ARGUMENT,
	DISK_ARGUMENT,
	{ "hidden", ARGUMENT_BOOLEAN, FALSE, NULL, "with what lies behind the accessible sectors (false)" },
	{ NULL },
};
static const struct step_argument hidden_arguments[] = {
	{ "outcome", ARGUMENT_TEXT, TRUE, NULL, "the report's hidden: \"erased\" or \"declared\"" },
	{ "sectors", ARGUMENT_INTEGER, TRUE, NULL, "the report's hidden_sectors" },
	{ "at_least", ARGUMENT_INTEGER, TRUE, NULL, "how many are hidden" },
	IS_ARGUMENT,
	{ NULL },
};
static const struct step_argument sectors_arguments[] = {
	{ "lba", ARGUMENT_INTEGER, TRUE, NULL, "the first sector" },
	{ "count", ARGUMENT_INTEGER, FALSE, NULL, "how many, at most 64 (1)" },
	{ "disk", ARGUMENT_INTEGER, FALSE, NULL, "0 (default) or 1" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for their SHA-256" },
	{ NULL },
};
static const struct step_argument windows_arguments[] = {
	IS_ARGUMENT,
	DISK_ARGUMENT,
	{ "window", ARGUMENT_CHOICE, FALSE, window_choices, "one of them (all)" },
	{ NULL },
};
static const struct step_argument search_arguments[] = {
	{ "value", ARGUMENT_TEXT, FALSE, NULL, "a text …" },
	{ "hex", ARGUMENT_TEXT, FALSE, NULL, "… or bytes" },
	DISK_ARGUMENT,
	{ NULL },
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_disk[] = {
	{ .name = "expect.disk_erased",
	  .summary = "Every sector of the disk is overwritten",
	  .arguments = erased_arguments,
	  EXPECT,
	  .run = run_erased,
	  .describe = describe_erased },
	{ .name = "expect.hidden_areas",
	  .summary = "Hidden areas are erased, or declared in the report",
	  .arguments = hidden_arguments,
	  EXPECT,
	  .run = run_hidden },
	{ .name = "read.sectors",
	  .summary = "Fingerprint of some sectors as they lie on the medium",
	  .arguments = sectors_arguments,
	  .run = run_sectors },
	{ .name = "expect.windows",
	  .summary = "The evaluator's windows (WIPE-T4) are overwritten",
	  .arguments = windows_arguments,
	  EXPECT,
	  .run = run_windows,
	  .describe = describe_windows },
	{ .name = "expect.not_on_disk",
	  .summary = "Some bytes are nowhere on the medium (WIPE-T6)",
	  .arguments = search_arguments,
	  EXPECT,
	  .run = run_not_on_disk },
	{ .name = "expect.on_disk",
	  .summary = "Some bytes are on the medium (WIPE-T1)",
	  .arguments = search_arguments,
	  EXPECT,
	  .run = run_on_disk },
	{ NULL },
};

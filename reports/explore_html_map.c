/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_html_internal.h"

#define MARK_APART 4.0 /* percent of the width below which two marks do not stand in one row */
#define FAULTS_MAX 3u  /* that are named of a stretch */

/* What is said of a column; also its class in the style sheet. */
enum outcome { OUTCOME_GOOD, OUTCOME_BAD, OUTCOME_SHARED, OUTCOME_LATER, OUTCOME_UNKNOWN, OUTCOMES };
static const struct {
	const char *class, *word, *text;
} outcomes[OUTCOMES] = {
	[OUTCOME_GOOD] = { "p", "good", "no cut here leads to a failure" },
	[OUTCOME_BAD] = { "f", "fails", "a start fails in the state that a cut here leaves" },
	[OUTCOME_SHARED] = { "m", "may fail", "the same state, before the first cut of which this is proved" },
	[OUTCOME_LATER] = { "l", "fails when it is cut again",
			    "a start fails if the power goes again while the unit recovers" },
	[OUTCOME_UNKNOWN] = { "u", "not all looked at", "not everything was looked at" },
};

struct column {
	guint64 first, last;
	guint32 set[2]; /* after this cut; after more */
	guint waiting;
};

static const struct explore_finding *finding_at(const struct explore_result *result, guint i)
{
	return &g_array_index(result->findings, struct explore_finding, i);
}

static const struct explore_outcome *outcome_at(const struct explore_result *result, guint i)
{
	return &g_array_index(result->outcomes, struct explore_outcome, i);
}

/* --- columns --- */

static GArray *make_columns(const struct explore_result *result, guint64 instants)
{
	const guint64 count = MIN(instants, EXPLORE_HTML_COLUMNS);
	GArray *columns = g_array_new(FALSE, FALSE, sizeof(struct column));
	guint at = 0;

	for (guint64 i = 0; i < count; i++) {
		struct column column = { .first = (guint64)((double)i * (double)instants / (double)count),
					 .last = (guint64)((double)(i + 1) * (double)instants / (double)count) - 1 };

		if (i + 1 == count)
			column.last = instants - 1;
		while (outcome_at(result, at)->last < column.first)
			at++;
		for (guint k = at; k < result->outcomes->len && outcome_at(result, k)->first <= column.last; k++) {
			column.set[0] |= outcome_at(result, k)->alone;
			column.set[1] |= outcome_at(result, k)->later;
			column.waiting = MAX(column.waiting, outcome_at(result, k)->waiting);
		}
		g_array_append_val(columns, column);
	}
	return columns;
}

/* Whether by this cut, or one before it, a fault of the set came about. */
static gboolean is_proved(const struct explore_result *result, const struct column *column)
{
	for (guint i = 0; i < result->findings->len; i++) {
		const struct explore_finding *finding = finding_at(result, i);

		if (column->set[0] >> finding->fault & 1 && finding->cuts <= 1 &&
		    explore_outcomes_place(finding) <= column->last)
			return TRUE;
	}
	return FALSE;
}

/* What fails after one cut fails after more, too. */
static guint32 set_of(const struct column *column, guint row)
{
	return row && column->set[1] ? column->set[1] : column->set[0];
}

static enum outcome outcome_of(const struct explore_result *result, const struct column *column, guint row)
{
	const guint32 set = set_of(column, row);

	if (!set)
		return OUTCOME_GOOD;
	if (set == EXPLORE_OUTCOME_UNKNOWN)
		return OUTCOME_UNKNOWN;
	if (row && set == column->set[1])
		return OUTCOME_LATER;
	return is_proved(result, column) ? OUTCOME_BAD : OUTCOME_SHARED;
}

/* --- drawing --- */

static void append_faults(GString *out, guint32 set)
{
	guint count = 0;

	for (guint fault = 0; fault < EXPLORE_FAULTS; fault++)
		if (set >> fault & 1 && count++ < FAULTS_MAX)
			g_string_append_printf(out, "%s%s", count > 1 ? ", " : "", explore_faults[fault].name);
	if (count > FAULTS_MAX)
		g_string_append_printf(out, " and %u more", count - FAULTS_MAX);
}

static void append_stretch(GString *out, const GArray *columns, guint from, guint to, guint row, enum outcome outcome)
{
	const struct column *first = &g_array_index(columns, struct column, from);
	const struct column *last = &g_array_index(columns, struct column, to - 1);
	guint waiting = 0;

	for (guint i = from; i < to; i++)
		waiting = MAX(waiting, g_array_index(columns, struct column, i).waiting);
	g_string_append_printf(out, "<rect class=\"%s\" x=\"%u\" y=\"0\" width=\"%u\" height=\"1\"><title>Operations ",
			       outcomes[outcome].class, from, to - from);
	explore_html_number(out, first->first);
	g_string_append(out, " to ");
	explore_html_number(out, last->last);
	g_string_append_printf(out, ", up to %u writes waiting: %s", waiting, outcomes[outcome].word);
	if (set_of(first, row) & ~EXPLORE_OUTCOME_UNKNOWN) {
		g_string_append(out, ": ");
		append_faults(out, set_of(first, row));
	}
	g_string_append(out, "</title></rect>");
}

static const char *const labels[] = { "after this cut", "after this cut and more" };

static void append_label(GString *out, guint row)
{
	g_string_append_printf(out, "<p class=\"row\">%s</p>", labels[row]);
}

static void append_row(GString *out, const struct explore_result *result, const GArray *columns, guint row)
{
	guint from = 0;

	g_string_append_printf(out,
			       "<svg role=\"img\" aria-label=\"outcomes %s\" viewBox=\"0 0 %u 1\" "
			       "preserveAspectRatio=\"none\">",
			       labels[row], columns->len);
	for (guint i = 1; i <= columns->len; i++) {
		const struct column *begin = &g_array_index(columns, struct column, from);
		const enum outcome outcome = outcome_of(result, begin, row);

		if (i < columns->len) {
			const struct column *next = &g_array_index(columns, struct column, i);

			if (set_of(next, row) == set_of(begin, row) && outcome_of(result, next, row) == outcome)
				continue;
		}
		append_stretch(out, columns, from, i, row, outcome);
		from = i;
	}
	g_string_append(out, "</svg>\n");
}

/* --- marks --- */

struct mark {
	const struct explore_finding *finding;
	guint64 place;
	guint number, row;
	double left; /* percent */
};

static gint by_operation(gconstpointer a, gconstpointer b)
{
	const struct mark *one = a, *other = b;

	if (one->place != other->place)
		return one->place < other->place ? -1 : 1;
	return one->finding->cuts != other->finding->cuts ? (one->finding->cuts < other->finding->cuts ? -1 : 1)
							  : (one->number < other->number ? -1 : 1);
}

/* Those that need a cut, from the earliest on; `rows`: how many they take. */
static GArray *make_marks(const struct explore_result *result, guint64 instants, guint first, guint *rows)
{
	GArray *marks = g_array_new(FALSE, FALSE, sizeof(struct mark));
	g_autofree double *ends = g_new(double, result->findings->len + 1);

	for (guint i = 0; i < result->findings->len; i++) {
		const struct explore_finding *finding = finding_at(result, i);
		const guint64 at = MIN(explore_outcomes_place(finding), instants - 1);
		const struct mark mark = { finding, at, first + i, 0, ((double)at + 0.5) * 100.0 / (double)instants };

		if (finding->cuts)
			g_array_append_val(marks, mark);
	}
	g_array_sort(marks, by_operation);
	*rows = 0;
	for (guint i = 0; i < marks->len; i++) {
		struct mark *mark = &g_array_index(marks, struct mark, i);

		while (mark->row < *rows && mark->left - ends[mark->row] < MARK_APART)
			mark->row++;
		*rows = MAX(*rows, mark->row + 1);
		ends[mark->row] = mark->left;
	}
	return marks;
}

static void append_marks(GString *out, const struct explore_result *result, guint64 instants, guint first)
{
	guint rows;
	g_autoptr(GArray) marks = make_marks(result, instants, first, &rows);

	if (!marks->len)
		return;
	g_string_append_printf(out, "<div class=\"marks\" style=\"height:%.1frem\">", 1.3 * rows);
	for (guint i = 0; i < marks->len; i++) {
		const struct mark *mark = &g_array_index(marks, struct mark, i);

		g_string_append_printf(out,
				       "<a class=\"mark%s\" href=\"#f-%u\" style=\"left:%.2f%%;bottom:%.1frem\" "
				       "title=\"%s%s, operation %" G_GUINT64_FORMAT "\">▼%u</a>",
				       i ? "" : " first", mark->number, mark->left, 1.3 * mark->row,
				       i ? "" : "The first cut that fails: ", explore_faults[mark->finding->fault].name,
				       mark->finding->operation, mark->number);
	}
	g_string_append(out, "</div>");
}

void explore_html_map(GString *out, const struct explore_result *result, guint first)
{
	if (!result->outcomes->len) {
		g_string_append(out, "<p class=\"note\">There is no map of this erase.</p>\n");
		return;
	}
	const guint64 instants = outcome_at(result, result->outcomes->len - 1)->last + 1;
	g_autoptr(GArray) columns = make_columns(result, instants);

	g_string_append(out, "<div class=\"map\">");
	append_label(out, 0);
	append_marks(out, result, instants, first);
	append_row(out, result, columns, 0);
	append_label(out, 1);
	append_row(out, result, columns, 1);
	g_string_append(out,
			"<p class=\"axis\"><span>0</span><span>operations of the erase that have begun when the power "
			"goes first</span><span>");
	explore_html_number(out, instants - 1);
	g_string_append(out, "</span></p></div>\n");
}

void explore_html_legend(GString *out)
{
	g_string_append(out, "<ul class=\"legend\">");
	for (guint i = 0; i < OUTCOMES; i++)
		g_string_append_printf(out, "<li><i class=\"%s\"></i>%s</li>", outcomes[i].class, outcomes[i].text);
	g_string_append(out, "<li><b>▼1</b>the first cut of finding 1</li></ul>\n<p class=\"note\">Cuts that leave the "
			     "same memories leave one state, which is judged for all of them: where nothing is marked, "
			     "no cut fails, as deep as was looked, and but for what the crash model leaves out; what "
			     "is marked was found in such a state.</p>\n");
}

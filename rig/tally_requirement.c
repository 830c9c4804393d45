/* SPDX-License-Identifier: Apache-2.0 */
#include "tally_requirement.h"

/* What was seen of a requirement. The first reason of each kind is kept: it is the one to look into. */
struct entry {
	struct tally_requirement result; /* first: the results' array points at entries */
	char *id;			 /* owned where the table does not know it */
	guint skipped;			 /* cases naming it that were skipped */
	char *why[TALLY_VERDICTS];	 /* of TALLY_PASS: why one does not count */
};

/* A case under way. */
struct trial {
	GHashTable *off;    /* what cannot be judged in it: id → the monitor that is off, and why */
	GHashTable *passed; /* struct entry * that an expectation of it has judged, and passed */
};

struct tally_judge {
	GPtrArray *entries; /* of struct entry *, owned */
	GHashTable *by_id;
	GHashTable *trials; /* by their const struct tally_case * */
};

static void entry_free(gpointer data)
{
	struct entry *e = data;

	for (int i = 0; i < TALLY_VERDICTS; i++)
		g_free(e->why[i]);
	g_free(e->result.reason);
	g_ptr_array_unref(e->result.cases);
	g_free(e->id);
	g_free(e);
}

static void trial_free(gpointer data)
{
	struct trial *trial = data;

	g_hash_table_unref(trial->off);
	g_hash_table_unref(trial->passed);
	g_free(trial);
}

static struct trial *trial_of(struct tally_judge *judge, const struct tally_case *c)
{
	struct trial *trial = g_hash_table_lookup(judge->trials, c);

	if (trial)
		return trial;
	trial = g_new0(struct trial, 1);
	trial->off = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	trial->passed = g_hash_table_new(NULL, NULL);
	g_hash_table_insert(judge->trials, (gpointer)c, trial);
	return trial;
}

static struct entry *add(struct tally_judge *judge, const struct requirement *r, char *owned_id)
{
	struct entry *e = g_new0(struct entry, 1);

	e->id = owned_id;
	e->result = (struct tally_requirement){ .id = r->id, .text = r->text, .source = r->source, .kind = r->kind };
	e->result.cases = g_ptr_array_new();
	g_ptr_array_add(judge->entries, e);
	g_hash_table_insert(judge->by_id, (gpointer)r->id, e);
	return e;
}

struct tally_judge *tally_judge_new(const struct requirement_table *table)
{
	struct tally_judge *judge = g_new0(struct tally_judge, 1);

	judge->entries = g_ptr_array_new_with_free_func(entry_free);
	judge->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	judge->trials = g_hash_table_new_full(NULL, NULL, NULL, trial_free);
	for (guint i = 0; i < requirement_table_count(table); i++)
		add(judge, requirement_table_at(table, i), NULL);
	return judge;
}

void tally_judge_free(struct tally_judge *judge)
{
	g_hash_table_unref(judge->by_id);
	g_hash_table_unref(judge->trials);
	g_ptr_array_unref(judge->entries);
	g_free(judge);
}

static struct entry *find(struct tally_judge *judge, const char *id)
{
	struct entry *e = g_hash_table_lookup(judge->by_id, id);

	if (e)
		return e;
	/* An older table reads a newer record: shown, not lost. */
	char *owned = g_strdup(id);
	return add(judge, &(struct requirement){ owned, "", "", "unknown" }, owned);
}

static void note(struct entry *e, enum tally_verdict verdict, const char *where, const char *reason)
{
	if (!e->why[verdict])
		e->why[verdict] = reason && *reason ? g_strdup_printf("%s: %s", where, reason) : g_strdup(where);
}

void tally_judge_case_begin(struct tally_judge *judge, const struct tally_case *c)
{
	for (char **id = c->requirements; *id; id++)
		g_ptr_array_add(find(judge, *id)->result.cases, (gpointer)c);
}

static void add_case(struct entry *e, const struct tally_case *c)
{
	if (!g_ptr_array_find(e->result.cases, c, NULL))
		g_ptr_array_add(e->result.cases, (gpointer)c);
}

void tally_judge_step(struct tally_judge *judge, const struct tally_case *c, gint64 n, enum tally_verdict verdict,
		      char **requirements, const char *reason)
{
	g_autofree char *where = g_strdup_printf("%s step %" G_GINT64_FORMAT, c->name, n);
	struct trial *trial = trial_of(judge, c);

	for (char **id = requirements; *id; id++) {
		struct entry *e = find(judge, *id);
		const char *off = g_hash_table_lookup(trial->off, *id);
		add_case(e, c);
		if (verdict != TALLY_PASS)
			note(e, verdict == TALLY_SKIP ? TALLY_NOT_JUDGED : verdict, where, reason);
		else if (off)
			note(e, TALLY_NOT_JUDGED, off, NULL);
		else
			g_hash_table_add(trial->passed, e);
	}
}

/* Here for what the case has named so far; tally_judge_step() sees to the rest. */
void tally_judge_off(struct tally_judge *judge, const struct tally_case *c, const char *monitor, char **requirements,
		     const char *reason)
{
	struct trial *trial = trial_of(judge, c);

	for (char **id = requirements; *id; id++) {
		char *why = g_strdup_printf("%s: monitor %s: %s", c->name, monitor, reason ? reason : "off");
		struct entry *e = g_hash_table_lookup(judge->by_id, *id);
		if (e && g_ptr_array_find(e->result.cases, c, NULL))
			note(e, TALLY_NOT_JUDGED, why, NULL);
		g_hash_table_replace(trial->off, g_strdup(*id), why);
	}
}

void tally_judge_finding(struct tally_judge *judge, const struct tally_case *c, const struct tally_finding *finding)
{
	struct entry *e = find(judge, finding->requirement);
	g_autofree char *where = g_strdup_printf("%s: monitor %s", c->name, finding->monitor);

	add_case(e, c);
	note(e, TALLY_FAIL, where, finding->text);
}

static gboolean is_found(const struct tally_case *c, const char *id)
{
	for (guint i = 0; i < c->findings->len; i++)
		if (g_str_equal(((const struct tally_finding *)c->findings->pdata[i])->requirement, id))
			return TRUE;
	return FALSE;
}

/* Of the ids that a failed case leaves broken, those whose expectation failed are known. The others failed too if the
 * controller failed at an action; behind a failed expectation they just were not reached. What a monitor broke it has
 * said itself: the others of a case that only a monitor failed could not be judged. */
static void note_broken(struct tally_judge *judge, const struct tally_case *c)
{
	gboolean stopped_at_expectation = c->failing.n && !c->failing.is_action;
	gboolean by_monitor = !c->failing.n && c->findings->len;
	gboolean judged = c->verdict == TALLY_FAIL && !stopped_at_expectation && !by_monitor;
	g_autofree char *where =
	    c->failing.n ? g_strdup_printf("%s step %" G_GINT64_FORMAT, c->name, c->failing.n) : g_strdup(c->name);
	const char *reason = by_monitor				   ? "it could not be judged"
			     : c->verdict == TALLY_FAIL && !judged ? "the case stopped here before it was judged"
								   : c->reason;

	for (char **id = c->broken; *id; id++)
		if (!is_found(c, *id))
			note(find(judge, *id), judged ? TALLY_FAIL : TALLY_NOT_JUDGED, where, reason);
}

/* What passed in a case that then stopped, and not by the controller's failure, has not been tried to the end. */
static void count_passed(struct tally_judge *judge, const struct tally_case *c)
{
	gboolean counts = c->verdict == TALLY_PASS || c->verdict == TALLY_FAIL;
	GHashTableIter each;
	gpointer e;

	g_hash_table_iter_init(&each, trial_of(judge, c)->passed);
	while (g_hash_table_iter_next(&each, &e, NULL))
		if (counts)
			((struct entry *)e)->result.passed++;
		else
			note(e, TALLY_PASS, c->name, c->reason);
	g_hash_table_remove(judge->trials, c);
}

void tally_judge_case_end(struct tally_judge *judge, const struct tally_case *c)
{
	if (c->verdict == TALLY_FAIL || c->verdict == TALLY_NOT_JUDGED)
		note_broken(judge, c);
	for (char **id = c->requirements; *id; id++) {
		struct entry *e = find(judge, *id);
		if (c->verdict == TALLY_ERROR)
			note(e, TALLY_ERROR, c->name, c->reason);
		else if (c->verdict == TALLY_NOT_JUDGED)
			note(e, TALLY_NOT_JUDGED, c->name, c->reason);
		else if (c->verdict == TALLY_SKIP) {
			e->skipped++;
			note(e, TALLY_SKIP, c->name, c->reason);
		}
	}
	count_passed(judge, c);
}

static char *why_not_judged(const struct entry *e)
{
	guint cases = e->result.cases->len;

	if (!cases)
		return g_strdup("no case of this run names it");
	if (e->skipped == cases && cases == 1)
		return g_strdup_printf("skipped: %s", e->why[TALLY_SKIP]);
	if (e->skipped == cases)
		return g_strdup_printf("all %u cases naming it were skipped: %s", cases, e->why[TALLY_SKIP]);
	if (e->why[TALLY_PASS])
		return g_strdup_printf("no case in which an expectation naming it passed went on to its end: %s",
				       e->why[TALLY_PASS]);
	return g_strdup("no expectation naming it was reached");
}

static void judge_entry(struct entry *e)
{
	static const enum tally_verdict order[] = { TALLY_FAIL, TALLY_ERROR, TALLY_NOT_JUDGED };
	struct tally_requirement *r = &e->result;

	g_clear_pointer(&r->reason, g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		if (e->why[order[i]]) {
			r->verdict = order[i];
			r->reason = g_strdup(e->why[order[i]]);
			return;
		}
	r->verdict = r->passed ? TALLY_PASS : TALLY_NOT_JUDGED;
	if (!r->passed)
		r->reason = why_not_judged(e);
	else if (e->skipped)
		r->reason = g_strdup_printf("%u of %u cases naming it were skipped: %s", e->skipped, r->cases->len,
					    e->why[TALLY_SKIP]);
}

const GPtrArray *tally_judge_requirements(struct tally_judge *judge)
{
	g_ptr_array_foreach(judge->entries, (GFunc)(gpointer)judge_entry, NULL);
	return judge->entries;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_values.h"
#include "rig/hash128.h"

struct set {
	guint32 first, count; /* in `values` */
};

/* What was asked before: an operation, its operands, the answer. */
enum operation { UNION, WRITE, SPOIL };

struct answer {
	guint8 operation;
	guint32 a, b;
	guint32 set;
};

#define LATELY 4096u /* a power of two */

struct explore_values {
	gboolean (*overwrites)(gpointer data, guint32 content);
	gpointer data;
	guint32 unreadable;
	GArray *values;		      /* of struct explore_value: all sets', each sorted */
	GArray *sets;		      /* of struct set */
	GHashTable *numbers;	      /* of GBytes: a set's values -> its number */
	GHashTable *answers;	      /* set of struct answer */
	struct answer lately[LATELY]; /* the last one of each hash; `set` 0: none */
};

static guint answer_hash(gconstpointer key)
{
	const struct answer *answer = key;

	return (guint)hash128_mix(((guint64)answer->a << 32 | answer->b) + answer->operation * 0x9e3779b9u);
}

static gboolean answer_equal(gconstpointer a, gconstpointer b)
{
	const struct answer *one = a, *other = b;

	return one->operation == other->operation && one->a == other->a && one->b == other->b;
}

struct explore_values *explore_values_new(gboolean (*overwrites)(gpointer data, guint32 content), gpointer data,
					  guint32 unreadable)
{
	struct explore_values *values = g_new0(struct explore_values, 1);
	const struct set empty = { 0, 0 };

	values->overwrites = overwrites;
	values->data = data;
	values->unreadable = unreadable;
	values->values = g_array_new(FALSE, FALSE, sizeof(struct explore_value));
	values->sets = g_array_new(FALSE, FALSE, sizeof(struct set));
	values->numbers = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	values->answers = g_hash_table_new_full(answer_hash, answer_equal, g_free, NULL);
	g_array_append_val(values->sets, empty);
	return values;
}

void explore_values_free(struct explore_values *values)
{
	if (!values)
		return;
	g_array_unref(values->values);
	g_array_unref(values->sets);
	g_hash_table_unref(values->numbers);
	g_hash_table_unref(values->answers);
	g_free(values);
}

guint explore_values_sets(const struct explore_values *values)
{
	return values->sets->len;
}

const struct explore_value *explore_values_of(const struct explore_values *values, guint32 set, guint *count)
{
	const struct set *of = &g_array_index(values->sets, struct set, set);

	*count = of->count;
	return &g_array_index(values->values, struct explore_value, of->first);
}

static gint compare(gconstpointer a, gconstpointer b)
{
	const struct explore_value *one = a, *other = b;

	if (one->content != other->content)
		return one->content < other->content ? -1 : 1;
	return one->overwritten < other->overwritten ? -1 : one->overwritten > other->overwritten;
}

/* The number of the set of these values, in any order, some perhaps twice. */
static guint32 number_of(struct explore_values *values, struct explore_value *of, guint count)
{
	guint kept = 0;

	if (!count)
		return 0;
	qsort(of, count, sizeof *of, compare);
	for (guint i = 0; i < count; i++)
		if (!kept || compare(&of[kept - 1], &of[i]) != 0)
			of[kept++] = of[i];
	g_autoptr(GBytes) bytes = g_bytes_new(of, kept * sizeof *of);
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(values->numbers, bytes));
	if (number)
		return number;
	const struct set set = { values->values->len, kept };
	g_array_append_vals(values->values, of, kept);
	g_array_append_val(values->sets, set);
	number = values->sets->len - 1;
	g_hash_table_insert(values->numbers, g_steal_pointer(&bytes), GUINT_TO_POINTER(number));
	return number;
}

guint32 explore_values_one(struct explore_values *values, guint32 content, guint32 overwritten)
{
	struct explore_value value = { content, MIN(overwritten, EXPLORE_OVERWRITTEN_MAX) };

	return number_of(values, &value, 1);
}

/* What was asked before, mostly a moment ago. NULL: nobody has asked. */
static const struct answer *recall(struct explore_values *values, const struct answer *question)
{
	struct answer *lately = &values->lately[answer_hash(question) % LATELY];

	if (lately->set && answer_equal(lately, question))
		return lately;
	const struct answer *answer = g_hash_table_lookup(values->answers, question);
	if (answer)
		*lately = *answer;
	return answer;
}

static guint32 remember(struct explore_values *values, const struct answer *question, guint32 set)
{
	struct answer *answer = g_memdup2(question, sizeof *question);

	answer->set = set;
	g_hash_table_add(values->answers, answer);
	return set;
}

static guint32 unite(struct explore_values *values, guint32 a, guint32 b)
{
	guint counts[2];
	const struct explore_value *one = explore_values_of(values, a, &counts[0]);
	const struct explore_value *other = explore_values_of(values, b, &counts[1]);
	g_autofree struct explore_value *all = g_new(struct explore_value, counts[0] + counts[1]);

	memcpy(all, one, counts[0] * sizeof *all);
	memcpy(all + counts[0], other, counts[1] * sizeof *all);
	return number_of(values, all, counts[0] + counts[1]);
}

guint32 explore_values_union(struct explore_values *values, guint32 a, guint32 b)
{
	const struct answer question = { UNION, MIN(a, b), MAX(a, b), 0 };

	if (a == b || !a || !b)
		return MAX(a, b);
	const struct answer *answer = recall(values, &question);
	return answer ? answer->set : remember(values, &question, unite(values, a, b));
}

/* Every value of the set becomes another one. */
static guint32 change(struct explore_values *values, const struct answer *question)
{
	const gboolean counts = question->operation == WRITE && values->overwrites(values->data, question->b);
	guint count;
	const struct explore_value *of = explore_values_of(values, question->a, &count);
	g_autofree struct explore_value *changed = g_memdup2(of, count * sizeof *of);

	for (guint i = 0; i < count; i++) {
		gboolean again = changed[i].overwritten && changed[i].content == question->b;

		if (counts && !again)
			changed[i].overwritten = MIN(changed[i].overwritten + 1, EXPLORE_OVERWRITTEN_MAX);
		changed[i].content = question->operation == WRITE ? question->b : values->unreadable;
	}
	return number_of(values, changed, count);
}

static guint32 changed(struct explore_values *values, enum operation operation, guint32 set, guint32 content)
{
	const struct answer question = { (guint8)operation, set, content, 0 };
	const struct answer *answer = set ? recall(values, &question) : NULL;

	if (!set)
		return 0;
	return answer ? answer->set : remember(values, &question, change(values, &question));
}

guint32 explore_values_write(struct explore_values *values, guint32 set, guint32 content)
{
	return changed(values, WRITE, set, content);
}

guint32 explore_values_spoil(struct explore_values *values, guint32 set)
{
	return changed(values, SPOIL, set, 0);
}

gboolean explore_values_contain(struct explore_values *values, guint32 whole, guint32 part)
{
	return explore_values_union(values, whole, part) == whole;
}

gboolean explore_values_known(const struct explore_values *values, guint32 set, guint32 *content)
{
	guint count;
	const struct explore_value *of = explore_values_of(values, set, &count);

	if (!count || of[0].content != of[count - 1].content)
		return FALSE;
	*content = of[0].content;
	return TRUE;
}

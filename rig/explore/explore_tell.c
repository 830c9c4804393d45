/* SPDX-License-Identifier: Apache-2.0 */
/* What exploring covered, in words and as JSON. */
#include "explore_tell.h"
#include "rig/units.h"
#include <math.h>

#define COUNTS(X)                                                                                                      \
	X(operations)                                                                                                  \
	X(cuts)                                                                                                        \
	X(torn)                                                                                                        \
	X(states) X(sessions) X(session_operations) X(converged) X(merged) X(restarts) X(exact_sectors) X(left_out)
#define FLAGS(X) X(closed) X(apart) X(bounded)

static guint counters_of(const struct explore_counts *counts)
{
	return MIN(counts->counters, EXPLORE_COUNTERS_MAX);
}

json_t *explore_counts_encode(const struct explore_counts *counts)
{
	json_t *json = json_object(), *bytes = json_array(), *sectors = json_array();

#define PUT(name) json_object_set_new(json, #name, json_integer((json_int_t)counts->name));
	COUNTS(PUT)
#undef PUT
#define PUT(name) json_object_set_new(json, #name, json_boolean(counts->name));
	FLAGS(PUT)
#undef PUT
	json_object_set_new(json, "depth", json_integer(counts->depth));
	json_object_set_new(json, "exact", json_integer(counts->exact));
	json_object_set_new(json, "counters", json_integer(counts->counters));
	for (guint i = 0; i < counters_of(counts); i++)
		json_array_append_new(bytes,
				      json_pack("[i, i]", (int)counts->counter[i].first, (int)counts->counter[i].last));
	json_object_set_new(json, "counter_bytes", bytes);
	for (guint i = 0; i < counts->disks; i++)
		json_array_append_new(sectors, json_integer((json_int_t)counts->sectors[i]));
	json_object_set_new(json, "disk_sectors", sectors);
	json_object_set_new(json, "cpu_ns", json_integer(counts->cpu_ns));
	if (isfinite(counts->log2_all))
		json_object_set_new(json, "log2_all", json_real(counts->log2_all));
	return json;
}

static guint number_of(json_t *json, const char *name)
{
	return (guint)json_integer_value(json_object_get(json, name));
}

void explore_counts_decode(json_t *json, struct explore_counts *counts)
{
	json_t *bytes = json_object_get(json, "counter_bytes");

	*counts = (struct explore_counts){ .depth = number_of(json, "depth"), .exact = number_of(json, "exact") };
#define TAKE(name) counts->name = (guint64)json_integer_value(json_object_get(json, #name));
	COUNTS(TAKE)
#undef TAKE
#define TAKE(name) counts->name = json_is_true(json_object_get(json, #name));
	FLAGS(TAKE)
#undef TAKE
	counts->counters = number_of(json, "counters");
	for (guint i = 0; i < counters_of(counts); i++) {
		json_t *pair = json_array_get(bytes, i);

		counts->counter[i].first = (guint32)json_integer_value(json_array_get(pair, 0));
		counts->counter[i].last = (guint32)json_integer_value(json_array_get(pair, 1));
	}
	json_t *sectors = json_object_get(json, "disk_sectors");
	counts->disks = MIN((guint)json_array_size(sectors), EXPLORE_DISKS);
	for (guint i = 0; i < counts->disks; i++)
		counts->sectors[i] = (guint64)json_integer_value(json_array_get(sectors, i));
	counts->cpu_ns = json_integer_value(json_object_get(json, "cpu_ns"));
	counts->log2_all = json_number_value(json_object_get(json, "log2_all"));
}

/* --- words --- */

static void tell_bytes(const struct explore_counts *counts, GString *text)
{
	g_string_append(text, "bytes ");
	for (guint i = 0; i < counters_of(counts); i++)
		g_string_append_printf(text, "%s%u-%u", i ? ", " : "", counts->counter[i].first,
				       counts->counter[i].last);
	if (counts->counters > EXPLORE_COUNTERS_MAX)
		g_string_append(text, " and more");
	g_string_append(text, " of the memories");
}

static void tell_merged(const struct explore_counts *counts, GString *text)
{
	tell_bytes(counts, text);
	g_string_append(text, " differ at every start");
	if (counts->merged)
		g_string_append_printf(text,
				       "; %" G_GUINT64_FORMAT
				       " states that differ in nothing else, but perhaps in RAM, "
				       "and do the same were started and not cut again",
				       counts->merged);
}

/* How far it went, and what is claimed of what lies beyond. */
static void tell_depth(const struct explore_counts *counts, GString *text)
{
	g_string_append_printf(text, "  up to %u cut%s in a row: ", counts->depth, counts->depth == 1 ? "" : "s");
	if (counts->closed) {
		g_string_append(text, "closed, more cuts lead to no other state");
	} else if (counts->apart) {
		g_string_append_printf(text,
				       "every state up to %u, behind that closed apart from counters: ", counts->exact);
		tell_merged(counts, text);
	} else {
		g_string_append_printf(text,
				       "every state up to %u; not closed, what more cuts lead to was not looked at",
				       MIN(counts->exact, counts->depth));
		if (counts->counters) {
			g_string_append(text, "; ");
			tell_merged(counts, text);
		}
	}
	g_string_append_c(text, '\n');
}

void explore_counts_tell(const struct explore_counts *counts, GString *text)
{
	double seconds = (double)counts->cpu_ns / NS_PER_S;

	g_string_append_printf(text,
			       "  covered: %" G_GUINT64_FORMAT " operations, %" G_GUINT64_FORMAT
			       " cuts (%.3g with every tear; 2^%.0f with every combination of writes)\n",
			       counts->operations, counts->cuts, (double)counts->torn, counts->log2_all);
	tell_depth(counts, text);
	if (counts->left_out)
		g_string_append_printf(text, "  %" G_GUINT64_FORMAT " states or operations were left out\n",
				       counts->left_out);
	g_string_append_printf(text,
			       "  by %" G_GUINT64_FORMAT " starts of %" G_GUINT64_FORMAT " states, %" G_GUINT64_FORMAT
			       " of which came to where another had been; %" G_GUINT64_FORMAT
			       " sectors were read and told apart; %.2f s, %.0f cuts/s\n",
			       counts->sessions, counts->states, counts->converged, counts->exact_sectors, seconds,
			       seconds > 0 ? (double)counts->cuts / seconds : 0);
}

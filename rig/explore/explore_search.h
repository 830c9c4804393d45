/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the search for how a fault came about; only explore_search.c, explore_sector.c and explore_near.c include
 * it. */
#pragma once
#include "explore_internal.h"

/* A node and, of the sector in question, a value that it held there. What tells places apart comes first. */
struct place {
	const struct explore_node *node;
	struct explore_value value;
	gint64 at_ns; /* when it began there, since power-on; ANY_TIME */
	/* The way from here to the fault. */
	guint cuts;
	guint64 first;		  /* operation of the session that begins here at which it was cut; 0: it was not */
	guint part, ops, latest;  /* what is run of that node */
	gboolean cut;		  /* and then the power goes */
	gboolean if_begun;	  /* the erase must have begun before, see explore_judge_begins() */
	const struct place *next; /* where that leads; NULL: the fault is seen there */
	struct explore_near all;  /* of the whole way by here, from the first session to the fault: at least */
	guint number;
	gboolean done;
};

struct search {
	struct explore *explore;
	const struct explore_trace *trace;
	struct explore_media media; /* of one sector */
	struct explore_map *since;
	const struct explore_near *near; /* of each node, by its number */
	struct explore_near best;	 /* that is known: no use to go on without being better */
	GPtrArray *places;		 /* of struct place *, owned */
	GHashTable *known;		 /* set of these */
	GTree *open;			 /* set of those that are not done, the best one first */
	guint64 looked;			 /* edges that were looked at */
};

static inline gboolean search_is_sector(const struct explore_trace *trace)
{
	return trace->where.count > 0;
}

/* What the sector is to be after a part's first `ops` operations. */
struct wish {
	/* 0: it is not so; else how many operations it takes, and one. */
	guint (*test)(struct search *search, const struct place *from, guint part, guint ops,
		      const struct explore_value *value);
	guint part, ops;
	const struct explore_value *value;
};

/* Tests of a wish. The sector is bad; it has the value, and the session goes on; the earliest instant that leaves it,
 * and exact sectors as from->next has them. */
guint search_is_bad(struct search *search, const struct place *from, guint part, guint ops,
		    const struct explore_value *value);
guint search_leads_on(struct search *search, const struct place *from, guint part, guint ops,
		      const struct explore_value *value);
guint search_is_left(struct search *search, const struct place *from, guint part, guint ops,
		     const struct explore_value *value);
/* The first operation of a part from which on the memories are what a cut after `ops` of them leaves. */
guint search_state_begin(const GArray *all, guint ops);
guint32 search_sector_of(const struct search *search, const struct explore_map *map);

/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the explorer; only rig/explore*.c include it. */
#pragma once
#include "cut_plan.h"
#include "explore.h"
#include "explore_media.h"
#include "explore_pages.h"
#include "hash128.h"

struct explore_node;

enum explore_end { EXPLORE_END_NEXT, EXPLORE_END_IDLE, EXPLORE_END_CRASHED, EXPLORE_END_EXHAUSTED };

/* A part of a session, from a node to the next one. */
struct explore_part {
	gint64 begin_ns, end_ns;
	GArray *ops; /* of struct explore_op */
	gboolean timed;
	enum explore_end end;
	struct explore_node *next;	/* EXPLORE_END_NEXT */
	struct explore_answers answers; /* EXPLORE_END_IDLE */
	char *crash;
	guint32 judged; /* set of 1 << enum explore_fault: told already */
	gboolean counted;
};

/* Where a node is come to from: a cut within a part of another one, or that part's end. */
struct explore_edge {
	struct explore_node *from;
	guint part;
	guint ops; /* operations that the part had begun by then */
};

/* A state without power, or a moment of a session where it begins to write. */
struct explore_node {
	guint64 key[2];
	struct explore_image memory;
	struct explore_geometry geometry[EXPLORE_DISKS];
	struct explore_map *maps[EXPLORE_DISKS]; /* what the media may hold, with everything lost that waits */
	GArray *waiting;			 /* NULL: nothing */
	GArray *parts;		    /* of struct explore_part *: one, or one for each time that it begins at */
	GArray *edges;		    /* of struct explore_edge: ways to here */
	gpointer kept;		    /* the machine; NULL: was not kept */
	struct explore_node *ahead; /* the first node from here on that feels the time; NULL: none */
	gint64 ahead_ns;	    /* how long after this one */
	guint32 panel;		    /* what it shows */
	guint32 depth;		    /* cuts so far */
	guint32 number;
	guint64 before;	 /* operations of its session before it */
	guint8 starts;	 /* with power-on */
	guint8 root;	 /* the first of all */
	guint8 promised; /* the erase must be done whatever happens */
	guint8 queued;	 /* its maps have changed since they were followed */
	guint8 ready;	 /* that line's level */
	guint8 on_path;	 /* of the session that is run */
};

/* Where a fault was seen. */
struct explore_trace {
	const struct explore_node *node;
	enum explore_fault fault;
	guint part, op;
	guint verdict;		      /* of sectors: a set of faults, as explore_judge_set() has them */
	struct explore_stretch where; /* the first of them; count 0: it is not about sectors */
	char *text;
};

struct explore {
	struct explore_settings settings;
	const struct explore_board_class *class;
	struct explore_board *board;
	const struct explore_layout *layout;
	struct explore_root root;
	struct explore_values *values;
	struct explore_exact exact;
	struct explore_pages *pages;
	GPtrArray *nodes;		/* of struct explore_node *, owned */
	GHashTable *known;		/* set of nodes, by key */
	GQueue queue;			/* of nodes whose maps have changed */
	GArray *findings;		/* of struct explore_finding */
	GArray *traces[EXPLORE_FAULTS]; /* of struct explore_trace */
	GByteArray *verdicts;		/* of sets, see explore_judge.c */
	guint32 erasing;		/* the panel's text */
	gboolean again;			/* sectors became exact: all is void */
	struct explore_counts counts;

	/* Of the session that is run. */
	guint8 *origin_memory;
	struct explore_media origin;
	GArray *path; /* of struct explore_edge: its nodes and parts so far */

	/* Followed now. */
	struct explore_media media;
	struct explore_map *since[EXPLORE_DISKS]; /* what was possible since the memories changed */
	guint8 *memory;
	struct explore_geometry geometry[EXPLORE_DISKS];
	struct explore_node *node;
	guint part, op, begun;
	gboolean promised, expand;
	guint32 panel;
	guint8 ready;
};

/* explore_graph.c */
GHashTable *explore_nodes_known(void);
/** The node of this key, if there is one. */
struct explore_node *explore_node_find(struct explore *explore, const guint64 key[2]);
/** A new one, with the memory, geometry, panel and line that are followed now; its maps are empty. */
struct explore_node *explore_node_new(struct explore *explore, const guint64 key[2]);
void explore_node_free(gpointer node);
void explore_part_free(struct explore_part *part);
/** What the media may hold when it is come to, promised or not as is followed now: united with what was known. TRUE if
 *  that is new; the node is queued then. */
gboolean explore_node_join(struct explore *explore, struct explore_node *node, struct explore_map *const *maps);
void explore_node_edge(struct explore_node *node, const struct explore_edge *edge);
static inline struct explore_part *explore_part_at(const struct explore_node *node, guint part)
{
	return g_array_index(node->parts, struct explore_part *, part);
}

/* explore_session.c */
/** Runs the session that begins at this node, as far as it is not known. */
void explore_session(struct explore *explore, struct explore_node *node);

/* explore_flow.c */
/** Follows one part of a node: what the cuts within it leave, what it claims, where it leads. */
void explore_flow(struct explore *explore, struct explore_node *node, guint part);
/** The same for every node whose maps have changed. */
void explore_flow_all(struct explore *explore);
/** Adds the exact sectors' content to a hash. */
void explore_hash_exact(const struct explore *explore, struct explore_map *const *maps, struct hash128 *hash);

/* explore_search.c */
/* A step of the way from the first session to a fault. */
struct explore_step {
	const struct explore_node *node;
	guint part, ops;	    /* of it, so much of the log is run */
	guint latest;		    /* a cut may be as late as this, and leave the same */
	gboolean cut;		    /* and then the power goes */
	struct explore_value value; /* of the sector that shows the fault, when it begins */
};

/** By how many cuts, at most `most`, this came about, and at which operation of the first session the first one was.
 *  `way`: gets the struct explore_step. FALSE: not by so few. */
gboolean explore_search_back(struct explore *explore, const struct explore_trace *trace, guint most, guint *cuts,
			     guint64 *first, GArray *way);

/* explore_plan.c */
/** Goes that way once more, cut by cut, with every sector as it then is. NULL: it does not lead to the fault. */
struct cut_plan *explore_plan_make(struct explore *explore, const struct explore_trace *trace, const GArray *way);

/* explore_trace.c */
GArray *explore_traces_new(void);
/** What is followed now shows a fault; takes `text`. */
void explore_trace_note(struct explore *explore, enum explore_fault fault, const struct explore_stretch *where,
			guint verdict, char *text);
/** Makes findings of what was noted. */
void explore_trace_all(struct explore *explore);

/* explore_judge.c */
/** What is wrong with a sector that may hold this set: a set of 1 << enum explore_fault. */
guint explore_judge_set(struct explore *explore, guint32 set);
/* Of what is followed now. */
void explore_judge_write(struct explore *explore, const struct explore_op *op);
/** The unit claims that the erase is over, by `how`. */
void explore_judge_claim(struct explore *explore, const char *how);
void explore_judge_end(struct explore *explore, const struct explore_part *part);

/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the explorer; only rig/explore*.c include it. */
#pragma once
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
	guint op; /* the power goes before it; for a node within a session: of no account */
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

struct explore {
	struct explore_settings settings;
	const struct explore_board_class *class;
	struct explore_board *board;
	const struct explore_layout *layout;
	struct explore_root root;
	struct explore_values *values;
	struct explore_exact exact;
	struct explore_pages *pages;
	GPtrArray *nodes;     /* of struct explore_node *, owned */
	GHashTable *known;    /* set of nodes, by key */
	GQueue queue;	      /* of nodes whose maps have changed */
	GArray *findings;     /* of struct explore_finding */
	GByteArray *verdicts; /* of sets, see explore_judge.c */
	guint32 erasing;      /* the panel's text */
	gboolean again;	      /* sectors became exact: all is void */
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
	guint part, op;
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
/** What the media may hold when it is come to by `edge`, promised or not as is followed now: united with what was
 *  known. If that is new the edge is noted, and the node queued. */
void explore_node_join(struct explore *explore, struct explore_node *node, const struct explore_edge *edge,
		       struct explore_map *const *maps);
/** The operation of the first session before which, or within which, the power went first; 0: it did not. */
guint64 explore_first_operation(const struct explore_node *node);
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

/* explore_judge.c: of what is followed now. */
void explore_judge_write(struct explore *explore, const struct explore_op *op);
/** The unit claims that the erase is over, by `how`. */
void explore_judge_claim(struct explore *explore, const char *how);
void explore_judge_end(struct explore *explore, const struct explore_part *part);

/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the explorer; only rig/explore*.c include it. */
#pragma once
#include "rig/cut_plan.h"
#include "explore.h"
#include "explore_log.h"
#include "explore_media.h"
#include "explore_nodes.h"
#include "explore_pool.h"
#include "explore_shared.h"
#include "rig/hash128.h"

enum explore_end { EXPLORE_END_NEXT, EXPLORE_END_IDLE, EXPLORE_END_CRASHED, EXPLORE_END_EXHAUSTED };

/* What a cut within a part leaves. */
struct explore_left {
	struct explore_node *node;
	guint ops;     /* operations that the part had begun by then */
	guint waiting; /* writes that waited in caches then, or since what was left before */
};

/* How a session ended, if it did so of itself or came to no end. */
struct explore_close {
	struct explore_answers answers; /* EXPLORE_END_IDLE */
	char *crash;
};

/* A part of a session, from a node to the next one. */
struct explore_part {
	gint64 begin_ns, end_ns;
	guint64 lba; /* packed: where it writes first */
	union {
		GArray *ops;			/* of struct explore_op */
		const struct explore_blob *log; /* packed: see explore_part_ops() */
	};
	struct explore_blob
	    *left; /* see explore_left_next(); NULL: no cut of it was followed, or that leaves nothing */
	struct explore_node *next;   /* EXPLORE_END_NEXT */
	struct explore_close *close; /* NULL: EXPLORE_END_NEXT */
	guint32 judged;		     /* set of 1 << enum explore_fault: told already */
	guint8 end;		     /* enum explore_end */
	guint8 timed, counted, packed;
};

/* Where a node is come to from: a cut within a part of another one, or that part's end. */
struct explore_edge {
	struct explore_node *from;
	guint part;
	guint ops; /* operations that the part had begun by then */
};

/* Tells memories apart: sums over their units of 128 bits each, see explore_memory.c. */
struct explore_sums {
	guint64 all[2];
	guint64 seen[2]; /* with what is hidden as 0; where there are classes */
};

/* What a node has besides its sectors, worked out. */
struct explore_stand {
	const struct explore_node *node; /* NULL: of none yet */
	guint8 *memory;
	struct explore_geometry geometry[EXPLORE_DISKS];
	struct explore_sums sums;
};

/* What few moments have. */
struct explore_rare {
	gpointer kept;		      /* the machine; NULL: was not kept */
	struct explore_node *ahead;   /* the first node from here on that feels the time; NULL: none */
	gint64 ahead_ns;	      /* how long after this one */
	struct explore_blob *waiting; /* of struct explore_waiting */
	struct explore_blob *frame;   /* memories and geometry; NULL: they follow from the node's first edge */
};

/* What is known of a node: a state without power, or a moment of a session where it begins to write. Of a state that
 * waits to be started there is the first alone. */
struct explore_more {
	struct explore_blob *told; /* what the media may hold, with everything lost that waits, and ways to here */
	union {
		struct explore_part *part;   /* the only one */
		struct explore_part **parts; /* one for each time that it begins at */
	};
	struct explore_rare *rare; /* NULL: nothing of that */
	guint32 rep;		   /* number + 1 of what stands for it: see explore_node_rep() */
	guint32 before;		   /* operations of its session before it */
	guint32 panel;		   /* what it shows */
	guint32 count : 24;	   /* of parts */
	guint32 chain : 8;	   /* edges back to the next frame, at most */
};

/* Where a fault was seen. */
struct explore_trace {
	const struct explore_node *node;
	enum explore_fault fault;
	guint part, op;
	guint verdict;		      /* of sectors: a set of faults, as explore_judge_set() has them */
	struct explore_stretch where; /* the first of them; count 0: it is not about sectors */
	gboolean if_begun;	      /* it is none as long as the request has come to nothing */
	char *text;
};

/* The log that was looked at last. */
struct explore_unpacked {
	const struct explore_part *part; /* NULL: none */
	gboolean units;			 /* what they were and become is told */
	GArray *ops;
};

struct explore {
	struct explore_settings settings;
	const struct explore_board_class *class;
	struct explore_board *board;
	const struct explore_layout *layout;
	struct explore_root root;
	struct explore_values *values;
	struct explore_exact exact;
	struct explore_nodes *nodes;
	struct explore_pool *pool; /* what is known of them */
	struct explore_shared *logs;
	GPtrArray *unpacked; /* of struct explore_node *: they may have logs that are not packed yet */
	struct explore_unpacked *last;
	struct explore_stand stand; /* of the node whose memories were worked out last */
	guint8 *log_memory;	    /* workplace */
	GPtrArray *chain;	    /* of struct explore_node *: the same */
	struct explore_usual usual; /* operations of the first session */
	gboolean has_usual;
	struct explore_map *view[EXPLORE_DISKS];   /* of the node that was looked at last */
	struct explore_map *joined[EXPLORE_DISKS]; /* workplace */
	GArray *waiting;			   /* of struct explore_waiting: the same */
	GByteArray *bytes;			   /* the same */
	guint queued;				   /* nodes whose maps have changed */
	GArray *findings;			   /* of struct explore_finding */
	GArray *traces[EXPLORE_FAULTS];		   /* of struct explore_trace */
	GByteArray *verdicts;			   /* of sets, see explore_judge.c */
	guint32 erasing;			   /* the panel's text */
	gboolean again;				   /* sectors became exact: all is void */
	guint64 states_exact;			   /* that were started so far */
	guint depth_max;			   /* cuts in a row, at most */
	guint exact_depth;			   /* cuts in a row up to which every state is told apart */
	guint8 *counters;			   /* memory_bytes: 1 for those that differ at every start */
	guint8 *hidden;				   /* memory_bytes: these, and 1 for what holds random numbers */
	gboolean has_counters;
	GHashTable *classes; /* set of struct explore_class, see explore_classes.c */
	gboolean beyond;     /* the session that is run begins after more cuts than exact_depth … */
	gboolean fresh;	     /* … and this one has come to where none of any class had been */
	struct explore_counts counts;
	struct explore_limits full, brief; /* of a session, see explore_endless.c */
	gboolean is_brief;
	guint endless; /* starts of this round that did not end */
	guint64 endless_operations;
	guint nodes_brief; /* nodes when the first one of them was met */

	/* Of the session that is run. */
	guint8 *origin_memory;
	struct explore_media origin;
	GArray *path;		     /* of struct explore_edge: its nodes and parts so far */
	GArray *edge;		     /* of struct explore_edge: one, workplace */
	struct explore_origin began; /* what the board has of it */
	gint64 erasing_ns;	     /* since when the panel shows the erasing message; -1: it does not */
	gboolean asked;		     /* it was asked for the erase report meanwhile … */
	gboolean reported;	     /* … and that said "complete" */

	/* Followed now. */
	struct explore_media media;
	struct explore_map *since[EXPLORE_DISKS]; /* what was possible since the memories changed */
	guint8 *memory;
	struct explore_sums sums; /* of it */
	struct explore_geometry geometry[EXPLORE_DISKS];
	struct explore_node *node;
	guint part, op, begun;
	guint waited;	     /* writes that waited, at most, since something was left */
	GByteArray *left;    /* see explore_left_next() … */
	guint32 left_number; /* … and of the last one's node */
	gboolean promised, expand;
	guint32 panel;
	guint8 ready;
	gboolean lost; /* when it was asked, its licence had gone */
};

/* explore_graph.c */
/** The node of this key, if there is one. */
struct explore_node *explore_node_find(struct explore *explore, const guint64 key[2]);
/** A new one, with the memory, geometry, panel and line that are followed now, a state if `starts`; its maps are empty.
 *  `from`: where the first edge to it, which must be added next, comes from; NULL: it is the root. */
struct explore_node *explore_node_new(struct explore *explore, const guint64 key[2], gboolean starts,
				      const struct explore_node *from);
/** A state that has waited is started: there is room for all that will be known of it. */
void explore_node_wake(struct explore *explore, struct explore_node *node);
/** Without nodes. */
void explore_graph_new(struct explore *explore);
/** All nodes, and what is known of them. NULL in their place is allowed. */
void explore_graph_free(struct explore *explore);
/** What the media may hold: borrowed until this is called again. */
struct explore_map *const *explore_node_maps(struct explore *explore, const struct explore_node *node);
void explore_node_set_maps(struct explore *explore, struct explore_node *node, struct explore_map *const *maps);
/** Of struct explore_waiting, borrowed in the same way; NULL: nothing waits. */
const GArray *explore_node_waiting(struct explore *explore, const struct explore_node *node);
/** What few have; NULL: this one has none. */
static inline struct explore_rare *explore_rare_of(const struct explore_node *node)
{
	return node->waits ? NULL : node->more->rare;
}
/** The same, made if there is none yet. */
struct explore_rare *explore_node_rare(struct explore *explore, struct explore_node *node);
/** Ways to it, of struct explore_edge; none to one that was shrunk. */
GArray *explore_node_edges(const struct explore *explore, const struct explore_node *node);
/** The first one, by which it was found. Not of the root. */
struct explore_edge explore_node_edge(const struct explore *explore, const struct explore_node *node);
/** It is come to by these edges (of struct explore_edge), promised or not as is followed now; what the media may hold
 * then is united with what was known. Where that is new the node is queued, and the edges are noted, or in any case if
 * `all`. The same for what stands for it. */
void explore_node_reach(struct explore *explore, struct explore_node *node, struct explore_map *const *maps,
			const GArray *edges, gboolean all);
/** Forgets what another one, that stands for it, knows as well. */
void explore_node_shrink(struct explore *explore, struct explore_node *node);
/** What stands for it, the first of its class, see explore_classes.c; NULL: it itself. */
struct explore_node *explore_node_rep(const struct explore *explore, const struct explore_node *node);
void explore_node_set_rep(struct explore_node *node, const struct explore_node *rep);
/** Whether the cuts within it are followed. */
static inline gboolean explore_expands(const struct explore *explore, const struct explore_node *node)
{
	return node->depth < explore->exact_depth || node->expand;
}

/* explore_memory.c */
void explore_sums_make(const struct explore *explore, const guint8 *memory, struct explore_sums *sums);
/** The memory's unit at `at` becomes `latter`. */
void explore_sums_change(const struct explore *explore, struct explore_sums *sums, guint8 *memory, guint64 at,
			 const guint8 *latter);
/** What the node has besides its sectors: borrowed until this is called for another one. */
const struct explore_stand *explore_stand_at(struct explore *explore, const struct explore_node *node);
/** The same, its memories and geometry copied. */
void explore_node_load(struct explore *explore, const struct explore_node *node, guint8 *memory,
		       struct explore_geometry *geometry);
/** The new node is what is followed now, come to from that one (NULL: it is the root); that is kept if it would take
 * too long to work it out. */
void explore_frame_new(struct explore *explore, struct explore_node *node, const struct explore_node *from);
/** What follows from the node's parts, which are to be forgotten, is kept. */
void explore_frame_before(struct explore *explore, const struct explore_node *node);

/* explore_part.c */
struct explore_part *explore_part_new(struct explore *explore);
void explore_part_free(struct explore *explore, struct explore_part *part);
/** What this part of the node did, of struct explore_op; borrowed until this, or the next one, is called for another
 *  part. */
const GArray *explore_part_ops(struct explore *explore, const struct explore_node *node,
			       const struct explore_part *part);
/** The same without what units and geometry were and became. */
const GArray *explore_part_outline(const struct explore *explore, const struct explore_part *part);
/** What is known of its end, made if there is nothing yet. */
struct explore_close *explore_part_close(struct explore *explore, struct explore_part *part);
/** The node gets one more; its log waits to be packed. Those before it may be packed now. */
void explore_part_add(struct explore *explore, struct explore_node *node, struct explore_part *part);
/** Packs the logs of explore->unpacked. */
void explore_logs_pack(struct explore *explore);
static inline guint explore_parts(const struct explore_node *node)
{
	return node->shrunk || node->waits ? 0 : node->more->count;
}
static inline struct explore_part *explore_part_at(const struct explore_node *node, guint part)
{
	return node->more->count > 1 ? node->more->parts[part] : node->more->part;
}
/** Notes what a cut within the part that is followed leaves. */
void explore_left_note(struct explore *explore, const struct explore_left *left);
/** That was all. */
void explore_left_end(struct explore *explore, struct explore_part *part);
/** How far it was looked at; { 0 } at first. */
struct explore_left_at {
	guint32 byte, number;
};
/** The next one, in order. FALSE: there is no more. */
gboolean explore_left_next(const struct explore *explore, const struct explore_part *part, struct explore_left_at *at,
			   struct explore_left *left);

/* explore_counters.c */
/** Finds the bytes of the memories that differ at every start. Needs the root's session to be known. */
void explore_counters_find(struct explore *explore);

/* explore.c */
/** Whether exploring goes no further than to this state: there is no end of states in sight. */
gboolean explore_bounded(const struct explore *explore, const struct explore_node *node);

/* explore_workplace.c */
/** Needs the layout and the values. */
void explore_workplace_make(struct explore *explore);
/** It may not have been made. */
void explore_workplace_free(struct explore *explore);

/* explore_endless.c */
struct explore_limits explore_limits_first(const struct explore *explore);
/** The first session is over: what the others may take. */
void explore_limits_learn(struct explore *explore);
/** As long as any start may take, or as long as one in company of others that do not end. */
void explore_limits_set(struct explore *explore, gboolean is_brief);
/** This is the last part of a start that did not end. */
void explore_endless_note(struct explore *explore, struct explore_part *part);
/** Processes that the firmware has ended before this one, see explore_watch.h. */
guint explore_deaths(const struct explore *explore);
/** Whether nothing more is started. */
gboolean explore_gives_up(const struct explore *explore);

/* explore_classes.c */
GHashTable *explore_classes_new(void);
/** Whether it has a disk write. */
gboolean explore_part_writes(const struct explore *explore, const struct explore_part *part);
/** The first one of the class of the moment that is followed now, to which this part has led. NULL: there is none, or
 * it is too soon to tell. */
struct explore_node *explore_class_come_to(struct explore *explore, const struct explore_part *part);
/** The same moment, as a new node. */
void explore_class_enter(struct explore *explore, struct explore_node *moment, const struct explore_part *part);
/** After its session: whether cuts within it are followed, or another state stands for it. */
void explore_class_state(struct explore *explore, struct explore_node *node);

/* explore_livelock.c */
/** Looks for starts that get nowhere for ever. */
void explore_livelock_find(struct explore *explore);
/** How long each start may erase before the power goes. */
gint64 explore_share_ns(const struct explore *explore);

/* explore_session.c */
/** Runs the session that begins at this node, as far as it is not known. */
void explore_session(struct explore *explore, struct explore_node *node);
/** A session that began with these media has read what is not certain: that becomes exact, and exploring begins anew.
 * Where it is certain the board has learnt to keep more. */
void explore_not_known(struct explore *explore, const struct explore_media *began);

/* explore_flow.c */
/** Follows one part of a node: what the cuts within it leave, what it claims, where it leads. */
void explore_flow(struct explore *explore, struct explore_node *node, guint part);
/** The same for every node whose maps have changed. */
void explore_flow_all(struct explore *explore);
/** Adds the exact sectors' content to a hash, as `see` sees it (NULL: as it is). */
void explore_hash_exact(const struct explore *explore, struct explore_map *const *maps, struct hash128 *hash,
			guint64 (*see)(const struct explore *explore, guint32 content));

/* explore_search.c */
/* A step of the way from the first session to a fault. */
struct explore_step {
	const struct explore_node *node;
	guint part, ops;	    /* of it, so much of the log is run */
	guint latest;		    /* a cut may be as late as this, and leave the same */
	gboolean cut;		    /* and then the power goes */
	struct explore_value value; /* of the sector that shows the fault, when it begins */
};

/** A way in one: by how many cuts, and the operation of the first session at which the first one is. */
struct explore_near {
	guint cuts; /* EXPLORE_FAR: there is no way */
	guint64 first;
};
#define EXPLORE_FAR G_MAXUINT
static inline gboolean explore_is_nearer(const struct explore_near *a, const struct explore_near *b)
{
	return a->cuts < b->cuts || (a->cuts == b->cuts && a->first < b->first);
}

#define EXPLORE_LOOKED_MOST 20000000u /* edges; what takes more is not explained */
/** How this came about, if that is nearer than `best`, which it then becomes; `way` gets the struct explore_step.
 *  `near`: as explore_near_make() has it. Adds to `looked` how many edges were looked at. FALSE: not by a nearer way,
 *  or it would have taken more than EXPLORE_LOOKED_MOST.
 */
gboolean explore_search_back(struct explore *explore, const struct explore_trace *trace,
			     const struct explore_near *near, struct explore_near *best, GArray *way, guint64 *looked);

/* explore_near.c */
/** Of each node, by its number, what no way to it is nearer than; free with g_free(). */
struct explore_near *explore_near_make(const struct explore *explore);

/* explore_plan.c */
/** Goes that way once more, cut by cut, with every sector as it then is. NULL: it does not lead to the fault. */
struct cut_plan *explore_plan_make(struct explore *explore, const struct explore_trace *trace, const GArray *way);

/* explore_plan_livelock.c */
/** Cuts each start when it has erased for long enough, until one leaves what the one before it left. NULL: none does.
 */
struct cut_plan *explore_plan_livelock(struct explore *explore, const struct explore_trace *trace);

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
/** Whether from this operation on a request may no longer come to nothing: it is answered, or a sector that is to be
 * erased is overwritten. */
gboolean explore_judge_begins(const struct explore *explore, const struct explore_op *op);
/* Of what is followed now. */
void explore_judge_write(struct explore *explore, const struct explore_op *op);
/** The unit claims that the erase is over, by `how`. */
void explore_judge_claim(struct explore *explore, const char *how);
void explore_judge_end(struct explore *explore, const struct explore_part *part);

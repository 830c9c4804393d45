/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the explorer; only rig/explore*.c include it. */
#pragma once
#include "rig/cut_plan.h"
#include "explore.h"
#include "explore_log.h"
#include "explore_media.h"
#include "explore_pages.h"
#include "rig/hash128.h"

struct explore_node;

enum explore_end { EXPLORE_END_NEXT, EXPLORE_END_IDLE, EXPLORE_END_CRASHED, EXPLORE_END_EXHAUSTED };

/* What a cut within a part leaves. */
struct explore_left {
	struct explore_node *node;
	guint ops;     /* operations that the part had begun by then */
	guint waiting; /* writes that waited in caches then, or since what was left before */
};

/* A part of a session, from a node to the next one. */
struct explore_part {
	GArray *left; /* of struct explore_left, in order; NULL: no cut of it was followed */
	gint64 begin_ns, end_ns;
	GArray *ops; /* of struct explore_op; NULL: it is packed, see explore_part_ops() */
	guint8 *log; /* that, packed */
	gsize log_bytes;
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
	struct explore_node *rep; /* stands for it: the first of its class, see explore_classes.c; NULL: it itself */
	guint64 before;		  /* operations of its session before it */
	guint8 expand;		  /* what cuts within it leave is followed, however deep it is */
	guint8 starts;		  /* with power-on */
	guint8 root;		  /* the first of all */
	guint8 promised;	  /* the erase must be done whatever happens: it was answered, or has begun */
	guint8 queued;		  /* its maps have changed since they were followed */
	guint8 ready;		  /* that line's level */
	guint8 on_path;		  /* of the session that is run */
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
	const guint8 *log; /* NULL: none */
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
	struct explore_pages *pages;
	GPtrArray *nodes;    /* of struct explore_node *, owned */
	GHashTable *known;   /* set of nodes, by key */
	GPtrArray *unpacked; /* of struct explore_node *: they may have logs that are not packed yet */
	struct explore_unpacked *last;
	GArray *none;			/* no parts, or no edges, for all nodes that have none: most */
	guint queued;			/* nodes whose maps have changed */
	GArray *findings;		/* of struct explore_finding */
	GArray *traces[EXPLORE_FAULTS]; /* of struct explore_trace */
	GByteArray *verdicts;		/* of sets, see explore_judge.c */
	guint32 erasing;		/* the panel's text */
	gboolean again;			/* sectors became exact: all is void */
	guint64 states_exact;		/* that were started so far */
	guint exact_depth;		/* cuts in a row up to which every state is told apart */
	guint8 *counters;		/* memory_bytes: 1 for those that differ at every start */
	guint8 *hidden;			/* memory_bytes: these, and 1 for what holds random numbers */
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
	struct explore_image image; /* of it */
	struct explore_geometry geometry[EXPLORE_DISKS];
	struct explore_node *node;
	guint part, op, begun;
	guint waited; /* writes that waited, at most, since something was left */
	gboolean promised, expand;
	guint32 panel;
	guint8 ready;
	gboolean lost; /* when it was asked, its licence had gone */
};

/* explore_graph.c */
GHashTable *explore_nodes_known(void);
/** The node of this key, if there is one. */
struct explore_node *explore_node_find(struct explore *explore, const guint64 key[2]);
/** A new one, with the memory (image), geometry, panel and line that are followed now; its maps are empty. */
struct explore_node *explore_node_new(struct explore *explore, const guint64 key[2]);
void explore_node_free(gpointer node);
void explore_part_free(struct explore_part *part);
/** What the part did, of struct explore_op; borrowed until this is called for another part. */
const GArray *explore_part_ops(const struct explore *explore, const struct explore_part *part);
/** The node gets one more; its log waits to be packed. */
void explore_part_add(struct explore *explore, struct explore_node *node, struct explore_part *part);
/** Packs the logs of explore->unpacked. */
void explore_logs_pack(struct explore *explore);
/** It is come to by these edges (of struct explore_edge), promised or not as is followed now; what the media may hold
 * then is united with what was known. Where that is new the node is queued, and the edges are noted, or in any case if
 * `all`. The same for what stands for it. */
void explore_node_reach(struct explore *explore, struct explore_node *node, struct explore_map *const *maps,
			const GArray *edges, gboolean all);
/** Forgets what another one, that stands for it, knows as well. */
void explore_node_shrink(struct explore *explore, struct explore_node *node);
/** Whether the cuts within it are followed. */
static inline gboolean explore_expands(const struct explore *explore, const struct explore_node *node)
{
	return node->depth < explore->exact_depth || node->expand;
}
static inline struct explore_part *explore_part_at(const struct explore_node *node, guint part)
{
	return g_array_index(node->parts, struct explore_part *, part);
}

/* explore_counters.c */
/** Finds the bytes of the memories that differ at every start. Needs the root's session to be known. */
void explore_counters_find(struct explore *explore);

/* explore.c */
/** Whether exploring goes no further than to this state: there is no end of states in sight. */
gboolean explore_bounded(const struct explore *explore, const struct explore_node *node);

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

/** By how many cuts, at most `most`, this came about, and at which operation of the first session the first one was.
 *  `way`: gets the struct explore_step. FALSE: not by so few. */
gboolean explore_search_back(struct explore *explore, const struct explore_trace *trace, guint most, guint *cuts,
			     guint64 *first, GArray *way);

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

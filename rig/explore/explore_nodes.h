/* SPDX-License-Identifier: Apache-2.0 */
/* The explorer's nodes by number and by key. They stay where they are until all are freed. */
#pragma once
#include <glib.h>

struct explore_nodes;

/** A node; what is known of it besides is explore_internal.h's business. */
struct explore_node {
	guint64 key[2];
	union {
		struct explore_blob *told; /**< it waits: see struct explore_more */
		struct explore_more *more;
		struct explore_node *stand_in; /**< it was shrunk: what stands for it */
	};
	guint32 number;
	guint32 depth : 23;   /**< cuts so far */
	guint32 expand : 1;   /**< what cuts within it leave is followed, however deep it is */
	guint32 starts : 1;   /**< with power-on */
	guint32 root : 1;     /**< the first of all */
	guint32 promised : 1; /**< the erase must be done whatever happens: it was answered, or has begun */
	guint32 queued : 1;   /**< its maps have changed since they were followed */
	guint32 ready : 1;    /**< that line's level */
	guint32 on_path : 1;  /**< of the session that is run */
	guint32 waits : 1;    /**< a state that was not started yet */
	guint32 shrunk : 1;   /**< what else was known of it is forgotten */
};

#define EXPLORE_DEPTH_MAX ((1u << 23) - 1)

struct explore_nodes *explore_nodes_new(void);
/** NULL is allowed. */
void explore_nodes_free(struct explore_nodes *nodes);
guint explore_nodes_count(const struct explore_nodes *nodes);
/** The node of this number, counted from 0. */
struct explore_node *explore_nodes_at(const struct explore_nodes *nodes, guint number);
/** NULL: there is none of this key. */
struct explore_node *explore_nodes_find(const struct explore_nodes *nodes, const guint64 key[2]);
/** No more will be looked for or added: what that takes is given back. */
void explore_nodes_seal(struct explore_nodes *nodes);
/** Bytes that they take. */
gsize explore_nodes_bytes(const struct explore_nodes *nodes);
/** A new one, whose key there must not be yet; its number is the next one, all else is 0. */
struct explore_node *explore_nodes_add(struct explore_nodes *nodes, const guint64 key[2]);

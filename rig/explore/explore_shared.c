/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_shared.h"
#include "rig/hash128.h"

struct entry {
	guint32 uses;
	struct explore_blob blob;
};

struct explore_shared {
	struct explore_pool *pool;
	GHashTable *all; /* set of struct entry */
};

static guint entry_hash(gconstpointer key)
{
	const struct entry *entry = key;

	return hash128_brief(entry->blob.bytes, entry->blob.length);
}

static gboolean entry_equal(gconstpointer a, gconstpointer b)
{
	const struct entry *one = a, *other = b;

	return one->blob.length == other->blob.length &&
	       memcmp(one->blob.bytes, other->blob.bytes, one->blob.length) == 0;
}

static gsize size_of(gsize length)
{
	return sizeof(struct entry) + length;
}

struct explore_shared *explore_shared_new(struct explore_pool *pool)
{
	struct explore_shared *shared = g_new(struct explore_shared, 1);

	*shared = (struct explore_shared){ pool, g_hash_table_new(entry_hash, entry_equal) };
	return shared;
}

void explore_shared_free(struct explore_shared *shared)
{
	if (!shared)
		return;
	g_hash_table_unref(shared->all);
	g_free(shared);
}

const struct explore_blob *explore_shared_take(struct explore_shared *shared, const GByteArray *bytes)
{
	if (!bytes->len)
		return NULL;
	struct entry *new = explore_pool_take(shared->pool, size_of(bytes->len));
	new->blob.length = bytes->len;
	memcpy(new->blob.bytes, bytes->data, bytes->len);
	struct entry *entry = g_hash_table_lookup(shared->all, new);
	if (entry) {
		explore_pool_give(shared->pool, new, size_of(bytes->len));
	} else {
		entry = new;
		g_hash_table_add(shared->all, entry);
	}
	entry->uses++;
	return &entry->blob;
}

void explore_shared_drop(struct explore_shared *shared, const struct explore_blob *blob)
{
	if (!blob)
		return;
	struct entry *entry = (struct entry *)((guint8 *)blob - G_STRUCT_OFFSET(struct entry, blob));
	if (--entry->uses)
		return;
	g_hash_table_remove(shared->all, entry);
	explore_pool_give(shared->pool, entry, size_of(blob->length));
}

guint explore_shared_count(const struct explore_shared *shared)
{
	return g_hash_table_size(shared->all);
}

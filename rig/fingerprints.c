/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing, linear probing, at most half full. A print is as good as random: its upper bits are its place. */
#include "fingerprints.h"

#define BITS_FIRST 10

struct slot {
	guint64 print;
	guint32 origin; /* plus 1; 0: free */
};

struct fingerprints {
	struct slot *slots;
	guint bits;
	guint64 count;
};

struct fingerprints *fingerprints_new(void)
{
	struct fingerprints *set = g_new0(struct fingerprints, 1);

	set->bits = BITS_FIRST;
	set->slots = g_new0(struct slot, (gsize)1 << set->bits);
	return set;
}

void fingerprints_free(struct fingerprints *set)
{
	g_free(set->slots);
	g_free(set);
}

/* Those that are taken have their low bits zero (content_samples()). */
static struct slot *find(const struct fingerprints *set, guint64 print)
{
	gsize mask = ((gsize)1 << set->bits) - 1;
	gsize at = (gsize)(print * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> (64 - set->bits));

	while (set->slots[at].origin && set->slots[at].print != print)
		at = (at + 1) & mask;
	return &set->slots[at];
}

static void grow(struct fingerprints *set)
{
	struct fingerprints larger = { g_new0(struct slot, (gsize)2 << set->bits), set->bits + 1, set->count };

	for (gsize i = 0; i < (gsize)1 << set->bits; i++)
		if (set->slots[i].origin)
			*find(&larger, set->slots[i].print) = set->slots[i];
	g_free(set->slots);
	*set = larger;
}

gboolean fingerprints_add(struct fingerprints *set, guint64 print, guint32 origin, guint32 *first)
{
	struct slot *slot = find(set, print);

	if (slot->origin) {
		*first = slot->origin - 1;
		return FALSE;
	}
	*slot = (struct slot){ print, origin + 1 };
	if (2 * ++set->count > (guint64)1 << set->bits)
		grow(set);
	return TRUE;
}

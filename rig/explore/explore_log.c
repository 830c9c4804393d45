/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An operation is a byte of its kind (enum explore_what) and flags, then what the flags say that follows: numbers with
 * seven bits a byte, differences with the sign in the lowest bit; bytes of units as a mask of those that are not 0, and
 * these.
 */
#include "explore_log.h"
#include <string.h>

#define KIND 0x0fu
#define ALIKE 0x10u  /* flags, disk, count and content are those of the one before it of its kind */
#define ON 0x20u     /* it begins where that one ended */
#define STEADY 0x40u /* it took as long as the one before it took */
#define UNITS 0x80u  /* the units, or what shares their room, are not all 0 */

G_STATIC_ASSERT(EXPLORE_WHATS <= KIND + 1);
G_STATIC_ASSERT(EXPLORE_UNIT == 16);

/* What the next operation is told by. */
struct before {
	struct explore_op last[EXPLORE_WHATS]; /* of each kind */
	gint64 at_ns, took_ns;
};

static gboolean is_alike(const struct explore_op *a, const struct explore_op *b)
{
	return a->flags == b->flags && a->disk == b->disk && a->count == b->count && a->content == b->content &&
	       a->reserved == b->reserved;
}

static gboolean has_units(const struct explore_op *op)
{
	static const guint8 none[EXPLORE_UNIT];

	return memcmp(op->former, none, EXPLORE_UNIT) != 0 || memcmp(op->latter, none, EXPLORE_UNIT) != 0;
}

static void note(struct before *before, const struct explore_op *op)
{
	before->took_ns = op->at_ns - before->at_ns;
	before->at_ns = op->at_ns;
	before->last[op->what] = *op;
}

/* --- packing --- */

static void put_unit(GByteArray *to, const guint8 *unit, const guint8 *other)
{
	guint8 bytes[2 + EXPLORE_UNIT] = { 0 };
	guint n = 2;

	for (guint i = 0; i < EXPLORE_UNIT; i++) {
		const guint8 byte = unit[i] ^ (other ? other[i] : 0);

		if (!byte)
			continue;
		bytes[i / 8] |= (guint8)(1u << i % 8);
		bytes[n++] = byte;
	}
	g_byte_array_append(to, bytes, n);
}

static void pack(GByteArray *to, struct before *before, const struct explore_op *op)
{
	const struct explore_op *last = &before->last[op->what];
	const guint8 head =
	    (guint8)(op->what | (is_alike(op, last) ? ALIKE : 0) | (op->at == last->at + last->count ? ON : 0) |
		     (op->at_ns - before->at_ns == before->took_ns ? STEADY : 0) | (has_units(op) ? UNITS : 0));

	g_byte_array_append(to, &head, 1);
	if (!(head & ALIKE)) {
		explore_number_put(to, op->flags);
		explore_number_put(to, op->disk);
		explore_number_put(to, op->count);
		explore_number_put(to, op->content);
		explore_number_put(to, op->reserved);
	}
	if (!(head & ON))
		explore_number_put_from(to, op->at, last->at);
	if (!(head & STEADY))
		explore_number_put_from(to, (guint64)op->at_ns, (guint64)before->at_ns);
	if (head & UNITS) {
		put_unit(to, op->latter, NULL);
		put_unit(to, op->former, op->latter);
	}
	note(before, op);
}

void explore_log_pack(const GArray *ops, GByteArray *to)
{
	struct before before = { 0 };

	for (guint i = 0; i < ops->len; i++)
		pack(to, &before, &g_array_index(ops, struct explore_op, i));
}

/* --- and back --- */

static void get_unit(const guint8 **from, guint8 *unit, const guint8 *other)
{
	const guint mask = (*from)[0] | (guint)(*from)[1] << 8;

	*from += 2;
	for (guint i = 0; i < EXPLORE_UNIT; i++)
		unit[i] = (guint8)((mask >> i & 1 ? *(*from)++ : 0) ^ (other ? other[i] : 0));
}

static void unpack(const guint8 **from, struct before *before, struct explore_op *op)
{
	const guint8 head = *(*from)++;
	const struct explore_op *last = &before->last[head & KIND];

	*op = *last;
	op->what = head & KIND;
	if (!(head & ALIKE)) {
		op->flags = (guint8)explore_number_get(from);
		op->disk = (guint16)explore_number_get(from);
		op->count = (guint32)explore_number_get(from);
		op->content = (guint32)explore_number_get(from);
		op->reserved = (guint32)explore_number_get(from);
	}
	op->at = head & ON ? last->at + last->count : explore_number_get_from(from, last->at);
	op->at_ns = head & STEADY ? before->at_ns + before->took_ns
				  : (gint64)explore_number_get_from(from, (guint64)before->at_ns);
	memset(op->former, 0, sizeof op->former);
	memset(op->latter, 0, sizeof op->latter);
	if (head & UNITS) {
		get_unit(from, op->latter, NULL);
		get_unit(from, op->former, op->latter);
	}
	note(before, op);
}

void explore_log_unpack(const struct explore_blob *packed, GArray *ops)
{
	const guint8 *at = packed ? packed->bytes : NULL, *end = explore_blob_end(packed);
	struct before before = { 0 };

	g_array_set_size(ops, 0);
	while (at < end) {
		g_array_set_size(ops, ops->len + 1);
		unpack(&at, &before, &g_array_index(ops, struct explore_op, ops->len - 1));
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An operation is a byte of its kind (enum explore_what) and flags, then what the flags say that follows: numbers with
 * seven bits a byte, differences with the sign in the lowest bit; bytes of units as a mask of those that are not 0, and
 * these. Behind a write or a read that is told by its flags alone stands how many more are just like it.
 */
#include "explore_log.h"
#include <string.h>

#define KIND 0x0fu
#define ALIKE 0x10u  /* flags, disk, count and content are those of the one before it of its kind */
#define ON 0x20u     /* it begins where that one ended */
#define STEADY 0x40u /* it took as long as that one took */
#define UNITS 0x80u  /* the units, or what shares their room, are not what is in the memory */
#define AGAIN (ALIKE | ON | STEADY)

G_STATIC_ASSERT(EXPLORE_WHATS <= KIND + 1);
G_STATIC_ASSERT(EXPLORE_UNIT == 16);

/* What the next operation is told by. */
struct before {
	struct explore_op last[EXPLORE_WHATS]; /* of each kind */
	gint64 took_ns[EXPLORE_WHATS];	       /* the same */
	gint64 at_ns;
	const struct explore_log_base *base;
};

static void begin(struct before *before, const struct explore_log_base *base)
{
	memset(before, 0, sizeof *before);
	for (guint i = 0; base->usual && i < EXPLORE_WHATS; i++) {
		before->last[i] = base->usual->ops[i];
		before->took_ns[i] = base->usual->took_ns[i];
	}
	before->last[EXPLORE_WRITE].at = base->lba - before->last[EXPLORE_WRITE].count;
	before->at_ns = base->begin_ns;
	before->base = base;
}

static gboolean is_alike(const struct explore_op *a, const struct explore_op *b)
{
	return a->flags == b->flags && a->disk == b->disk && a->count == b->count && a->content == b->content &&
	       a->reserved == b->reserved;
}

static guint64 end_of(const struct explore_op *op)
{
	return op->at + (op->what == EXPLORE_MEMORY ? EXPLORE_UNIT : op->count);
}

/* Told by its head alone, and of a kind of which there are many in a row. */
static gboolean may_go_on(guint8 head)
{
	return (head & ~KIND) == AGAIN && ((head & KIND) == EXPLORE_WRITE || (head & KIND) == EXPLORE_READ);
}

/* The unit of the memory that this operation changes; NULL: it changes none. */
static guint8 *unit_of(const struct before *before, const struct explore_op *op)
{
	const struct explore_log_base *base = before->base;

	return op->what == EXPLORE_MEMORY && base->memory && op->at < base->bytes &&
		       base->bytes - op->at >= EXPLORE_UNIT
		   ? base->memory + op->at
		   : NULL;
}

static void note(struct before *before, const struct explore_op *op)
{
	guint8 *there = unit_of(before, op);

	if (there)
		memcpy(there, op->latter, EXPLORE_UNIT);
	before->took_ns[op->what] = op->at_ns - before->at_ns;
	before->at_ns = op->at_ns;
	before->last[op->what] = *op;
}

/* --- packing --- */

/* Bit i: byte i is another one. `other`: NULL for none. */
static guint differing(const guint8 *unit, const guint8 *other)
{
	guint mask = 0;

	for (guint i = 0; i < EXPLORE_UNIT; i++)
		mask |= (guint)(unit[i] != (other ? other[i] : 0)) << i;
	return mask;
}

static void put_bytes(GByteArray *to, guint mask, const guint8 *unit, const guint8 *other)
{
	for (; mask; mask &= mask - 1) {
		const guint i = (guint)__builtin_ctz(mask);
		const guint8 byte = unit[i] ^ (other ? other[i] : 0);

		g_byte_array_append(to, &byte, 1);
	}
}

void explore_unit_put(GByteArray *to, const guint8 *unit, const guint8 *other)
{
	const guint mask = differing(unit, other);

	explore_number_put(to, mask);
	put_bytes(to, mask, unit, other);
}

/* What it becomes, against what it is said to have been, and that against what is there, which mostly is the same. */
static void put_units(GByteArray *to, const struct explore_op *op, const guint8 *there)
{
	const guint latter = differing(op->latter, op->former);
	const gboolean is_there = !differing(op->former, there);

	explore_number_put(to, latter << 1 | !is_there);
	put_bytes(to, latter, op->latter, op->former);
	if (!is_there)
		explore_unit_put(to, op->former, there);
}

static guint8 head_of(const struct before *before, const struct explore_op *op)
{
	const struct explore_op *last = &before->last[op->what];
	const guint8 *there = unit_of(before, op);

	return (guint8)(op->what | (is_alike(op, last) ? ALIKE : 0) | (op->at == end_of(last) ? ON : 0) |
			(op->at_ns - before->at_ns == before->took_ns[op->what] ? STEADY : 0) |
			(differing(op->latter, there) || differing(op->former, there) ? UNITS : 0));
}

static void pack(GByteArray *to, const struct before *before, const struct explore_op *op, guint8 head)
{
	const struct explore_op *last = &before->last[op->what];

	g_byte_array_append(to, &head, 1);
	if (!(head & ALIKE)) {
		explore_number_put(to, op->flags);
		explore_number_put(to, op->disk);
		explore_number_put(to, op->count);
		explore_number_put(to, op->content);
		explore_number_put(to, op->reserved);
	}
	if (!(head & ON))
		explore_number_put_from(to, op->at, end_of(last));
	if (!(head & STEADY))
		explore_number_put_from(to, (guint64)op->at_ns, (guint64)before->at_ns);
	if (head & UNITS)
		put_units(to, op, unit_of(before, op));
}

/* Notes what follows as well if it has the same head. How many that are. */
static guint pack_again(struct before *before, const GArray *ops, guint i, guint8 head)
{
	const guint from = i;

	for (; i < ops->len; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

		if (op->what != (head & KIND) || head_of(before, op) != head)
			break;
		note(before, op);
	}
	return i - from;
}

void explore_log_learn(struct explore_usual *usual, const GArray *ops, gint64 begin_ns)
{
	for (guint i = 0; i < ops->len; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);
		struct explore_op *last = &usual->ops[op->what];

		*last = *op;
		last->at = 0;
		memset(last->former, 0, sizeof last->former);
		memset(last->latter, 0, sizeof last->latter);
		usual->took_ns[op->what] = op->at_ns - begin_ns;
		begin_ns = op->at_ns;
	}
}

void explore_log_pack(const GArray *ops, const struct explore_log_base *base, GByteArray *to)
{
	struct before before;

	begin(&before, base);
	for (guint i = 0; i < ops->len;) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i++);
		const guint8 head = head_of(&before, op);

		pack(to, &before, op, head);
		note(&before, op);
		if (!may_go_on(head))
			continue;
		const guint more = pack_again(&before, ops, i, head);
		explore_number_put(to, more);
		i += more;
	}
}

/* --- and back --- */

static void get_bytes(const guint8 **from, guint mask, guint8 *unit)
{
	for (; mask; mask &= mask - 1)
		unit[__builtin_ctz(mask)] ^= *(*from)++;
}

void explore_unit_get(const guint8 **from, guint8 *unit)
{
	get_bytes(from, (guint)explore_number_get(from), unit);
}

/* Both are what is there, and are told what they differ in. */
static void get_units(const guint8 **from, struct explore_op *op)
{
	const guint latter = (guint)explore_number_get(from);
	guint8 change[EXPLORE_UNIT] = { 0 };

	get_bytes(from, latter >> 1, change);
	if (latter & 1)
		explore_unit_get(from, op->former);
	for (guint i = 0; i < EXPLORE_UNIT; i++)
		op->latter[i] = op->former[i] ^ change[i];
}

static void unpack(const guint8 **from, const struct before *before, struct explore_op *op, guint8 head)
{
	const struct explore_op *last = &before->last[head & KIND];
	const guint64 end = end_of(last);

	*op = *last;
	op->what = head & KIND;
	if (!(head & ALIKE)) {
		op->flags = (guint8)explore_number_get(from);
		op->disk = (guint16)explore_number_get(from);
		op->count = (guint32)explore_number_get(from);
		op->content = (guint32)explore_number_get(from);
		op->reserved = (guint32)explore_number_get(from);
	}
	op->at = head & ON ? end : explore_number_get_from(from, end);
	op->at_ns = head & STEADY ? before->at_ns + before->took_ns[op->what]
				  : (gint64)explore_number_get_from(from, (guint64)before->at_ns);
	memset(op->former, 0, sizeof op->former);
	const guint8 *there = unit_of(before, op);
	if (there)
		memcpy(op->former, there, EXPLORE_UNIT);
	memcpy(op->latter, op->former, EXPLORE_UNIT);
	if (head & UNITS)
		get_units(from, op);
	if (!before->base->memory) {
		memset(op->former, 0, sizeof op->former);
		memset(op->latter, 0, sizeof op->latter);
	}
}

static struct explore_op *add(GArray *ops)
{
	g_array_set_size(ops, ops->len + 1);
	return &g_array_index(ops, struct explore_op, ops->len - 1);
}

void explore_log_unpack(const struct explore_blob *packed, const struct explore_log_base *base, GArray *ops)
{
	const guint8 *at = packed ? packed->bytes : NULL, *end = explore_blob_end(packed);
	struct before before;

	begin(&before, base);
	g_array_set_size(ops, 0);
	while (at < end) {
		const guint8 head = *at++;
		guint64 more = 0;

		for (gboolean first = TRUE; first || more--; first = FALSE) {
			struct explore_op *op = add(ops);

			unpack(&at, &before, op, head);
			note(&before, op);
			if (first && may_go_on(head))
				more = explore_number_get(&at);
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of observations that are none. That good ones arrive is seen in grant_test.c. */
#include "grant_batch.h"
#include "test.h"
#include <string.h>

static void see_nothing(gpointer data, gint64 at_ns, const struct disk_seen *seen, const guint64 *samples)
{
	(void)at_ns, (void)seen, (void)samples;
	++*(guint *)data;
}

static void show_nothing(gpointer data, gint64 at_ns, const char *text)
{
	(void)at_ns, (void)text;
	++*(guint *)data;
}

static void learn_nothing(gpointer data, gint64 at_ns, const guint8 *key, gsize length)
{
	(void)at_ns, (void)key, (void)length;
	++*(guint *)data;
}

static void line_nothing(gpointer data, gint64 at_ns, guint line, gboolean level)
{
	(void)at_ns, (void)line, (void)level;
	++*(guint *)data;
}

static void sent_nothing(gpointer data, gint64 at_ns, guint8 byte)
{
	(void)at_ns, (void)byte;
	++*(guint *)data;
}

static void write_nothing(gpointer data, gint64 at_ns, const struct disk_part *part, const guint8 *bytes, gsize length)
{
	(void)at_ns, (void)part, (void)bytes, (void)length;
	++*(guint *)data;
}

static void malformed_packets(void)
{
	/* kind and length of a sight, how long the packet is, whether that can be */
	static const struct {
		guint32 kind, length;
		gsize total;
		guint8 last; /* byte of the data */
		gboolean good;
	} rows[] = {
		{ 0, 0, 16, 0, FALSE }, /* no such kind */
		{ 7, 0, 16, 0, FALSE },		 { 0xffffffff, 0, 16, 0, FALSE },
		{ 3, 24, 15, 0, FALSE },				  /* not even a head */
		{ 3, 24, 40, 0, TRUE },		 { 3, 24, 39, 0, FALSE }, /* cut */
		{ 3, 25, 41, 0, FALSE },				  /* not padded */
		{ 3, 25, 48, 0, TRUE },		 { 3, 0xfffffff8, 48, 0, FALSE },
		{ 3, 0xffffffff, 48, 0, FALSE }, { 2, 8, 24, 0, TRUE },
		{ 2, 8, 24, 'x', FALSE }, /* a text without an end */
		{ 2, 0, 16, 0, FALSE },		 { 1, 64, 80, 0, TRUE },
		{ 1, 56, 72, 0, FALSE }, /* half a command */
		{ 1, 72, 88, 0, FALSE }, /* a sample too many */
		{ 1, 65, 88, 0, FALSE },	 { 4, 2, 24, 0, TRUE },
		{ 4, 1, 24, 0, FALSE },		 { 4, 3, 24, 0, FALSE }, /* a line and its level */
		{ 4, 2, 24, 2, TRUE },					 /* what pads it is not looked at */
		{ 5, 1, 24, 0, TRUE },		 { 5, 0, 16, 0, FALSE },
		{ 5, 2, 24, 0, FALSE },					  /* a byte that was sent */
		{ 6, 17, 40, 0, TRUE },		 { 6, 16, 32, 0, FALSE }, /* a part of a write */
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		guint told = 0;
		const struct observer observer = { see_nothing,	 show_nothing, learn_nothing, line_nothing,
						   sent_nothing, &told,	       write_nothing, 1 };
		guint32 head[2] = { rows[i].kind, rows[i].length };
		g_autofree guint8 *bytes = g_malloc0(MAX(rows[i].total, sizeof head));
		g_autoptr(GError) error = NULL;

		memcpy(bytes, head, sizeof head);
		if (rows[i].last)
			bytes[rows[i].total - 1] = rows[i].last;
		CU_ASSERT_EQUAL(grant_batch_tell(bytes, rows[i].total, &observer, &error), rows[i].good);
		CU_ASSERT_EQUAL(told, rows[i].good ? 1 : 0);
		if (!rows[i].good)
			CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL));
	}
}

TEST_SUITE(grant_batch, { "malformed packets", malformed_packets })

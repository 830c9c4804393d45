/* SPDX-License-Identifier: Apache-2.0 */
#include "run_deflate.h"
#include "rig/crc32.h"
#include "rig/test.h"
#include <gio/gio.h>
#include <string.h>

/* zlib's word on a stream: the plain bytes, or NULL. */
static GByteArray *inflate(const GByteArray *stream)
{
	g_autoptr(GZlibDecompressor) zlib = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW);
	GByteArray *plain = g_byte_array_new();
	static guint8 room[1 << 20];
	gsize at = 0, taken, given;
	GConverterResult result;

	do {
		g_autoptr(GError) error = NULL;
		result = g_converter_convert(G_CONVERTER(zlib), stream->data + at, stream->len - at, room, sizeof room,
					     G_CONVERTER_INPUT_AT_END, &taken, &given, &error);
		if (result == G_CONVERTER_ERROR) {
			g_printerr("zlib: %s\n", error->message);
			g_byte_array_unref(plain);
			return NULL;
		}
		at += taken;
		g_byte_array_append(plain, room, (guint)given);
	} while (result != G_CONVERTER_FINISHED);
	CU_ASSERT_EQUAL(at, stream->len);
	return plain;
}

struct run {
	guint8 byte;
	guint64 count;
};

static void check(const struct run *runs, guint count)
{
	g_autoptr(GByteArray) stream = g_byte_array_new(), wanted = g_byte_array_new();
	struct run_deflate deflate;

	run_deflate_begin(&deflate, stream);
	for (guint i = 0; i < count; i++) {
		guint at = wanted->len;
		run_deflate_run(&deflate, runs[i].byte, runs[i].count);
		g_byte_array_set_size(wanted, at + (guint)runs[i].count);
		if (runs[i].count)
			memset(wanted->data + at, runs[i].byte, runs[i].count);
	}
	run_deflate_end(&deflate);
	g_autoptr(GByteArray) plain = inflate(stream);
	CU_ASSERT_TRUE_FATAL(plain && plain->len == wanted->len);
	CU_ASSERT(!plain->len || memcmp(plain->data, wanted->data, plain->len) == 0);
	CU_ASSERT_EQUAL(deflate.size, wanted->len);
	CU_ASSERT_EQUAL(deflate.crc.value, crc32_update(0, wanted->data, wanted->len));
}

/* Every length, of a new byte and of the one before. */
static void lengths(void)
{
	check(NULL, 0);
	for (guint64 count = 0; count < 1200; count++) {
		const struct run runs[] = { { 0x55, 1 }, { 0x55, count }, { 0xaa, count }, { 0, 2 } };
		check(runs, G_N_ELEMENTS(runs));
	}
}

static void every_byte(void)
{
	struct run runs[256];

	for (guint i = 0; i < 256; i++)
		runs[i] = (struct run){ (guint8)i, 1 + i % 5 };
	check(runs, 256);
}

static void at_random(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	struct run runs[64];

	for (guint round = 0; round < 300; round++) {
		for (guint i = 0; i < G_N_ELEMENTS(runs); i++)
			runs[i] =
			    (struct run){ (guint8)g_rand_int_range(random, 0, 4),
					  (guint64)g_rand_int_range(random, 0, 1 << g_rand_int_range(random, 1, 15)) };
		check(runs, G_N_ELEMENTS(runs));
	}
}

/* Ten seconds at 24 MSa/s are said in moments, in a quarter of a megabyte. */
static void long_runs(void)
{
	g_autoptr(GByteArray) stream = g_byte_array_new();
	static guint8 block[1 << 16];
	const guint64 ten_seconds = G_GUINT64_CONSTANT(240000000);
	struct run_deflate deflate;
	guint32 crc = 0;

	memset(block, 0x80, sizeof block);
	run_deflate_begin(&deflate, stream);
	run_deflate_run(&deflate, 0x80, ten_seconds);
	run_deflate_end(&deflate);
	CU_ASSERT(stream->len < ten_seconds / 1000 && deflate.size == ten_seconds);
	for (guint64 left = ten_seconds; left; left -= MIN(left, sizeof block))
		crc = crc32_update(crc, block, MIN(left, sizeof block));
	CU_ASSERT_EQUAL(deflate.crc.value, crc);
}

static void crc_in_parts(void)
{
	struct run_crc parts, whole;

	run_crc_init(&parts);
	run_crc_init(&whole);
	run_crc_add(&whole, 7, 0xfedcba98);
	run_crc_add(&parts, 7, 0xfedc0000);
	run_crc_add(&parts, 7, 0xba98);
	CU_ASSERT_EQUAL(parts.value, whole.value);
	run_crc_add(&parts, 9, 0);
	CU_ASSERT_EQUAL(parts.value, whole.value);
}

TEST_SUITE(run_deflate, { "lengths", lengths }, { "every byte", every_byte }, { "at random", at_random },
	   { "long runs", long_runs }, { "crc in parts", crc_in_parts })

/* SPDX-License-Identifier: Apache-2.0 */
/* Frames below were written by hand from protocol.h, their CRCs computed by another program. */
#include "frame.h"
#include "test.h"
#include <string.h>

/* "57 52 …" to bytes; returns how many. */
static gsize from_hex(const char *hex, guint8 *out)
{
	gsize count = 0;

	for (; hex[0] && hex[1]; hex += hex[2] ? 3 : 2)
		out[count++] = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
	return count;
}

struct known {
	const char *hex;
	guint8 type;
	guint16 sequence;
	const char *payload_hex;
};

static const struct known known[] = {
	{ "57 52 01 01 01 00 00 00 58 40 0b c0", PROTOCOL_IDENTIFY, 1, "" },
	{ "57 52 01 06 34 12 18 00 31 37 30 30 30 32 38 30 31 32 33 34 36 33 35 38 30 32 32 37 34 36 30 35 d4 76 86 ed",
	  PROTOCOL_REGISTER, 0x1234, "31 37 30 30 30 32 38 30 31 32 33 34 36 33 35 38 30 32 32 37 34 36 30 35" },
	{ "57 52 01 82 07 00 0d 00 00 02 02 ff 01 dc 05 00 00 03 00 00 00 7f 65 83 7b",
	  PROTOCOL_STATUS | PROTOCOL_ANSWER, 7, "00 02 02 ff 01 dc 05 00 00 03 00 00 00" },
	{ "57 52 01 ff 00 00 01 00 01 73 36 4f d3", PROTOCOL_NOTICE_BAD_FRAME, 0, "01" },
};

static void known_frames(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
		guint8 bytes[PROTOCOL_FRAME_MAX], payload[PROTOCOL_PAYLOAD_MAX], encoded[PROTOCOL_FRAME_MAX];
		gsize length = from_hex(known[i].hex, bytes);
		gsize payload_length = from_hex(known[i].payload_hex, payload);
		struct frame frame = { 0 };

		CU_ASSERT_EQUAL_FATAL(frame_decode(bytes, length, &frame), FRAME_OK);
		CU_ASSERT_EQUAL(frame.type, known[i].type);
		CU_ASSERT_EQUAL(frame.sequence, known[i].sequence);
		CU_ASSERT_EQUAL_FATAL(frame.length, payload_length);
		CU_ASSERT_EQUAL(memcmp(frame.payload, payload, payload_length), 0);
		frame.payload = payload;
		CU_ASSERT_EQUAL_FATAL(frame_encode(&frame, encoded), length);
		CU_ASSERT_EQUAL(memcmp(encoded, bytes, length), 0);
	}
}

struct broken {
	const char *hex;
	enum frame_result result;
};

/* Each of them is the IDENTIFY frame with one thing wrong. */
static const struct broken broken[] = {
	{ "", FRAME_SHORT },
	{ "57", FRAME_SHORT },
	{ "57 52 01 01 01 00 00", FRAME_SHORT },
	{ "57 52 01 01 01 00 00 00 58 40 0b", FRAME_SHORT },
	{ "57 52 01 01 01 00 01 00 58 40 0b c0", FRAME_SHORT },
	{ "57 52 01 01 01 00 00 00 58 40 0b c0 00", FRAME_LONG },
	{ "00", FRAME_BAD_SYNC },
	{ "57 53", FRAME_BAD_SYNC },
	{ "52 57 01 01 01 00 00 00 58 40 0b c0", FRAME_BAD_SYNC },
	{ "57 52 02", FRAME_BAD_VERSION },
	{ "57 52 00 01 01 00 00 00 58 40 0b c0", FRAME_BAD_VERSION },
	{ "57 52 01 01 01 00 01 04", FRAME_BAD_LENGTH },
	{ "57 52 01 01 01 00 ff ff 58 40 0b c0", FRAME_BAD_LENGTH },
	{ "57 52 01 02 01 00 00 00 58 40 0b c0", FRAME_BAD_CRC },
	{ "57 52 01 01 02 00 00 00 58 40 0b c0", FRAME_BAD_CRC },
	{ "57 52 01 01 01 00 00 00 00 00 00 00", FRAME_BAD_CRC },
};

static void every_error(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
		guint8 bytes[64];
		const struct frame before = { .type = 0x55, .sequence = 0x5555, .length = 5, .payload = bytes };
		struct frame frame = before;
		gsize length = from_hex(broken[i].hex, bytes);

		CU_ASSERT_EQUAL(frame_decode(bytes, length, &frame), broken[i].result);
		CU_ASSERT_EQUAL(memcmp(&frame, &before, sizeof frame), 0);
	}
}

static void largest_frame(void)
{
	static guint8 payload[PROTOCOL_PAYLOAD_MAX + 1], bytes[PROTOCOL_FRAME_MAX];
	struct frame frame = { .type = 0x06, .sequence = 0xffff, .length = PROTOCOL_PAYLOAD_MAX, .payload = payload };

	memset(payload, 0xa5, sizeof payload);
	CU_ASSERT_EQUAL_FATAL(frame_encode(&frame, bytes), PROTOCOL_FRAME_MAX);
	CU_ASSERT_EQUAL_FATAL(frame_decode(bytes, sizeof bytes, &frame), FRAME_OK);
	CU_ASSERT_EQUAL(frame.length, PROTOCOL_PAYLOAD_MAX);
	frame.length++;
	CU_ASSERT_EQUAL(frame_encode(&frame, bytes), 0);
}

/* A CRC-32 misses one random corruption in 2^32, and none of at most 32 bits in a row: 10,000 must all be seen. */
static void corruptions(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(20240607);
	guint accepted = 0;

	for (guint round = 0; round < 10000; round++) {
		guint8 payload[64], bytes[PROTOCOL_FRAME_MAX], damaged[PROTOCOL_FRAME_MAX];
		struct frame frame = { .type = (guint8)g_rand_int_range(rand, 1, 256),
				       .sequence = (guint16)g_rand_int(rand),
				       .length = (guint16)g_rand_int_range(rand, 0, sizeof payload + 1),
				       .payload = payload };

		for (guint i = 0; i < sizeof payload; i++)
			payload[i] = (guint8)g_rand_int(rand);
		gsize length = frame_encode(&frame, bytes);
		memcpy(damaged, bytes, length);
		for (gint32 hits = g_rand_int_range(rand, 1, 9); hits > 0; hits--)
			damaged[g_rand_int_range(rand, 0, (gint32)length)] ^= (guint8)g_rand_int_range(rand, 1, 256);
		if (memcmp(damaged, bytes, length) && frame_decode(damaged, length, &frame) == FRAME_OK)
			accepted++;
		CU_ASSERT_EQUAL(frame_decode(bytes, length, &frame), FRAME_OK);
	}
	CU_ASSERT_EQUAL(accepted, 0);
}

static void every_truncation(void)
{
	guint8 bytes[PROTOCOL_FRAME_MAX];
	gsize length = from_hex(known[1].hex, bytes);
	struct frame frame;

	for (gsize cut = 0; cut < length; cut++)
		CU_ASSERT_EQUAL(frame_decode(bytes, cut, &frame), FRAME_SHORT);
}

static void crc(void)
{
	CU_ASSERT_EQUAL(frame_crc32("123456789", 9), 0xcbf43926); /* the standard's check value */
	CU_ASSERT_EQUAL(frame_crc32("", 0), 0);
	/* Several bytes a step are as good as bit by bit, at every length and place. */
	for (guint from = 0; from < 4; from++)
		for (guint length = 0; length + from <= 40; length++) {
			guint8 bytes[40];
			guint32 crc = 0xffffffff;

			for (guint i = 0; i < sizeof bytes; i++)
				bytes[i] = (guint8)(i * 89 + length);
			for (guint bit = 8 * from; bit < 8 * (from + length); bit++)
				crc = crc >> 1 ^ ((crc ^ bytes[bit / 8] >> bit % 8) & 1 ? 0xedb88320 : 0);
			CU_ASSERT_EQUAL(frame_crc32(bytes + from, length), ~crc);
		}
}

static void every_result_has_a_text(void)
{
	for (int result = FRAME_OK; result <= FRAME_BAD_CRC; result++)
		for (int other = FRAME_OK; other < result; other++)
			CU_ASSERT_STRING_NOT_EQUAL(frame_result_text((enum frame_result)result),
						   frame_result_text((enum frame_result)other));
	CU_ASSERT_STRING_EQUAL(frame_result_text((enum frame_result)99), "an unknown result");
}

TEST_SUITE(frame, { "known frames", known_frames }, { "every error", every_error }, { "largest frame", largest_frame },
	   { "corruptions", corruptions }, { "every truncation", every_truncation }, { "crc", crc },
	   { "every result has a text", every_result_has_a_text })

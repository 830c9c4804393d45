/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"
#include <string.h>

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16;
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

/* A byte's remainder, followed by so many zero bytes, is the sum of its bits': tables that the compiler fills. */
#define BIT(byte, bit, remainder) ((byte) >> (bit)&1 ? (remainder) : 0u)
#define AFTER_0(b)                                                                                                     \
	(BIT(b, 0, 0x77073096u) ^ BIT(b, 1, 0xee0e612cu) ^ BIT(b, 2, 0x076dc419u) ^ BIT(b, 3, 0x0edb8832u) ^           \
	 BIT(b, 4, 0x1db71064u) ^ BIT(b, 5, 0x3b6e20c8u) ^ BIT(b, 6, 0x76dc4190u) ^ BIT(b, 7, 0xedb88320u))
#define AFTER_1(b)                                                                                                     \
	(BIT(b, 0, 0x191b3141u) ^ BIT(b, 1, 0x32366282u) ^ BIT(b, 2, 0x646cc504u) ^ BIT(b, 3, 0xc8d98a08u) ^           \
	 BIT(b, 4, 0x4ac21251u) ^ BIT(b, 5, 0x958424a2u) ^ BIT(b, 6, 0xf0794f05u) ^ BIT(b, 7, 0x3b83984bu))
#define AFTER_2(b)                                                                                                     \
	(BIT(b, 0, 0x01c26a37u) ^ BIT(b, 1, 0x0384d46eu) ^ BIT(b, 2, 0x0709a8dcu) ^ BIT(b, 3, 0x0e1351b8u) ^           \
	 BIT(b, 4, 0x1c26a370u) ^ BIT(b, 5, 0x384d46e0u) ^ BIT(b, 6, 0x709a8dc0u) ^ BIT(b, 7, 0xe1351b80u))
#define AFTER_3(b)                                                                                                     \
	(BIT(b, 0, 0xb8bc6765u) ^ BIT(b, 1, 0xaa09c88bu) ^ BIT(b, 2, 0x8f629757u) ^ BIT(b, 3, 0xc5b428efu) ^           \
	 BIT(b, 4, 0x5019579fu) ^ BIT(b, 5, 0xa032af3eu) ^ BIT(b, 6, 0x9b14583du) ^ BIT(b, 7, 0xed59b63bu))
#define FOUR(of, b) of(b), of((b) + 1), of((b) + 2), of((b) + 3)
#define SIXTEEN(of, b) FOUR(of, b), FOUR(of, (b) + 4), FOUR(of, (b) + 8), FOUR(of, (b) + 12)
#define SIXTY_FOUR(of, b) SIXTEEN(of, b), SIXTEEN(of, (b) + 16), SIXTEEN(of, (b) + 32), SIXTEEN(of, (b) + 48)
#define ALL(of) SIXTY_FOUR(of, 0u), SIXTY_FOUR(of, 64u), SIXTY_FOUR(of, 128u), SIXTY_FOUR(of, 192u)

uint32_t frame_crc32(const void *data, size_t length)
{
	/* Four bytes a step: firmware checks its records at every start, and is started often. */
	static const uint32_t after[4][256] = {
		{ ALL(AFTER_0) }, { ALL(AFTER_1) }, { ALL(AFTER_2) }, { ALL(AFTER_3) }
	};
	const uint8_t *p = data;
	uint32_t crc = 0xffffffff;

	for (; length >= 4; length -= 4, p += 4)
		crc = after[3][(crc ^ p[0]) & 255] ^ after[2][(crc >> 8 ^ p[1]) & 255] ^
		      after[1][(crc >> 16 ^ p[2]) & 255] ^ after[0][crc >> 24 ^ p[3]];
	for (; length; length--, p++)
		crc = after[0][(crc ^ *p) & 255] ^ crc >> 8;
	return ~crc;
}

size_t frame_encode(const struct frame *frame, uint8_t *out)
{
	size_t body = PROTOCOL_HEADER + (size_t)frame->length;

	if (frame->length > PROTOCOL_PAYLOAD_MAX)
		return 0;
	out[0] = PROTOCOL_SYNC0;
	out[1] = PROTOCOL_SYNC1;
	out[2] = PROTOCOL_VERSION;
	out[3] = frame->type;
	put16(out + 4, frame->sequence);
	put16(out + 6, frame->length);
	if (frame->length)
		memcpy(out + PROTOCOL_HEADER, frame->payload, frame->length);
	uint32_t crc = frame_crc32(out, body);
	put16(out + body, (uint16_t)crc);
	put16(out + body + 2, (uint16_t)(crc >> 16));
	return body + PROTOCOL_TRAILER;
}

enum frame_result frame_decode(const uint8_t *data, size_t length, struct frame *frame)
{
	if (length >= 1 && data[0] != PROTOCOL_SYNC0)
		return FRAME_BAD_SYNC;
	if (length >= 2 && data[1] != PROTOCOL_SYNC1)
		return FRAME_BAD_SYNC;
	if (length >= 3 && data[2] != PROTOCOL_VERSION)
		return FRAME_BAD_VERSION;
	if (length < PROTOCOL_HEADER)
		return FRAME_SHORT;
	uint16_t payload = get16(data + 6);
	size_t body = PROTOCOL_HEADER + (size_t)payload;
	if (payload > PROTOCOL_PAYLOAD_MAX)
		return FRAME_BAD_LENGTH;
	if (length < body + PROTOCOL_TRAILER)
		return FRAME_SHORT;
	if (length > body + PROTOCOL_TRAILER)
		return FRAME_LONG;
	if (get32(data + body) != frame_crc32(data, body))
		return FRAME_BAD_CRC;
	*frame = (struct frame){
		.type = data[3], .sequence = get16(data + 4), .length = payload, .payload = data + PROTOCOL_HEADER
	};
	return FRAME_OK;
}

const char *frame_result_text(enum frame_result result)
{
	static const char *const text[] = {
		[FRAME_OK] = "a valid frame",
		[FRAME_SHORT] = "a truncated frame",
		[FRAME_LONG] = "bytes left over after the frame",
		[FRAME_BAD_SYNC] = "no frame start (57h 52h)",
		[FRAME_BAD_VERSION] = "an unknown protocol version",
		[FRAME_BAD_LENGTH] = "a payload length over 1024",
		[FRAME_BAD_CRC] = "a wrong CRC",
	};
	return (unsigned)result < sizeof text / sizeof *text ? text[result] : "an unknown result";
}

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

uint32_t frame_crc32(const void *data, size_t length)
{
	/* Four bits a step: small enough for firmware, fast enough for frames. */
	static const uint32_t nibble[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *p = data;
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc = nibble[(crc ^ p[i]) & 15] ^ crc >> 4;
		crc = nibble[(crc ^ p[i] >> 4) & 15] ^ crc >> 4;
	}
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: a frame that is accepted is the one that encoding it again gives, byte for byte. */
#include "frame.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void decode(const uint8_t *data, size_t size)
{
	struct frame frame = { .sequence = 0xabcd };
	uint8_t again[PROTOCOL_FRAME_MAX];
	enum frame_result result = frame_decode(data, size, &frame);

	require(frame_result_text(result) != NULL);
	if (result != FRAME_OK) {
		require(frame.sequence == 0xabcd && !frame.payload);
		return;
	}
	require(frame.length <= PROTOCOL_PAYLOAD_MAX && frame.payload == data + PROTOCOL_HEADER);
	require(frame_encode(&frame, again) == size && memcmp(again, data, size) == 0);
}

/* With the right CRC put in, which no fuzzer would guess. */
static void decode_repaired(const uint8_t *data, size_t size)
{
	uint8_t *repaired = malloc(size);

	require(repaired != NULL);
	memcpy(repaired, data, size);
	uint32_t crc = frame_crc32(data, size - PROTOCOL_TRAILER);
	for (int i = 0; i < PROTOCOL_TRAILER; i++)
		repaired[size - PROTOCOL_TRAILER + (size_t)i] = (uint8_t)(crc >> 8 * i);
	decode(repaired, size);
	free(repaired);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode(data, size);
	if (size > PROTOCOL_TRAILER)
		decode_repaired(data, size);
	return 0;
}

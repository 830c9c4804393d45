/* SPDX-License-Identifier: Apache-2.0 */
/* Codec of the controller protocol's frames (protocol.h). Pure functions over bytes: also linked into firmware. */
#pragma once
#include "protocol.h"
#include <stddef.h>
#include <stdint.h>

struct frame {
	uint8_t type;
	uint16_t sequence;
	uint16_t length;	/* of payload, bytes */
	const uint8_t *payload; /* borrowed: points into the caller's buffer */
};

enum frame_result {
	FRAME_OK,
	FRAME_SHORT, /* fewer bytes than the frame says or needs */
	FRAME_LONG,  /* bytes left over after the frame */
	FRAME_BAD_SYNC,
	FRAME_BAD_VERSION,
	FRAME_BAD_LENGTH, /* payload length over PROTOCOL_PAYLOAD_MAX */
	FRAME_BAD_CRC,
};

/** CRC-32 (IEEE 802.3, reflected) of `length` bytes. */
uint32_t frame_crc32(const void *data, size_t length);

/** Writes a frame to `out` (PROTOCOL_FRAME_MAX bytes of room). Returns its size; 0 if the payload is too long. */
size_t frame_encode(const struct frame *frame, uint8_t *out);

/** Reads exactly one frame from `length` bytes. On FRAME_OK `*frame` points into `data`; otherwise it is untouched. */
enum frame_result frame_decode(const uint8_t *data, size_t length, struct frame *frame);

/** What a frame_result means, as a phrase. */
const char *frame_result_text(enum frame_result result);

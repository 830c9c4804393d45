/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rig's controller protocol, byte by byte. This is its only specification.
 *
 * Transport: a vendor-class USB interface (class FFh) with one bulk pair, OUT 01h and IN 81h.
 * One frame is one bulk transfer; a frame whose length is a multiple of the packet size is followed
 * by a zero-length packet. The host asks, the controller answers; it never speaks unasked.
 *
 *   offset  size  field
 *        0     2  57h 52h ("WR")
 *        2     1  protocol version, 01h
 *        3     1  type: request 01h…7Fh; the answer to it has bit 7 set
 *        4     2  sequence number, little-endian; an answer repeats its request's
 *        6     2  payload length N, little-endian, 0…1024
 *        8     N  payload; in an answer its first byte is a status (PROTOCOL_OK …)
 *      8+N     4  CRC-32 (IEEE 802.3, reflected, as in zlib) of bytes 0…7+N, little-endian
 *
 * A controller that receives a damaged frame answers with type FFh, sequence 0 and one status byte
 * (PROTOCOL_BAD_FRAME) and forgets everything received up to then; half a frame followed by 500 ms of silence is a
 * damaged frame. A well-formed request of unknown type is
 * answered with its own type and PROTOCOL_UNKNOWN; one with a payload of the wrong shape with
 * PROTOCOL_BAD_PAYLOAD. No refused request changes any state.
 *
 * The host's side: an answer whose sequence number is not that of the request under way is late,
 * duplicated or unasked: it is recorded, counted and dropped. A damaged answer ends the request with an error.
 * Numbers are little-endian; texts are UTF-8 without a terminating zero and fill the rest of the payload.
 */
#pragma once

#define PROTOCOL_SYNC0 0x57
#define PROTOCOL_SYNC1 0x52
#define PROTOCOL_VERSION 1
#define PROTOCOL_HEADER 8
#define PROTOCOL_TRAILER 4
#define PROTOCOL_PAYLOAD_MAX 1024
#define PROTOCOL_FRAME_MAX (PROTOCOL_HEADER + PROTOCOL_PAYLOAD_MAX + PROTOCOL_TRAILER)
#define PROTOCOL_ANSWER 0x80
#define PROTOCOL_NOTICE_BAD_FRAME 0xff

#define PROTOCOL_USB_VID 0x1209 /* pid.codes; 0001h is its PID for private testing */
#define PROTOCOL_USB_PID 0x0001
#define PROTOCOL_USB_EP_OUT 0x01
#define PROTOCOL_USB_EP_IN 0x81

/* Request types. `→` is the request's payload, `←` the answer's after the status byte. */
enum protocol_type {
	/* → empty. ← serial[16] host[16] region[8] language[8] firmware[16], each zero-padded ASCII. */
	PROTOCOL_IDENTIFY = 0x01,
	/* → empty. ← u8 unit state, u8 licence state, u8 erase percent (FFh: no erase), u8 erase mode 1…3,
	   u32 milliseconds since power-on, u32 start count. */
	PROTOCOL_STATUS = 0x02,
	/* → empty. ← u8 bus (0 none, 1 Expansion Bus-B1, 2 Expansion Bus-C1, 3 Security Expansion Board-E1),
	   u8 USB Application Interface Board-D1 present, u16 RAM in MiB. */
	PROTOCOL_ACCESSORIES = 0x03,
	/* → empty. ← the text that the panel shows. */
	PROTOCOL_PANEL = 0x04,
	/* → u8 key (enum protocol_key), u16 milliseconds held. ← empty, once the key is released. */
	PROTOCOL_KEY = 0x05,
	/* → the text typed at License Registration, ended by Start; any bytes, 0…64. ← u8 outcome (enum
	   protocol_outcome). PROTOCOL_NOT_READY unless the unit is ready. */
	PROTOCOL_REGISTER = 0x06,
	/* → empty. ← the options that counter key > Device Configuration lists, one a line, each ended by 0Ah. */
	PROTOCOL_CONFIGURATION = 0x07,
	/* → u8 level (2). ← empty. Enters service mode; left at power-off. */
	PROTOCOL_SERVICE_ENTER = 0x08,
	/* → u8 item (enum protocol_item). ← u32 value. PROTOCOL_DENIED outside service mode. */
	PROTOCOL_SERVICE_GET = 0x09,
	/* → u8 item, u32 value. ← empty. PROTOCOL_DENIED outside service mode or for a value not allowed. */
	PROTOCOL_SERVICE_SET = 0x0a,
};

enum protocol_status {
	PROTOCOL_OK = 0,
	PROTOCOL_BAD_FRAME = 1,
	PROTOCOL_UNKNOWN = 2,
	PROTOCOL_BAD_PAYLOAD = 3,
	PROTOCOL_NOT_READY = 4,
	PROTOCOL_DENIED = 5,
};

enum protocol_unit_state {
	UNIT_STARTING = 0,
	UNIT_ERASING = 1,
	UNIT_READY = 2,
	UNIT_SHUTDOWN_ASKED = 3, /* the panel asks the operator to confirm */
	UNIT_SHUTTING_DOWN = 4,
	UNIT_MAY_POWER_OFF = 5, /* the main switch may be turned off */
	UNIT_FAILED = 6,
};

enum protocol_licence_state {
	LICENCE_NONE = 0,
	LICENCE_PENDING = 1, /* registered; takes effect at the next power-on */
	LICENCE_ACTIVE = 2,
};

enum protocol_outcome {
	OUTCOME_ACCEPTED = 0,
	OUTCOME_MISSING_FEATURES = 1, /* message 1 */
	OUTCOME_INCORRECT_KEY = 2,    /* message 2 */
	OUTCOME_ALREADY_ENABLED = 3,  /* message 3 */
};

enum protocol_key {
	KEY_OK = 1, /* the touch panel's affirmative answer */
	KEY_CANCEL = 2,
	KEY_COUNTER = 3,
	KEY_POWER_SWITCH = 4, /* the panel's power switch, where no line reaches it */
};

enum protocol_item {
	ITEM_ERASE_MODE = 1,  /* 1, 2, 3; default 1 */
	ITEM_JOB_LOG_KEY = 2, /* 0, 1; default 0 */
};

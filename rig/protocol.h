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

	/* The operations below are described field by field in rig/operation.c. They are served when the unit is ready
	   (UNIT_READY) unless said otherwise, and answered when done; those that erase answer first and then go to
	   UNIT_ERASING, back to UNIT_READY by themselves. */

	/* Data life cycle: the items of enum protocol_data. */
	PROTOCOL_DATA_PUT = 0x10,    /* a user stores a value, 1…512 bytes; replaces the former */
	PROTOCOL_DATA_GET = 0x11,    /* empty: nothing stored, or the default */
	PROTOCOL_DATA_DELETE = 0x12, /* overwrites where it stood, then answers */
	PROTOCOL_DATA_EXPORT = 0x13, /* a package; DENIED for items without backup */
	PROTOCOL_DATA_IMPORT = 0x14, /* BAD_PAYLOAD for a package that is damaged or another item's, DENIED as above */
	PROTOCOL_DATA_INFO = 0x15,
	PROTOCOL_DELIVERY_SEND = 0x16,	  /* device information delivery, the master's side: one package */
	PROTOCOL_DELIVERY_RECEIVE = 0x17, /* the slave's */
	/* MEAP: the licence is disabled, its file downloaded, the application uninstalled; later installed with the
	   file. DOWNLOAD is DENIED while the licence is enabled, UNINSTALL until the file was downloaded, INSTALL with
	   another file. */
	PROTOCOL_MEAP_DISABLE = 0x18,
	PROTOCOL_MEAP_DOWNLOAD = 0x19,
	PROTOCOL_MEAP_UNINSTALL = 0x1a,
	PROTOCOL_MEAP_INSTALL = 0x1b,

	/* Documents in inboxes 0…7, 1…512 bytes each. DELETE overwrites before it answers. A document that is being
	   printed can be neither deleted nor replaced (DENIED). */
	PROTOCOL_DOCUMENT_STORE = 0x20,
	PROTOCOL_DOCUMENT_READ = 0x21,
	PROTOCOL_DOCUMENT_DELETE = 0x22,
	PROTOCOL_DOCUMENT_PRINT = 0x23, /* starts a job that holds it */
	/* Jobs: temporary data on the disk from START to END, overwritten before END answers. At most 4 (DENIED). A job
	   that is under way at a power cut leaves residual data: erased at the next start-up. */
	PROTOCOL_JOB_START = 0x24,
	PROTOCOL_JOB_END = 0x25,
	PROTOCOL_JOB_HISTORY = 0x26, /* as a remote application asks for it */

	/* Passwords (enum protocol_password); an empty one is none. */
	PROTOCOL_PASSWORD_SET = 0x28,
	PROTOCOL_PASSWORD_CHECK = 0x29,
	PROTOCOL_LOGIN_GET = 0x2a,
	PROTOCOL_LOGIN_SELECT = 0x2b,

	/* Erasure and keys. */
	PROTOCOL_ERASE_REQUEST = 0x30, /* the System Manager's: erases residual data; DENIED with a wrong password */
	PROTOCOL_ERASE_REPORT = 0x31,  /* of the last or running erase of everything; in every state */
	/* Answers, then generates a new key and erases everything. DENIED while the licence is not active. */
	PROTOCOL_KEY_REGENERATE = 0x32,
	/* In service mode (else DENIED). Answers with the 24-digit transfer number, then erases everything; the kit is
	   off at the end. The key that was used never works again in this unit. */
	PROTOCOL_INVALIDATE = 0x33,
	PROTOCOL_REGISTER_REMOTELY = 0x34, /* a licence key through the Remote UI: always DENIED */
	PROTOCOL_ENCRYPTION_GET = 0x35,	   /* in every state */
	PROTOCOL_ENCRYPTION_SET = 0x36,	   /* DENIED while the kit is licensed */
	PROTOCOL_KNOWN_ANSWER = 0x37,	   /* the cipher engine's product for a published key and text */
	PROTOCOL_SELF_TEST = 0x38,	   /* in every state */
	PROTOCOL_LICENCE_HISTORY = 0x39,   /* "registered", "activated", "transferred": one a line, at most 30 */
	PROTOCOL_LOG = 0x3a,		   /* the unit's log, one line each "SECONDS TEXT"; in every state */
};

/*
 * The service console's lines, each ended by CR LF; the unit's log holds those marked * with their time (clock_s()).
 *
 *   start N, license none|pending|active   *
 *   self-test passed | self-test failed    *
 *   erase begins: mode M, pass P of N      *   an erase of everything; P is where a resumed one goes on
 *   erase ends                             *
 *   erase failed: disk error               *
 *   residual erase begins, residual erase ends
 *   ready
 *   shutdown asked, shutdown cancelled, shutting down, shutdown complete
 *   license registration: accepted | license registration: message N
 *   license invalidated                    *
 *   key generated                          *
 *
 * While anything is overwritten, also by DELETE and END, the unit is in UNIT_ERASING and the panel shows the erasing
 * message, from before the first command to after the last flush.
 */

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
	KEY_ADDITIONAL_FUNCTIONS = 5,
	KEY_2_AND_8 = 6, /* both at once */
};

/* Service mode level 2 (unverified): SERVICE_ENTER is DENIED unless the last keys, within 10 s, were Additional
 * Functions, 2 and 8, Additional Functions. */

enum protocol_item {
	ITEM_ERASE_MODE = 1,  /* 1, 2, 3; default 1 */
	ITEM_JOB_LOG_KEY = 2, /* 0, 1; default 0 */
};
/* A changed item takes effect at the next start. */

/* The installation procedure's table of what is erased, in its order. */
enum protocol_data {
	DATA_ADDRESS_BOOK = 0,
	DATA_SETTINGS = 1,
	DATA_FORWARDING = 2,
	DATA_MEAP_APPLICATIONS = 3,
	DATA_MEAP_LICENCES = 4,
	DATA_SDL_USERS = 5,
	DATA_MEAP_DATA = 6,
	DATA_MEAP_SMS_PASSWORD = 7, /* GET: the password; its default, which is not documented, is "MeapSmsLogin" */
	DATA_MODE_MEMORY = 8,
	DATA_INBOXES = 9, /* GET: how many documents there are, "" for none; PUT is DENIED: DOCUMENT_STORE */
	DATA_SCAN_MODES = 10,
	DATA_UNSENT = 11,
	DATA_IMAGE_FORMS = 12,
	DATA_JOB_LOGS = 13, /* GET: the jobs since the last erase, one a line; PUT is DENIED */
	DATA_ITEMS = 14,
	DATA_DEPARTMENT_IDS = 14, /* not in that table: whether it is erased is not documented; it is delivered */
};
#define DATA_WITH_BACKUP 0x7f /* set of 1 << item */

enum protocol_password {
	PASSWORD_USER_INBOX = 0,
	PASSWORD_CONFIDENTIAL_FAX = 1,
	PASSWORD_MEMORY_RX = 2,
	PASSWORD_SYSTEM_MANAGER = 3, /* survives erases */
};

enum protocol_login {
	LOGIN_NOT_SELECTED = 0,
	LOGIN_DEFAULT = 1,
	LOGIN_SDL = 2,
	LOGIN_SSO = 3,
};

enum protocol_job { JOB_COPY = 1, JOB_PRINT = 2, JOB_FAX_RECEPTION = 3, JOB_SEND = 4 };

enum protocol_erase_outcome {
	ERASE_NEVER = 0,
	ERASE_PENDING = 1, /* due, under way, or interrupted */
	ERASE_COMPLETE = 2,
	ERASE_FAILED = 3, /* stays due */
};

enum protocol_hidden { HIDDEN_NONE = 0, HIDDEN_ERASED = 1, HIDDEN_DECLARED = 2 };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver contracts. A driver is one file ending in one `const struct driver NAME_driver` table; rig/main.c lists them.
 *
 * Common rules. open() finds and claims the instrument and leaves it quiescent; on failure nothing stays open. close()
 * never fails and may be called in any state. Functions marked `poll` never block. Errors name the device (VID:PID and
 * serial, or path), the operation and the library's words: RIG_ERROR_GONE if the device left, RIG_ERROR_RIG otherwise.
 * Strings returned are the caller's to free unless said otherwise.
 */
#pragma once
#include "board.h"
#include "operation.h"
#include "protocol.h"
#include "spool.h"

struct slot;
struct driver;

enum driver_role {
	ROLE_CLOCK,
	ROLE_USB,
	ROLE_CONTROLLER,
	ROLE_CONSOLE,
	ROLE_POWER,
	ROLE_LICENCE,
	ROLE_DISK,
	ROLE_BENCH,
	ROLE_LOGIC,
	ROLES
};

/** What a driver is opened with; lives as long as the slot. */
struct driver_env {
	struct slot *slot; /**< for slot_wait(), slot_record(), slot_now() and other roles: rig/slot.h */
	GKeyFile *config;  /**< the slot file */
	const char *group; /**< the driver's own section in it, e.g. "console" */
	const struct board_class *board_class; /**< emulated slot on the direct link, else NULL */
	struct board *board;
	int grant_fd;	      /**< emulated slot on the usb link: grant.h socket, else -1 */
	const char *stand_in; /**< emulated slot where something stands in for the instrument: libsigrok's conn to reach
				 it, else NULL */
};

struct clock_ops {
	gboolean is_virtual;
	gint64 (*now)(gpointer self);
	/** Lets time pass until `deadline_ns` or until something may have happened, whichever is first.
	 *  Blocks at most 1 ms of real time on a real clock. RIG_ERROR_CRASH is not reported here but by crash(). */
	gboolean (*advance)(gpointer self, gint64 deadline_ns, GError **error) MUST_CHECK;
	/** NULL, or how the emulated firmware died. */
	const char *(*crash)(gpointer self);
	/** Optional: whoever grants time sees what happened in it. `observer` (copied) is told inside advance(). */
	void (*observe)(gpointer self, const struct observer *observer);
};

/** The byte transport to the controller's vendor interface. */
struct usb_ops {
	/** poll. TRUE while the controller is on the bus and its interface is claimed (claims it when it appears).
	 *  FALSE without error: it is not there, or was away since it was last found there. */
	gboolean (*present)(gpointer self, gboolean *present, GError **error) MUST_CHECK;
	/** poll. Starts an OUT transfer; the data is copied. */
	gboolean (*send)(gpointer self, const guint8 *data, gsize length, GError **error) MUST_CHECK;
	/** poll. Takes the next completed IN transfer, at most `capacity` bytes; 0: none yet. -1: error. */
	gssize (*receive)(gpointer self, guint8 *buffer, gsize capacity, GError **error) MUST_CHECK;
};

struct console_ops {
	/** poll on a virtual clock; on a real one it blocks at most for one transfer, which the FTDI latency timer ends
	 *  (16 ms), however much is being said. 0: nothing waits. -1: error. */
	gssize (*read)(gpointer self, guint8 *buffer, gsize capacity, GError **error) MUST_CHECK;
	gboolean (*write)(gpointer self, const guint8 *data, gsize length, GError **error) MUST_CHECK;
};

struct power_ops {
	/** Main power. Blocks for the instrument's own time only; does not wait for the unit. */
	gboolean (*set)(gpointer self, gboolean on, GError **error) MUST_CHECK;
	/** Reads back what the main power really is (sense input, not the commanded value). */
	gboolean (*get)(gpointer self, gboolean *on, GError **error) MUST_CHECK;
	/** The panel's power switch. */
	gboolean (*hold_switch)(gpointer self, gboolean held, GError **error) MUST_CHECK;
	gboolean (*switch_held)(gpointer self, gboolean *held, GError **error) MUST_CHECK;
	/** Optional: drives LINE_MARKER, low from open() on, by which a logic analyzer's clock is put against the
	 * slot's: the line changes within the call. */
	gboolean (*mark)(gpointer self, gboolean level, GError **error) MUST_CHECK;
	/** Optional: poll. What the last get() measured. */
	void (*measured)(gpointer self, gint64 *mv, gint64 *ma);
};

struct unit_identity {
	char serial[17], host[17], region[9], language[9], firmware[17];
};
struct unit_status {
	guint8 unit, licence, erase_percent, erase_mode;
	guint32 uptime_ms, starts;
};
struct unit_accessories {
	guint8 bus, usb_board;
	guint16 ram_mb;
};

/** The controller, whatever its protocol. Each call asks and waits for the answer (at most 5 s of slot time;
 *  key presses: plus the time held). RIG_ERROR_TIMEOUT, RIG_ERROR_REFUSED, RIG_ERROR_PROTOCOL besides the common ones.
 */
struct controller_ops {
	gboolean (*identify)(gpointer self, struct unit_identity *identity, GError **error) MUST_CHECK;
	gboolean (*status)(gpointer self, struct unit_status *status, GError **error) MUST_CHECK;
	gboolean (*accessories)(gpointer self, struct unit_accessories *accessories, GError **error) MUST_CHECK;
	char *(*panel)(gpointer self, GError **error)MUST_CHECK;
	gboolean (*press)(gpointer self, enum protocol_key key, guint hold_ms, GError **error) MUST_CHECK;
	/** Types `text` at License Registration and presses Start. `answer_ns`: from the request to the answer. */
	gboolean (*enter_licence)(gpointer self, const char *text, enum protocol_outcome *outcome, gint64 *answer_ns,
				  GError **error) MUST_CHECK;
	/** Device Configuration: a NULL-terminated list. */
	char **(*configuration)(gpointer self, GError **error)MUST_CHECK;
	gboolean (*service_enter)(gpointer self, guint level, GError **error) MUST_CHECK;
	gboolean (*service_get)(gpointer self, enum protocol_item item, guint32 *value, GError **error) MUST_CHECK;
	gboolean (*service_set)(gpointer self, enum protocol_item item, guint32 value, GError **error) MUST_CHECK;
	/** Any operation of operation.h: arguments and answer as there; the answer is the caller's. The unit's refusal
	 *  is an answer too: {refused: "denied"}, or another of operation_answers but "ok". */
	json_t *(*call)(gpointer self, const struct operation *operation, json_t *arguments, GError **error)MUST_CHECK;
	/** Optional (NULL: everything): whether the board can do this at all, by the names of operations and of the
	 *  functions above ("identify", "panel", "service_set" …). Where not, the functions give RIG_ERROR_UNSUPPORTED.
	 */
	gboolean (*can)(gpointer self, const char *what);
	/** Optional: whether the controller is there, for slots without a usb instrument, which tells otherwise. */
	gboolean (*present)(gpointer self, gboolean *present, GError **error) MUST_CHECK;
};

/** The disk, seen from outside. */
struct disk_ops {
	/** Set of enum observe_need that this instrument gives; requests, panel and keys come by the clock's observer.
	 */
	guint (*shows)(gpointer self);
	/** OBSERVE_CONTENT: the stretch of like content around `lba` of disk 0 or 1, past the end: count 0. */
	gboolean (*content)(gpointer self, guint disk, guint64 lba, struct disk_stretch *stretch,
			    GError **error) MUST_CHECK;
	/** OBSERVE_CONTENT: `count` (at most 64) sectors as they lie on the medium, 512 bytes each; `plain`: as the
	 *  unit's own encryption reads them (OBSERVE_KEY). */
	gboolean (*read)(gpointer self, guint disk, guint64 lba, guint count, gboolean plain, guint8 *bytes,
			 GError **error) MUST_CHECK;
	/** OBSERVE_KEY: the same as another key (24 or 64 bytes) reads them. RIG_ERROR_UNSUPPORTED, of a plain read(),
	 *  too: how the unit encrypts one of them is not known. */
	gboolean (*decrypt)(gpointer self, guint disk, guint64 lba, guint count, GBytes *key, guint8 *bytes,
			    GError **error) MUST_CHECK;
	/** OBSERVE_KEY: by what the unit encrypts what it writes there, "3des-cbc" or "aes-256-xts"; "": not known. */
	char *(*cipher)(gpointer self, guint disk, GError **error)MUST_CHECK;
	/** OBSERVE_MEMORY: the NVRAM ("nvram") or the counter board's memory ("counter"). */
	GBytes *(*memory)(gpointer self, const char *which, GError **error)MUST_CHECK;
};

/** What a technician does at the bench: swaps parts, removes accessories, breaks things. */
struct bench_ops {
	/** One line of fixtures/board/board_bench.h, or its words for a human. Returns the answer, the caller's to
	 * free. RIG_ERROR_UNSUPPORTED where nobody is there to do it. May block for as long as a human takes. */
	char *(*act)(gpointer self, const char *line, GError **error)MUST_CHECK;
};

/** Told what a logic analyzer sampled, in the order of samples. */
struct logic_sink {
	/** From this sample on the lines have these levels: bit n is line n of enum event_line_name. */
	void (*levels)(gpointer data, guint64 sample, guint8 levels);
	/** Nothing else happened before this sample. */
	void (*reached)(gpointer data, guint64 sample);
	/** These could not be recorded. */
	void (*lost)(gpointer data, guint64 sample, guint64 count);
	gpointer data;
};

/** A logic analyzer, clipped to lines of the unit. */
struct logic_ops {
	/** Set of the lines that it sees: bit n is line n of enum event_line_name. */
	guint (*lines)(gpointer self);
	/** Samples per second. */
	guint64 (*rate_hz)(gpointer self);
	/** The following are NULL where whoever grants the time tells of every edge. Hands on what was sampled; waits
	 *  at most `wait_ms` of real time for the first of it. `*behind`: something from before the slot time
	 *  `until_ns` is still to come. RIG_ERROR_GONE: it left, or nothing came for 3 s of real time while it was
	 *  behind; it is not to be read any more. */
	gboolean (*read)(gpointer self, const struct logic_sink *sink, gint64 until_ns, guint wait_ms, gboolean *behind,
			 GError **error) MUST_CHECK;
	/** Slot time of sample 0, and how far from its nominal time the last one may be taken (99.7 %). */
	void (*when)(gpointer self, gint64 *origin_ns, gint64 *error_ns);
};

/** Where licence keys come from. */
struct licence_ops {
	/** A key for an option ("security-kit", "other-option"), from a 24-digit access number and a device serial.
	 *  RIG_ERROR_USAGE for a malformed number or serial; RIG_ERROR_UNSUPPORTED where only pre-issued keys exist. */
	char *(*issue)(gpointer self, const char *option, const char *access_number, const char *serial,
		       GError **error)MUST_CHECK;
	gboolean is_test; /**< keys are test keys, marked as such in every report */
};

struct driver {
	const char *name;
	enum driver_role role;
	const char *summary;
	const char *const *settings; /**< NULL-terminated names allowed in its section, besides "driver" */
	gpointer (*open)(const struct driver_env *env, GError **error) MUST_CHECK;
	void (*close)(gpointer self);
	char *(*library)(
	    void); /**< optional: name and version of the library it uses, for wiperig doctor; the caller's to free */
	union {
		const struct clock_ops *clock;
		const struct usb_ops *usb;
		const struct controller_ops *controller;
		const struct console_ops *console;
		const struct power_ops *power;
		const struct licence_ops *licence;
		const struct disk_ops *disk;
		const struct bench_ops *bench;
		const struct logic_ops *logic;
	} ops;
	/** It reaches its instrument by conn=; on an emulated slot that gives none, what stands in for it. */
	gboolean by_conn;
	/** Optional: looks at its settings before any slot is opened. RIG_ERROR_USAGE. */
	gboolean (*check)(GKeyFile *config, const char *group, GError **error) MUST_CHECK;
};

const char *driver_role_name(enum driver_role role);

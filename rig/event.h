/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens in a run, as records of the spool. Frequent events are binary, the others JSON objects.
 * Nothing in an emulated run's events depends on the machine: no wall-clock time, no path, no process number.
 */
#pragma once
#include <glib.h>
#include <jansson.h>

enum event_type {
	/* JSON. Numbers are integers; "verdict" is one of pass, fail, error, skip, not judged. */
	EVENT_RUN_BEGIN = 1, /* {tool:"wiperig", version, link, seed, emulated:bool, cases:N,
				slot:{name, unit, observe, licence_keys, drivers:{role:driver…}, disk_defect:name of a
				known-bad drive, line_defect:the same of a line (where there is one)}, firmware:{file,
				sha256}|null, required:[ids of --require-judged], without_monitors:[names],
				without_requirements:[ids], refused:N scenario files that did not load} */
	EVENT_CASE_BEGIN,    /* {case:"LIC-05[host=iR2270,region=US]", scenario:"LIC-05", title,
				file:"scenarios/license/x.lua", line,    requirements:[id…], effects:[text…],
				params:{name:text…}, unit:{name:text…}} */
	EVENT_STEP_BEGIN,    /* {n:1…, step:"panel.register", text:"Type the licence key …", line} */
	EVENT_STEP_END, /* {n, verdict, expected:text|null, actual:text|null, requirements:[id…], reason:text|null}.
			   expected is null for an action; requirements is empty for an action. */
	EVENT_CASE_END, /* {case, verdict, reason:text|null, step:n|null, requirements:[id… that failed or could not be
			   judged], power:"safe"|"unconfirmed"|"not used", steps:N} */
	EVENT_RUN_END,	/* {ended:"complete"|"interrupted", verdicts:{pass:N, fail:N, error:N, skip:N}} */
	EVENT_NOTE,	/* {text} anything worth a line in the timeline: a dropped late frame, a device that arrived */
	EVENT_POWER,	/* {main:bool} as read back */
	EVENT_SWITCH,	/* {held:bool} the panel's power switch */
	EVENT_PANEL,	/* {text} the panel's text, whenever it was read and differs from before */
	EVENT_MEASURE,	/* {name, value:number, unit, limit:text|null, within:bool|null, uncertainty:number|null} */
	EVENT_SHOWN,	/* {text} what the panel shows from now on, where it is watched (OBSERVE_PANEL) */
	EVENT_MONITORS, /* at a case's begin: {monitors:[{name, active:bool, supporting:bool, reason:text|null,
			   requirements:[id…]}]}; later, those that are off from then on. Where one that is supporting
			   is off, nothing lacks */
	EVENT_FINDING,	/* {monitor, requirement, text} an invariant is broken: the case fails */
	EVENT_JUDGED,	/* at a case's end, one a monitor that had an occasion: {monitor, requirements:[id…],
			   supporting:bool, findings:N}. By itself it passes no requirement (tally.h) */
	EVENT_BENCH,	/* {line, answer} what was done at the bench */
	EVENT_CALL,	/* {operation, arguments:{}, answer:{}|null, refused:text|null} an operation of operation.h, or
			   panel.register with answer {outcome} */
	EVENT_STATUS, /* {unit, licence, percent:0…|null, mode, starts, uptime_ms} the unit's status, whenever it was
			 read. unit and licence are texts of step.h, or the number where there is none */
	EVENT_MARKER, /* {level:bool, before_ns, after_ns} LINE_MARKER went to this level between these slot times: the
			 analyzer's clock is put against the slot's by it */
	EVENT_CONSOLE_GAP, /* {open:bool, from_ns} open: the rig has not read the console since then; not open: now it
			      has. What it said meanwhile comes late because of the rig. Real clocks only */

	/* Binary */
	EVENT_URB = 64, /* struct event_urb, then the data moved: a completed transfer as the rig's own libusb saw it */
	EVENT_CONSOLE_RX, /* bytes from the controller's console */
	EVENT_CONSOLE_TX, /* bytes to it */
	EVENT_DISK,	  /* struct disk_seen (observe.h), then its fingerprints */
	EVENT_LINES,	  /* struct event_lines, then entries (lines.h): a part of what a logic analyzer saw */
	EVENT_DISK_BYTES, /* struct disk_part (observe.h), then bytes of the write that comes next on this disk */
};

struct event {
	enum event_type type;
	guint32 case_no;  /* 0: the run itself */
	gint64 time_ns;	  /* slot time */
	const void *data; /* borrowed */
	gsize length;	  /* bytes */
	json_t *json;	  /* the parsed payload where somebody has parsed it already, else NULL; borrowed, read-only */
};

/*
 * Fixed size, little-endian, no padding. What follows: of a control transfer (endpoint 00h or 80h) the 8 bytes of its
 * SETUP packet; then the bytes moved.
 */
struct event_urb {
	gint64 submitted_ns;
	gint32 status;	/* 0 or -errno */
	guint32 actual; /* bytes moved; for OUT that many follow, for IN too */
	guint8 endpoint;
	guint8 device; /* enum board_device's numbering: 0 controller, 1 FT2232H */
	guint8 flags;  /* EVENT_URB_CACHED */
	guint8 reserved;
	guint32 length; /* bytes asked for or offered; 0: not recorded */
};
G_STATIC_ASSERT(sizeof(struct event_urb) == 24);

enum {
	/* Not a transfer of the rig's: what the operating system read as the device arrived, as the USB library keeps
	   it. Recorded so that the device's other transfers can be understood. */
	EVENT_URB_CACHED = 1,
};

/* The lines of a unit that a logic analyzer is clipped to. */
enum event_line_name {
	LINE_MAIN_POWER,
	LINE_GOOD_5V,
	LINE_RESET,
	LINE_DISK_BUSY,
	LINE_ERASE_ACTIVE,
	LINE_PANEL_SWITCH,
	LINE_CONSOLE_TX, /* idle: high */
	LINE_MARKER,	 /* pulses of the rig's own, by which clocks are aligned */
	LINES,
};

/*
 * A logic analyzer records by windows; a part of one, little-endian, no padding. Its times are in ticks of the
 * analyzer: samples, or nanoseconds where the lines' edges are known exactly. The same member of a later part of the
 * window holds better knowledge: tick, origin and error come from markers, the last of which is at its end.
 */
struct event_lines {
	gint64 origin_ns; /* slot time of tick 0 */
	guint64 tick;	  /* length of a tick, in 2^-32 ns */
	guint64 from, to; /* ticks: this part tells of [from, to); it begins where the part before it ends */
	guint64 rate_hz;  /* nominal; with exact edges: how often they are to be sampled where a format needs samples */
	guint64 sent;	 /* console bytes that the unit had sent in this case before the window; G_MAXUINT64: unknown */
	gint64 error_ns; /* slot times are right within this, with a probability of 99.7 % */
	guint32 window;	 /* from 1 */
	guint32 byte_ns; /* what a byte takes on LINE_CONSOLE_TX; 0: as usual (lines_byte_ns()), and LINES_EDGES */
	guint8 lines;	 /* there are these; of this and the next, bit n is line n of enum event_line_name */
	guint8 levels;	 /* at `from`; of LINE_CONSOLE_TX, without LINES_EDGES: high */
	guint8 flags;	 /* set of enum event_lines_flag */
	guint8 why;	 /* set of enum event_lines_why: what the window is about */
	guint32 path_ns; /* what is not in error_ns: where the markers' way to their line took longer than the way back,
			    times are off by at most this; G_MAXUINT32 means that much or more */
};
G_STATIC_ASSERT(sizeof(struct event_lines) == 72);

enum event_lines_flag {
	LINES_FIRST = 1, /* the window's first part … */
	LINES_LAST = 2,	 /* … and its last */
	LINES_EDGES = 4, /* LINE_CONSOLE_TX is told of by its edges; else bytes stand for them */
};
enum event_lines_why {
	LINES_START = 1,   /* the case's beginning */
	LINES_POWER = 2,   /* the main power came or went */
	LINES_PANEL = 4,   /* the panel showed something else */
	LINES_FAILURE = 8, /* a step failed, or a monitor found something */
};

/** The name of a type as in timeline.jsonl, e.g. "step-begin"; NULL for an unknown type. */
const char *event_type_name(enum event_type type);
/** The name of a line as in every trace, e.g. "main_power"; NULL for an unknown one. */
const char *event_line_name(guint line);
/** TRUE if its payload is JSON. */
gboolean event_is_json(enum event_type type);
/** Parses a JSON event's payload; NULL if it is not a JSON object. A new reference, possibly shared: read-only. */
json_t *event_json(const struct event *event);

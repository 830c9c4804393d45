/* SPDX-License-Identifier: Apache-2.0 */
/* A unit made of events, to try monitors on: good, with a flaw, cut off anywhere. Not part of the program. */
#pragma once
#include "monitor_case.h"

/* What is wrong with it. */
enum flaw {
	FLAW_NONE,
	FLAW_LAST_BLOCK,	/* the last sectors are left out */
	FLAW_ONE_PASS,		/* mode 3 has one */
	FLAW_SAME_SEED,		/* its passes write the same */
	FLAW_OLD_SEED,		/* the third pass writes what the first one wrote */
	FLAW_EVERY_ERASE_ALIKE, /* each erase has the same seeds */
	FLAW_CONSTANT,		/* a random pass writes a constant */
	FLAW_WEAK,		/* a random pass writes something that is not random */
	FLAW_WRONG_PATTERN,	/* NULL where random data are due, and the reverse */
	FLAW_OTHER_WRITE,	/* user data are written in the middle */
	FLAW_OTHER_READ,	/* something not yet erased is read in the middle */
	FLAW_SERVES,		/* user operations are served meanwhile */
	FLAW_NO_FLUSH,		/* the last flush is missing */
	FLAW_FLUSH_FAILS,	/* it fails, and the unit does not care */
	FLAW_LATE_FLUSH,	/* it comes after the message went */
	FLAW_FORGETS,		/* an erase that was cut off is forgotten */
	FLAW_WRITES_FIRST,	/* something is written before it goes on */
	FLAW_FORGETS_JOBS,	/* residual data of jobs stay */
	FLAW_RESUMES_LATE,	/* an erase goes on a block too late */
	FLAW_CLAIMS_CUT,	/* an erase that was cut off is reported complete */
	FLAW_NO_MESSAGE,	/* the panel shows something else */
	FLAW_LATE_MESSAGE,	/* the message comes after the first command */
	FLAW_MESSAGE_GOES,	/* it goes in the middle */
	FLAW_MESSAGE_STAYS,	/* it stays after the end */
	FLAW_PERCENT_OVER,	/* the progress exceeds 100 % */
	FLAW_PERCENT_BACK,	/* it goes back */
	FLAW_PERCENT_EARLY,	/* it is 100 % in the middle */
	FLAW_PLAINTEXT,		/* user data are written as they are */
	FLAW_ACTIVE_AT_ONCE,	/* the licence is active before the next power-on */
	FLAW_ACTIVE_UNASKED,	/* … or without a registration */
	FLAW_LICENCE_LOST,	/* … or goes by itself */
	FLAW_STATUS_LIES,	/* the status says "ready" while the unit erases */
	FLAW_REPORT_LIES,	/* the report says "pending" of a complete erase */
	FLAW_REPORT_MODE,	/* … or another mode */
	FLAW_LOG_LACKS,		/* the log lacks a line that the console said */
	FLAW_FINISH_TIME,	/* the report's finish time is that of the report */
	FLAW_LOG_TIME,		/* … the log's */
};

struct script {
	struct monitor_setup setup;
	struct monitor_case *monitors;
	struct disk_track *track;
	gint64 now_ns;
	enum flaw flaw;
	guint64 sectors;
	gboolean bytewise; /* writes bytes, not patterns */
	guint block;	   /* sectors of a command */
	guint steps;	   /* disk commands, panel texts and lines so far … */
	guint cut_at;	   /* … after which the power fails; 0: never */
	gboolean keep;	   /* what a cut finds in the cache is kept, not lost */
	gboolean quick;	   /* it is dark for a millisecond, and starts in ten */
	GArray *pending;   /* numbers of writes */
	guint64 number;
	GQueue said; /* of struct said *: on their way through the console */

	/* The unit's memory. */
	guint starts, mode, jobs, licence; /* enum protocol_licence_state */
	gboolean due, reported_complete;
	guint pass; /* where the erase goes on */
	guint64 lba, seed;
	guint erases;
	gint64 ended_ns;
	GString *log;

	/* What monitors see when they look. */
	const guint8 *memory; /* of both memories: these bytes, */
	gsize memory_length;
	struct disk_stretch hidden; /* behind the accessible sectors; count 0: nothing */
	const guint8 *on_disk;	    /* 16 bytes that a search finds in sector 77; NULL: none */

	/* What came of it: "monitor REQUIREMENT" each, and texts of findings. */
	GPtrArray *findings, *judged, *texts;
	gboolean alive; /* powered */
};

/** `monitors`: NULL for all. */
struct script *script_new(const struct monitor *const *monitors);
void script_free(struct script *script);
/** No more happens: what the monitors make of it. */
void script_end(struct script *script);
/** TRUE if that was found, or judged; `monitor` NULL: by any. */
gboolean script_found(const struct script *script, const char *monitor, const char *requirement);
gboolean script_judged(const struct script *script, const char *monitor, const char *requirement);

/* What happens. Each returns FALSE once the power is off. */
gboolean script_wait(struct script *script, gint64 ms);
gboolean script_json(struct script *script, enum event_type type, json_t *json);
gboolean script_panel(struct script *script, const char *text);
gboolean script_say(struct script *script, const char *format, ...) G_GNUC_PRINTF(2, 3);
gboolean script_disk(struct script *script, struct disk_seen seen);
gboolean script_write(struct script *script, guint64 lba, guint32 count, guint8 content, guint64 generator,
		      guint flags);
gboolean script_flush(struct script *script);
/** The disk as it is at power-on. */
void script_size(struct script *script);
gboolean script_status(struct script *script, const char *unit, int percent);
/** `arguments` and `answer` are JSON with ' for "; `answer` NULL: refused. */
gboolean script_call(struct script *script, const char *operation, const char *arguments, const char *answer);
void script_key(struct script *script, const guint8 *key, gsize length);

/* What the unit does: with the flaw, unless it is FLAW_NONE. */
gboolean script_start(struct script *script);
void script_off(struct script *script);
gboolean script_register(struct script *script);
gboolean script_regenerate(struct script *script);
/** A job from beginning to end, with temporary data and their erase. */
gboolean script_job(struct script *script);
gboolean script_report(struct script *script);
gboolean script_log(struct script *script);

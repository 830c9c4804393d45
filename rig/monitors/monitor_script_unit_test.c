/* SPDX-License-Identifier: Apache-2.0 */
/* The unit that scripts of events are made of: what a good one does, and each flaw. */
#include "rig/content.h"
#include "rig/message.h"
#include "monitor_script.h"
#include "rig/protocol.h"

#define CLOCK_BASE_S 800000000

static void log_line(struct script *script, gint64 at_ns, const char *line)
{
	g_string_append_printf(script->log, "%" G_GINT64_FORMAT " %s\n", CLOCK_BASE_S + at_ns / NS_PER_S, line);
}

static gboolean say_logged(struct script *script, const char *line)
{
	log_line(script, script->now_ns, line);
	return script_say(script, "%s", line);
}

static const char *message(void)
{
	return message_find("erasing")->text;
}

static guint passes_of(const struct script *script)
{
	return script->mode == 3 && script->flaw != FLAW_ONE_PASS ? 3 : 1;
}

/* ---- an erase */

static guint64 seed_of(const struct script *script)
{
	guint pass = script->pass;

	if (script->flaw == FLAW_SAME_SEED)
		pass = 0;
	if (script->flaw == FLAW_OLD_SEED && pass == 2)
		pass = 0;
	return 1000 + pass + 10 * (script->flaw == FLAW_EVERY_ERASE_ALIKE ? 0 : script->erases);
}

static guint8 content_of(const struct script *script)
{
	gboolean random = script->mode > 1;

	if (script->flaw == FLAW_CONSTANT)
		return random ? CONTENT_CONSTANT : CONTENT_ZERO;
	if (script->flaw == FLAW_WRONG_PATTERN)
		random = !random;
	if (random)
		return script->flaw == FLAW_WEAK ? CONTENT_WEAK : CONTENT_RANDOM;
	return CONTENT_ZERO;
}

static gboolean erase_block(struct script *script, guint64 lba, guint32 count)
{
	struct disk_seen seen = { .op = DISK_SEEN_WRITE,
				  .lba = lba,
				  .count = count,
				  .content = content_of(script),
				  .generator = seed_of(script),
				  .flags = script->bytewise ? 0 : DISK_SEEN_PATTERN };

	if (script->bytewise)
		seen.generator = seed_of(script) * 1000003 + lba; /* a hash of what is written */
	if (seen.content == CONTENT_WEAK)
		seen.weakness = CONTENT_REPEATS;
	if (seen.content == CONTENT_ZERO || seen.content == CONTENT_CONSTANT)
		seen.generator = 0;
	return script_disk(script, seen);
}

/* What goes wrong half-way. */
static gboolean interlude(struct script *script)
{
	switch (script->flaw) {
	case FLAW_OTHER_WRITE:
		return script_write(script, 8, 4, CONTENT_DATA, 5, 0);
	case FLAW_OTHER_READ:
		return script_disk(script, (struct disk_seen){ .op = DISK_SEEN_READ, .lba = 900, .count = 8 });
	case FLAW_SERVES:
		return script_call(script, "document.store", "{'box':1,'value':'x'}", "{}");
	case FLAW_MESSAGE_GOES:
		return script_panel(script, "Ready");
	case FLAW_STATUS_LIES:
		return script_status(script, "ready", -1) && script_wait(script, 300) &&
		       script_status(script, "ready", -1);
	case FLAW_PERCENT_OVER:
		return script_status(script, "erasing", 101);
	case FLAW_PERCENT_BACK:
		return script_status(script, "erasing", 50) && script_status(script, "erasing", 40);
	case FLAW_PERCENT_EARLY:
		return script_status(script, "erasing", 100);
	default:
		return script_status(script, "erasing", 16 + 33 * (int)script->pass) &&
		       script_status(script, "erasing", 17 + 33 * (int)script->pass);
	}
}

static gboolean erase_pass(struct script *script)
{
	guint64 end = script->flaw == FLAW_LAST_BLOCK ? script->sectors - 7 : script->sectors;
	guint64 lba = script->lba;

	while (lba < end) {
		guint32 count = (guint32)MIN(script->block, end - lba);
		if (lba <= 500 && lba + count > 500 && !interlude(script))
			return FALSE;
		if (!erase_block(script, lba, count))
			return FALSE;
		lba += count;
		/* Progress is noted once it is on the medium. */
		if (lba / 256 != script->lba / 256 && lba < end) {
			if (!script_flush(script))
				return FALSE;
			script->lba = lba;
		}
	}
	return TRUE;
}

static gboolean last_flush(struct script *script)
{
	if (script->flaw == FLAW_NO_FLUSH || script->flaw == FLAW_LATE_FLUSH)
		return TRUE;
	if (script->flaw == FLAW_FLUSH_FAILS)
		return script_disk(script, (struct disk_seen){ .op = DISK_SEEN_FLUSH, .result = -2 });
	return script_flush(script);
}

static gboolean erase_passes_left(struct script *script)
{
	guint passes = passes_of(script);

	while (script->pass < passes) {
		if (!erase_pass(script) || !(script->pass + 1 < passes ? script_flush(script) : last_flush(script)))
			return FALSE;
		script->pass++;
		script->lba = 0;
	}
	return TRUE;
}

static gboolean say_begins(struct script *script)
{
	g_autofree char *line = g_strdup_printf("erase begins: mode %u, pass %u of %u", script->mode,
						MIN(script->pass + 1, passes_of(script)), script->mode == 3 ? 3 : 1);

	return say_logged(script, line);
}

static gboolean finish(struct script *script)
{
	script->due = FALSE;
	script->ended_ns = script->now_ns;
	script->erases++;
	if (script->licence == LICENCE_PENDING)
		script->licence = LICENCE_ACTIVE;
	if (script->flaw == FLAW_LOG_LACKS)
		return script_say(script, "erase ends");
	log_line(script, script->now_ns + (script->flaw == FLAW_LOG_TIME ? 60 * NS_PER_S : 0), "erase ends");
	return script_say(script, "erase ends");
}

static gboolean erase_everything(struct script *script)
{
	const char *text = script->flaw == FLAW_NO_MESSAGE ? "Please wait" : message();

	if (script->flaw == FLAW_RESUMES_LATE && script->lba)
		script->lba += script->block;
	if (script->flaw == FLAW_LATE_MESSAGE && !erase_block(script, 0, 16))
		return FALSE;
	return script_panel(script, text) && say_begins(script) && erase_passes_left(script) && finish(script);
}

/* ---- a start */

static gboolean erase_due(struct script *script)
{
	if (script->flaw == FLAW_WRITES_FIRST && script->lba && !script_write(script, 16, 4, CONTENT_DATA, 3, 0))
		return FALSE;
	if (script->flaw == FLAW_FORGETS && script->lba)
		return TRUE;
	return erase_everything(script);
}

static gboolean erase_residue(struct script *script)
{
	gboolean good = script_panel(script, message()) && script_say(script, "residual erase begins");

	good = good && script_write(script, 600, 8, CONTENT_ZERO, 0, DISK_SEEN_PATTERN) && script_flush(script);
	return good && script_say(script, "residual erase ends");
}

static gboolean become_ready(struct script *script)
{
	if (script->flaw == FLAW_MESSAGE_STAYS && script->erases)
		return script_wait(script, 15000) && script_say(script, "ready");
	if (!script_panel(script, "Ready") || !script_say(script, "ready"))
		return FALSE;
	if (script->flaw == FLAW_LATE_FLUSH && !script_flush(script))
		return FALSE;
	return script_wait(script, 60) && script_status(script, "ready", -1);
}

gboolean script_start(struct script *script)
{
	static const char *const licences[] = { "none", "pending", "active" };
	g_autofree char *line = g_strdup_printf("start %u, license %s", ++script->starts, licences[script->licence]);

	script->alive = TRUE;
	script->now_ns += script->quick ? 0 : NS_PER_S;
	script_json(script, EVENT_POWER, json_pack("{s:b}", "main", TRUE));
	script_size(script);
	if (!script_panel(script, "Starting") || !say_logged(script, line) ||
	    !script_wait(script, script->quick ? 10 : 1000))
		return FALSE;
	if ((script->due || script->licence == LICENCE_PENDING) && !erase_due(script))
		return FALSE;
	script->due = FALSE;
	script->pass = 0;
	script->lba = 0;
	if (script->jobs && script->flaw != FLAW_FORGETS_JOBS && !erase_residue(script))
		return FALSE;
	script->jobs = 0;
	return become_ready(script);
}

/* ---- what it is asked for */

gboolean script_register(struct script *script)
{
	script_json(script, EVENT_STEP_BEGIN, json_pack("{s:s}", "step", "panel.register"));
	if (!script_say(script, "license registration: accepted"))
		return FALSE;
	script->licence = script->flaw == FLAW_ACTIVE_AT_ONCE ? LICENCE_ACTIVE : LICENCE_PENDING;
	return script_call(script, "panel.register", "{}", "{'outcome':'accepted'}") &&
	       script_status(script, "ready", -1) && script_wait(script, 200) && script_status(script, "ready", -1);
}

gboolean script_regenerate(struct script *script)
{
	script_json(script, EVENT_STEP_BEGIN, json_pack("{s:s}", "step", "key.regenerate"));
	script->due = TRUE;
	script->pass = 0;
	script->lba = 0;
	return script_call(script, "key.regenerate", "{}", "{}") && erase_everything(script) && become_ready(script);
}

gboolean script_job(struct script *script)
{
	if (!script_write(script, 600, 8, CONTENT_DATA, 4, 0) ||
	    !script_call(script, "job.start", "{'kind':'copy','value':'x'}", "{'job':1}"))
		return FALSE;
	script->jobs = 1;
	if (!script_wait(script, 500) || !script_panel(script, message()) ||
	    !script_write(script, 600, 8, CONTENT_ZERO, 0, DISK_SEEN_PATTERN) || !script_flush(script))
		return FALSE;
	script->jobs = 0;
	return script_panel(script, "Ready") && script_call(script, "job.end", "{'job':1,'how':'complete'}", "{}");
}

gboolean script_report(struct script *script)
{
	gboolean done = script->erases && !script->due;
	guint mode = script->flaw == FLAW_REPORT_MODE ? 4 - script->mode : script->mode;
	gint64 ended = script->flaw == FLAW_FINISH_TIME ? script->now_ns : script->ended_ns;
	g_autofree char *answer = g_strdup_printf(
	    "{'outcome':'%s','mode':%u,'passes':%u,'ended':%" G_GINT64_FORMAT ",'hidden':'none','hidden_sectors':0}",
	    (done && script->flaw != FLAW_REPORT_LIES) || script->flaw == FLAW_CLAIMS_CUT ? "complete" : "pending",
	    mode, done ? passes_of(script) : 0, done ? CLOCK_BASE_S + ended / NS_PER_S : 0);

	return script_call(script, "erase.report", "{}", answer);
}

gboolean script_log(struct script *script)
{
	g_autofree char *escaped = g_strescape(script->log->str, NULL);
	g_autofree char *answer = g_strdup_printf("{'value':'%s'}", escaped);

	return script_call(script, "log.read", "{'from':0}", answer);
}

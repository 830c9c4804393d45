/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing a slot for one case. */
#pragma once
#include "slot_config.h"

/** What a case is run with. */
struct slot_setup {
	const struct catalogue *catalogue;
	const struct slot_config *config;
	struct spool *spool; /**< NULL: nothing is recorded */
	guint32 case_no;
	GKeyFile *board;	     /**< group [board] of this case; emulated slots only */
	int grant_fd;		     /**< emulator's control socket, or -1 */
	const gboolean *interrupted; /**< becomes TRUE when the run is to end; async-signal-safe write elsewhere */
};

/** Opens every instrument; the main power is off afterwards. On failure nothing is left open.
 *  The error says which role and driver could not be opened. `setup` must outlive the slot. */
struct slot *slot_open(const struct slot_setup *setup, GError **error) MUST_CHECK;

/** Told of everything that is recorded, as it is recorded, and of keys, which are not. */
struct slot_watcher {
	void (*event)(gpointer data, const struct event *event);
	void (*key)(gpointer data, const guint8 *key, gsize length);
	/** These (set of enum observe_need) are not to be seen any more. */
	void (*lost)(gpointer data, guint needs, const char *why);
	gpointer data;
};

/** From now on `watcher` (copied; NULL: nobody) is told. It may record events of its own. */
void slot_watch(struct slot *slot, const struct slot_watcher *watcher);
/** slot_track(), for whoever counts overwrites by it. */
struct disk_track *slot_observed_track(struct slot *slot);
/** The last words: reads the console if a real clock's rig was kept from it. Blocks for a few reads at most; a console
 *  that cannot be read is known already, or stays unread in the record (EVENT_CONSOLE_GAP). */
void slot_hear_console(struct slot *slot);
/** Takes in what was observed up to now and not told yet; no time passes. */
gboolean slot_settle(struct slot *slot, GError **error) MUST_CHECK;

/** How the slot was left. */
enum slot_power { SLOT_POWER_SAFE, SLOT_POWER_UNCONFIRMED, SLOT_POWER_NOT_USED };

/** Releases the switch, turns the main power off, reads it back, closes everything. Never fails. `*end_ns` gets the
 * slot's last time; `*why` (owned by the caller) says why the power could not be confirmed, or becomes NULL. */
enum slot_power slot_close(struct slot *slot, gint64 *end_ns, char **why);

/** What the console said since the slot was opened. Borrowed. */
const GString *slot_console(const struct slot *slot);
/** The case's [board] or [unit] setting, e.g. "serial"; NULL if it is not known. The caller's to free. */
char *slot_unit_setting(const struct slot *slot, const char *name);
/** A copy of `text` with every secret blacked out, for what is recorded once the slot is closed. NULL for NULL. */
char *slot_redacted(const struct slot *slot, const char *text);
/** The error that keeps the spool from growing, or NULL. */
const GError *slot_spool_error(const struct slot *slot);

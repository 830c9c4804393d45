/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors of one case: which are active, what they are told, what they found. */
#pragma once
#include "rig/error.h"
#include "monitor.h"

/** What monitors may look at when the case ends; each may be NULL: not to be seen. */
struct monitor_look {
	gboolean (*content)(gpointer data, guint disk, guint64 lba, struct disk_stretch *stretch);
	gint64 (*search)(gpointer data, guint disk, const guint8 *bytes, gsize length, guint64 *lba);
	GBytes *(*memory)(gpointer data, const char *which);
};

struct monitor_setup {
	const struct monitor *const *monitors; /**< NULL-terminated */
	char **without;			       /**< names switched off, NULL-terminated; may be NULL */
	char **without_requirements;	       /**< ids of which none shall speak, same */
	guint shows;			       /**< set of enum observe_need */
	const char *observe;		       /**< what the slot file says, for the reason why a monitor is off */
	struct disk_track *track; /**< borrowed; NULL without OBSERVE_REQUESTS; fed before the monitors are */
	struct unit_profile profile;
	struct monitor_look look;
	void (*record)(gpointer data, enum event_type type, json_t *json); /**< takes `json` */
	gpointer data;							   /**< of record() and the looks */
};

/** Opens the monitors and records which are active. `setup` is copied. */
struct monitor_case *monitor_case_new(const struct monitor_setup *setup);
/** Takes one recorded event. The monitors' own events are passed over. */
void monitor_case_event(struct monitor_case *of, const struct event *event);
void monitor_case_key(struct monitor_case *of, const guint8 *key, gsize length);
/** The steps are done: last looks; what was judged is recorded. */
void monitor_case_end(struct monitor_case *of);
void monitor_case_free(struct monitor_case *of);

/** From now on these (set of enum observe_need) are not to be seen any more. Monitors that need them are off; what
 *  they have found stays. */
void monitor_case_lose(struct monitor_case *of, guint needs, const char *why);
/** What monitor_fault() said first, as "monitor NAME: …"; NULL: nothing. Borrowed. */
const char *monitor_case_fault(const struct monitor_case *of);
/** The first finding as "monitor NAME: …"; NULL: none. Borrowed. */
const char *monitor_case_finding(const struct monitor_case *of);
/** The requirements that findings broke. Borrowed. */
json_t *monitor_case_broken(const struct monitor_case *of);

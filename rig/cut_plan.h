/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cut plan: how one failure of a firmware is brought about by power cuts. The explorer writes it (wiperig explore
 * --out), wiperig run --cut-plan replays it. The file is one JSON object; every member is there unless it is said to be
 * optional, and no others are:
 *
 *   format      "wiperig-cut-plan"      version   1
 *   fault       one of enum explore_fault's names       requirement   an id that some fault breaks
 *   text        what was seen
 *   firmware    {file, sha256}: its file's name and digest
 *   erase       what starts it: activation, regeneration, invalidation, job-end, residue
 *   mode        1, 2, 3                 seed      of the board
 *   document    true: a document was stored before
 *   board       {NAME: TEXT}: the slot's [board] settings, but for the firmware, the drive's defect and the seed
 *   disks       [{sectors, block}]: of each disk, all sectors and those of a physical block
 *   system      {lba, sectors}: of disk 0, what is no user data
 *   then        what follows the last cut: rest, the unit is left alone; store, once it is ready a document is stored,
 *               the power goes when that is acknowledged, what then waits in the caches is lost, and the document must
 *               be there at the next start; report, the erase report is asked for while the unit erases
 *   cuts        one for each session, in order, see below
 *   story       [TEXT]: what happened, for people
 *
 * Of each cut:
 *
 *   - operation: the number, from 1, of the operation in its session that the cut is at: disk writes, flushes, units of
 *     a memory and changes of a disk's size are counted. Of power: how many there were. Not below nth, else for the
 *     reader: a replay finds the operation by kind, disk, at and nth, since an instrument may count what the explorer
 *     does not see (flushes that a lying drive does not make)
 *   - kind: of that operation: write, flush, nvram, counter, resize; power: the session is over and the unit at rest
 *   - nth: which one of that kind at that place, from 1
 *   - when: before, within, after it; of a memory's unit, before leaves the old bytes and after the new ones (it is
 *     atomic: there are no others)
 *   - disk, at, count: where: the first sector and how many; a memory's offset and bytes; the size
 *   - at_ns: when that was, since the session began
 *   - promised: true: the unit had answered the request, or there was none
 *   - pending: [N, …]: how many writes wait in each disk's cache then; they reach the medium, but for those in fates
 *   - fates: [{disk, index, lba, count, fate, at}]: index 0 is the oldest of that disk's; fate lost, torn-old, torn-new
 *     or torn-unreadable: the sectors before the block of sector `at` are new, those behind it old, the block as it
 *     says
 */
#pragma once
#include "rig/explore/explore_board.h"
#include <jansson.h>

#define CUT_PLAN_FORMAT "wiperig-cut-plan"
#define CUT_PLAN_VERSION 1
#define CUT_PLAN_CUTS_MAX 1000u
#define CUT_PLAN_FATES_MAX 64u /* of a cut */

enum cut_kind { CUT_AT_WRITE, CUT_AT_FLUSH, CUT_AT_NVRAM, CUT_AT_COUNTER, CUT_AT_RESIZE, CUT_AT_POWER, CUT_KINDS };
extern const char *const cut_kind_names[]; /* NULL-terminated, as the two below */
enum cut_moment { CUT_BEFORE_IT, CUT_WITHIN_IT, CUT_AFTER_IT, CUT_MOMENTS };
extern const char *const cut_moment_names[];
enum cut_fate { CUT_LOST, CUT_TORN_OLD, CUT_TORN_NEW, CUT_TORN_UNREADABLE, CUT_FATES };
extern const char *const cut_fate_names[];
enum cut_then { CUT_THEN_REST, CUT_THEN_STORE, CUT_THEN_REPORT };
extern const char *const cut_then_names[];

/** A write that waited in a cache and was not kept. */
struct cut_write {
	guint disk, index;
	guint64 lba;
	guint32 count;
	enum cut_fate fate;
	guint32 at;
};

struct cut_at {
	guint64 operation, nth;
	enum cut_kind kind;
	enum cut_moment when;
	guint disk;
	guint64 at;
	guint32 count;
	gint64 at_ns;
	gboolean promised;
	guint pending[EXPLORE_DISKS];
	GArray *fates; /* of struct cut_write */
};

struct cut_disk {
	guint64 sectors;
	guint32 block;
};

struct cut_plan {
	char *fault, *requirement, *text;
	char *file, *sha256; /* of the firmware */
	char *erase;
	guint mode;
	guint64 seed;
	gboolean document;
	enum cut_then then;
	json_t *board; /* {name: text} */
	guint disks;
	struct cut_disk disk[EXPLORE_DISKS];
	guint64 system_lba, system_sectors;
	GPtrArray *cuts;  /* of struct cut_at * */
	GPtrArray *story; /* of char * */
};

/** An empty one. */
struct cut_plan *cut_plan_new(void);
/** NULL is allowed. */
void cut_plan_free(struct cut_plan *plan);
/** Adds a cut, to be filled in. */
struct cut_at *cut_plan_add(struct cut_plan *plan);

/** As a new JSON object. */
json_t *cut_plan_encode(const struct cut_plan *plan);
/** From one. RIG_ERROR_USAGE: it is no such plan; says what is wrong. */
struct cut_plan *cut_plan_decode(json_t *json, GError **error) MUST_CHECK;
/** From and into a file; the file is written whole or not at all. Errors besides: RIG_ERROR_USAGE, it cannot be read;
 *  RIG_ERROR_RIG, it cannot be written. */
struct cut_plan *cut_plan_load(const char *path, GError **error) MUST_CHECK;
gboolean cut_plan_save(json_t *plan, const char *path, GError **error) MUST_CHECK;
/** What scenarios/lib/cut_plan.lua gets as its `plan`: a Lua table in one line. `exact`: the slot's instruments cut at
 *  an operation; else it is aimed by time. `emulated`: the bench can fill disks. */
char *cut_plan_lua(const struct cut_plan *plan, gboolean exact, gboolean emulated);

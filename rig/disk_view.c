/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_view.h"
#include "content.h"
#include "rig/monitors/disk_track.h"
#include <stdio.h>
#include <string.h>

#define CHUNK_SECTORS 64u

const char *const disk_wanted_choices[] = { "zero", "random", "any", NULL };

static const char *const content_words[] = {
	[CONTENT_NONE] = "nothing",
	[CONTENT_ZERO] = "NULL",
	[CONTENT_CONSTANT] = "a constant",
	[CONTENT_RANDOM] = "random data",
	[CONTENT_WEAK] = "data that only look random",
	[CONTENT_DATA] = "data",
	[CONTENT_UNREADABLE] = "unreadable sectors",
	[CONTENT_FACTORY] = "never written",
};

static const struct {
	enum observe_need need;
	const char *words;
} needs_words[] = {
	{ OBSERVE_REQUESTS, "the commands on the disk's bus" },
	{ OBSERVE_CONTENT, "the disk's content" },
	{ OBSERVE_PANEL, "the panel at every moment" },
	{ OBSERVE_KEY, "the encryption key" },
	{ OBSERVE_MEMORY, "the memories of the boards" },
	{ OBSERVE_LINES, "the lines of a logic analyzer" },
	{ OBSERVE_CONSOLE, "the console" },
};

gboolean disk_view_open(struct disk_view *view, struct execution *execution, guint needs, GError **error)
{
	const struct instrument *disk = slot_instrument(execution->slot, ROLE_DISK);
	guint missing = needs & ~slot_shows(execution->slot);

	for (guint i = 0; i < G_N_ELEMENTS(needs_words); i++)
		if (missing & needs_words[i].need) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "this slot does not show %s",
				    needs_words[i].words);
			return FALSE;
		}
	*view = (struct disk_view){ .execution = execution, .profile = execution_profile(execution) };
	if (disk->driver) {
		view->ops = disk->driver->ops.disk;
		view->self = disk->self;
	}
	return slot_settle(execution->slot, error);
}

gboolean disk_view_open_since(struct disk_view *view, struct execution *execution, json_t *arguments, guint needs,
			      guint *since, GError **error)
{
	gint64 mark = argument_integer(arguments, "since", -1);

	if (!disk_view_open(view, execution, OBSERVE_REQUESTS | needs, error))
		return FALSE;
	*since = (guint)mark;
	if (mark >= 0 && mark <= disk_log_count(execution->log))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "'since' names no variable of read.disk_mark");
	return FALSE;
}

/* "ACCESSIBLE NATIVE ALL" of somebody at the bench; FALSE without error: nobody is there. */
static gboolean ask_sectors(const struct disk_view *view, guint disk, gboolean hidden, guint64 *sectors)
{
	const struct instrument *bench = slot_instrument(view->execution->slot, ROLE_BENCH);
	g_autofree char *line = g_strdup_printf("disk.sectors disk=%u", disk);
	g_autofree char *answer = bench->driver ? bench->driver->ops.bench->act(bench->self, line, NULL) : NULL;
	unsigned long long accessible, native, all;

	if (!answer || sscanf(answer, "%llu %llu %llu", &accessible, &native, &all) != 3)
		return FALSE;
	*sectors = hidden ? all : accessible;
	return TRUE;
}

static gboolean content_at(const struct disk_view *view, guint disk, guint64 lba, struct disk_stretch *stretch,
			   GError **error)
{
	if (view->ops->content(view->self, disk, lba, stretch, error))
		return TRUE;
	g_prefix_error(error, "looking at disk %u, LBA %" G_GUINT64_FORMAT ": ", disk, lba);
	return FALSE;
}

gboolean disk_view_sectors(const struct disk_view *view, guint disk, gboolean hidden, guint64 *sectors, GError **error)
{
	struct disk_stretch stretch;

	if (ask_sectors(view, disk, hidden, sectors))
		return TRUE;
	for (*sectors = 0;; *sectors = stretch.lba + stretch.count) {
		g_autoptr(GError) failure = NULL;
		gboolean good = content_at(view, disk, *sectors, &stretch, &failure);
		if (good ? !stretch.count : !*sectors && g_error_matches(failure, RIG_ERROR, RIG_ERROR_USAGE))
			return TRUE; /* the end, or there is no such disk */
		if (!good) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
}

gboolean disk_view_is_system(const struct disk_view *view, guint disk, guint64 lba, guint64 *end)
{
	const struct unit_profile *profile = &view->profile;

	*end = profile->system_lba + profile->system_sectors;
	return disk == 0 && lba >= profile->system_lba && lba < *end;
}

/* NULL above the encryption is ciphertext on the disk. */
static gboolean fits(const struct disk_view *view, guint8 content, guint8 flags, enum disk_wanted wanted)
{
	gboolean zero = content == CONTENT_ZERO, random = content == CONTENT_RANDOM;

	if (flags & DISK_SEEN_MARKER)
		return FALSE;
	if (wanted == WANTED_ZERO)
		return view->profile.null_encrypted ? random : zero;
	return random || (zero && wanted == WANTED_ANY);
}

static char *found_text(guint disk, guint64 lba, guint64 count, guint8 content, guint8 flags, guint32 weakness)
{
	g_autofree char *weak = weakness ? g_strdup_printf(" (weakness %u)", weakness) : g_strdup("");

	return g_strdup_printf("disk %u, LBA %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " sectors: %s%s%s", disk, lba,
			       count, content < G_N_ELEMENTS(content_words) ? content_words[content] : "unknown", weak,
			       flags & DISK_SEEN_MARKER ? ", planted user data in it" : "");
}

gboolean disk_view_holds(const struct disk_view *view, const struct disk_area *area, enum disk_wanted wanted,
			 char **bad, GError **error)
{
	guint64 end = area->lba + area->count, next;
	struct disk_stretch stretch;

	*bad = NULL;
	for (guint64 lba = area->lba; lba < end; lba = next) {
		if (disk_view_is_system(view, area->disk, lba, &next))
			continue;
		if (!content_at(view, area->disk, lba, &stretch, error))
			return FALSE;
		next = stretch.lba + stretch.count;
		if (!stretch.count || next <= lba) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
				    "disk %u ends before LBA %" G_GUINT64_FORMAT ", not at %" G_GUINT64_FORMAT,
				    area->disk, lba, end);
			return FALSE;
		}
		if (fits(view, stretch.content, stretch.flags, wanted))
			continue;
		*bad =
		    found_text(area->disk, lba, MIN(next, end) - lba, stretch.content, stretch.flags, stretch.weakness);
		return TRUE;
	}
	return TRUE;
}

gboolean disk_view_readable(const struct disk_view *view, guint disk, guint64 lba, gboolean *readable, GError **error)
{
	struct disk_stretch stretch;

	if (!content_at(view, disk, lba, &stretch, error))
		return FALSE;
	*readable = stretch.content != CONTENT_UNREADABLE;
	return TRUE;
}

gboolean disk_view_read(const struct disk_view *view, guint disk, guint64 lba, guint count, gboolean plain,
			guint8 *bytes, GError **error)
{
	if (view->ops->read(view->self, disk, lba, count, plain, bytes, error))
		return TRUE;
	g_prefix_error(error, "reading disk %u, LBA %" G_GUINT64_FORMAT ": ", disk, lba);
	return FALSE;
}

gboolean disk_view_decrypt(const struct disk_view *view, const struct disk_area *area, GBytes *key, guint8 *bytes,
			   GError **error)
{
	if (view->ops->decrypt(view->self, area->disk, area->lba, (guint)area->count, key, bytes, error))
		return TRUE;
	g_prefix_error(error, "reading disk %u, LBA %" G_GUINT64_FORMAT ": ", area->disk, area->lba);
	return FALSE;
}

/* Whole sectors up to the system area, the end, or a chunk. */
static guint chunk_at(const struct disk_view *view, const struct disk_area *area, guint64 lba)
{
	guint64 count = MIN(area->lba + area->count - lba, CHUNK_SECTORS);
	guint64 system = view->profile.system_lba;

	if (area->disk == 0 && view->profile.system_sectors && lba < system)
		count = MIN(count, system - lba);
	return (guint)count;
}

gboolean disk_view_reads(const struct disk_view *view, const struct disk_area *area, enum disk_wanted wanted,
			 char **bad, GError **error)
{
	/* Where the key is known, what the unit calls NULL is looked at as the unit does. */
	gboolean plain =
	    wanted == WANTED_ZERO && view->profile.null_encrypted && slot_shows(view->execution->slot) & OBSERVE_KEY;
	guint8 bytes[CHUNK_SECTORS * CONTENT_SECTOR];
	guint64 next;

	*bad = NULL;
	for (guint64 lba = area->lba; lba < area->lba + area->count; lba = next) {
		struct content_look look;
		if (disk_view_is_system(view, area->disk, lba, &next))
			continue;
		guint count = chunk_at(view, area, lba);
		if (!disk_view_read(view, area->disk, lba, count, plain, bytes, error))
			return FALSE;
		content_look(bytes, count * CONTENT_SECTOR, &look);
		guint8 flags = look.marker ? DISK_SEEN_MARKER : 0;
		gboolean good = plain ? look.content == CONTENT_ZERO : fits(view, look.content, flags, wanted);
		next = lba + count;
		if (good)
			continue;
		*bad = found_text(area->disk, lba, count, look.content, flags, look.weakness);
		return TRUE;
	}
	return TRUE;
}

static gboolean ask_search(const struct disk_view *view, guint disk, GBytes *needle, guint64 *count, guint64 *first,
			   GError **error)
{
	const struct instrument *bench = slot_instrument(view->execution->slot, ROLE_BENCH);
	g_autoptr(GString) line = g_string_new(NULL);
	const guint8 *bytes = g_bytes_get_data(needle, NULL);
	unsigned long long sectors, lba = 0;

	/* Not recorded: what is searched for may be a secret. */
	g_string_printf(line, "disk.search disk=%u hex=", disk);
	for (gsize i = 0; i < g_bytes_get_size(needle); i++)
		g_string_append_printf(line, "%02x", bytes[i]);
	g_autofree char *answer = bench->driver->ops.bench->act(bench->self, line->str, error);
	if (!answer)
		return FALSE;
	if (sscanf(answer, "%llu %llu", &sectors, &lba) < 1) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the bench's answer to disk.search is not understood");
		return FALSE;
	}
	*count = sectors;
	*first = lba;
	return TRUE;
}

/* Every byte is read, chunks overlap by a sector. Finds across a chunk's end are counted once. */
static gboolean read_search(const struct disk_view *view, guint disk, GBytes *needle, guint64 *count, guint64 *first,
			    GError **error)
{
	guint8 bytes[CHUNK_SECTORS * CONTENT_SECTOR];
	gsize size, length = g_bytes_get_size(needle);
	const guint8 *wanted = g_bytes_get_data(needle, NULL);
	guint64 sectors, last = G_MAXUINT64;

	if (!disk_view_sectors(view, disk, TRUE, &sectors, error))
		return FALSE;
	for (guint64 lba = 0; lba < sectors; lba += CHUNK_SECTORS - 1) {
		guint part = (guint)MIN(CHUNK_SECTORS, sectors - lba);
		if (!disk_view_read(view, disk, lba, part, FALSE, bytes, error))
			return FALSE;
		size = part * CONTENT_SECTOR;
		for (guint8 *at = bytes; (at = memmem(at, size - (gsize)(at - bytes), wanted, length)); at++) {
			guint64 sector = lba + (guint64)(at - bytes) / CONTENT_SECTOR;
			if (sector == last || (last != G_MAXUINT64 && sector < last))
				continue;
			*first = *count ? *first : sector;
			(*count)++;
			last = sector;
		}
	}
	return TRUE;
}

gboolean disk_view_search(const struct disk_view *view, guint disk, GBytes *needle, guint64 *count, guint64 *first,
			  GError **error)
{
	*count = *first = 0;
	return slot_instrument(view->execution->slot, ROLE_BENCH)->driver
		   ? ask_search(view, disk, needle, count, first, error)
		   : read_search(view, disk, needle, count, first, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_model.h"

/* See explore_media.h for the disks, explore_board.h for the memories. */
static const char *const includes[] = {
	"a cut before, within and after each disk write, flush, unit of NVRAM or of the counter board, and change of a "
	"disk's accessible size, and again at each of those while the unit recovers",
	"each write that no flush has followed, and that was not forced to the medium, lost, kept or torn, in every "
	"combination; a forced one while it is carried out",
	"a torn write: new up to any physical block, old behind it, that block old, new or unreadable as a whole, with "
	"what else lies in it",
	"a unit of a memory old or new",
};
static const char *const leaves_out[] = {
	"a write whose blocks reach the medium out of order, and sectors that go bad beyond the blocks being written",
	"units of a memory that tear within, and supplies that fall slowly or recover: all power goes at one instant",
	"a cut of a disk's power or of the board's alone, and how long the power stays away",
	"drives that say flushed and have not, unless such a drive is given as the defect",
	"other values of the real-time clock, and of random numbers, at a start than the one that it is explored with",
	"behind the cuts up to which every state is told apart, what a start keeps in RAM alone of how it began",
	"what users and hosts do meanwhile, but for the request, a document, and a look at the erase report",
};

static const struct {
	const char *name, *heading;
	const char *const *texts;
	guint count;
} parts[] = {
	{ "includes", "The crash model includes", includes, G_N_ELEMENTS(includes) },
	{ "leaves_out", "It leaves out", leaves_out, G_N_ELEMENTS(leaves_out) },
};

json_t *explore_model_encode(void)
{
	json_t *json = json_object();

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		json_t *texts = json_array();

		for (guint k = 0; k < parts[i].count; k++)
			json_array_append_new(texts, json_string(parts[i].texts[k]));
		json_object_set_new(json, parts[i].name, texts);
	}
	return json;
}

void explore_model_tell(GString *text)
{
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_string_append_printf(text, "%s:\n", parts[i].heading);
		for (guint k = 0; k < parts[i].count; k++)
			g_string_append_printf(text, "  %s%s\n", parts[i].texts[k], k + 1 < parts[i].count ? ";" : ".");
	}
}

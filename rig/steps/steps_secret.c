/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encryption keys and the memories of the boards. Keys are never kept in a variable, shown or recorded: a variable
 * holds how many different ones were seen up to then.
 */
#include "rig/disk_view.h"
#include "rig/steps/steps.h"
#include <string.h>

#define PIECE_BYTES 8 /* a key is looked for whole and by pieces: half a key is worth finding, too */

static gboolean run_keys(struct execution *execution, json_t *arguments, GError **error)
{
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_KEY, error))
		return FALSE;
	execution_set(execution, argument_text(arguments, "as", ""), json_integer(execution->keys->len));
	return TRUE;
}

static const char *const memory_choices[] = { "nvram", "counter", NULL };

static GBytes *read_memory(const struct disk_view *view, const char *which, GError **error)
{
	return view->ops->memory(view->self, which, error);
}

/* ---- keys that must be gone */

struct hunt {
	const struct disk_view *view;
	GBytes *memories[G_N_ELEMENTS(memory_choices)];
};

static const char *in_memory(const struct hunt *hunt, GBytes *piece)
{
	for (guint i = 0; memory_choices[i]; i++) {
		gsize size;
		const void *bytes = g_bytes_get_data(hunt->memories[i], &size);
		if (memmem(bytes, size, g_bytes_get_data(piece, NULL), g_bytes_get_size(piece)))
			return memory_choices[i];
	}
	return NULL;
}

/* Says where a piece was found; NULL: nowhere, or *error is set. */
static char *hunt_piece(const struct hunt *hunt, GBytes *piece, GError **error)
{
	const char *memory = in_memory(hunt, piece);

	if (memory)
		return g_strdup_printf("in the memory \"%s\"", memory);
	for (guint disk = 0; disk < VIEW_DISKS; disk++) {
		guint64 sectors, found = 0, first = 0;
		if (!disk_view_sectors(hunt->view, disk, TRUE, &sectors, error) ||
		    (sectors && !disk_view_search(hunt->view, disk, piece, &found, &first, error)))
			return NULL;
		if (found)
			return g_strdup_printf("on disk %u, LBA %" G_GUINT64_FORMAT, disk, first);
	}
	return NULL;
}

static char *hunt_key(const struct hunt *hunt, GBytes *key, GError **error)
{
	GError *failure = NULL;
	char *found = hunt_piece(hunt, key, &failure);

	for (gsize at = 0; !found && !failure && at + PIECE_BYTES <= g_bytes_get_size(key); at += PIECE_BYTES) {
		g_autoptr(GBytes) piece = g_bytes_new_from_bytes(key, at, PIECE_BYTES);
		found = hunt_piece(hunt, piece, &failure);
	}
	if (failure)
		g_propagate_error(error, failure);
	return found;
}

static gboolean hunt_keys(struct execution *execution, guint from, guint to, const struct hunt *hunt, GError **error)
{
	GError *failure = NULL;
	char *found = NULL;
	guint i = from;

	for (; i < to && !found && !failure; i++)
		found = hunt_key(hunt, g_ptr_array_index(execution->keys, i), &failure);
	if (failure) {
		g_propagate_error(error, failure);
		return FALSE;
	}
	execution_judge(execution, !found, g_strdup_printf("%u keys nowhere", to - from),
			found ? g_strdup_printf("key %u, or a part of it, %s", i, found)
			      : g_strdup_printf("%u keys nowhere", to - from));
	g_free(found);
	return TRUE;
}

static gboolean run_keys_gone(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 from = argument_integer(arguments, "after", 0), to = argument_integer(arguments, "before", 0);
	struct disk_view view;
	struct hunt hunt = { .view = &view };
	gboolean good;

	if (!disk_view_open(&view, execution, OBSERVE_KEY | OBSERVE_MEMORY | OBSERVE_CONTENT, error))
		return FALSE;
	if (from < 0 || to > execution->keys->len || from >= to) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "no key was seen that could be gone");
		return FALSE;
	}
	good = (hunt.memories[0] = read_memory(&view, memory_choices[0], error)) != NULL &&
	       (hunt.memories[1] = read_memory(&view, memory_choices[1], error)) != NULL &&
	       hunt_keys(execution, (guint)from, (guint)to, &hunt, error);
	for (guint i = 0; i < G_N_ELEMENTS(hunt.memories); i++)
		g_clear_pointer(&hunt.memories[i], g_bytes_unref);
	return good;
}

/* ---- memories */

static gboolean look_in_memory(struct execution *execution, json_t *arguments, gboolean wanted, GError **error)
{
	const char *only = argument_text(arguments, "which", NULL), *value = argument_text(arguments, "value", "");
	const char *where = NULL;
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_MEMORY, error))
		return FALSE;
	for (guint i = 0; memory_choices[i] && !where; i++) {
		gsize size;
		if (only && !g_str_equal(only, memory_choices[i]))
			continue;
		g_autoptr(GBytes) memory = read_memory(&view, memory_choices[i], error);
		if (!memory)
			return FALSE;
		const void *bytes = g_bytes_get_data(memory, &size);
		if (memmem(bytes, size, value, strlen(value)))
			where = memory_choices[i];
	}
	execution_judge(execution, (where != NULL) == wanted, g_strdup(wanted ? "there" : "nowhere"),
			where ? g_strdup_printf("in the memory \"%s\"", where) : g_strdup("nowhere"));
	return TRUE;
}

static gboolean run_memory_lacks(struct execution *execution, json_t *arguments, GError **error)
{
	return look_in_memory(execution, arguments, FALSE, error);
}

static gboolean run_memory_has(struct execution *execution, json_t *arguments, GError **error)
{
	return look_in_memory(execution, arguments, TRUE, error);
}

static const struct step_argument keys_arguments[] = {
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for how many there were" },
	{ NULL },
};
static const struct step_argument gone_arguments[] = {
	{ "before", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of read.keys: those up to then are to be gone …" },
	{ "after", ARGUMENT_VARIABLE, FALSE, NULL, "… from this one on (0)" },
	{ NULL },
};
static const struct step_argument memory_arguments[] = {
	{ "value", ARGUMENT_TEXT, TRUE, NULL, "a text" },
	{ "which", ARGUMENT_CHOICE, FALSE, memory_choices, "the controller board's or the counter board's (both)" },
	{ NULL },
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_secret[] = {
	{ .name = "read.keys",
	  .summary = "Count the encryption keys used so far",
	  .arguments = keys_arguments,
	  .run = run_keys },
	{ .name = "expect.keys_gone",
	  .summary = "Keys used before are found nowhere: NVRAM, counter board, disk",
	  .arguments = gone_arguments,
	  EXPECT,
	  .run = run_keys_gone },
	{ .name = "expect.memory_lacks",
	  .summary = "The boards' memories do not hold a text",
	  .arguments = memory_arguments,
	  EXPECT,
	  .run = run_memory_lacks },
	{ .name = "expect.memory_has",
	  .summary = "The boards' memories hold a text",
	  .arguments = memory_arguments,
	  EXPECT,
	  .run = run_memory_has },
	{ NULL },
};

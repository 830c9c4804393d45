/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_shard.h"
#include "explore_result.h"
#include <string.h>

#define FILE_BYTES_MAX ((gsize)256 << 20)
#define SHARDS_MAX EXPLORE_TRIGGERS

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean refuse(GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, RIG_ERROR, RIG_ERROR_USAGE, why);
	return FALSE;
}

gboolean explore_shard_parse(const char *text, guint erases, struct explore_shard *shard, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 2);
	guint64 number, of;

	if (g_strv_length(parts) != 2 || !g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXUINT, &of, NULL) ||
	    !g_ascii_string_to_unsigned(parts[0], 10, 1, of, &number, NULL))
		return refuse(error, "--shard %s: must be I/N, the I-th (from 1) of N shards", text);
	if (of > erases)
		return refuse(error, "--shard %s: %u erase%s to be shared out, so there is nothing for %u of them",
			      text, erases, erases == 1 ? " is" : "s are", (guint)of - erases);
	*shard = (struct explore_shard){ (guint)number, (guint)of };
	return TRUE;
}

gboolean explore_shard_has(const struct explore_shard *shard, guint place)
{
	return !shard->of || place % shard->of + 1 == shard->number;
}

void explore_share_free(struct explore_share *share)
{
	if (!share)
		return;
	json_decref(share->what);
	json_decref(share->given);
	json_decref(share->results);
	g_free(share);
}

/* --- one file --- */

static char *hash_of(const char *line, gsize length)
{
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)line, length);
}

char *explore_share_encode(const struct explore_share *share)
{
	json_t *json = json_pack("{s:i, s:i, s:O, s:O, s:O}", "shard", (int)MAX(share->shard.number, 1), "of",
				 (int)MAX(share->shard.of, 1), "what", share->what, "given", share->given, "results",
				 share->results);
	g_autofree char *text = json_dumps(json, JSON_COMPACT);
	char *line = g_strdup(text);

	json_decref(json);
	return line;
}

static const char *erase_at(const struct explore_share *share, gsize place)
{
	return json_string_value(json_array_get(json_object_get(share->what, "erases"), place));
}

static gsize count_erases(const struct explore_share *share)
{
	return json_array_size(json_object_get(share->what, "erases"));
}

/* A result of the erase whose turn it is. */
static gboolean check_result(const struct explore_share *share, json_t *json, gsize place, GError **error)
{
	g_autoptr(GError) failure = NULL;
	struct explore_result result;

	if (!explore_result_decode(&result, json, &failure))
		return refuse(error, "%s", failure->message);
	const char *erase = explore_triggers[result.trigger];
	explore_result_clear(&result);
	return g_strcmp0(erase, erase_at(share, place)) == 0 ||
	       refuse(error, "it has a result of %s where %s was its share", erase, erase_at(share, place));
}

/* All that is its share, and nothing else. */
static gboolean check_results(const struct explore_share *share, GError **error)
{
	const gsize erases = count_erases(share);
	gsize taken = 0;

	for (gsize place = 0; place < erases; place++)
		if (!erase_at(share, place))
			return refuse(error, "its erases have no names");
	for (guint place = 0; place < erases; place++) {
		if (!explore_shard_has(&share->shard, place))
			continue;
		json_t *json = json_array_get(share->results, taken++);
		if (!json)
			return refuse(error, "its result of %s is missing", erase_at(share, place));
		if (!check_result(share, json, place, error))
			return FALSE;
	}
	return taken == json_array_size(share->results) || refuse(error, "it has more results than its share");
}

static gboolean take_members(struct explore_share *share, json_t *json, GError **error)
{
	json_t *number = json_object_get(json, "shard"), *of = json_object_get(json, "of");
	json_int_t i = json_integer_value(number), n = json_integer_value(of);

	share->what = json_incref(json_object_get(json, "what"));
	share->given = json_incref(json_object_get(json, "given"));
	share->results = json_incref(json_object_get(json, "results"));
	if (json_object_size(json) != 5 || !json_is_object(share->what) || !json_is_object(share->given) ||
	    !json_is_array(share->results) || i < 1 || i > n || n > SHARDS_MAX || count_erases(share) > SHARDS_MAX)
		return refuse(error, "this is no shard of exploring");
	share->shard = (struct explore_shard){ (guint)i, (guint)n };
	return check_results(share, error);
}

struct explore_share *explore_share_decode(const char *line, gsize length, GError **error)
{
	struct explore_share *share = g_new0(struct explore_share, 1);
	json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);

	if (!take_members(share, json, error))
		g_clear_pointer(&share, explore_share_free);
	json_decref(json);
	return share;
}

char *explore_share_path(const struct explore_shard *shard, const char *folder)
{
	g_autofree char *name = shard->of ? g_strdup_printf("shard-%u-of-%u.json", shard->number, shard->of)
					  : g_strdup(EXPLORE_RESULTS_FILE);

	return g_build_filename(folder, name, NULL);
}

gboolean explore_share_save(const struct explore_share *share, const char *folder, char **path, GError **error)
{
	g_autofree char *to = explore_share_path(&share->shard, folder);
	g_autofree char *line = explore_share_encode(share);
	g_autofree char *hash = hash_of(line, strlen(line));
	g_autofree char *text = g_strdup_printf("%s\n{\"complete\":true,\"sha256\":\"%s\"}\n", line, hash);
	g_autoptr(GError) failure = NULL;

	/* Beside it, and renamed when it is on the disk. */
	if (g_file_set_contents_full(to, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
				     &failure)) {
		*path = g_steal_pointer(&to);
		return TRUE;
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "writing %s: %s", to, failure->message);
	return FALSE;
}

/* The mark is there, ends the file, and names the first line's hash. */
static gboolean is_whole(const char *text, gsize length, gsize *line)
{
	const char *end = memchr(text, '\n', length);

	if (!end)
		return FALSE;
	*line = (gsize)(end - text);
	g_autofree char *hash = hash_of(text, *line);
	g_autofree char *mark = g_strdup_printf("\n{\"complete\":true,\"sha256\":\"%s\"}\n", hash);
	return length - *line == strlen(mark) && memcmp(end, mark, length - *line) == 0;
}

struct explore_share *explore_share_load(const char *path, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *text = NULL;
	struct explore_share *share = NULL;
	gsize length = 0, line = 0;

	if (!g_file_get_contents(path, &text, &length, &failure))
		(void)refuse(error, "%s", failure->message);
	else if (length > FILE_BYTES_MAX || !is_whole(text, length, &line))
		(void)refuse(error, "%s: it is torn or was changed; explore that again", path);
	else if (!(share = explore_share_decode(text, line, error)))
		g_prefix_error(error, "%s: ", path);
	return share;
}

/* --- all of them --- */

/* A shard and where it came from; path NULL: it was not met. */
struct loaded {
	char *path;
	struct explore_share *share;
};

static gboolean is_same(const struct loaded *one, const struct loaded *other, GError **error)
{
	const char *name;
	json_t *value;

	if (one->share->shard.of != other->share->shard.of)
		return refuse(error, "%s is of %u shards, %s of %u", other->path, other->share->shard.of, one->path,
			      one->share->shard.of);
	json_object_foreach(one->share->what, name, value)
	{
		if (!json_equal(value, json_object_get(other->share->what, name)))
			return refuse(error, "%s is of something else than %s: \"%s\" differs", other->path, one->path,
				      name);
	}
	return json_equal(one->share->what, other->share->what) ||
	       refuse(error, "%s is of something else than %s", other->path, one->path);
}

static gint by_path(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Paths, in the order of their names; NULL: there are none. */
static GPtrArray *list_files(const char *folder, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &failure);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_prefix(name, "shard-") && g_str_has_suffix(name, ".json"))
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, by_path);
	if (paths->len)
		return g_steal_pointer(&paths);
	(void)refuse(error, "%s%s", failure ? failure->message : folder, failure ? "" : ": no shards are there");
	return NULL;
}

/* Of each shard the one file, by its number. */
static gboolean load_all(const GPtrArray *paths, struct loaded *shards, GError **error)
{
	const struct loaded *last = NULL;

	for (guint i = 0; i < paths->len; i++) {
		struct loaded loaded = { g_ptr_array_index(paths, i),
					 explore_share_load(g_ptr_array_index(paths, i), error) };
		if (!loaded.share)
			return FALSE;
		struct loaded *place = &shards[loaded.share->shard.number - 1];
		gboolean good = !last || is_same(last, &loaded, error);

		if (good && place->path)
			good = refuse(error, "%s and %s are both shard %u", place->path, loaded.path,
				      loaded.share->shard.number);
		if (!good) {
			explore_share_free(loaded.share);
			return FALSE;
		}
		*place = loaded;
		last = place;
	}
	return TRUE;
}

static struct explore_share *put_together(const struct loaded *shards, guint of, GError **error)
{
	for (guint i = 0; i < of; i++)
		if (!shards[i].path) {
			(void)refuse(error, "shard %u of %u is missing; do it by --shard %u/%u", i + 1, of, i + 1, of);
			return NULL;
		}
	struct explore_share *all = g_new0(struct explore_share, 1);
	all->what = json_incref(shards[0].share->what);
	all->given = json_incref(shards[0].share->given);
	all->results = json_array();
	for (gsize place = 0; place < count_erases(all); place++)
		json_array_append(all->results, json_array_get(shards[place % of].share->results, place / of));
	return all;
}

struct explore_share *explore_shards_merge(const char *folder, GError **error)
{
	g_autoptr(GPtrArray) paths = list_files(folder, error);
	struct loaded shards[SHARDS_MAX] = { 0 };
	struct explore_share *all = NULL;
	guint of = 0;

	if (paths && load_all(paths, shards, error)) {
		for (guint i = 0; i < SHARDS_MAX && !of; i++)
			of = shards[i].path ? shards[i].share->shard.of : 0;
		all = put_together(shards, of, error);
	}
	for (guint i = 0; i < SHARDS_MAX; i++)
		explore_share_free(shards[i].share);
	return all;
}

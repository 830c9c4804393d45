/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No false alarm: units of every kind that is allowed (host, region, disk, mode, cipher, profile), erased by every
 * trigger, cut at any time. Nothing is wrong with the firmwares, so nothing may fail and nothing may be an error.
 * WIPERIG_RANDOM_SEED=N makes other runs; a run that did not pass is printed as a scenario.
 */
#include "e2e_program.h"
#include <math.h>
#include <stdio.h>

#define RUNS (soak() ? 2000 : 100)
#define RUNS_A_CALL 10
#define SEED 0x5eed0000u
#define SECTORS_MIN 2047.0
#define SECTORS_BYTES_MAX (64.0 * 2048)	 /* where a firmware writes every byte */
#define SECTORS_COSTLY_MAX (16.0 * 2048) /* where every byte goes through 3DES, too */

static const struct {
	const char *file;
	gboolean has_engine; /* a pattern engine: disks of any size cost the same */
} firmwares[] = { { "reference.so", TRUE }, { "bytewise.so", FALSE } };

/* What is chosen from. One that stands there twice is chosen twice as often. */
enum choice {
	HOST,
	REGION,
	LANGUAGE,
	CIPHER,
	EDITION,
	HISTORY_SHOWN,
	NULL_ENCRYPTED,
	DISK_BLOCK,
	DISK_CUT,
	UNIT_CHOICES,
	MODE = UNIT_CHOICES,
	USE,
	TRIGGER,
	CUT_OP,
	CUT_WHEN,
	CUT_TIME,
	OFF,
};

static const struct {
	const char *name;
	gboolean quoted; /* in Lua */
	const char *values[12];
} choices[] = {
	[HOST] = { "host",
		   TRUE,
		   { "iR6570", "iR5570", "iR4570", "iR3570", "iR2870", "iR2270", "iR105i", "iR8570N", "iR7270N",
		     "iRC6870", "iRC5870" } },
	[REGION] = { "region", TRUE, { "EU", "US", "JP" } },
	[LANGUAGE] = { "language", TRUE, { "en", "fr" } },
	[CIPHER] = { "cipher", TRUE, { "3des-cbc", "aes-256-xts" } },
	[EDITION] = { "edition", TRUE, { "en", "fr" } },
	[HISTORY_SHOWN] = { "history_shown", FALSE, { "false", "true" } },
	[NULL_ENCRYPTED] = { "null_encrypted", FALSE, { "false", "false", "false", "true" } },
	[DISK_BLOCK] = { "disk_block", FALSE, { "512", "4096" } },
	[DISK_CUT] = { "disk_cut", TRUE, { "lose", "keep", "chance", "torn" } },
	[MODE] = { "mode", FALSE, { "1", "2", "3" } },
	[USE] = { "use",
		  FALSE,
		  { "    data.put { item = \"address-book\", value = \"Alice\" },\n",
		    "    document.store { box = 3, value = \"a document\" },\n    document.delete { box = 3 },\n",
		    "    job.start { kind = \"copy\", value = \"a page\", as = \"job\" },\n"
		    "    job.finish { job = var \"job\", how = \"complete\" },\n",
		    "    job.start { kind = \"send\", value = \"a letter\", as = \"job\" },\n",
		    "    erase.request { value = \"\" },\n    wait.ready {},\n" } },
	[TRIGGER] = { "trigger",
		      FALSE,
		      { "    key.regenerate {},\n",
			"    service.enter {},\n    licence.invalidate { as = \"number\" },\n", "" } },
	[CUT_OP] = { "cut at", TRUE, { "write", "flush", "nvram", "counter" } },
	[CUT_WHEN] = { "cut", TRUE, { "before", "within", "after" } },
	[CUT_TIME] = { "cut times", FALSE, { " us", " ms", "00 ms", " s" } },
	[OFF] = { "off for", TRUE, { "1 ms", "1 s", "10 s" } },
};

/* Of one run. */
struct draw {
	GRand *random;
	guint firmware;
	GHashTable *seen; /* "firmware: choice=value", of all runs */
};

static char *seen_name(guint firmware, enum choice choice, guint value)
{
	return g_strdup_printf("%s: %s = %s", firmwares[firmware].file, choices[choice].name,
			       choices[choice].values[value]);
}

static const char *choose(struct draw *draw, enum choice choice)
{
	const char *const *values = choices[choice].values;
	guint value = (guint)g_rand_int_range(draw->random, 0, (gint32)g_strv_length((char **)values));

	g_hash_table_add(draw->seen, seen_name(draw->firmware, choice, value));
	return values[value];
}

static gboolean one_in(struct draw *draw, gint32 n)
{
	return g_rand_int_range(draw->random, 0, n) == 0;
}

/* As many of 1 to 2 as of 32 to 64. */
static guint64 log_uniform(struct draw *draw, double least, double most)
{
	return (guint64)exp(g_rand_double_range(draw->random, log(least), log(most)));
}

struct unit {
	guint64 sectors;
	gboolean null_encrypted; /* NULL reaches the disk as ciphertext */
	gboolean writes_bytes, costly;
	int mode;
};

/* Mostly small ones, now and then one that is as large as a copier's disk or beyond the 28-bit limit; where every byte
 * is written, now and then one of the largest. */
static guint64 random_sectors(struct draw *draw, const struct unit *unit)
{
	gboolean large = one_in(draw, unit->writes_bytes ? 32 : 8);

	if (large && !unit->writes_bytes)
		return (guint64)g_rand_double_range(draw->random, 70e6, 600e6);
	if (!unit->writes_bytes)
		return (guint64)g_rand_double_range(draw->random, SECTORS_MIN, 1 << 22);
	return large ? (guint64)SECTORS_BYTES_MAX
		     : log_uniform(draw, SECTORS_MIN, unit->costly ? SECTORS_COSTLY_MAX : SECTORS_BYTES_MAX);
}

static void add_hidden(GString *text, struct draw *draw)
{
	if (one_in(draw, 4))
		g_string_append_printf(text, ", hpa_sectors = %d", g_rand_int_range(draw->random, 1, 900));
	if (one_in(draw, 6))
		g_string_append_printf(text, ", dco_sectors = %d", g_rand_int_range(draw->random, 1, 900));
}

static struct unit add_unit(GString *text, struct draw *draw)
{
	struct unit unit = { 0 };
	gboolean slow_cipher = FALSE;

	g_string_append(text, "  unit = { ");
	for (enum choice choice = 0; choice < UNIT_CHOICES; choice++) {
		const char *value = choose(draw, choice), *quote = choices[choice].quoted ? "\"" : "";
		g_string_append_printf(text, "%s = %s%s%s, ", choices[choice].name, quote, value, quote);
		slow_cipher = slow_cipher || (choice == CIPHER && g_str_equal(value, "3des-cbc"));
		unit.null_encrypted = unit.null_encrypted || (choice == NULL_ENCRYPTED && g_str_equal(value, "true"));
	}
	unit.writes_bytes = !firmwares[draw->firmware].has_engine || unit.null_encrypted;
	unit.costly = slow_cipher && unit.null_encrypted;
	unit.sectors = random_sectors(draw, &unit);
	g_string_append_printf(text, "disk_sectors = %" G_GUINT64_FORMAT, unit.sectors);
	add_hidden(text, draw);
	if (one_in(draw, 5))
		g_string_append_printf(text, ", disk2_mb = %" G_GUINT64_FORMAT,
				       log_uniform(draw, 1, unit.costly ? 8 : 32));
	g_string_append(text, " },\n");
	return unit;
}

/* Cuts while the unit starts, erases or has just become ready. */
static void add_cuts(GString *text, struct draw *draw)
{
	for (int cuts = g_rand_int_range(draw->random, 0, 5); cuts; cuts--) {
		if (g_rand_boolean(draw->random))
			g_string_append_printf(text, "    cut.arm { op = \"%s\", nth = %d, when = \"%s\" },\n",
					       choose(draw, CUT_OP), g_rand_int_range(draw->random, 1, 40),
					       choose(draw, CUT_WHEN));
		g_string_append_printf(
		    text, "    wait.time { duration = \"%d%s\" },\n    power.cycle { off = \"%s\" },\n",
		    g_rand_int_range(draw->random, 1, 1000), choose(draw, CUT_TIME), choose(draw, OFF));
	}
	g_string_append(
	    text, "    cut.disarm {},\n    power.cycle { off = \"10 s\" },\n    wait.ready { within = \"200 h\" },\n");
}

static void add_mode(GString *text, struct draw *draw, struct unit *unit)
{
	const char *mode = choose(draw, MODE);

	unit->mode = *mode - '0';
	g_string_append_printf(text,
			       "    service.enter {},\n    service.set { item = \"erase-mode\", value = %s },\n"
			       "    power.cycle { off = \"10 s\" },\n    wait.ready { within = \"10 min\" },\n",
			       mode);
}

static void add_users(GString *text, struct draw *draw)
{
	for (int n = g_rand_int_range(draw->random, 0, 4); n; n--)
		g_string_append(text, choose(draw, USE));
}

static void add_trigger(GString *text, struct draw *draw)
{
	const char *trigger = choose(draw, TRIGGER);

	g_string_append(text, trigger);
	if (*trigger) /* the unit answers before it erases: a cut may find it in either state */
		add_cuts(text, draw);
}

static void add_scenario(GString *text, guint number, struct draw *draw)
{
	g_string_append_printf(text,
			       "scenario {\n  id = \"RANDOM-%u\",\n  title = \"Any unit, any cut\",\n"
			       "  requirements = { \"PWR-02\" },\n"
			       "  effects = { \"consumes-licence\", \"erases\", \"irreversible\" },\n",
			       number);
	struct unit unit = add_unit(text, draw);
	g_string_append(text, "  steps = {\n    power.on {},\n    wait.ready { within = \"10 min\" },\n");
	add_mode(text, draw, &unit);
	add_users(text, draw);
	g_string_append(text, "    licence.issue { as = \"key\" },\n    power.cycle { off = \"1 s\" },\n    wait.ready "
			      "{ within = \"1 h\" },\n"
			      "    panel.register { key = var \"key\" },\n    expect.outcome { is = \"accepted\" },\n");
	add_cuts(text, draw);
	g_string_append_printf(text,
			       "    expect.licence { is = \"active\" },\n    expect.disk_erased { is = \"%s\" },\n",
			       unit.mode == 1 && !unit.null_encrypted ? "zero" : "random");
	add_users(text, draw);
	add_trigger(text, draw);
	g_string_append(text, "    power.cycle { off = \"10 s\" },\n    wait.ready { within = \"200 h\" },\n"
			      "    expect.unit { state = \"ready\" },\n  },\n}\n");
}

/* What is needed to make it again. */
static void print_bad(json_t *run, guint first, const GPtrArray *scenarios)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(run, "cases"), i, entry)
	{
		g_autofree char *said = json_dumps(entry, JSON_INDENT(2));
		guint number = 0;
		if (g_str_equal(text_of(entry, "verdict"), "pass") ||
		    sscanf(text_of(entry, "case"), "RANDOM-%u", &number) != 1 || number < first ||
		    number - first >= scenarios->len)
			continue;
		fprintf(stderr, "\n%s\n%s\n", said, (const char *)scenarios->pdata[number - first]);
	}
}

static gint64 total_of(json_t *run, const char *verdict)
{
	return json_integer_value(json_object_get(json_object_get(json_object_get(run, "totals"), "cases"), verdict));
}

/* Some runs on one firmware, judged by a program of their own. */
static void run_some(guint64 seed, guint first, guint firmware, GHashTable *seen)
{
	BENCH(bench);
	g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) file = g_string_new(NULL);
	g_autofree char *so = g_build_filename(build_folder(), "firmware", firmwares[firmware].file, NULL);
	g_autofree char *run_seed = g_strdup_printf("%" G_GUINT64_FORMAT, seed + first);

	for (guint i = 0; i < RUNS_A_CALL; i++) {
		g_autoptr(GRand) random = g_rand_new_with_seed((guint32)seed + first + i);
		struct draw draw = { random, firmware, seen };
		g_autoptr(GString) text = g_string_new(NULL);

		add_scenario(text, first + i, &draw);
		g_string_append(file, text->str);
		g_ptr_array_add(scenarios, g_string_free(g_steal_pointer(&text), FALSE));
	}
	g_autofree char *path = bench_write(&bench, "random.lua", file->str);
	expect_code(&bench, 0,
		    WORDS("run", path, "--firmware", so, "--seed", run_seed, "--formats", "run", "--out", bench.out));
	json_t *run = run_load(&bench, 1);
	CU_ASSERT_EQUAL(total_of(run, "pass"), RUNS_A_CALL);
	print_bad(run, first, scenarios);
	json_decref(run);
}

/* That it is all there is to choose from is worth something only if all was chosen, on either firmware. */
static void expect_all_seen(GHashTable *seen)
{
	for (guint firmware = 0; firmware < G_N_ELEMENTS(firmwares); firmware++)
		for (enum choice choice = 0; choice < G_N_ELEMENTS(choices); choice++)
			for (guint value = 0; choices[choice].values[value]; value++) {
				g_autofree char *name = seen_name(firmware, choice, value);
				if (!g_hash_table_contains(seen, name))
					fprintf(stderr, "\nnever chosen: %s\n", name);
				CU_ASSERT(g_hash_table_contains(seen, name));
			}
}

static void random_runs(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *other = g_getenv("WIPERIG_RANDOM_SEED");
	const guint64 seed = other ? g_ascii_strtoull(other, NULL, 0) : SEED;

	for (guint first = 0; first < RUNS; first += RUNS_A_CALL)
		run_some(seed, first, first / RUNS_A_CALL % G_N_ELEMENTS(firmwares), seen);
	expect_all_seen(seen);
}

TEST_SUITE(random, { "nothing is wrong with any good unit", random_runs })

/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig doctor */
#include "rig/command.h"
#include "rig/paths.h"
#include "rig/plan.h"
#include "rig/requirement.h"
#include "rig/settings.h"
#include <dlfcn.h>
#include <gio/gio.h>
#include <lua.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char help[] = "Says what is there and what is missing, each with its remedy.\n"
			   "\n"
			   "Examples:\n"
			   "  wiperig doctor\n"
			   "  wiperig doctor --json | grep -v '\"finding\":\"ok\"'\n"
			   "\n"
			   "Exit: 0 everything that emulated slots need is there · 3 something of it is missing.\n";

#define SPACE_LEAST_MB 500

enum finding { FOUND, LACKING_FOR_BOARDS, LACKING };

static const char *const finding_words[] = { [FOUND] = "ok", [LACKING_FOR_BOARDS] = "absent", [LACKING] = "MISSING" };

struct examination {
	const struct catalogue *catalogue;
	gboolean json;
	guint seq;
	enum finding worst;
};

/* `remedy` is NULL where nothing is to be done. */
static void say(struct examination *e, enum finding finding, const char *subject, const char *detail,
		const char *remedy)
{
	e->worst = MAX(e->worst, finding);
	if (e->json) {
		json_t *row =
		    json_pack("{s:i, s:s, s:s, s:s, s:s?}", "seq", (int)++e->seq, "subject", subject, "finding",
			      finding_words[finding], "detail", detail, "remedy", finding == FOUND ? NULL : remedy);
		g_autofree char *text = json_dumps(row, JSON_COMPACT);
		g_print("%s\n", text);
		json_decref(row);
		return;
	}
	g_print("%-8s %-18s %s\n", finding_words[finding], subject, detail);
	if (finding != FOUND)
		g_print("%-8s %-18s → %s\n", "", "", remedy);
}

static void examine_libraries(struct examination *e)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const struct driver *const *d = e->catalogue->drivers; *d; d++) {
		char *library = (*d)->library ? (*d)->library() : NULL;
		if (library && g_hash_table_add(seen, library))
			say(e, FOUND, "library", library, NULL);
	}
	g_autofree char *glib =
	    g_strdup_printf("GLib %u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
	say(e, FOUND, "library", glib, NULL);
	say(e, FOUND, "library", LUA_RELEASE, NULL);
}

/* In a child: the preload library takes over system calls of the process that loads it. */
static gboolean loads(const char *path)
{
	int status = 1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(dlopen(path, RTLD_LAZY | RTLD_LOCAL) == NULL);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void examine_emulator(struct examination *e)
{
	g_autofree char *front = path_module("front-umockdev.so");
	g_autofree char *firmware = path_module("firmware/reference.so");
	gboolean preload = loads("libumockdev-preload.so.0");

	gboolean proc = g_file_test("/proc/self/fd", G_FILE_TEST_EXISTS);

	say(e, proc ? FOUND : LACKING, "/proc",
	    proc ? "mounted" : "not mounted, and libudev finds no USB device without it", "mount -t proc proc /proc");
	say(e, preload ? FOUND : LACKING, "umockdev",
	    preload ? "libumockdev-preload.so.0 can be loaded" : "libumockdev-preload.so.0 cannot be loaded",
	    "apt-get install umockdev libumockdev0 (needed by --link usb on emulated slots)");
	gboolean good = front && loads(front);
	say(e, good ? FOUND : LACKING, "emulator front",
	    good ? front : "front-umockdev.so is not there or does not load", "make, or install wiperig again");
	say(e, firmware ? FOUND : LACKING, "firmware", firmware ? firmware : "firmware/reference.so is not there",
	    "make, or install wiperig again");
	g_autofree char *sigrok = path_module("wiperig-sigrok");
	say(e, sigrok ? FOUND : LACKING_FOR_BOARDS, "libsigrok", sigrok ? sigrok : "wiperig-sigrok is not there",
	    "make, or install wiperig again (needed by driver=sigrok of [logic], driver=sigrok-supply of [power])");
}

static void examine_scenarios(struct examination *e)
{
	g_autofree char *path = path_scenarios();
	g_autoptr(GError) error = NULL;
	struct requirement_table *table = requirement_table_load_default(&error);
	gboolean there = g_file_test(path, G_FILE_TEST_IS_DIR);

	say(e, there ? FOUND : LACKING, "scenarios", path,
	    "run wiperig where a folder scenarios/ is, or set WIPERIG_SCENARIOS to it");
	say(e, table ? FOUND : LACKING, "requirements", table ? "requirements.tsv loads" : error->message,
	    "install wiperig again, or set WIPERIG_SCENARIOS");
	requirement_table_free(table);
}

static guint count_nodes(const char *path, guint *writable)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *entry = g_build_filename(path, name, NULL);
		if (g_file_test(entry, G_FILE_TEST_IS_DIR)) {
			count += count_nodes(entry, writable);
		} else {
			count++;
			*writable += access(entry, R_OK | W_OK) == 0;
		}
	}
	return count;
}

/* The rule that came with the program, where udev does not look. The caller's to free. */
static char *shipped_rule(void)
{
	static const char *const places[] = { "../lib/udev/rules.d/70-wiperig.rules", "../drivers/70-wiperig.rules" };
	g_autofree char *program = path_program(), *folder = g_path_get_dirname(program);

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path = g_build_filename(folder, places[i], NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return g_canonicalize_filename(path, NULL);
	}
	return g_strdup("drivers/70-wiperig.rules of its sources");
}

static void examine_usb(struct examination *e)
{
	static const char *const rules[] = { "/etc/udev/rules.d/70-wiperig.rules",
					     "/usr/lib/udev/rules.d/70-wiperig.rules",
					     "/lib/udev/rules.d/70-wiperig.rules" };
	guint writable = 0, nodes = count_nodes("/dev/bus/usb", &writable);
	g_autofree char *text = g_strdup_printf("%u USB device nodes, %u of them usable by this user", nodes, writable);
	g_autofree char *shipped = shipped_rule();
	g_autofree char *remedy = g_strdup_printf("only real boards need it: make install, or copy %s to "
						  "/etc/udev/rules.d/ and run 'udevadm control --reload'",
						  shipped);
	const char *rule = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(rules) && !rule; i++)
		rule = g_file_test(rules[i], G_FILE_TEST_EXISTS) ? rules[i] : NULL;
	say(e, nodes ? FOUND : LACKING_FOR_BOARDS, "USB bus",
	    nodes ? text : "the kernel shows no USB device (/dev/bus/usb)",
	    "only real boards need it: plug one in, or load the kernel's USB host driver");
	if (nodes)
		say(e, writable ? FOUND : LACKING_FOR_BOARDS, "USB permissions", text,
		    "only real boards need it: install the udev rule, re-plug the board");
	say(e, rule ? FOUND : LACKING_FOR_BOARDS, "udev rule", rule ? rule : "70-wiperig.rules is not installed",
	    remedy);
}

static void examine_clock(struct examination *e)
{
	struct timespec resolution = { 0 };
	g_autofree char *text = NULL;

	clock_getres(CLOCK_MONOTONIC, &resolution);
	gboolean good = resolution.tv_sec == 0 && resolution.tv_nsec <= 1000;
	text = g_strdup_printf("CLOCK_MONOTONIC resolves %ld ns", resolution.tv_nsec);
	say(e, good ? FOUND : LACKING_FOR_BOARDS, "clock", text,
	    "enable the kernel's high-resolution timers (CONFIG_HIGH_RES_TIMERS)");
}

static void examine_space(struct examination *e)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *out = setting_get("out", NULL, "runs", &error);
	struct statvfs space;

	if (!out) {
		say(e, LACKING, "configuration", error->message, "correct that file");
		return;
	}
	const char *where = g_file_test(out, G_FILE_TEST_IS_DIR) ? out : ".";
	gboolean known = statvfs(where, &space) == 0;
	guint64 free_mb = known ? (guint64)space.f_bavail * space.f_frsize >> 20 : 0;
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT " MiB free for runs in %s", free_mb, where);
	g_autofree char *remedy =
	    g_strdup_printf("a run needs up to %d MiB: make room, or give another folder with --out", SPACE_LEAST_MB);
	say(e, free_mb >= SPACE_LEAST_MB ? FOUND : LACKING, "disk space", text, remedy);
	gboolean writable = access(where, W_OK) == 0;
	say(e, writable ? FOUND : LACKING, "runs folder", where,
	    "it cannot be written to: give another folder with --out, or set WIPERIG_OUT");
}

static int doctor_main(int argc, char **argv, const struct catalogue *catalogue)
{
	struct examination e = { .catalogue = catalogue };
	const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &e.json, "JSON lines", NULL }, { NULL } };
	int code;

	if (!command_parse(&argc, &argv, "- say what is there and what is missing", help, entries, &code))
		return code;
	if (argc > 1) {
		g_printerr("wiperig doctor: unexpected \"%s\"\nTry 'wiperig doctor --help'.\n", argv[1]);
		return EXIT_USAGE;
	}
	examine_libraries(&e);
	examine_emulator(&e);
	examine_scenarios(&e);
	examine_usb(&e);
	examine_clock(&e);
	examine_space(&e);
	code = e.worst == LACKING ? EXIT_RIG_FAILED : EXIT_PASSED;
	if (e.json)
		g_print("{\"seq\":%u,\"type\":\"end\",\"ended\":\"complete\",\"exit\":%d}\n", e.seq + 1, code);
	return code;
}

const struct command doctor_command = { "doctor", "Say what is there and what is missing", doctor_main };

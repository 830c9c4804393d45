/* SPDX-License-Identifier: Apache-2.0 */
/* The two sinks that write to standard output and standard error. */
#include "sinks.h"
#include "rig/sample.h"
#include "rig/test.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Plays with `fd` being `to`, and puts it back. */
static gboolean play_to(int fd, int to, const struct sample *s, const struct sink *sink, GError **error)
{
	fflush(stdout);
	int kept = dup(fd);

	CU_ASSERT_FATAL(kept >= 0 && dup2(to, fd) == fd);
	gboolean done = sample_play(s, sink, "/nonexistent", error);
	dup2(kept, fd);
	close(kept);
	return done;
}

static char *captured(int fd, const struct sample *s, const struct sink *sink)
{
	g_autofree char *path = NULL;
	int file = g_file_open_tmp("live-XXXXXX", &path, NULL);
	char *text = NULL;

	CU_ASSERT_TRUE(play_to(fd, file, s, sink, NULL));
	close(file);
	CU_ASSERT_TRUE(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	return text;
}

#define TEXT(object, key) json_string_value(json_object_get(object, key))
#define INTEGER(object, key) json_integer_value(json_object_get(object, key))

static void json_lines(void)
{
	static const char *const types[] = { "run",  "case", "case", "case",	    "case",	  "case",
					     "case", "case", "case", "requirement", "requirement" };
	struct sample *s = sample_run(TRUE);
	g_autofree char *text = captured(STDOUT_FILENO, s, &json_lines_sink);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	guint count = g_strv_length(lines) - 1;

	CU_ASSERT_STRING_EQUAL(lines[count], "");
	CU_ASSERT_EQUAL_FATAL(count, 1 + 8 + 7 + 1);
	for (guint i = 0; i < count; i++) {
		json_t *json = json_loads(lines[i], JSON_REJECT_DUPLICATES, NULL);
		CU_ASSERT_EQUAL(INTEGER(json, "seq"), i + 1);
		if (i < G_N_ELEMENTS(types))
			CU_ASSERT_STRING_EQUAL(TEXT(json, "type"), types[i]);
		if (i == 2) {
			CU_ASSERT_STRING_EQUAL(TEXT(json, "case"), "LIC-05[host=iR2270,region=US]");
			CU_ASSERT_STRING_EQUAL(TEXT(json, "verdict"), "fail");
			CU_ASSERT_EQUAL(INTEGER(json, "step"), 3);
		}
		if (i == 8)
			CU_ASSERT_STRING_EQUAL(TEXT(json, "reason"), "interrupted");
		if (i == count - 1) {
			CU_ASSERT_STRING_EQUAL(TEXT(json, "type"), "end");
			CU_ASSERT_STRING_EQUAL(TEXT(json, "ended"), "interrupted");
			CU_ASSERT(INTEGER(json, "exit") == 130 && INTEGER(json, "judged") == 3);
		}
		json_decref(json);
	}
	sample_free(s);
}

static void json_lines_full(void)
{
	struct sample *s = sample_run(TRUE);
	g_autoptr(GError) error = NULL;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	CU_ASSERT_FALSE(play_to(STDOUT_FILENO, full, s, &json_lines_sink, &error));
	CU_ASSERT(error && strstr(error->message, "standard output") && strstr(error->message, g_strerror(ENOSPC)));
	close(full);
	sample_free(s);
}

static void progress_in_a_file(void)
{
	struct sample *s = sample_run(TRUE);
	g_autofree char *text = captured(STDERR_FILENO, s, &progress_sink);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	CU_ASSERT_EQUAL_FATAL(g_strv_length(lines), 5);
	CU_ASSERT(g_str_has_prefix(lines[0], "FAIL LIC-05[host=iR2270,region=US] step 3: expected message 3"));
	CU_ASSERT_STRING_EQUAL(lines[1], "ERROR LIC-07[part=disk]: reading the console: No such device");
	CU_ASSERT(strstr(lines[2], "\\x1b]0;pwned\\x07") != NULL);
	CU_ASSERT_STRING_EQUAL(lines[3], "7 of 8 cases done, 2 failed, 1 error");
	CU_ASSERT_PTR_NULL(strchr(text, '\033'));
	sample_free(s);
}

/* What a terminal of that kind gets. Little enough to fit the terminal's buffer. NULL where the system has no
 * pseudo-terminals (a container without /dev/pts). */
static char *on_terminal(const char *term, const char *no_color)
{
	g_autofree char *old_term = g_strdup(g_getenv("TERM"));
	struct sample *s = sample_run(TRUE);
	char text[8192] = "";
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0) {
		sample_free(s);
		return NULL;
	}
	CU_ASSERT_FATAL(grantpt(master) == 0 && unlockpt(master) == 0);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	CU_ASSERT_FATAL(slave >= 0);
	g_setenv("TERM", term, TRUE);
	g_setenv("NO_COLOR", no_color, TRUE);
	CU_ASSERT_TRUE(play_to(STDERR_FILENO, slave, s, &progress_sink, NULL));
	g_unsetenv("NO_COLOR");
	if (old_term)
		g_setenv("TERM", old_term, TRUE);
	else
		g_unsetenv("TERM");
	/* What was written arrives in pieces, in its time; once the slave is closed the end shows as an error. */
	close(slave);
	gsize length = 0;
	for (ssize_t got; (got = read(master, text + length, sizeof text - 1 - length)) > 0;)
		length += (gsize)got;
	close(master);
	sample_free(s);
	return g_strdup(text);
}

static void progress_on_a_terminal(void)
{
	g_autofree char *coloured = on_terminal("xterm", "");
	g_autofree char *plain = on_terminal("xterm", "1");
	g_autofree char *dumb = on_terminal("dumb", "");

	if (!coloured) {
		g_printerr("note: no pseudo-terminal can be had here; progress on a terminal was not tested\n");
		return;
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(coloured, "\r\033[K0/8  LIC-01[host=iR2270,region=US]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(coloured, "\r\033[K\033[1;31mFAIL\033[0m LIC-05"));
	CU_ASSERT_PTR_NOT_NULL(strstr(coloured, "2/8  1 failed  "));
	CU_ASSERT_TRUE(g_str_has_suffix(coloured, "\r\033[K"));
	CU_ASSERT_PTR_NULL(strstr(plain, "\033[1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "\r\033[KFAIL LIC-05"));
	CU_ASSERT_PTR_NULL(strchr(dumb, '\033'));
}

TEST_SUITE(live, { "json lines", json_lines }, { "json lines, full disk", json_lines_full },
	   { "progress in a file", progress_in_a_file }, { "progress on a terminal", progress_on_a_terminal })

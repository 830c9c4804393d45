/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "trace_sample.h"
#include "rig/lines.h"
#include "rig/test.h"
#include "rig/units.h"
#include <string.h>

/* A case with one window: main power at 5 ns, "U" on the console, and a window's end at 2 ms. */
static struct sample *small(void)
{
	struct sample *s = sample_new();
	struct trace_sample_lines lines;

	sample_add(s, EVENT_RUN_BEGIN, 0, "{'emulated':true}");
	for (guint32 no = 1; no <= 2; no++) {
		s->time_ns = 0;
		sample_add(s, EVENT_CASE_BEGIN, no, "{'case':'A'}");
		trace_sample_lines_begin(&lines, s, no);
		line_capture_levels(lines.capture, 5, 1u << LINE_CONSOLE_TX | 1u << LINE_MAIN_POWER);
		line_capture_sent(lines.capture, 1000000 + CONSOLE_BYTE_NS, 'U');
		line_capture_reached(lines.capture, 2000000);
		s->time_ns = 3 * NS_PER_MS;
		trace_sample_lines_end(&lines);
		sample_add(s, EVENT_CASE_END, no, "{'case':'A','verdict':'pass'}");
	}
	return s;
}

static void text(void)
{
	struct sample *s = small();
	gsize length;
	g_autofree char *vcd = sample_output(s, &vcd_sink, &length);

	CU_ASSERT_PTR_NOT_NULL(strstr(vcd, "$comment EMULATED"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(vcd, "$timescale 1 ns $end\n$scope module unit $end\n$var wire 1 ! main_power $end\n"));
	/* 'U' is 55h: ten edges, a bit apart; then what was not kept; then the next case where the first one ended. */
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(vcd, "$enddefinitions $end\n#0\n0!\n0\"\n0#\n0$\n0%\n0&\n1'\n0(\n#5\n1!\n#1000000\n0'\n"
			"#1008680\n1'\n#1017361\n0'\n#1026041\n1'\n#1034722\n0'\n#1043403\n1'\n"
			"#1052083\n0'\n#1060764\n1'\n#1069444\n0'\n#1078125\n1'\n#2000000\nx!\nx\"\nx#\n"
			"x$\nx%\nx&\nx'\nx(\n#4000000\n0!\n"));
	CU_ASSERT_TRUE(g_str_has_suffix(vcd, "#6000000\nx!\nx\"\nx#\nx$\nx%\nx&\nx'\nx(\n"));
	sample_free(s);
}

/* What is not clipped on is x throughout; times of a damaged record do not go back. */
static void hostile(void)
{
	struct sample *s = sample_new();
	g_autoptr(GByteArray) part = g_byte_array_new();
	struct event_lines head = { .tick = G_MAXUINT64,
				    .from = 2,
				    .to = 22,
				    .rate_hz = 1,
				    .lines = 2,
				    .flags = 3,
				    .origin_ns = G_MAXINT64 / 2 };
	gsize length;

	sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'A'}");
	g_byte_array_append(part, (const guint8 *)&head, sizeof head);
	lines_append(part, 7, TRUE, 0);
	lines_append(part, 1, TRUE, 0xff);
	lines_append(part, 1, FALSE, 2);
	lines_append(part, G_MAXINT64 / 2, FALSE, 0);
	sample_add_bytes(s, EVENT_LINES, 1, part->data, part->len);
	sample_add_bytes(s, EVENT_LINES, 1, part->data, part->len);
	g_autofree char *vcd = sample_output(s, &vcd_sink, &length);
	gint64 before = -1;
	g_auto(GStrv) lines = g_strsplit(vcd, "\n", -1);
	for (char **line = lines; *line; line++) {
		if (**line != '#')
			continue;
		gint64 at = g_ascii_strtoll(*line + 1, NULL, 10);
		CU_ASSERT_TRUE(at > before);
		before = at;
	}
	CU_ASSERT_TRUE(before > 0 && strstr(vcd, "0\"\n") && !strstr(vcd, "0!\n") && !strstr(vcd, "1!\n"));
	sample_free(s);
}

static void failures(void)
{
	struct sample *s = trace_sample_new();

	sample_check_write_failures(s, &vcd_sink);
	sample_free(s);
}

TEST_SUITE(vcd, { "text", text }, { "hostile", hostile }, { "failures", failures })

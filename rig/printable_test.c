/* SPDX-License-Identifier: Apache-2.0 */
#include "printable.h"
#include "test.h"

static void table(void)
{
	static const struct {
		const char *in;
		gssize length;
		const char *lines, *line;
	} cases[] = {
		{ "Gerät – 印刷 ✓", -1, "Gerät – 印刷 ✓", "Gerät – 印刷 ✓" },
		{ "a\tb\r\nc", -1, "a\tb\\r\nc", "a\\tb\\r\\nc" },
		{ "\x1b[31mred\x1b[0m", -1, "\\x1b[31mred\\x1b[0m", "\\x1b[31mred\\x1b[0m" },
		{ "a\0b", 3, "a\\x00b", "a\\x00b" },
		{ "\x7f\xc2\x85", -1, "\\x7f\\u0085", "\\x7f\\u0085" },
		{ "\xff\xc3(\xe2\x82", -1, "\\xff\\xc3(\\xe2\\x82", "\\xff\\xc3(\\xe2\\x82" },
		{ "\xc0\x80\xed\xa0\x80", -1, "\\xc0\\x80\\xed\\xa0\\x80", "\\xc0\\x80\\xed\\xa0\\x80" },
		{ "x\xe2\x80\xaey\xef\xbb\xbf", -1, "x\\u202ey\\ufeff", "x\\u202ey\\ufeff" },
		{ "\xef\xbf\xbf<&>\"'", -1, "\\uffff<&>\"'", "\\uffff<&>\"'" },
		{ "", -1, "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *lines = printable_dup(cases[i].in, cases[i].length);
		g_autofree char *line = printable_line(cases[i].in, cases[i].length);
		CU_ASSERT_STRING_EQUAL(lines, cases[i].lines);
		CU_ASSERT_STRING_EQUAL(line, cases[i].line);
	}
}

static void every_two_bytes(void)
{
	for (guint v = 0; v < 65536; v++) {
		const guint8 in[2] = { (guint8)(v >> 8), (guint8)v };
		g_autofree char *out = printable_line(in, 2);
		CU_ASSERT_TRUE(g_utf8_validate(out, -1, NULL));
		for (const char *p = out; *p; p++)
			CU_ASSERT((guint8)*p >= 32 && *p != 127);
	}
}

TEST_SUITE(printable, { "table", table }, { "every two bytes", every_two_bytes })

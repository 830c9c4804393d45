/* SPDX-License-Identifier: Apache-2.0 */
#include "printable.h"
#include <string.h>

static gboolean is_hidden(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT: /* direction overrides, zero-width joiners, byte order mark */
	case G_UNICODE_SURROGATE:
	case G_UNICODE_UNASSIGNED: /* includes U+FFFE and U+FFFF, which XML forbids */
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_PRIVATE_USE:
		return TRUE;
	default:
		return FALSE;
	}
}

static void append_escape(GString *out, gunichar c)
{
	static const char *const short_form[] = { ['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r" };

	if (c < G_N_ELEMENTS(short_form) && short_form[c])
		g_string_append(out, short_form[c]);
	else if (c < 0x80)
		g_string_append_printf(out, "\\x%02x", c);
	else
		g_string_append_printf(out, "\\u%04x", c);
}

static char *copy(const guint8 *p, gsize length, gboolean keep_lines)
{
	GString *out = g_string_sized_new(length + 16);

	for (const guint8 *end = p + length; p < end;) {
		gunichar c = *p ? g_utf8_get_char_validated((const char *)p, end - p) : 0;
		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(out, "\\x%02x", *p++);
			continue;
		}
		const guint8 *next = c ? (const guint8 *)g_utf8_next_char(p) : p + 1;
		if (is_hidden(c) && !(keep_lines && (c == '\n' || c == '\t')))
			append_escape(out, c);
		else
			g_string_append_len(out, (const char *)p, next - p);
		p = next;
	}
	return g_string_free(out, FALSE);
}

char *printable_dup(const void *bytes, gssize length)
{
	return copy(bytes, length < 0 ? strlen(bytes) : (gsize)length, TRUE);
}

char *printable_line(const void *bytes, gssize length)
{
	return copy(bytes, length < 0 ? strlen(bytes) : (gsize)length, FALSE);
}

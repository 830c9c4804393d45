/* SPDX-License-Identifier: Apache-2.0 */
#include "html_text.h"
#include <string.h>

static const struct {
	const char *class, *sign;
} verdicts[TALLY_VERDICTS] = {
	[TALLY_PASS] = { "p", "✓" }, [TALLY_FAIL] = { "f", "✕" },	[TALLY_ERROR] = { "e", "!" },
	[TALLY_SKIP] = { "s", "–" }, [TALLY_NOT_JUDGED] = { "n", "?" },
};

static void append(GString *out, const char *text, gsize length)
{
	static const char *const entity[256] = {
		['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;", ['\''] = "&#39;",
	};

	for (gsize i = 0; i < length; i++) {
		const char *replaced = entity[(guchar)text[i]];
		if (replaced)
			g_string_append(out, replaced);
		else
			g_string_append_c(out, text[i]);
	}
}

void html_text(GString *out, const char *text)
{
	if (text)
		append(out, text, strlen(text));
}

/* Never cuts a character in two. */
static gsize common_prefix(const char *a, const char *b)
{
	gsize n = 0, whole = 0;

	for (; a[n] && a[n] == b[n]; n++)
		if (((guchar)a[n + 1] & 0xc0) != 0x80 && ((guchar)b[n + 1] & 0xc0) != 0x80)
			whole = n + 1;
	return whole;
}

static gsize common_suffix(const char *a, gsize a_length, const char *b, gsize b_length)
{
	gsize n = 0, whole = 0;

	while (n < a_length && n < b_length && a[a_length - n - 1] == b[b_length - n - 1]) {
		n++;
		if (((guchar)a[a_length - n] & 0xc0) != 0x80)
			whole = n;
	}
	return whole;
}

void html_difference(GString *out, const char *text, const char *other)
{
	if (!text || !other) {
		html_text(out, text);
		return;
	}
	gsize length = strlen(text), other_length = strlen(other);
	gsize head = common_prefix(text, other);
	gsize tail = common_suffix(text + head, length - head, other + head, other_length - head);

	append(out, text, head);
	if (head + tail < length) {
		g_string_append(out, "<mark>");
		append(out, text + head, length - head - tail);
		g_string_append(out, "</mark>");
	}
	append(out, text + length - tail, tail);
}

const char *html_verdict_class(enum tally_verdict verdict)
{
	return verdicts[verdict].class;
}

void html_verdict(GString *out, enum tally_verdict verdict)
{
	g_string_append_printf(out, "<b class=\"v %s\"><i>%s</i>%s</b>", verdicts[verdict].class,
			       verdicts[verdict].sign, tally_verdict_name(verdict));
}

void html_requirement_links(GString *out, char **ids)
{
	for (char **id = ids; *id; id++) {
		g_string_append(out, id == ids ? "<a href=\"#r-" : " <a href=\"#r-");
		html_text(out, *id);
		g_string_append(out, "\">");
		html_text(out, *id);
		g_string_append(out, "</a>");
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "key_pattern.h"
#include <string.h>

#define STEP 8
#define DISTINCT_LEAST 6 /* values among a part's bytes */

struct pattern {
	const char *form;
	gsize length;
	guint8 bytes[KEY_FORM_BYTES];
};

struct key_patterns {
	GArray *patterns; /* of struct pattern; the parts as they are come first */
	guint parts;
};

static gboolean is_plain(const guint8 *part)
{
	gboolean seen[256] = { FALSE };
	guint distinct = 0;

	for (guint i = 0; i < KEY_PART_BYTES; i++) {
		distinct += !seen[part[i]];
		seen[part[i]] = TRUE;
	}
	return distinct < DISTINCT_LEAST;
}

static void add(struct key_patterns *patterns, const char *form, const void *bytes, gsize length)
{
	struct pattern pattern = { form, length, { 0 } };

	memcpy(pattern.bytes, bytes, length);
	g_array_append_val(patterns->patterns, pattern);
}

static void add_hex(struct key_patterns *patterns, const guint8 *part, const char *digits)
{
	char text[2 * KEY_PART_BYTES];

	for (guint i = 0; i < KEY_PART_BYTES; i++) {
		text[2 * i] = digits[part[i] >> 4];
		text[2 * i + 1] = digits[part[i] & 15];
	}
	add(patterns, "hexadecimal", text, sizeof text);
}

/* Base64 works on groups of three bytes: how a part looks hangs on where it begins in its group. What its neighbours
 * have a share in is left out. */
static void add_base64(struct key_patterns *patterns, const guint8 *part)
{
	for (guint shift = 0; shift < 3; shift++) {
		guint8 padded[2 + KEY_PART_BYTES] = { 0 };
		memcpy(padded + shift, part, KEY_PART_BYTES);
		g_autofree char *text = g_base64_encode(padded, shift + KEY_PART_BYTES);
		guint from = (shift * 8 + 5) / 6, to = (shift + KEY_PART_BYTES) * 8 / 6;
		add(patterns, "Base64", text + from, to - from);
		memset(text, 0, strlen(text));
		memset(padded, 0, sizeof padded);
	}
}

static void add_forms(struct key_patterns *patterns, const guint8 *part)
{
	add_hex(patterns, part, "0123456789abcdef");
	add_hex(patterns, part, "0123456789ABCDEF");
	add_base64(patterns, part);
}

struct key_patterns *key_patterns_new(const guint8 *key, gsize length)
{
	struct key_patterns *patterns = g_new0(struct key_patterns, 1);

	patterns->patterns = g_array_new(FALSE, FALSE, sizeof(struct pattern));
	for (gsize at = 0; at + KEY_PART_BYTES <= length; at += STEP)
		if (!is_plain(key + at))
			add(patterns, "bytes", key + at, KEY_PART_BYTES);
	patterns->parts = patterns->patterns->len;
	for (gsize at = 0; at + KEY_PART_BYTES <= length; at += STEP)
		if (!is_plain(key + at))
			add_forms(patterns, key + at);
	if (patterns->parts)
		return patterns;
	key_patterns_free(patterns);
	return NULL;
}

void key_patterns_free(struct key_patterns *patterns)
{
	if (!patterns)
		return;
	if (patterns->patterns->len)
		memset(patterns->patterns->data, 0, patterns->patterns->len * sizeof(struct pattern));
	g_array_unref(patterns->patterns);
	g_free(patterns);
}

gssize key_patterns_find(const struct key_patterns *patterns, const guint8 *bytes, gsize length, const char **form)
{
	for (guint i = 0; length && i < patterns->patterns->len; i++) {
		const struct pattern *pattern = &g_array_index(patterns->patterns, struct pattern, i);
		const guint8 *at = memmem(bytes, length, pattern->bytes, pattern->length);
		if (at) {
			*form = pattern->form;
			return at - bytes;
		}
	}
	return -1;
}

const guint8 *key_patterns_part(const struct key_patterns *patterns, guint index)
{
	return index < patterns->parts ? g_array_index(patterns->patterns, struct pattern, index).bytes : NULL;
}

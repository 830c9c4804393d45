/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for a secret key, or a good part of it, in whatever form it may have been given away. Nothing of it is kept
 * longer than its owner needs, and nothing of it is ever put into a text. */
#pragma once
#include <glib.h>

struct key_patterns;

/** NULL where the key is too plain to be told from other data: a published one, all alike. */
struct key_patterns *key_patterns_new(const guint8 *key, gsize length);
/** Overwrites them. NULL is allowed. */
void key_patterns_free(struct key_patterns *patterns);
/** Where a part of the key begins in these bytes, and in which form ("bytes", "hexadecimal", "Base64"); -1: nowhere. */
gssize key_patterns_find(const struct key_patterns *patterns, const guint8 *bytes, gsize length, const char **form);
/** Part number `index` of the key as it is: KEY_PART_BYTES; NULL after the last. */
const guint8 *key_patterns_part(const struct key_patterns *patterns, guint index);
#define KEY_PART_BYTES 16
/** The longest form. */
#define KEY_FORM_BYTES 32

/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers into records, in a fixed byte order at any alignment. Each function returns what follows the number. */
#pragma once
#include <glib.h>
#include <string.h>

static inline guint8 *put_le16(guint8 *at, guint16 value)
{
	value = GUINT16_TO_LE(value);
	memcpy(at, &value, sizeof value);
	return at + sizeof value;
}

static inline guint8 *put_le32(guint8 *at, guint32 value)
{
	value = GUINT32_TO_LE(value);
	memcpy(at, &value, sizeof value);
	return at + sizeof value;
}

static inline guint8 *put_le64(guint8 *at, guint64 value)
{
	value = GUINT64_TO_LE(value);
	memcpy(at, &value, sizeof value);
	return at + sizeof value;
}

static inline guint8 *put_be16(guint8 *at, guint16 value)
{
	value = GUINT16_TO_BE(value);
	memcpy(at, &value, sizeof value);
	return at + sizeof value;
}

static inline guint8 *put_be32(guint8 *at, guint32 value)
{
	value = GUINT32_TO_BE(value);
	memcpy(at, &value, sizeof value);
	return at + sizeof value;
}

/** Copies `length` bytes; `bytes` may be NULL if there are none. */
static inline guint8 *put_bytes(guint8 *at, const void *bytes, gsize length)
{
	if (length)
		memcpy(at, bytes, length);
	return at + length;
}

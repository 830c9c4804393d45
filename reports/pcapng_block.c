/* SPDX-License-Identifier: Apache-2.0 */
#include "pcapng_block.h"
#include "put.h"

#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define PACKET_HEADER 28u /* block type to original length */
#define TRAILER 4u

enum option { OPTION_END = 0, OPTION_COMMENT = 1, SECTION_HARDWARE = 2, SECTION_APPLICATION = 4 };
enum interface_option { INTERFACE_NAME = 2, INTERFACE_DESCRIPTION = 3, INTERFACE_RESOLUTION = 9 };

static void append16(GString *out, guint16 value)
{
	guint8 bytes[2];

	put_le16(bytes, value);
	g_string_append_len(out, (const char *)bytes, sizeof bytes);
}

static void append32(GString *out, guint32 value)
{
	append16(out, (guint16)value);
	append16(out, (guint16)(value >> 16));
}

static void append_option(GString *out, guint16 code, const void *value, gsize length)
{
	static const char zeros[4];

	length = MIN(length, 0xfff0);
	append16(out, code);
	append16(out, (guint16)length);
	g_string_append_len(out, value, (gssize)length);
	g_string_append_len(out, zeros, (gssize)(-length & 3));
}

static void append_text(GString *out, guint16 code, const char *text)
{
	if (text)
		append_option(out, code, text, strlen(text));
}

static gsize begin_block(GString *out, guint32 type)
{
	append32(out, type);
	append32(out, 0);
	return out->len - 8;
}

static void end_block(GString *out, gsize begin)
{
	guint32 length = (guint32)(out->len + TRAILER - begin);

	put_le32((guint8 *)out->str + begin + 4, length);
	append32(out, length);
}

void pcapng_section(GString *out, const char *hardware, const char *application, const char *comment)
{
	gsize begin = begin_block(out, BLOCK_SECTION);

	append32(out, BYTE_ORDER_MAGIC);
	append16(out, 1); /* version 1.0 */
	append16(out, 0);
	append32(out, 0xffffffff); /* the section's length is not known */
	append32(out, 0xffffffff);
	append_text(out, SECTION_HARDWARE, hardware);
	append_text(out, SECTION_APPLICATION, application);
	append_text(out, OPTION_COMMENT, comment);
	append32(out, OPTION_END);
	end_block(out, begin);
}

void pcapng_interface(GString *out, guint16 link_type, const char *name, const char *description)
{
	static const guint8 nanoseconds = 9;
	gsize begin = begin_block(out, BLOCK_INTERFACE);

	append16(out, link_type);
	append16(out, 0);
	append32(out, PCAPNG_SNAP_LENGTH);
	append_text(out, INTERFACE_NAME, name);
	append_text(out, INTERFACE_DESCRIPTION, description);
	append_option(out, INTERFACE_RESOLUTION, &nanoseconds, 1);
	append32(out, OPTION_END);
	end_block(out, begin);
}

guint8 *pcapng_packet(struct reorder *packets, guint32 interface, gint64 time_ns, gsize length, gsize original,
		      GError **error)
{
	gsize padded = (length + 3) / 4 * 4;
	guint32 whole = (guint32)(PACKET_HEADER + padded + TRAILER);

	g_assert(length <= PCAPNG_SNAP_LENGTH);
	guint8 *block = reorder_add(packets, time_ns, whole, error);
	if (!block)
		return NULL;
	guint8 *data = put_le32(block, BLOCK_PACKET);
	data = put_le32(data, whole);
	data = put_le32(data, interface);
	data = put_le32(data, (guint32)((guint64)time_ns >> 32));
	data = put_le32(data, (guint32)time_ns);
	data = put_le32(data, (guint32)length);
	data = put_le32(data, (guint32)original);
	memset(data + length, 0, padded - length);
	put_le32(data + padded, whole);
	return data;
}

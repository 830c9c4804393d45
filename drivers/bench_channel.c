/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_channel.h"
#include <string.h>

#define READ_SECTORS_MAX 64
#define SECTOR_SIZE 512

static guint shows(gpointer self)
{
	(void)self;
	return OBSERVE_REQUESTS | OBSERVE_CONTENT | OBSERVE_PANEL | OBSERVE_KEY | OBSERVE_MEMORY;
}

/* Asks for an answer of exactly `length` bytes. */
static gboolean ask_bytes(struct bench_channel *channel, const char *line, gpointer bytes, gsize length, GError **error)
{
	g_autoptr(GBytes) answer = channel->ask(channel, line, error);

	if (!answer)
		return FALSE;
	if (g_bytes_get_size(answer) != length) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the emulated board answered \"%s\" with %zu bytes", line,
			    g_bytes_get_size(answer));
		return FALSE;
	}
	memcpy(bytes, g_bytes_get_data(answer, NULL), length);
	return TRUE;
}

static gboolean content(gpointer self, guint disk, guint64 lba, struct disk_stretch *stretch, GError **error)
{
	g_autofree char *line = g_strdup_printf("disk.content disk=%u lba=%" G_GUINT64_FORMAT, disk, lba);

	return ask_bytes(self, line, stretch, sizeof *stretch, error);
}

static gboolean read_sectors(gpointer self, guint disk, guint64 lba, guint count, gboolean plain, guint8 *bytes,
			     GError **error)
{
	g_autofree char *line = g_strdup_printf("disk.read disk=%u lba=%" G_GUINT64_FORMAT " count=%u plain=%d", disk,
						lba, count, plain != FALSE);

	g_assert(count <= READ_SECTORS_MAX);
	return ask_bytes(self, line, bytes, (gsize)count * SECTOR_SIZE, error);
}

static char *hex_text(const guint8 *bytes, gsize length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = g_malloc(2 * length + 1);

	for (gsize i = 0; i < length; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 0xf];
	}
	text[2 * length] = 0;
	return text;
}

/* The line holds a secret: no error may quote it. */
static gboolean decrypt(gpointer self, guint disk, guint64 lba, guint count, GBytes *key, guint8 *bytes, GError **error)
{
	struct bench_channel *channel = self;
	g_autofree char *hex = hex_text(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	g_autofree char *line = g_strdup_printf("disk.read disk=%u lba=%" G_GUINT64_FORMAT " count=%u plain=1 key=%s",
						disk, lba, count, hex);
	gsize wanted = (gsize)count * SECTOR_SIZE;

	g_assert(count <= READ_SECTORS_MAX);
	g_autoptr(GBytes) answer = channel->ask(channel, line, error);
	memset(line, 0, strlen(line));
	memset(hex, 0, strlen(hex));
	if (!answer)
		return FALSE;
	if (g_bytes_get_size(answer) != wanted) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the emulated board read %zu bytes for %zu",
			    g_bytes_get_size(answer), wanted);
		return FALSE;
	}
	memcpy(bytes, g_bytes_get_data(answer, NULL), wanted);
	return TRUE;
}

static char *cipher(gpointer self, guint disk, GError **error)
{
	struct bench_channel *channel = self;
	g_autofree char *line = g_strdup_printf("disk.cipher disk=%u", disk);
	g_autoptr(GBytes) answer = channel->ask(channel, line, error);

	return answer ? g_strndup(g_bytes_get_data(answer, NULL), g_bytes_get_size(answer)) : NULL;
}

static GBytes *memory(gpointer self, const char *which, GError **error)
{
	struct bench_channel *channel = self;
	g_autofree char *line = g_strdup_printf("memory which=%s", which);

	return channel->ask(channel, line, error);
}

const struct disk_ops bench_channel_disk = { shows, content, read_sectors, decrypt, cipher, memory };

/* --- the bench --- */

static gboolean is_binary(const char *line)
{
	static const char *const verbs[] = { "disk.content", "disk.read", "memory" };
	gsize length = strcspn(line, " ");

	for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strlen(verbs[i]) == length && strncmp(verbs[i], line, length) == 0)
			return TRUE;
	return FALSE;
}

/* Bytes come as hexadecimal digits. */
static char *act(gpointer self, const char *line, GError **error)
{
	struct bench_channel *channel = self;
	g_autoptr(GBytes) answer = channel->ask(channel, line, error);
	gsize length = 0;
	const char *bytes = answer ? g_bytes_get_data(answer, &length) : NULL;

	if (!answer)
		return NULL;
	return is_binary(line) ? hex_text((const guint8 *)bytes, length) : g_strndup(bytes ? bytes : "", length);
}

const struct bench_ops bench_channel_bench = { act };

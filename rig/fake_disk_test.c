/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_disk.h"
#include "fake_slot.h"
#include "content.h"
#include "test.h"
#include <string.h>

struct fake_disk fake_disk;
char fake_disk_paper[513];

void fake_disk_reset(void)
{
	g_clear_pointer(&fake_disk.nvram, g_bytes_unref);
	memset(&fake_disk, 0, sizeof fake_disk);
	fake_disk.shows = OBSERVE_REQUESTS | OBSERVE_CONTENT | OBSERVE_PANEL | OBSERVE_KEY | OBSERVE_MEMORY;
	fake_disk.cipher = "3des-cbc";
	fake_disk.nvram = g_bytes_new("nothing", 7);
}

void fake_disk_slot(void)
{
	fake_slot_reset();
	fake_slot.has_disk = TRUE;
	fake_slot.bench_answer = "";
	fake_disk_reset();
	content_plant(FAKE_STAMP, fake_disk_paper, 512);
}

static void look(guint64 lba, struct disk_stretch *stretch)
{
	struct content_look seen;

	content_look(fake_disk.sectors + lba * 512, 512, &seen);
	*stretch = (struct disk_stretch){ .lba = lba,
					  .count = 1,
					  .content = (guint8)seen.content,
					  .flags = seen.marker ? DISK_SEEN_MARKER : 0,
					  .weakness = seen.weakness };
	if (fake_disk.factory[lba])
		stretch->content = CONTENT_FACTORY;
}

static void tell(enum disk_seen_op op, guint64 lba, guint32 count)
{
	struct disk_stretch there = { .content = CONTENT_NONE };

	if (op == DISK_SEEN_WRITE)
		look(lba, &there);
	const struct disk_seen seen = { .op = (guint8)op,
					.content = there.content,
					.lba = lba,
					.count = count,
					.number = ++fake_disk.commands,
					.queued_ns = fake_slot.now_ns };

	if (fake_disk.observer.disk)
		fake_disk.observer.disk(fake_disk.observer.data, 0, &seen, NULL);
}

void fake_disk_write(guint64 lba, const void *bytes, gsize length)
{
	guint count = (guint)((length + 511) / 512);
	guint8 *to = fake_disk.sectors + lba * 512;

	memset(to, fake_disk.key, count * 512ul);
	for (gsize i = 0; i < length; i++)
		to[i] = ((const guint8 *)bytes)[i] ^ fake_disk.key;
	for (guint i = 0; i < count; i++)
		fake_disk.factory[lba + i] = FALSE;
	tell(DISK_SEEN_WRITE, lba, count);
	tell(DISK_SEEN_FLUSH, 0, 0);
}

void fake_disk_read(guint64 lba, guint count)
{
	tell(DISK_SEEN_READ, lba, count);
}

void fake_disk_randomise(guint64 lba, guint64 count, guint32 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);

	for (guint64 i = lba * 512; i < (lba + count) * 512; i++)
		fake_disk.sectors[i] = (guint8)g_rand_int(random);
}

void fake_disk_use_key(guint8 value, gsize length)
{
	g_autofree guint8 *key = g_malloc(length);

	memset(key, value, length);
	if (fake_disk.observer.key)
		fake_disk.observer.key(fake_disk.observer.data, 0, key, length);
}

static guint64 find(const void *needle, gsize length, guint64 *first)
{
	guint64 found = 0;

	for (guint64 i = 0; i < FAKE_SECTORS; i++)
		if (memmem(fake_disk.sectors + i * 512, 512, needle, length))
			*first = found++ ? *first : i;
	return found;
}

char *fake_disk_bench(const char *line)
{
	const char *hex = strstr(line, "hex=");
	g_autoptr(GByteArray) needle = g_byte_array_new();
	guint64 first = 0;

	if (g_str_has_prefix(line, "disk.sectors disk=0"))
		return g_strdup_printf("%d %d %d", FAKE_SECTORS - (fake_disk.hides ? FAKE_HIDDEN : 0), FAKE_SECTORS,
				       FAKE_SECTORS);
	if (!hex || !g_str_has_prefix(line, "disk.search disk=0"))
		return NULL;
	for (hex += 4; hex[0] && hex[1]; hex += 2)
		g_byte_array_append(
		    needle, &(guint8){ (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1])) }, 1);
	guint64 found = find(needle->data, needle->len, &first);
	return g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, found, first);
}

static gpointer disk_open(const struct driver_env *env, GError **error)
{
	(void)env;
	(void)error;
	return &fake_disk;
}

static void disk_close(gpointer self)
{
	(void)self;
}

static guint disk_shows(gpointer self)
{
	(void)self;
	return fake_disk.shows;
}

/* Stretches grow to the right only. */
static gboolean disk_content(gpointer self, guint disk, guint64 lba, struct disk_stretch *stretch, GError **error)
{
	struct disk_stretch next;

	(void)self;
	if (disk) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "no such disk");
		return FALSE;
	}
	*stretch = (struct disk_stretch){ .lba = lba };
	if (lba >= FAKE_SECTORS)
		return TRUE;
	look(lba, stretch);
	for (guint64 i = lba + 1; i < FAKE_SECTORS; i++, stretch->count++) {
		look(i, &next);
		if (next.content != stretch->content || next.flags != stretch->flags)
			break;
	}
	return TRUE;
}

static gboolean disk_read(gpointer self, guint disk, guint64 lba, guint count, gboolean plain, guint8 *bytes,
			  GError **error)
{
	(void)self;
	if (disk || count > 64 || lba + count > FAKE_SECTORS) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "no such sectors");
		return FALSE;
	}
	if (plain && lba < fake_disk.unknown) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "not known");
		return FALSE;
	}
	for (gsize i = 0; i < count * 512ul; i++)
		bytes[i] = fake_disk.sectors[lba * 512 + i] ^ (plain ? fake_disk.key : 0);
	return TRUE;
}

static gboolean disk_decrypt(gpointer self, guint disk, guint64 lba, guint count, GBytes *key, guint8 *bytes,
			     GError **error)
{
	const guint8 *first = g_bytes_get_data(key, NULL);

	if (!disk_read(self, disk, lba, count, FALSE, bytes, error))
		return FALSE;
	for (gsize i = 0; i < count * 512ul; i++)
		bytes[i] ^= *first & 0xfe; /* its parity bit does not count */
	return TRUE;
}

static char *disk_cipher(gpointer self, guint disk, GError **error)
{
	(void)self;
	(void)disk;
	(void)error;
	return g_strdup(fake_disk.cipher);
}

static GBytes *disk_memory(gpointer self, const char *which, GError **error)
{
	(void)self;
	(void)error;
	return g_str_equal(which, "nvram") ? g_bytes_ref(fake_disk.nvram) : g_bytes_new("empty", 5);
}

static const struct disk_ops ops = { disk_shows, disk_content, disk_read, disk_decrypt, disk_cipher, disk_memory };
const struct driver fake_disk_driver = {
	.name = "fake", .role = ROLE_DISK, .open = disk_open, .close = disk_close, .ops.disk = &ops
};

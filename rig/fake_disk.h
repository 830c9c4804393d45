/* SPDX-License-Identifier: Apache-2.0 */
/* The disk of a fake slot: some sectors in memory, seen from outside as a real instrument shows them. Not part of the
 * program. */
#pragma once
#include "slot.h"

#define FAKE_SECTORS 600
#define FAKE_HIDDEN 40 /* of them, the last */

struct fake_disk {
	guint8 sectors[FAKE_SECTORS * 512];
	gboolean factory[FAKE_SECTORS]; /* never written */
	guint8 key;			/* the cipher: XOR by this, 0: none */
	const char *cipher;		/* what it is called */
	guint unknown;			/* how the first so many sectors are encrypted nobody knows */
	gboolean hides;			/* the last FAKE_HIDDEN sectors are not accessible */
	guint shows;			/* set of enum observe_need */
	GBytes *nvram;
	struct observer observer;
	guint64 commands;
};

extern struct fake_disk fake_disk;
extern const struct driver fake_disk_driver;

extern char fake_disk_paper[513]; /* what a user stored: 512 bytes of planted text, FAKE_STAMP its number */
#define FAKE_STAMP 0x1234

/** All zeros, written, everything shown. */
void fake_disk_reset(void);
/** A fake slot with such a disk, both as they are at first, and the paper. */
void fake_disk_slot(void);
/** As the unit does it: encrypted, one command, told to the observer. */
void fake_disk_write(guint64 lba, const void *bytes, gsize length);
/** The unit reads so many sectors; told to the observer, too. */
void fake_disk_read(guint64 lba, guint count);
/** Random bytes, good ones. */
void fake_disk_randomise(guint64 lba, guint64 count, guint32 seed);
/** The unit uses a key of so many bytes, each of this value. */
void fake_disk_use_key(guint8 value, gsize length);
/** The answer to "disk.sectors …" and "disk.search …"; NULL: another line. */
char *fake_disk_bench(const char *line);

/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that look at what encryption keeps: each is shown what it must find, and what it must not. */
#include "rig/content.h"
#include "rig/fake_disk.h"
#include "rig/fake_slot.h"
#include "rig/test.h"
#include <string.h>

static void stores(const char *operation)
{
	if (g_str_equal(operation, "document.store"))
		fake_disk_write(100, fake_disk_paper, 512);
}

#define MARK "{'step':'read.disk_mark','args':{'as':'m'}},"
#define STORE "{'step':'document.store','args':{'box':1,'value':'x'}},"
#define FOUND(value) "{'step':'read.stored','args':{'value':'" value "','since':{'var':'m'},'as':'p'}},"
#define DELETE "{'step':'document.delete','args':{'box':1}},"
#define PLANTED "WIPERIG-PLANTED-0000000000001234"

#define DECRYPTS "{'step':'expect.decrypts','args':{'value':'" PLANTED "','since':{'var':'m'}}}"
#define DECRYPTS_BY(cipher)                                                                                            \
	"{'step':'expect.decrypts','args':{'value':'" PLANTED "','since':{'var':'m'},'cipher':'" cipher "'}}"

static void decrypts(void)
{
	fake_disk_slot();
	fake_slot.on_call = stores;
	fake_disk.key = 0x5a;
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "pass", "with the key in 1 of 1 sectors");
	fake_slot_expect("[" MARK STORE DECRYPTS_BY("3des-cbc") "]", "pass", "with the key in 1 of 1 sectors");
	fake_slot_expect("[" MARK STORE DECRYPTS_BY("aes-256-xts") "]", "fail",
			 "encrypted by 3des-cbc, not by aes-256-xts: LBA 100");
	fake_slot_expect("[" MARK DECRYPTS "]", "skip", ""); /* nothing was written: that is no proof */
	fake_disk.key = 0;				     /* plaintext */
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "fail",
			 "with the key in 1 of 1 sectors written since the mark, a part of it without a key in 1");
	fake_disk.shows &= ~(guint)OBSERVE_KEY;
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "skip", "");
}

/* What nobody can read is neither good nor bad; what anybody can read is bad. */
static void decrypts_unknown(void)
{
	fake_disk_slot();
	fake_slot.on_call = stores;
	fake_disk.key = 0x5a;
	fake_disk.unknown = 101;
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "skip", "");
	fake_slot_expect("[" MARK STORE FOUND(PLANTED) DECRYPTS "]", "skip", "");
	fake_disk.unknown = 100;
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "pass", "with the key in 1 of 1 sectors");
	fake_disk.unknown = 101;
	fake_disk.key = 0;
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "fail", "with the key in 0 of 1 sectors");
}

/* The first block alone is encrypted. */
static void stores_in_part(const char *operation)
{
	stores(operation);
	if (g_str_equal(operation, "document.store"))
		for (guint i = 16; i < 512; i++)
			fake_disk.sectors[100 * 512 + i] ^= fake_disk.key;
}

static void decrypts_in_part(void)
{
	fake_disk_slot();
	fake_slot.on_call = stores_in_part;
	fake_disk.key = 0x5a;
	fake_slot_expect("[" MARK STORE DECRYPTS "]", "fail",
			 "with the key in 0 of 1 sectors written since the mark, a part");
}

static guint8 next_key;

static void stores_with_key(const char *operation)
{
	stores(operation);
	if (g_str_equal(operation, "document.store"))
		fake_disk_use_key(0x5a, 24);
	else if (g_str_equal(operation, "document.delete"))
		fake_disk_use_key(next_key, 24);
}

#define ONE_KEY "{'step':'expect.one_key','args':{'value':'" PLANTED "','since':{'var':'m'}}}"

static void one_key(void)
{
	fake_disk_slot();
	fake_slot.on_call = stores_with_key;
	fake_disk.key = 0x5a;
	next_key = 0xc6;
	fake_slot_expect("[" MARK STORE DELETE ONE_KEY "]", "pass", "1 of 2 keys that were seen");
	fake_slot_expect("[" MARK STORE ONE_KEY "]", "skip", ""); /* no other key was there to try */
	fake_slot_expect("[" MARK DELETE ONE_KEY "]", "skip", "");
	next_key = 0x5b; /* differs in its parity bits alone */
	fake_slot_expect("[" MARK STORE DELETE ONE_KEY "]", "fail", "2 of 2 keys that were seen");
	fake_disk.shows &= ~(guint)OBSERVE_KEY;
	fake_slot_expect("[" MARK STORE DELETE ONE_KEY "]", "skip", "");
}

TEST_SUITE(steps_cipher, { "decrypts", decrypts }, { "decrypts what is not known", decrypts_unknown },
	   { "decrypts a part", decrypts_in_part }, { "one key", one_key })

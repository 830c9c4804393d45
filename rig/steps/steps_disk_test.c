/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that look at the disk, the trace, the memories: each is shown what it must find, and what it must not. */
#include "rig/content.h"
#include "rig/fake_disk.h"
#include "rig/fake_slot.h"
#include "rig/test.h"
#include <string.h>

#define ERASED(is) "[{'step':'expect.disk_erased','args':{'is':'" is "'}}]"
#define HIDDEN(is) "[{'step':'expect.disk_erased','args':{'is':'" is "','hidden':true}}]"

static void erased(void)
{
	fake_disk_slot();
	fake_slot_expect(ERASED("zero"), "pass", "600 sectors, each so");
	fake_slot_expect(ERASED("any"), "pass", "");
	fake_slot_expect(ERASED("random"), "fail", "disk 0, LBA 0, 600 sectors: NULL");
	fake_disk.sectors[599 * 512 + 511] = 1;
	fake_slot_expect(ERASED("zero"), "fail", "disk 0, LBA 599, 1 sectors: data");
	fake_slot_expect(ERASED("any"), "fail", "");
	fake_disk_slot();
	fake_disk.factory[300] = TRUE;
	fake_slot_expect(ERASED("zero"), "fail", "disk 0, LBA 300, 1 sectors: never written");
	fake_disk_slot();
	fake_disk_randomise(0, FAKE_SECTORS, 1);
	fake_slot_expect(ERASED("random"), "pass", "");
	fake_slot_expect(ERASED("zero"), "fail", "");
	memcpy(fake_disk.sectors + 77 * 512 + 200, fake_disk_paper, 100);
	fake_slot_expect(ERASED("any"), "fail", "disk 0, LBA 77, 1 sectors: ");
}

static void hidden_sectors(void)
{
	fake_disk_slot();
	fake_disk.hides = TRUE;
	fake_disk.sectors[(FAKE_SECTORS - FAKE_HIDDEN) * 512] = 1;
	fake_slot_expect(ERASED("zero"), "pass", "560 sectors");
	fake_slot_expect(HIDDEN("zero"), "fail", "disk 0, LBA 560");
#define AREAS(outcome, sectors)                                                                                        \
	"[{'step':'expect.hidden_areas','args':{'outcome':'" outcome "','sectors':" sectors                            \
	",'at_least':40,'is':'zero'}}]"
	fake_slot_expect(AREAS("declared", "40"), "pass", "");
	fake_slot_expect(AREAS("declared", "39"), "fail", "");
	fake_slot_expect(AREAS("none", "40"), "fail", "");
	fake_slot_expect(AREAS("erased", "40"), "fail", "\"erased\", 40 hidden sectors; disk 0, LBA 560");
	fake_disk.sectors[(FAKE_SECTORS - FAKE_HIDDEN) * 512] = 0;
	fake_slot_expect(AREAS("erased", "40"), "pass", "");
}

#define WINDOW(name) "[{'step':'expect.windows','args':{'is':'zero','window':'" name "'}}]"

static void windows(void)
{
	fake_disk_slot();
	fake_slot_expect("[{'step':'expect.windows','args':{'is':'zero'}}]", "pass",
			 "first 0+600, middle 171+259, last 0+600");
	fake_disk.sectors[429 * 512] = 1; /* the middle one's last */
	fake_slot_expect(WINDOW("middle"), "fail", "window \"middle\": disk 0, LBA 429");
	fake_disk.sectors[429 * 512] = 0;
	fake_disk.sectors[430 * 512] = 1;
	fake_slot_expect(WINDOW("middle"), "pass", "middle 171+259");
	fake_slot_expect(WINDOW("last"), "fail", "window \"last\": disk 0, LBA 430");
	fake_slot_expect(WINDOW("32bit"), "error", ""); /* the disk has no such window: nothing was looked at */
}

#define LACKS(more) "[{'step':'expect.not_on_disk','args':{" more "}}]"
#define HAS(more) "[{'step':'expect.on_disk','args':{" more "}}]"

static void searches(void)
{
	for (int bench = 0; bench < 2; bench++) {
		fake_disk_slot();
		fake_slot.no_bench = !bench;
		fake_slot_expect(LACKS("'value':'Mueller'"), "pass", "nowhere");
		fake_slot_expect(HAS("'value':'Mueller'"), "fail", "nowhere");
		memcpy(fake_disk.sectors + 63 * 512 + 505, "Mueller", 7); /* up to the end of a sector */
		memcpy(fake_disk.sectors + 598 * 512, "Mueller", 7);
		fake_slot_expect(LACKS("'value':'Mueller'"), "fail", "in 2 sectors, the first is LBA 63");
		fake_slot_expect(HAS("'value':'Mueller'"), "pass", "in 2 sectors");
		fake_slot_expect(HAS("'hex':'4d75656c'"), "pass", "in 2 sectors");
		fake_slot_expect(LACKS("'hex':'4d75656d'"), "pass", "nowhere");
	}
	fake_slot_expect(LACKS("'hex':'4d7'"), "error", "");
	fake_slot_expect(LACKS("'hex':'4d75656z'"), "error", "");
	fake_slot_expect(LACKS("'value':'abc'"), "error", ""); /* would be found anywhere */
	fake_slot_expect(LACKS("'disk':0"), "error", "");
}

/* ---- the trace */

static void stores(const char *operation)
{
	if (g_str_equal(operation, "document.store"))
		fake_disk_write(100, fake_disk_paper, 512);
}

static void overwrites(const char *operation)
{
	guint8 nothing[512];

	stores(operation);
	memset(nothing, fake_disk.key, sizeof nothing); /* zeros on the medium */
	if (g_str_equal(operation, "document.delete"))
		fake_disk_write(100, nothing, 512);
}

#define MARK "{'step':'read.disk_mark','args':{'as':'m'}},"
#define STORE "{'step':'document.store','args':{'box':1,'value':'x'}},"
#define FOUND(value) "{'step':'read.stored','args':{'value':'" value "','since':{'var':'m'},'as':'p'}},"
#define DELETE "{'step':'document.delete','args':{'box':1}},"
#define OVER "{'step':'expect.overwritten','args':{'place':{'var':'p'}}}"
#define LATER "{'step':'read.disk_mark','args':{'as':'n'}},"
#define OVER_SINCE "{'step':'expect.overwritten','args':{'place':{'var':'p'},'since':{'var':'n'}}}"
#define PLANTED "WIPERIG-PLANTED-0000000000001234"

static void overwritten(void)
{
	fake_disk_slot();
	fake_disk.key = 0x5a;
	fake_slot.on_call = overwrites;
	fake_slot_expect("[" MARK STORE FOUND(PLANTED) DELETE OVER "]", "pass", "1 sectors, each so");
	fake_slot_expect("[" MARK STORE FOUND(PLANTED) LATER DELETE OVER_SINCE "]", "pass", "1 sectors, each so");
	fake_slot_expect("[" MARK STORE FOUND(PLANTED) DELETE LATER OVER_SINCE "]", "fail",
			 "disk 0, LBA 100: not written since the mark");
	fake_slot.on_call = stores; /* and forgets to overwrite */
	fake_slot_expect("[" MARK STORE FOUND(PLANTED) DELETE OVER "]", "fail", "disk 0, LBA 100: as it was");
	fake_slot_expect("[" MARK STORE FOUND("a text that is nowhere") DELETE OVER "]", "skip", "");
	fake_slot_expect("[" MARK FOUND(PLANTED) OVER "]", "skip", ""); /* nothing was written */
	fake_disk.shows &= ~(guint)OBSERVE_REQUESTS;
	fake_slot_expect("[" MARK STORE FOUND(PLANTED) DELETE OVER "]", "skip", "");
}

#define NONE(op) "{'step':'expect.no_requests','args':{'since':{'var':'m'},'op':'" op "'}}"

static void requests(void)
{
	fake_disk_slot();
	fake_slot.on_call = stores;
	fake_slot_expect("[" MARK NONE("any") "]", "pass", "none");
	fake_slot_expect("[" STORE MARK NONE("any") "]", "pass", "none"); /* before the mark */
	fake_slot_expect("[" MARK STORE NONE("any") "]", "fail", "2, the first at LBA 100, 1 sectors");
	fake_slot_expect("[" MARK STORE NONE("write") "]", "fail", "1, the first");
	fake_slot_expect("[" MARK STORE NONE("read") "]", "pass", "none");
#define POWER "{'step':'power.on','args':{}},"
#define FIRST(ms) "{'step':'expect.first_request','args':{'since':{'var':'m'},'not_before_ms':" ms "}}"
	fake_slot_expect("[" POWER MARK STORE FIRST("0") "]", "pass", "");
	fake_slot_expect("[" POWER MARK STORE FIRST("5000000") "]", "fail", "");
	fake_slot_expect("[{'step':'panel.register','args':{'key':'1','as':'m'}}," NONE("any") "]", "error",
			 ""); /* no mark */
}

static void verifies(const char *operation)
{
	if (g_str_equal(operation, "document.store"))
		fake_disk_read(0, 1);
	else if (g_str_equal(operation, "document.delete"))
		fake_disk_read(0, FAKE_SECTORS - 1);
}

#define VERIFIED(kind) "{'step':'expect.verification','args':{'kind':'" kind "','since':{'var':'m'}}}"

static void verifications(void)
{
	fake_disk_slot();
	fake_slot.on_call = verifies;
	fake_slot_expect("[" MARK VERIFIED("none") "]", "pass", "none; 0 sectors read, of 600");
	fake_slot_expect("[" MARK VERIFIED("sampled") "]", "fail", "sampled; 0 sectors");
	fake_slot_expect("[" MARK STORE VERIFIED("sampled") "]", "pass", "sampled; 1 sectors");
	fake_slot_expect("[" MARK STORE VERIFIED("full") "]", "fail", "");
	fake_slot_expect("[" MARK DELETE VERIFIED("full") "]", "fail", "full; 599 sectors");
	fake_slot_expect("[" STORE MARK DELETE VERIFIED("full") "]", "fail", ""); /* before the mark */
	fake_slot_expect("[" MARK STORE DELETE VERIFIED("full") "]", "pass", "full; 600 sectors");
	fake_slot_expect("[" MARK STORE DELETE VERIFIED("thorough") "]", "fail", "");
	fake_disk.shows &= ~(guint)OBSERVE_REQUESTS;
	fake_slot_expect("[" MARK STORE VERIFIED("sampled") "]", "skip", "");
}

/* ---- secrets */

static void uses_keys(const char *operation)
{
	if (g_str_equal(operation, "document.store"))
		fake_disk_use_key(0xa5, 24);
	else if (g_str_equal(operation, "document.delete"))
		fake_disk_use_key(0xc3, 24);
}

#define KEYS(name) "{'step':'read.keys','args':{'as':'" name "'}},"
#define GONE "{'step':'expect.keys_gone','args':{'before':{'var':'k'}}}"

static void remember(guint8 value, gsize length)
{
	g_autofree guint8 *bytes = g_malloc(length + 2);

	memset(bytes, 7, length + 2);
	memset(bytes + 1, value, length);
	g_bytes_unref(fake_disk.nvram);
	fake_disk.nvram = g_bytes_new(bytes, length + 2);
}

static void keys_gone(void)
{
	fake_disk_slot();
	fake_slot.on_call = uses_keys;
	fake_slot_expect("[" STORE STORE KEYS("k") "{'step':'expect.number','args':{'value':{'var':'k'},'is':1}}]",
			 "pass", "1");
	fake_slot_expect("[" STORE KEYS("k") DELETE GONE "]", "pass", "1 keys nowhere");
	fake_slot_expect("[" KEYS("k") GONE "]", "skip", ""); /* none was seen that could be gone */
	remember(0xc3, 24);				      /* the new one */
	fake_slot_expect("[" STORE KEYS("k") DELETE GONE "]", "pass", "");
	remember(0xa5, 8); /* a third of the old one */
	fake_slot_expect("[" STORE KEYS("k") DELETE GONE "]", "fail",
			 "key 1, or a part of it, in the memory \"nvram\"");
	remember(0xa5, 7);
	fake_slot_expect("[" STORE KEYS("k") DELETE GONE "]", "pass", "");
	memset(fake_disk.sectors + 5 * 512 + 3, 0xa5, 24);
	fake_slot_expect("[" STORE KEYS("k") DELETE GONE "]", "fail", "key 1, or a part of it, on disk 0, LBA 5");
}

/* A key is counted, looked for, and never written down. */
static void keys_are_not_recorded(void)
{
	static const guint8 key[] = { 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5 };

	fake_disk_slot();
	fake_slot.on_call = uses_keys;
	remember(0xa5, 24);
	struct fake_result result = fake_slot_run("[" STORE KEYS("k") DELETE GONE "]");
	CU_ASSERT_PTR_NULL(memmem(result.bytes->data, result.bytes->len, key, sizeof key));
	CU_ASSERT_PTR_NULL(memmem(result.bytes->data, result.bytes->len, "a5a5a5", 6));
	fake_result_clear(&result);
}

static void memories(void)
{
	fake_disk_slot();
	fake_slot_expect("[{'step':'expect.memory_has','args':{'value':'noth'}}]", "pass", "in the memory \"nvram\"");
	fake_slot_expect("[{'step':'expect.memory_lacks','args':{'value':'noth'}}]", "fail", "in the memory \"nvram\"");
	fake_slot_expect("[{'step':'expect.memory_lacks','args':{'value':'noth','which':'counter'}}]", "pass",
			 "nowhere");
	fake_slot_expect("[{'step':'expect.memory_has','args':{'value':'empty','which':'nvram'}}]", "fail", "nowhere");
	fake_disk.shows = OBSERVE_CONTENT;
	fake_slot_expect("[{'step':'expect.memory_lacks','args':{'value':'noth'}}]", "skip", "");
}

static void unobserved(void)
{
	fake_disk_slot();
	fake_disk.shows = OBSERVE_REQUESTS;
	fake_slot_expect(ERASED("zero"), "skip", "");
	fake_slot_expect(WINDOW("first"), "skip", "");
	fake_slot_expect(LACKS("'value':'Mueller'"), "skip", "");
	fake_slot.has_disk = FALSE;
	fake_slot_expect(ERASED("zero"), "skip", "");
}

static void fingerprints(void)
{
#define LOOK(lba, name) "{'step':'read.sectors','args':{'lba':" lba ",'count':2,'as':'" name "'}},"
	fake_disk_slot();
	fake_disk_randomise(0, 8, 1);
	fake_slot_expect("[" LOOK("0", "a")
			     LOOK("2", "b") "{'step':'expect.differ','args':{'a':{'var':'a'},'b':{'var':'b'}}}]",
			 "pass", "");
	fake_slot_expect("[" LOOK("10", "a")
			     LOOK("12", "b") "{'step':'expect.differ','args':{'a':{'var':'a'},'b':{'var':'b'}}}]",
			 "fail", "");
}

TEST_SUITE(steps_disk, { "erased", erased }, { "hidden sectors", hidden_sectors }, { "windows", windows },
	   { "searches", searches }, { "overwritten", overwritten }, { "requests", requests },
	   { "verifications", verifications }, { "keys gone", keys_gone },
	   { "keys are not recorded", keys_are_not_recorded }, { "memories", memories }, { "unobserved", unobserved },
	   { "fingerprints", fingerprints })

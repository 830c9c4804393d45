/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a cut plan's scenario: each is shown what it must find, and what it must not. */
#include "rig/fake_disk.h"
#include "rig/fake_slot.h"
#include "rig/test.h"
#include <string.h>

static guint8 nulls[FAKE_SECTORS * 512];

static void reset(void)
{
	fake_slot_reset();
	fake_slot.has_disk = TRUE;
	fake_slot.bench_answer = "";
	fake_slot.main_on = TRUE;
	fake_disk_reset();
}

/* Runs it; `says` is in the last step's actual, in the case's reason or in a note. */
static void expect(const char *steps, const char *verdict, const char *says)
{
	struct fake_result result = fake_slot_run(steps);
	const char *actual = json_string_value(json_object_get(result.end, "verdict"));
	const char *reason = json_string_value(json_object_get(result.end, "reason"));
	json_t *last = json_array_get(result.steps, json_array_size(result.steps) - 1);
	const char *seen = json_string_value(json_object_get(last, "actual"));
	gboolean said = (reason && strstr(reason, says)) || (seen && strstr(seen, says)) ||
			memmem(result.bytes->data, result.bytes->len, says, strlen(says));

	if (g_strcmp0(actual, verdict) || !said)
		g_printerr("\n%s\n  %s: %s; %s, not \"%s\"\n", steps, actual, reason, seen, says);
	CU_ASSERT_STRING_EQUAL(actual, verdict);
	CU_ASSERT_TRUE(said);
	fake_result_clear(&result);
}

#define PLANNED                                                                                                        \
	"[{'step':'wait.planned_cut','args':{'within':1000000000}},{'step':'expect.unit','args':{'state':'ready'}}]"

/* Whatever else is so: a plan that does not fit is nobody's failure. */
static void planned_cut(void)
{
	reset();
	fake_slot.cut_ns = 1;
	fake_slot.bench_answer = "misfit it is another one";
	expect(PLANNED, "error", "the cut plan does not fit this unit: it is another one");
	reset();
	fake_slot.bench_answer = "armed";
	expect(PLANNED, "error", "the planned operation did not come");
}

#define MARK "{'step':'read.session','args':{'as':'m'}},"
#define STORE "{'step':'document.store','args':{'box':1,'value':'x'}},"
#define SINCE "'since':{'var':'m'}"
#define BEGUN "{'step':'expect.erased_if_begun','args':{'is':'zero'," SINCE "}}]"
#define PASSES(more) "{'step':'expect.passes','args':{'count':2," SINCE more "}}]"
#define KEYS(more) "{'step':'expect.former_keys_gone','args':{'keys':{'var':'m_keys'}," SINCE more "}}]"

static void erase_all(const char *operation)
{
	(void)operation;
	fake_disk_write(0, nulls, sizeof nulls);
}

static void erase_twice(const char *operation)
{
	static guint8 noise[sizeof fake_disk.sectors];

	fake_disk_randomise(0, FAKE_SECTORS, 5);
	memcpy(noise, fake_disk.sectors, sizeof noise);
	fake_disk_write(0, noise, sizeof noise);
	erase_all(operation);
}

static void write_one(const char *operation)
{
	(void)operation;
	fake_disk_write(100, "data", sizeof "data");
}

static void after(void (*what)(const char *operation))
{
	reset();
	fake_slot.on_call = what;
}

static void erased(void)
{
	reset();
	memset(fake_disk.sectors, 1, sizeof fake_disk.sectors);
	expect("[" MARK BEGUN, "pass", "untouched");
	after(erase_all);
	expect("[" MARK STORE BEGUN, "pass", "erased");
	after(write_one);
	expect("[" MARK STORE BEGUN, "fail", "LBA 100");
}

static void passes(void)
{
	reset();
	expect("[" MARK PASSES(",'promised':false"), "pass", "untouched");
	reset();
	expect("[" MARK PASSES(""), "fail", "overwritten 0 times");
	after(erase_all);
	expect("[" MARK STORE PASSES(",'promised':false"), "fail", "overwritten 1 times");
	after(erase_twice);
	expect("[" MARK STORE PASSES(""), "pass", "as often");
	/* What was done before the mark is of another erase. */
	after(erase_all);
	expect("[" STORE MARK PASSES(""), "fail", "overwritten 0 times");
}

static void use_key(const char *operation)
{
	(void)operation;
	fake_disk_write(100, nulls, 512);
}

static void keys(void)
{
	after(use_key);
	expect("[" MARK STORE KEYS(""), "pass", "none");
}

#define AIM(op, at, nth)                                                                                               \
	"{'step':'read.aim','args':{'op':'" op "','disk':0,'at':" at ",'nth':" nth "," SINCE                           \
	",'as':'near'}},{'step':'expect.licence','args':{'is':'none'}}]"

static void aimed(void)
{
	after(write_one);
	expect("[" MARK STORE AIM("write", "100", "1"), "pass",
	       " s after the planned command had ended, 1 commands later");
	after(write_one);
	expect("[" MARK STORE STORE AIM("write", "100", "1"), "pass", "had ended, 3 commands later");
	after(write_one);
	expect("[" MARK STORE AIM("write", "100", "2"), "pass",
	       "it came before the planned command, of sector 100 of disk 0; the last one");
	after(write_one);
	expect("[" STORE MARK AIM("write", "100", "1"), "pass", "it came before the disk was written to");
	after(write_one);
	expect("[" MARK STORE AIM("nvram", "100", "1"), "pass", "none of the disk's");
	after(write_one);
	fake_disk.shows = 0;
	expect("[" MARK STORE AIM("write", "100", "1"), "pass", "aimed by time; disk position unknown");
}

TEST_SUITE(steps_plan, { "planned cut", planned_cut }, { "erased", erased }, { "passes", passes }, { "keys", keys },
	   { "aimed", aimed })

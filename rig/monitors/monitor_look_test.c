/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors that look at the unit when the case ends, those that look for keys, and the frame around them all. */
#include "rig/key_pattern.h"
#include "monitor_script.h"
#include "monitors.h"
#include "rig/protocol.h"
#include "rig/test.h"
#include <string.h>

static const guint8 key[24] = { 0x3a, 0x91, 0x07, 0xfe, 0x52, 0xc8, 0x6d, 0xb4, 0x19, 0xe3, 0x70, 0x2b,
				0xaf, 0x44, 0x9c, 0xd1, 0x08, 0x65, 0xbe, 0x37, 0xf2, 0x5a, 0x81, 0xec };

static struct script *erased_unit(void)
{
	struct script *script = script_new(NULL);

	CU_ASSERT(script_start(script));
	script_key(script, key, sizeof key);
	CU_ASSERT(script_register(script));
	script_off(script);
	CU_ASSERT(script_start(script));
	return script;
}

/* The key is in no finding, whatever it says. */
static void expect_secret(const struct script *script)
{
	struct key_patterns *patterns = key_patterns_new(key, sizeof key);
	const char *form;

	for (guint i = 0; i < script->texts->len; i++) {
		const char *text = script->texts->pdata[i];
		CU_ASSERT_EQUAL(key_patterns_find(patterns, (const guint8 *)text, strlen(text), &form), -1);
	}
	key_patterns_free(patterns);
}

static gboolean ends_with(struct script *script, const char *monitor, const char *requirement)
{
	script_end(script);
	gboolean found = script_found(script, monitor, requirement);
	expect_secret(script);
	script_free(script);
	return found;
}

/* ---- keys given away */

static void console_says(struct script *script, const char *text)
{
	script_say(script, "debug %s", text);
	script_wait(script, 200);
}

static void key_on_a_wire(void)
{
	g_autoptr(GString) hex = g_string_new(NULL), upper = g_string_new(NULL);
	guint8 shifted[sizeof key + 2] = { 1, 2 };
	struct script *script;

	for (guint i = 0; i < sizeof key; i++) {
		g_string_append_printf(hex, "%02x", key[i]);
		g_string_append_printf(upper, "%02X", key[i]);
	}
	memcpy(shifted + 2, key, sizeof key);
	for (guint from = 0; from < 3; from++) {
		g_autofree char *base64 = g_base64_encode(shifted + from, sizeof shifted - from);
		console_says(script = erased_unit(), base64);
		CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
	}
	console_says(script = erased_unit(), hex->str);
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
	console_says(script = erased_unit(), upper->str + 16); /* the last two thirds */
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
	script_panel(script = erased_unit(), upper->str);
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
	g_autofree char *answer = g_strdup_printf("{'value':'%s'}", hex->str);
	script_call(script = erased_unit(), "log.read", "{'from':0}", answer);
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
	hex->str[20] = hex->str[20] == '0' ? '1' : '0';
	console_says(script = erased_unit(), hex->str);
	CU_ASSERT_FALSE(ends_with(script, "key-secrecy", "KEY-06"));
}

/* It may be said before it is used for the first time. */
static void key_said_early(void)
{
	struct script *script = script_new(NULL);
	g_autofree char *base64 = g_base64_encode(key, sizeof key);

	CU_ASSERT(script_start(script));
	console_says(script, base64);
	script_key(script, key, sizeof key);
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
}

static void feed_urb(struct script *script, guint8 endpoint)
{
	struct {
		struct event_urb head;
		guint8 data[sizeof key];
	} urb = { .head = { .actual = sizeof key, .endpoint = endpoint } };
	const struct event event = {
		.type = EVENT_URB, .time_ns = script->now_ns, .data = &urb, .length = sizeof urb.head + sizeof key
	};

	memcpy(urb.data, key, sizeof key);
	monitor_case_event(script->monitors, &event);
}

static void key_on_the_bus(void)
{
	struct script *script = erased_unit();

	feed_urb(script, 0x01); /* what the rig sends is its own business */
	CU_ASSERT_FALSE(ends_with(script, "key-secrecy", "KEY-06"));
	feed_urb(script = erased_unit(), 0x81);
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
}

static void key_on_the_disk(void)
{
	struct script *script = erased_unit();

	script->on_disk = key;
	CU_ASSERT(ends_with(script, "key-secrecy", "KEY-06"));
	script_end(script = erased_unit());
	CU_ASSERT_EQUAL(script->findings->len, 0);
	CU_ASSERT(script_judged(script, "key-secrecy", "KEY-06"));
	script_free(script);
}

static void published_keys(void)
{
	static const guint8 plain[64] = { 0 };
	struct script *script = script_new(NULL);

	CU_ASSERT_PTR_NULL(key_patterns_new(plain, sizeof plain));
	CU_ASSERT(script_start(script));
	script_json(script, EVENT_STEP_BEGIN, json_pack("{s:s}", "step", "cipher.known_answer"));
	script_key(script, key, sizeof key);
	script_call(script, "cipher.known_answer", "{'key':'3a9107fe52c86db419e3702baf449cd10865be37f25a81ec'}",
		    "{'data':'3a9107fe52c86db419e3702baf449cd10865be37f25a81ec'}");
	script->on_disk = key;
	CU_ASSERT_FALSE(ends_with(script, "key-secrecy", "KEY-06"));
}

/* ---- old keys */

static void old_keys(void)
{
	struct script *script = erased_unit();
	guint8 memory[64] = { 0 };

	memcpy(memory + 5, key, sizeof key);
	script->memory = memory;
	script->memory_length = sizeof memory;
	CU_ASSERT_FALSE(ends_with(script, "old-key", "KEY-07")); /* it is the key in use */
	script = erased_unit();
	CU_ASSERT(script_regenerate(script) && script_wait(script, 200));
	script->memory = memory;
	script->memory_length = sizeof memory;
	CU_ASSERT(ends_with(script, "old-key", "KEY-07"));
	script = erased_unit();
	CU_ASSERT(script_regenerate(script) && script_wait(script, 200));
	memory[8] ^= 1;
	memory[16] ^= 1;
	script->memory = memory;
	script->memory_length = sizeof memory;
	script_end(script);
	CU_ASSERT_FALSE(script_found(script, "old-key", "KEY-07"));
	CU_ASSERT(script_judged(script, "old-key", "KEY-07"));
	script_free(script);
}

/* ---- hidden areas */

static gboolean hidden_case(guint8 content, const char *declared, gboolean *judged)
{
	struct script *script = erased_unit();
	g_autofree char *answer = g_strdup_printf("{'outcome':'complete','mode':1,'passes':1,'ended':0,'hidden':'%s',"
						  "'hidden_sectors':%d}",
						  declared, g_str_equal(declared, "none") ? 0 : 50);

	script->hidden = (struct disk_stretch){ .lba = script->sectors, .count = 50, .content = content };
	if (*declared)
		script_call(script, "erase.report", "{}", answer);
	script_end(script);
	gboolean found = script_found(script, "hidden-areas", "ERA-08");
	*judged = script_judged(script, "hidden-areas", "ERA-08");
	script_free(script);
	return found;
}

static void hidden_areas(void)
{
	gboolean judged;

	CU_ASSERT(hidden_case(CONTENT_DATA, "none", &judged));
	CU_ASSERT(hidden_case(CONTENT_FACTORY, "none", &judged));
	CU_ASSERT_FALSE(hidden_case(CONTENT_DATA, "declared", &judged));
	CU_ASSERT(judged);
	CU_ASSERT_FALSE(hidden_case(CONTENT_DATA, "", &judged));
	CU_ASSERT_FALSE(judged);
	CU_ASSERT_FALSE(hidden_case(CONTENT_ZERO, "", &judged));
	CU_ASSERT(judged);
}

/* ---- the frame */

static void names(void)
{
	for (guint i = 0; monitors[i]; i++) {
		CU_ASSERT_PTR_EQUAL(monitor_by_name(monitors[i]->name), monitors[i]);
		CU_ASSERT_PTR_NOT_NULL(monitors[i]->requirements[0]);
	}
	CU_ASSERT_PTR_NULL(monitor_by_name("no-such"));
	g_autofree char *text = monitor_needs_text(OBSERVE_REQUESTS | OBSERVE_KEY);
	CU_ASSERT_STRING_EQUAL(text, "the disk's requests, the encryption key");
}

struct kept {
	json_t *monitors;
	guint findings;
};

static void keep(gpointer data, enum event_type type, json_t *json)
{
	struct kept *kept = data;

	if (type == EVENT_MONITORS)
		kept->monitors = json_incref(json);
	kept->findings += type == EVENT_FINDING;
	json_decref(json);
}

static const char *why_off(const struct kept *kept, const char *name)
{
	json_t *list = json_object_get(kept->monitors, "monitors"), *entry;
	size_t i;

	json_array_foreach(list, i, entry) if (g_str_equal(json_string_value(json_object_get(entry, "name")),
							   name)) return json_is_true(json_object_get(entry, "active"))
	    ? NULL
	    : json_string_value(json_object_get(entry, "reason"));
	return "it is not there";
}

static void needs(void)
{
	char *without[] = { (char *)"progress", NULL };
	struct kept kept = { NULL };
	const struct monitor_setup setup = { .monitors = monitors,
					     .without = without,
					     .shows = OBSERVE_REQUESTS,
					     .observe = "inline",
					     .track = disk_track_new(),
					     .record = keep,
					     .data = &kept };
	struct monitor_case *of = monitor_case_new(&setup);

	CU_ASSERT_PTR_NULL(why_off(&kept, "passes"));
	CU_ASSERT_PTR_NULL(why_off(&kept, "agreement"));
	CU_ASSERT_STRING_EQUAL(why_off(&kept, "progress"), "switched off (--without-monitor)");
	CU_ASSERT_STRING_EQUAL(why_off(&kept, "message"), "it needs to observe the panel at every moment, which this "
							  "slot does not show ([disk] observe=inline)");
	monitor_case_end(of);
	CU_ASSERT_EQUAL(kept.findings, 0);
	json_decref(kept.monitors);
	monitor_case_free(of);
	disk_track_free(setup.track);
}

/* A unit that sins without end does not fill the record. */
static void many_findings(void)
{
	struct script *script = erased_unit();

	for (guint i = 0; i < 100; i++) {
		script_status(script, "erasing", 101 + (int)i);
		script_wait(script, 200);
	}
	script_end(script);
	guint found = 0;
	for (guint i = 0; i < script->findings->len; i++)
		found += g_str_has_prefix(script->findings->pdata[i], "progress ");
	CU_ASSERT_EQUAL(found, MONITOR_FINDINGS_MAX);
	script_free(script);
}

/* A requirement that is switched off: the monitor says nothing of it, and not that it spoke for it. */
static void without_a_requirement(void)
{
	char *without[] = { (char *)"MSG-04", NULL };
	struct kept kept = { NULL };
	struct monitor_setup setup = { .monitors = monitors,
				       .shows = OBSERVE_REQUESTS,
				       .observe = "inline",
				       .track = disk_track_new(),
				       .record = keep,
				       .data = &kept };

	for (guint off = 0; off < 2; off++) {
		struct event over = { EVENT_STATUS,
				      1,
				      0,
				      NULL,
				      0,
				      json_pack("{s:s, s:s, s:i, s:i, s:i, s:i}", "unit", "erasing", "licence", "none",
						"percent", 120, "mode", 1, "starts", 1, "uptime_ms", 1) };
		kept = (struct kept){ NULL };
		setup.without_requirements = off ? without : NULL;
		struct monitor_case *of = monitor_case_new(&setup);
		monitor_case_event(of, &over);
		monitor_case_end(of);
		CU_ASSERT_EQUAL(kept.findings, !off);
		CU_ASSERT_EQUAL(monitor_case_finding(of) != NULL, !off);
		CU_ASSERT_EQUAL(json_array_size(monitor_case_broken(of)), !off);
		g_autofree char *said = json_dumps(kept.monitors, JSON_COMPACT);
		CU_ASSERT_EQUAL(strstr(said, "MSG-04") != NULL, !off);
		CU_ASSERT_PTR_NULL(why_off(&kept, "progress"));
		json_decref(kept.monitors);
		json_decref(over.json);
		monitor_case_free(of);
	}
	disk_track_free(setup.track);
}

TEST_SUITE(monitor_looks, { "key on a wire", key_on_a_wire }, { "key said early", key_said_early },
	   { "key on the bus", key_on_the_bus }, { "key on the disk", key_on_the_disk },
	   { "published keys", published_keys }, { "old keys", old_keys }, { "hidden areas", hidden_areas },
	   { "names", names }, { "needs", needs }, { "many findings", many_findings },
	   { "without a requirement", without_a_requirement })

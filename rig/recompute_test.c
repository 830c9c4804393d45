/* SPDX-License-Identifier: Apache-2.0 */
/* A record that is whole bears out what was judged; one that was tampered with does not. */
#include "recompute.h"
#include "frame.h"
#include "sample.h"
#include "test.h"
#include <string.h>

/* A transfer of the controller's. */
static void add_frame(struct sample *s, guint8 endpoint, guint8 type, guint16 sequence, const void *payload,
		      gsize length, const char *blacked)
{
	guint8 bytes[sizeof(struct event_urb) + PROTOCOL_FRAME_MAX];
	const struct frame frame = { type, sequence, (guint16)length, payload };
	gsize size = frame_encode(&frame, bytes + sizeof(struct event_urb));
	const struct event_urb head = { .actual = GUINT32_TO_LE((guint32)size), .endpoint = endpoint };

	memcpy(bytes, &head, sizeof head);
	guint8 *secret = blacked ? memmem(bytes, sizeof head + size, blacked, strlen(blacked)) : NULL;
	if (secret)
		memset(secret, '#', strlen(blacked));
	sample_add_bytes(s, EVENT_URB, 1, bytes, sizeof head + size);
}

static void ask(struct sample *s, guint8 type, guint16 sequence, const void *request, gsize length, const void *answer,
		gsize answer_length)
{
	add_frame(s, PROTOCOL_USB_EP_OUT, type, sequence, request, length, NULL);
	add_frame(s, PROTOCOL_USB_EP_IN, type | PROTOCOL_ANSWER, sequence, answer, answer_length, NULL);
}

static const guint8 erasing[13] = { 0, 1, 2, 50, 3, 0x10, 0, 0, 0, 7 };
static const guint8 ready[13] = { 0, 2, 2, 0xff, 3, 0x20, 0, 0, 0, 7 };

#define MONITORS "{'monitors':[{'name':'progress','active':true,'reason':null,'requirements':['MSG-04']}]}"
#define STATUS "{'unit':'ready','licence':'active','percent':null,'mode':3,'starts':7,'uptime_ms':32}"
#define PANEL "{'text':'Ready'}"
#define REGISTER "{'operation':'panel.register','arguments':{},'answer':{'outcome':'incorrect-key'},'refused':null}"
#define GET "{'operation':'data.get','arguments':{'item':'settings'},'answer':{'value':'paper'},'refused':null}"
#define DENIED "{'operation':'data.get','arguments':{'item':'settings'},'answer':null,'refused':'denied'}"

/* Everything that a controller states, each brought by its frames. */
static struct sample *statements(void)
{
	struct sample *s = sample_new();

	ask(s, PROTOCOL_STATUS, 1, NULL, 0, ready, sizeof ready);
	ask(s, PROTOCOL_PANEL, 2, NULL, 0, "\0Ready", 6);
	ask(s, PROTOCOL_REGISTER, 3, "123", 3, "\0\2", 2);
	return s;
}

/* The first difference; NULL: none. The caller's to free. */
static char *difference(const struct sample *s, guint *count)
{
	struct recompute *recompute = recompute_new(&(struct unit_profile){ .system_sectors = 0 });

	for (guint i = 0; i < s->events->len; i++)
		recompute_event(recompute, s->events->pdata[i]);
	recompute_end(recompute);
	char *text = g_strdup(recompute_difference(recompute));
	if (count)
		*count = recompute_statements(recompute) + recompute_findings(recompute);
	recompute_free(recompute);
	return text;
}

/* Adds the record, and expects that it is borne out (`says` NULL), or in which words it is not. */
static void expect(struct sample *s, enum event_type type, const char *record, const char *says)
{
	guint count = 0;

	sample_add(s, type, 1, record);
	g_autofree char *text = difference(s, &count);
	if (!says) {
		CU_ASSERT_PTR_NULL(text);
		CU_ASSERT_EQUAL(count, 1);
	} else {
		CU_ASSERT(text && strstr(text, says));
	}
	if (says ? !text || !strstr(text, says) : text != NULL)
		g_printerr("\n%s: %s\n", record, text ? text : "no difference");
	sample_free(s);
}

static void statements_are_borne_out(void)
{
	expect(statements(), EVENT_STATUS, STATUS, NULL);
	expect(statements(), EVENT_PANEL, PANEL, NULL);
	expect(statements(), EVENT_CALL, REGISTER, NULL);
}

static void tampered_statements(void)
{
	static const struct {
		enum event_type type;
		const char *record, *says;
	} rows[] = {
		{ EVENT_STATUS,
		  "{'unit':'erasing','licence':'active','percent':null,'mode':3,'starts':7,'uptime_ms':32}",
		  "the status is not" },
		{ EVENT_STATUS, "{'unit':'ready','licence':'none','percent':null,'mode':3,'starts':7,'uptime_ms':32}",
		  "the status is not" },
		{ EVENT_STATUS, "{'unit':'ready','licence':'active','percent':99,'mode':3,'starts':7,'uptime_ms':32}",
		  "the status is not" },
		{ EVENT_STATUS, "{'unit':'ready','licence':'active','percent':null,'mode':1,'starts':7,'uptime_ms':32}",
		  "the status is not" },
		{ EVENT_STATUS, "{'unit':'ready','licence':'active','percent':null,'mode':3,'starts':8,'uptime_ms':32}",
		  "the status is not" },
		{ EVENT_STATUS, "{'unit':'ready','licence':'active','percent':null,'mode':3,'starts':7,'uptime_ms':33}",
		  "the status is not" },
		{ EVENT_PANEL, "{'text':'Ready.'}", "not that of the frame, \"Ready\"" },
		{ EVENT_CALL,
		  "{'operation':'panel.register','arguments':{},'answer':{'outcome':'accepted'},'refused':null}",
		  "outcome is not" },
		{ EVENT_CALL, GET, "data.get was recorded, and no frame brought it" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(statements(), rows[i].type, rows[i].record, rows[i].says);
}

static void add_get(struct sample *s, guint8 item, const char *answer, gsize length)
{
	ask(s, PROTOCOL_DATA_GET, 4, &item, 1, answer, length);
}

static void tampered_calls(void)
{
	static const struct {
		guint8 item;
		const char *answer;
		gsize length;
		const char *record, *says;
	} rows[] = {
		{ DATA_SETTINGS, "\0paper", 6, GET, NULL },
		{ DATA_SETTINGS, "\0papes", 6, GET, "the answer to data.get is not" },
		{ DATA_SETTINGS, "\5", 1, GET, "the answer to data.get is not" },
		{ DATA_FORWARDING, "\0paper", 6, GET, "data.get was asked otherwise" },
		{ DATA_SETTINGS, "\5", 1, DENIED, NULL },
		{ DATA_SETTINGS, "\4", 1, DENIED, "the answer to data.get is not" },
		{ DATA_SETTINGS, "\0paper", 6, DENIED, "the answer to data.get is not" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct sample *s = statements();
		add_get(s, rows[i].item, rows[i].answer, rows[i].length);
		expect(s, EVENT_CALL, rows[i].record, rows[i].says);
	}
}

/* A frame that nobody asked for, and another one's answer, bring nothing; nor does one that was damaged later. */
static void frames_that_do_not_count(void)
{
	struct sample *s = sample_new();

	add_frame(s, PROTOCOL_USB_EP_OUT, PROTOCOL_STATUS, 1, NULL, 0, NULL);
	add_frame(s, PROTOCOL_USB_EP_IN, PROTOCOL_STATUS | PROTOCOL_ANSWER, 2, ready, sizeof ready, NULL);
	expect(s, EVENT_STATUS, STATUS, "no frame brought it");
	s = sample_new();
	ask(s, PROTOCOL_STATUS, 1, NULL, 0, ready, sizeof ready);
	struct event *last = s->events->pdata[1];
	((guint8 *)(gpointer)last->data)[last->length - 1] ^= 1;
	expect(s, EVENT_STATUS, STATUS, "no frame brought it");
	/* The first answer is the one that the rig took. */
	s = statements();
	add_frame(s, PROTOCOL_USB_EP_IN, PROTOCOL_STATUS | PROTOCOL_ANSWER, 1, erasing, sizeof erasing, NULL);
	expect(s, EVENT_STATUS, STATUS, NULL);
}

/* A secret was blacked out on its way into the record, in the frame and in what was said of it. */
static void blacked_out(void)
{
	struct sample *s = sample_new();

	add_frame(s, PROTOCOL_USB_EP_OUT, PROTOCOL_REGISTER, 1, "123456789012345678901234", 24,
		  "123456789012345678901234");
	add_frame(s, PROTOCOL_USB_EP_IN, PROTOCOL_REGISTER | PROTOCOL_ANSWER, 1, "\0\2", 2, NULL);
	expect(s, EVENT_CALL, REGISTER, NULL);
}

/* With another protocol there is nothing to compare, and nothing is said about it. */
static void no_frames(void)
{
	struct recompute *recompute = recompute_new(&(struct unit_profile){ .system_sectors = 0 });
	struct sample *s = sample_new();

	sample_add(s, EVENT_STATUS, 1, STATUS);
	recompute_event(recompute, s->events->pdata[0]);
	recompute_end(recompute);
	CU_ASSERT_PTR_NULL(recompute_difference(recompute));
	CU_ASSERT_FALSE(recompute_has_frames(recompute));
	CU_ASSERT_EQUAL(recompute_statements(recompute), 0);
	recompute_free(recompute);
	sample_free(s);
}

#define OVER "{'unit':'erasing','licence':'active','percent':%s,'mode':3,'starts':7,'uptime_ms':16}"
#define FOUND "{'monitor':'progress','requirement':'MSG-04','text':'the unit shows a progress of 120 %'}"

/* What a monitor found is found again; a finding that was taken out, altered or invented shows. */
static void findings(void)
{
	static const struct {
		const char *percent, *monitors, *finding, *says;
	} rows[] = {
		{ "120", MONITORS, FOUND, NULL },
		{ "50", MONITORS, NULL, NULL },
		{ "120", MONITORS, NULL, "a monitor had found nothing" },
		{ "120", MONITORS, "{'monitor':'progress','requirement':'MSG-04','text':'x'}", "progress MSG-04 x" },
		{ "50", MONITORS, FOUND, "finds nothing in the record" },
		/* It was switched off, or not asked for this. */
		{ "120", "{'monitors':[{'name':'progress','active':false,'requirements':['MSG-04']}]}", NULL, NULL },
		{ "120", "{'monitors':[{'name':'progress','active':true,'requirements':[]}]}", NULL, NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct sample *s = sample_new();
		sample_add(s, EVENT_MONITORS, 1, rows[i].monitors);
		sample_addf(s, EVENT_STATUS, 1, OVER, rows[i].percent);
		if (rows[i].finding)
			sample_add(s, EVENT_FINDING, 1, rows[i].finding);
		g_autofree char *text = difference(s, NULL);
		CU_ASSERT(rows[i].says ? text && strstr(text, rows[i].says) : !text);
		if (rows[i].says ? !text || !strstr(text, rows[i].says) : text != NULL)
			g_printerr("\nrow %u: %s\n", i, text);
		sample_free(s);
	}
}

TEST_SUITE(recompute, { "statements are borne out", statements_are_borne_out },
	   { "tampered statements", tampered_statements }, { "tampered calls", tampered_calls },
	   { "frames that do not count", frames_that_do_not_count }, { "blacked out", blacked_out },
	   { "no frames", no_frames }, { "findings", findings })

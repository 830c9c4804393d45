/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol's host side against a controller that damages, loses, repeats and delays its answers. */
#include "drivers.h"
#include "rig/frame.h"
#include "rig/slot_open.h"
#include "rig/test.h"
#include <glib/gstdio.h>

#define FRAMES 10000

/* What becomes of the answer to one request. */
enum mischief { NONE, CORRUPT, TRUNCATE, EXTEND, DUPLICATE, LATE, LOSE, UNASKED, OTHER_TYPE, NOTICE, MISCHIEFS };

struct fake {
	GQueue incoming; /* of GBytes * */
	GBytes *late;
	GRand *random;
	enum mischief mischief;
	guint32 token; /* the uptime of the one right answer */
	gboolean present;
	guint8 identity[64];
	guint8 status;	  /* of the answer to an operation … */
	const char *text; /* … and what follows it */
	guint8 request[64];
	gsize request_length;
};

static struct fake fake;

static gint64 fake_now_ns;

static gpointer fake_open(const struct driver_env *env, GError **error)
{
	(void)env;
	(void)error;
	return &fake;
}

static void fake_close(gpointer self)
{
	(void)self;
}

static gint64 fake_now(gpointer self)
{
	(void)self;
	return fake_now_ns;
}

static gboolean fake_advance(gpointer self, gint64 deadline_ns, GError **error)
{
	(void)self;
	(void)error;
	fake_now_ns = deadline_ns;
	return TRUE;
}

static const char *fake_crash(gpointer self)
{
	(void)self;
	return NULL;
}

static gboolean fake_present(gpointer self, gboolean *present, GError **error)
{
	(void)self;
	(void)error;
	*present = fake.present;
	return TRUE;
}

static GBytes *status_answer(guint8 type, guint16 sequence, guint32 token)
{
	guint8 payload[13] = {
		PROTOCOL_OK,	       UNIT_READY,	     LICENCE_NONE, 0xff, 1, (guint8)token, (guint8)(token >> 8),
		(guint8)(token >> 16), (guint8)(token >> 24)
	};
	struct frame frame = { .type = type, .sequence = sequence, .length = sizeof payload, .payload = payload };
	guint8 bytes[PROTOCOL_FRAME_MAX];

	return g_bytes_new(bytes, frame_encode(&frame, bytes));
}

static GBytes *spoil(GBytes *answer, enum mischief mischief)
{
	gsize length;
	g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(answer, &length), g_bytes_get_size(answer));
	g_autofree guint8 *longer = g_malloc0(g_bytes_get_size(answer) + 64);

	length = g_bytes_get_size(answer);
	memcpy(longer, bytes, length);
	g_bytes_unref(answer);
	if (mischief == CORRUPT)
		longer[g_rand_int_range(fake.random, 0, (gint32)length)] ^=
		    (guint8)(1 << g_rand_int_range(fake.random, 0, 8));
	if (mischief == TRUNCATE)
		length = (gsize)g_rand_int_range(fake.random, 1, (gint32)length);
	if (mischief == EXTEND)
		length += (gsize)g_rand_int_range(fake.random, 1, 64);
	return g_bytes_new(longer, length);
}

static void answer(guint16 sequence)
{
	GBytes *right = status_answer(PROTOCOL_STATUS | PROTOCOL_ANSWER, sequence, fake.token);

	if (fake.late) {
		g_queue_push_tail(&fake.incoming, fake.late);
		fake.late = NULL;
	}
	switch (fake.mischief) {
	case CORRUPT:
	case TRUNCATE:
	case EXTEND:
		right = spoil(right, fake.mischief);
		break;
	case DUPLICATE:
		g_queue_push_tail(&fake.incoming, g_bytes_ref(right));
		break;
	case LATE:
		fake.late = right;
		return;
	case LOSE:
		g_bytes_unref(right);
		return;
	case UNASKED:
		g_queue_push_tail(&fake.incoming,
				  status_answer(PROTOCOL_STATUS | PROTOCOL_ANSWER, (guint16)(sequence + 1), 0xdead));
		break;
	case OTHER_TYPE:
		g_queue_push_tail(&fake.incoming, status_answer(PROTOCOL_PANEL | PROTOCOL_ANSWER, sequence, 0xdead));
		break;
	case NOTICE:
		g_bytes_unref(right);
		right = status_answer(PROTOCOL_NOTICE_BAD_FRAME, 0, 0xdead);
		break;
	default:
		break;
	}
	g_queue_push_tail(&fake.incoming, right);
}

/* An operation: what was asked is kept, the answer is as the test says. */
static void answer_operation(const struct frame *request)
{
	guint8 bytes[PROTOCOL_FRAME_MAX], payload[64] = { fake.status };
	gsize length = strlen(fake.text);
	struct frame frame = { request->type | PROTOCOL_ANSWER, request->sequence, (guint16)(1 + length), payload };

	CU_ASSERT_FATAL(length < sizeof payload && request->length <= sizeof fake.request);
	memcpy(payload + 1, fake.text, length);
	memcpy(fake.request, request->payload, request->length);
	fake.request_length = request->length;
	g_queue_push_tail(&fake.incoming, g_bytes_new(bytes, frame_encode(&frame, bytes)));
}

static gboolean fake_send(gpointer self, const guint8 *data, gsize length, GError **error)
{
	struct frame request;
	guint8 bytes[PROTOCOL_FRAME_MAX], identity[65] = { PROTOCOL_OK };

	(void)self;
	(void)error;
	CU_ASSERT_EQUAL_FATAL(frame_decode(data, length, &request), FRAME_OK);
	if (request.type == PROTOCOL_IDENTIFY) {
		struct frame frame = { PROTOCOL_IDENTIFY | PROTOCOL_ANSWER, request.sequence, sizeof identity,
				       identity };
		memcpy(identity + 1, fake.identity, 64);
		g_queue_push_tail(&fake.incoming, g_bytes_new(bytes, frame_encode(&frame, bytes)));
		return TRUE;
	}
	if (fake.text && request.type >= PROTOCOL_DATA_PUT)
		answer_operation(&request);
	else
		answer(request.sequence);
	return TRUE;
}

static gssize fake_receive(gpointer self, guint8 *buffer, gsize capacity, GError **error)
{
	g_autoptr(GBytes) bytes = g_queue_pop_head(&fake.incoming);

	(void)self;
	(void)error;
	if (!bytes)
		return 0;
	CU_ASSERT_FATAL(g_bytes_get_size(bytes) <= capacity);
	memcpy(buffer, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return (gssize)g_bytes_get_size(bytes);
}

static const struct clock_ops clock_ops = { TRUE, fake_now, fake_advance, fake_crash };
static const struct usb_ops usb_ops = { fake_present, fake_send, fake_receive };
static const struct driver fake_clock = {
	.name = "fake", .role = ROLE_CLOCK, .open = fake_open, .close = fake_close, .ops.clock = &clock_ops
};
static const struct driver fake_usb = {
	.name = "fake", .role = ROLE_USB, .open = fake_open, .close = fake_close, .ops.usb = &usb_ops
};

/* A slot of a fake clock, a fake usb and the driver under test. */
struct bench {
	struct catalogue catalogue;
	struct slot_config config;
	struct slot_setup setup;
	gboolean interrupted;
	char *folder, *path;
	struct slot *slot;
	const struct instrument *controller;
};

static struct bench *bench_new(guint32 seed)
{
	struct bench *bench = g_new0(struct bench, 1);

	memset(&fake, 0, sizeof fake);
	fake.random = g_rand_new_with_seed(seed);
	fake.present = TRUE;
	fake_now_ns = 0;
	bench->folder = g_dir_make_tmp("wiperig-native-XXXXXX", NULL);
	bench->path = g_build_filename(bench->folder, "spool", NULL);
	bench->config = (struct slot_config){ .file = g_key_file_new(), .unit = UNIT_EMULATED };
	bench->config.drivers[ROLE_CLOCK] = &fake_clock;
	bench->config.drivers[ROLE_USB] = &fake_usb;
	bench->config.drivers[ROLE_CONTROLLER] = &native_controller_driver;
	bench->setup =
	    (struct slot_setup){ &bench->catalogue,  &bench->config, spool_create(bench->path, NULL), 1, NULL, -1,
				 &bench->interrupted };
	bench->slot = slot_open(&bench->setup, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->slot);
	bench->controller = slot_instrument(bench->slot, ROLE_CONTROLLER);
	return bench;
}

static void bench_free(struct bench *bench)
{
	g_autofree char *why = NULL;
	gint64 end_ns;

	slot_close(bench->slot, &end_ns, &why);
	spool_close(bench->setup.spool);
	g_unlink(bench->path);
	g_rmdir(bench->folder);
	g_key_file_unref(bench->config.file);
	g_queue_clear_full(&fake.incoming, (GDestroyNotify)g_bytes_unref);
	g_clear_pointer(&fake.late, g_bytes_unref);
	g_rand_free(fake.random);
	g_free(bench->folder);
	g_free(bench->path);
	g_free(bench);
}

static gboolean ask_status(struct bench *bench, struct unit_status *status, GError **error)
{
	return bench->controller->driver->ops.controller->status(bench->controller->self, status, error);
}

/* The error that each mischief must end in; -1: the right answer. */
static const int outcomes[MISCHIEFS] = {
	[NONE] = -1,
	[CORRUPT] = RIG_ERROR_PROTOCOL,
	[TRUNCATE] = RIG_ERROR_PROTOCOL,
	[EXTEND] = RIG_ERROR_PROTOCOL,
	[DUPLICATE] = -1,
	[LATE] = RIG_ERROR_TIMEOUT,
	[LOSE] = RIG_ERROR_TIMEOUT,
	[UNASKED] = -1,
	[OTHER_TYPE] = -1,
	[NOTICE] = RIG_ERROR_PROTOCOL,
};

static void mischief(void)
{
	struct bench *bench = bench_new(20261122);
	guint seen[MISCHIEFS] = { 0 };

	for (guint32 i = 1; i <= FRAMES; i++) {
		g_autoptr(GError) error = NULL;
		struct unit_status status = { 0 };
		fake.mischief = (enum mischief)g_rand_int_range(fake.random, 0, MISCHIEFS);
		fake.token = i;
		seen[fake.mischief]++;
		gboolean good = ask_status(bench, &status, &error);
		if (outcomes[fake.mischief] < 0) {
			CU_ASSERT_TRUE(good);
			CU_ASSERT_EQUAL(status.uptime_ms, i); /* this request's answer, nobody else's */
		} else {
			CU_ASSERT_FALSE(good);
			CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, outcomes[fake.mischief]));
			CU_ASSERT_EQUAL(status.uptime_ms, 0); /* nothing of it was accepted */
		}
	}
	for (guint i = 0; i < MISCHIEFS; i++)
		CU_ASSERT(seen[i] > FRAMES / MISCHIEFS / 2);
	bench_free(bench);
}

static gboolean count_notes(const struct event *event, gpointer data, GError **error)
{
	(void)error;
	*(guint *)data += event->type == EVENT_NOTE;
	return TRUE;
}

static void dropped_frames_are_recorded(void)
{
	struct bench *bench = bench_new(1);
	struct unit_status status;
	guint notes = 0;

	fake.mischief = UNASKED;
	CU_ASSERT_TRUE(ask_status(bench, &status, NULL));
	CU_ASSERT_TRUE(spool_visit(bench->path, count_notes, &notes, NULL, NULL));
	CU_ASSERT_EQUAL(notes, 1);
	bench_free(bench);
}

static void time_out_in_slot_time(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;
	struct unit_status status;

	fake.mischief = LOSE;
	CU_ASSERT_FALSE(ask_status(bench, &status, &error));
	CU_ASSERT_EQUAL(fake_now_ns, 5 * NS_PER_S);
	CU_ASSERT_STRING_EQUAL(error->message, "asking the controller (STATUS): no answer within 5.000 s");
	bench_free(bench);
}

static void absent(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;
	struct unit_status status;

	fake.present = FALSE;
	CU_ASSERT_FALSE(ask_status(bench, &status, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_GONE));
	bench_free(bench);
}

/* A frame holds 1024 bytes: what is longer was sent as nothing, and the controller blamed for its silence. */
static void overlong_text(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strnfill(1025, '1');
	enum protocol_outcome outcome = OUTCOME_ALREADY_ENABLED;
	gint64 answer_ns;

	CU_ASSERT_FALSE(bench->controller->driver->ops.controller->enter_licence(bench->controller->self, text,
										 &outcome, &answer_ns, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	CU_ASSERT_EQUAL(outcome, OUTCOME_ALREADY_ENABLED);
	bench_free(bench);
}

static gboolean identify(struct bench *bench, const char *serial, gsize length, struct unit_identity *identity,
			 GError **error)
{
	memset(fake.identity, 0, sizeof fake.identity);
	memcpy(fake.identity, serial, length);
	return bench->controller->driver->ops.controller->identify(bench->controller->self, identity, error);
}

/* Bytes that are no UTF-8 ended the worker that wanted to record them. */
static void identity_of_wild_bytes(void)
{
	struct bench *bench = bench_new(1);
	struct unit_identity identity = { .serial = "untouched" };
	static const char *const wild[] = { "AB\xff\xfe", "AB\x1b[2J", "AB\xc3\xa4" };

	for (guint i = 0; i < G_N_ELEMENTS(wild); i++) {
		g_autoptr(GError) error = NULL;
		CU_ASSERT_FALSE(identify(bench, wild[i], strlen(wild[i]), &identity, &error));
		CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL));
	}
	CU_ASSERT_FALSE(identify(bench, "AB\0CD", 5, &identity, NULL));
	CU_ASSERT_STRING_EQUAL(identity.serial, "untouched");
	CU_ASSERT_TRUE(identify(bench, "ABC0123456789012", 16, &identity, NULL));
	CU_ASSERT_STRING_EQUAL(identity.serial, "ABC0123456789012");
	CU_ASSERT_STRING_EQUAL(identity.host, "");
	bench_free(bench);
}

/* Asks for an operation; the answer as text, or NULL. */
static char *call(struct bench *bench, const char *name, json_t *arguments, GError **error)
{
	json_t *answer = bench->controller->driver->ops.controller->call(bench->controller->self, operation_find(name),
									 arguments, error);
	char *text = answer ? json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	json_decref(arguments);
	json_decref(answer);
	return text;
}

static void operations_are_asked_for(void)
{
	struct bench *bench = bench_new(1);
	g_autofree char *answer = NULL;

	fake.text = "Ann";
	answer = call(bench, "data.get", json_pack("{s:s}", "item", "forwarding"), NULL);
	CU_ASSERT_STRING_EQUAL(answer, "{\"value\":\"Ann\"}");
	CU_ASSERT_EQUAL(fake.request_length, 1);
	CU_ASSERT_EQUAL(fake.request[0], DATA_FORWARDING);
	bench_free(bench);
}

/* A refusal is an answer; anything else that is not as the protocol says is damage. */
static void refusals_of_operations(void)
{
	static const struct {
		guint8 status;
		const char *answer;
	} cases[] = { { PROTOCOL_DENIED, "{\"refused\":\"denied\"}" },
		      { PROTOCOL_NOT_READY, "{\"refused\":\"not-ready\"}" },
		      { PROTOCOL_BAD_PAYLOAD, "{\"refused\":\"bad-payload\"}" },
		      { PROTOCOL_UNKNOWN, "{\"refused\":\"unknown\"}" },
		      { PROTOCOL_DENIED + 1, NULL },
		      { 0xff, NULL } };
	struct bench *bench = bench_new(1);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		fake.text = "";
		fake.status = cases[i].status;
		g_autofree char *answer = call(bench, "login.get", json_object(), &error);
		CU_ASSERT_EQUAL(g_strcmp0(answer, cases[i].answer), 0);
		CU_ASSERT_EQUAL(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL), !cases[i].answer);
	}
	bench_free(bench);
}

static void arguments_that_do_not_fit(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;

	fake.text = "";
	fake.request_length = 99;
	CU_ASSERT_PTR_NULL(call(bench, "data.get", json_pack("{s:s}", "item", "nothing"), &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	CU_ASSERT_EQUAL(fake.request_length, 99); /* nothing was sent */
	bench_free(bench);
}

/* What overwrites before it answers may take its time. */
static void operations_have_their_time(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;

	fake.mischief = LOSE;
	CU_ASSERT_PTR_NULL(call(bench, "document.delete", json_pack("{s:i}", "box", 1), &error));
	CU_ASSERT_EQUAL(fake_now_ns, 65 * NS_PER_S);
	CU_ASSERT_STRING_EQUAL(error->message, "asking the controller (document.delete): no answer within 65.000 s");
	bench_free(bench);
}

TEST_SUITE(native_controller, { "operations are asked for", operations_are_asked_for },
	   { "refusals of operations", refusals_of_operations },
	   { "arguments that do not fit", arguments_that_do_not_fit },
	   { "operations have their time", operations_have_their_time }, { "mischief", mischief },
	   { "dropped frames are recorded", dropped_frames_are_recorded },
	   { "time-out in slot time", time_out_in_slot_time }, { "absent", absent },
	   { "a text longer than a frame is refused", overlong_text },
	   { "an identity that is no ASCII is damaged", identity_of_wild_bytes })

/* SPDX-License-Identifier: Apache-2.0 */
/* The native controller with a fake unit, on a fake clock; for its tests alone. */
#pragma once
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

/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter driver on a faked bus: what its tests share. */
#pragma once
#include "adapter_session.h"
#include "drivers.h"
#include "rig/slot_open.h"
#include "rig/test.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

struct fake_board {
	gint64 now_ns;
	gboolean present;
	guint busy; /* so many attempts to send are in vain */
	GString *sent;
	GString *says;	       /* what comes, … */
	gsize piece;	       /* … so many bytes at a time */
	const char *to_answer; /* put into `says` when something is sent */
};
extern struct fake_board fake;

static inline gpointer fake_open(const struct driver_env *env, GError **error)
{
	(void)env, (void)error;
	return &fake;
}

static inline void fake_close(gpointer self)
{
	(void)self;
}

static inline gint64 fake_now(gpointer self)
{
	(void)self;
	return fake.now_ns;
}

static inline gboolean fake_advance(gpointer self, gint64 deadline_ns, GError **error)
{
	(void)self, (void)error;
	fake.now_ns = MIN(deadline_ns, fake.now_ns + 100 * NS_PER_MS);
	return TRUE;
}

static const char *fake_crash(gpointer self)
{
	(void)self;
	return NULL;
}

static inline gboolean fake_present(gpointer self, gboolean *present, GError **error)
{
	(void)self, (void)error;
	*present = fake.present;
	return TRUE;
}

static inline gboolean fake_send(gpointer self, const guint8 *data, gsize length, GError **error)
{
	(void)self;
	if (fake.busy) {
		fake.busy--;
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "busy");
		return FALSE;
	}
	g_string_append_len(fake.sent, (const char *)data, (gssize)length);
	if (fake.to_answer)
		g_string_append(fake.says, fake.to_answer);
	return TRUE;
}

static inline gssize fake_receive(gpointer self, guint8 *buffer, gsize capacity, GError **error)
{
	gsize length = MIN(MIN(fake.says->len, fake.piece), capacity);

	(void)self, (void)error;
	memcpy(buffer, fake.says->str, length);
	g_string_erase(fake.says, 0, (gssize)length);
	return (gssize)length;
}

/* The same bytes by the console. */
static inline gssize fake_console_read(gpointer self, guint8 *buffer, gsize capacity, GError **error)
{
	return fake_receive(self, buffer, capacity, error);
}

static inline gboolean fake_console_write(gpointer self, const guint8 *data, gsize length, GError **error)
{
	return fake_send(self, data, length, error);
}

static const struct console_ops console_ops = { fake_console_read, fake_console_write };
static const struct clock_ops clock_ops = { TRUE, fake_now, fake_advance, fake_crash };
static const struct usb_ops usb_ops = { fake_present, fake_send, fake_receive };
static const char *const none[] = { NULL };
static const struct driver fake_clock = { "clock",   ROLE_CLOCK, "fake", none,
					  fake_open, fake_close, NULL,	 { .clock = &clock_ops } };
static const struct driver fake_usb = {
	"usb", ROLE_USB, "fake", none, fake_open, fake_close, NULL, { .usb = &usb_ops }
};

static const struct driver fake_console = { "console", ROLE_CONSOLE, "fake", none,
					    fake_open, fake_close,   NULL,   { .console = &console_ops } };

/* A slot whose controller is an adapter. */
struct bench {
	char *folder, *path;
	struct slot_config config;
	struct slot_setup setup;
	gboolean interrupted;
	struct slot *slot;
	gpointer self;
	const struct controller_ops *ops;
};

static inline void bench_open(struct bench *bench, const char *script, const char *settings)
{
	g_autoptr(GError) error = NULL;

	memset(&fake, 0, sizeof fake);
	fake.present = TRUE;
	fake.piece = 4;
	fake.sent = g_string_new(NULL);
	fake.says = g_string_new(NULL);
	*bench = (struct bench){ .folder = g_dir_make_tmp("wiperig-adapter-XXXXXX", NULL) };
	bench->path = g_build_filename(bench->folder, "board.lua", NULL);
	CU_ASSERT_FATAL(g_file_set_contents(bench->path, script, -1, NULL));
	g_autofree char *text = g_strdup_printf("[controller]\nadapter=%s\n%s", bench->path, settings);
	bench->config.file = g_key_file_new();
	g_key_file_load_from_data(bench->config.file, text, strlen(text), 0, NULL);
	bench->config.unit = UNIT_EMULATED;
	bench->config.observe = g_strdup("none");
	bench->config.drivers[ROLE_CLOCK] = &fake_clock;
	if (g_str_equal(settings, "port=console\n"))
		bench->config.drivers[ROLE_CONSOLE] = &fake_console;
	else
		bench->config.drivers[ROLE_USB] = &fake_usb;
	bench->config.drivers[ROLE_CONTROLLER] = &adapter_controller_driver;
	bench->setup =
	    (struct slot_setup){ .config = &bench->config, .grant_fd = -1, .interrupted = &bench->interrupted };
	bench->slot = slot_open(&bench->setup, &error);
	if (!bench->slot)
		fprintf(stderr, "\n%s\n", error->message);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->slot);
	bench->self = slot_instrument(bench->slot, ROLE_CONTROLLER)->self;
	bench->ops = adapter_controller_driver.ops.controller;
}

static inline void bench_close(struct bench *bench)
{
	g_autofree char *why = NULL;
	gint64 end_ns;

	slot_close(bench->slot, &end_ns, &why);
	g_key_file_unref(bench->config.file);
	g_free(bench->config.observe);
	g_unlink(bench->path);
	g_rmdir(bench->folder);
	g_free(bench->path);
	g_free(bench->folder);
	g_string_free(fake.sent, TRUE);
	g_string_free(fake.says, TRUE);
}

#define BENCH(name, script)                                                                                            \
	__attribute__((cleanup(bench_close))) struct bench name;                                                       \
	bench_open(&name, script, "")

/* "CODE MESSAGE", with the adapter's folder left out. */
static inline void expect_failure(const struct bench *bench, const GError *error, int code, const char *message)
{
	g_auto(GStrv) parts = g_strsplit(error ? error->message : "no error", bench->folder, -1);
	g_autofree char *text = g_strjoinv("", parts);

	if (!g_error_matches(error, RIG_ERROR, code) || !g_str_equal(text, message))
		fprintf(stderr, "\n--- wanted: %d %s\n--- got:    %d %s\n", code, message, error ? error->code : -1,
			text);
	CU_ASSERT(g_error_matches(error, RIG_ERROR, code));
	CU_ASSERT_STRING_EQUAL(text, message);
}

static inline void expect_panel(struct bench *bench, int code, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = bench->ops->panel(bench->self, &error);

	if (code >= 0) {
		CU_ASSERT_PTR_NULL(text);
		expect_failure(bench, error, code, wanted);
	} else {
		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		CU_ASSERT_STRING_EQUAL(text, wanted);
	}
}

#define ASK                                                                                                            \
	"return { panel = function(port)\nport.send 'P\\n'\nreturn port.receive { ending = '\\n' }:sub(1, -2)\nend }"

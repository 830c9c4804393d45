/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wiperig-sigrok: reads a logic analyzer, or switches a power supply, by libsigrok for the rig, which talks to it by
 * standard input (a socket; see sigrok_protocol.h). A process of its own, since libsigrok may hang for good, keeps its
 * drivers' state in globals and is under another licence. It is never cleaned up: it ends.
 */
#include "acquisition.h"
#include "peer.h"
#include "supply.h"
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RIG_FD STDIN_FILENO
#define LOOK_MS 200

/* FALSE: the rig is gone, or talks nonsense. */
static gboolean read_all(guint8 *bytes, gsize length)
{
	while (length) {
		ssize_t got = read(RIG_FD, bytes, length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FALSE;
		bytes += got;
		length -= (gsize)got;
	}
	return TRUE;
}

/* The payload's text and its type; NULL: no frame came. */
static char *hear(enum sigrok_type *type)
{
	guint8 bytes[4096];
	struct sigrok_frame frame;
	guint32 length;
	gsize used;

	if (!read_all(bytes, SIGROK_HEADER))
		return NULL;
	memcpy(&length, bytes + 4, sizeof length);
	length = GUINT32_FROM_LE(length);
	if (length > sizeof bytes - SIGROK_HEADER || !read_all(bytes + SIGROK_HEADER, length) ||
	    sigrok_take(bytes, SIGROK_HEADER + length, &frame, &used, NULL) != 1)
		return NULL;
	*type = frame.type;
	return g_strndup((const char *)frame.payload, frame.length);
}

/* NULL: anything but a frame of this type came. */
static char *expect(enum sigrok_type wanted)
{
	enum sigrok_type type;
	g_autofree char *text = hear(&type);

	return text && type == wanted ? g_steal_pointer(&text) : NULL;
}

/* The lines of an OPEN or SUPPLY. */
static gboolean read_lines(GKeyFile *file, const char *text)
{
	g_autofree char *whole = g_strconcat("[open]\n", text, NULL);

	return g_key_file_load_from_data(file, whole, (gsize)-1, G_KEY_FILE_NONE, NULL);
}

static gboolean understand(const char *text, struct acquisition_setup *setup, gboolean *wait)
{
	g_autoptr(GKeyFile) file = g_key_file_new();

	if (!read_lines(file, text))
		return FALSE;
	setup->driver = g_key_file_get_string(file, "open", "driver", NULL);
	setup->conn = g_key_file_get_string(file, "open", "conn", NULL);
	setup->rate_hz = g_key_file_get_uint64(file, "open", "rate", NULL);
	*wait = g_key_file_get_integer(file, "open", "wait", NULL) != 0;
	for (guint bit = 0; bit < G_N_ELEMENTS(setup->channels); bit++) {
		g_autofree char *key = g_strdup_printf("line.%u", bit);
		setup->channels[bit] = g_key_file_get_string(file, "open", key, NULL);
	}
	return setup->driver && setup->rate_hz;
}

static void say_failed(struct outbox *outbox, const char *text)
{
	outbox_say(outbox, SIGROK_FAILED, text, strlen(text));
}

/* What the control thread works with. */
struct control {
	struct acquisition *acquisition;
	struct outbox *outbox;
};

/* Waits for the rig's STOP; meanwhile looks whether the analyzer is still there. */
static gpointer await_stop(gpointer data)
{
	struct control *control = data;
	struct pollfd rig = { .fd = RIG_FD, .events = POLLIN };

	while (poll(&rig, 1, LOOK_MS) <= 0)
		if (peer_has_closed()) {
			say_failed(control->outbox, "the analyzer has closed the connection");
			outbox_drain(control->outbox);
			_exit(0);
		}
	g_autofree char *told = expect(SIGROK_STOP);
	if (!told)
		_exit(0);
	acquisition_stop(control->acquisition);
	return NULL;
}

static gboolean not_told(GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "not told what to open");
	return FALSE;
}

static void say_ready(struct outbox *outbox, guint64 number, const char *name)
{
	g_autoptr(GByteArray) ready = g_byte_array_new();

	sigrok_append(ready, number);
	g_byte_array_append(ready, (const guint8 *)name, (guint)strlen(name));
	outbox_say(outbox, SIGROK_READY, ready->data, ready->len);
}

static gboolean serve_analyzer(struct outbox *outbox, const char *text, GError **error)
{
	struct acquisition_setup setup = { NULL };
	gboolean wait;

	if (!understand(text, &setup, &wait))
		return not_told(error);
	outbox_set_wait(outbox, wait);
	struct acquisition *acquisition = acquisition_open(&setup, outbox, error);
	if (!acquisition)
		return FALSE;
	g_autofree char *name = acquisition_name(acquisition);
	say_ready(outbox, acquisition_rate(acquisition), name);

	g_autofree char *start = expect(SIGROK_START);
	if (!start)
		return TRUE;
	struct control *control = g_new(struct control, 1);
	*control = (struct control){ acquisition, outbox };
	g_thread_unref(g_thread_new("control", await_stop, control));
	return acquisition_run(acquisition, error);
}

static void understand_supply(GKeyFile *file, struct supply_setup *setup)
{
	setup->driver = g_key_file_get_string(file, "open", "driver", NULL);
	setup->conn = g_key_file_get_string(file, "open", "conn", NULL);
	setup->output = g_key_file_get_string(file, "open", "output", NULL);
	setup->volts = g_key_file_get_double(file, "open", "volts", NULL);
	setup->amps = g_key_file_get_double(file, "open", "amps", NULL);
}

/* A supply may say anything. */
static guint64 milli(double value)
{
	return (guint64)(gint64)(isfinite(value) ? CLAMP(value * 1000, -1e12, 1e12) : 1e12);
}

static gboolean say_state(struct outbox *outbox, struct supply *supply, GError **error)
{
	g_autoptr(GByteArray) payload = g_byte_array_new();
	struct supply_state state;

	if (!supply_read(supply, &state, error))
		return FALSE;
	sigrok_append(payload, state.enabled ? 1 : 0);
	sigrok_append(payload, milli(state.volts));
	sigrok_append(payload, milli(state.amps));
	outbox_say(outbox, SIGROK_STATE, payload->data, payload->len);
	return TRUE;
}

static gboolean serve_supply(struct outbox *outbox, const char *text, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	struct supply_setup setup = { NULL };
	enum sigrok_type type;
	char *told;

	if (!read_lines(file, text))
		return not_told(error);
	understand_supply(file, &setup);
	struct supply *supply = setup.driver ? supply_open(&setup, error) : NULL;
	if (!supply)
		return setup.driver ? FALSE : not_told(error);
	g_autofree char *name = supply_name(supply);
	say_ready(outbox, 1, name);
	for (; (told = hear(&type)) && type == SIGROK_SWITCH; g_free(told))
		/* "": it is only asked. */
		if ((*told && !supply_set(supply, *told == '1', error)) || !say_state(outbox, supply, error))
			break;
	g_free(told);
	return !*error;
}

static gboolean serve(struct outbox *outbox, GError **error)
{
	enum sigrok_type type;
	g_autofree char *text = hear(&type);

	if (text && type == SIGROK_OPEN)
		return serve_analyzer(outbox, text, error);
	if (text && type == SIGROK_SUPPLY)
		return serve_supply(outbox, text, error);
	return not_told(error);
}

int main(void)
{
	g_autoptr(GError) error = NULL;
	struct sockaddr_storage address;
	socklen_t length = sizeof address;

	/* Should the rig be killed, this must not stay behind, whatever libsigrok is waiting for. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getsockname(RIG_FD, (struct sockaddr *)&address, &length) < 0) {
		fprintf(stderr, "wiperig-sigrok: the wiperig program starts this to work with logic analyzers and "
				"power supplies\n");
		return 2;
	}
	struct outbox *outbox = outbox_new(RIG_FD);
	if (!serve(outbox, &error))
		say_failed(outbox, error->message);
	outbox_drain(outbox);
	_exit(0);
}

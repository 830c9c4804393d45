/* SPDX-License-Identifier: Apache-2.0 */
#include "operator.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOOK_MS 50 /* a console that talks meanwhile must not fill up */

int operator_open(void)
{
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

static gboolean fail(const char *what, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "asking the operator: %s", what);
	return FALSE;
}

/* A real slot goes on living while the person thinks; a virtual one stands still. */
static gboolean let_live(struct slot *slot, GError **error)
{
	const struct instrument *clock = slot_instrument(slot, ROLE_CLOCK);

	return clock->driver->ops.clock->is_virtual ||
	       slot_wait(slot, slot_now(slot) + NS_PER_MS, NULL, NULL, NULL, error);
}

static gboolean wait_for_input(struct slot *slot, int terminal, GError **error)
{
	for (;;) {
		struct pollfd input = { .fd = terminal, .events = POLLIN };
		int ready = poll(&input, 1, LOOK_MS);

		if (ready > 0)
			return TRUE;
		if (ready < 0)
			return fail(errno == EINTR ? "interrupted" : g_strerror(errno), error);
		if (!let_live(slot, error))
			return FALSE;
	}
}

static gboolean take_line(struct slot *slot, int terminal, GString *line, GError **error)
{
	char byte;

	while (wait_for_input(slot, terminal, error)) {
		ssize_t got = read(terminal, &byte, 1);
		if (got <= 0)
			return fail("the terminal is gone", error);
		if (byte == '\n')
			return TRUE;
		g_string_append_c(line, byte);
	}
	return FALSE;
}

char *operator_ask(struct slot *slot, int terminal, const char *question, GError **error)
{
	g_autofree char *shown = g_strdup_printf("\n%s\n> ", question);
	g_autoptr(GString) line = g_string_new(NULL);

	/* Cases that run side by side ask one after another. */
	while (flock(terminal, LOCK_EX) && errno == EINTR)
		;
	gboolean good = write(terminal, shown, strlen(shown)) >= 0 ? take_line(slot, terminal, line, error)
								   : fail(g_strerror(errno), error);
	flock(terminal, LOCK_UN);
	return good ? g_utf8_make_valid(line->str, (gssize)line->len) : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a UART (8N1) sends, read off its line as an analyzer saw it. */
#pragma once
#include "line_window.h"

struct uart_byte {
	gint64 at_ns; /* slot time at which its stop bit ended */
	guint8 byte;
};

struct uart_bytes {
	GArray *bytes;	/**< of struct uart_byte, in order */
	guint broken;	/**< frames without a stop bit */
	gboolean moves; /**< the line has an edge at all */
	gint64 from_ns; /**< what was sent before then may be missing: the window may begin within a byte */
};

/** Reads the line `line` in a complete window; `byte_ns`: what a byte takes, 10 bits. A byte that the window cuts off
 * is left out. To be freed with uart_bytes_clear(). */
void uart_bytes_read(struct uart_bytes *read, const struct line_window *window, enum event_line_name line,
		     gint64 byte_ns);
void uart_bytes_clear(struct uart_bytes *read);

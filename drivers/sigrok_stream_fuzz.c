/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: whatever the helper says, in whatever pieces, the rig hears of each sample once and in order, or of an
 * error. */
#include "sigrok_stream.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	guint64 next;
	guint8 sum;
};

static void on_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	struct heard *heard = data;

	if (first != heard->next || !count)
		abort();
	for (gsize i = 0; i < count; i++)
		heard->sum ^= samples[i];
	heard->next += count;
}

static void on_lost(gpointer data, guint64 first, guint64 count)
{
	struct heard *heard = data;

	if (first != heard->next || !count)
		abort();
	heard->next += count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sigrok_stream stream;
	struct heard heard = { 0 };
	const struct sigrok_sink sink = { on_samples, on_lost, &heard };
	const size_t piece = size ? 1 + data[0] : 1;
	GError *error = NULL;

	sigrok_stream_init(&stream);
	for (size_t at = 1; at < size && !error; at += piece)
		if (!sigrok_stream_take(&stream, data + at, MIN(piece, size - at), &sink, &error) && !error)
			abort();
	if (!error && stream.next != heard.next)
		abort();
	g_clear_error(&error);
	sigrok_stream_clear(&stream);
	return 0;
}

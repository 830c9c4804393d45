/* SPDX-License-Identifier: Apache-2.0 */
/* What looking at content costs: build/content_bench */
#include "content_test.h"

#define ROUNDS 5

static void measure(const char *name, const guint8 *bytes, gsize length, guint times)
{
	gint64 best_us = G_MAXINT64;
	struct content_look look;
	guint64 samples[2048];

	for (guint round = 0; round < ROUNDS; round++) {
		gint64 start_us = g_get_monotonic_time();

		for (guint i = 0; i < times; i++)
			content_look(bytes, length, &look);
		best_us = MIN(best_us, g_get_monotonic_time() - start_us);
	}
	g_print("look at %-32s %10.0f MB/s\n", name, (double)length * times / (double)best_us);
	best_us = G_MAXINT64;
	for (guint round = 0; round < ROUNDS; round++) {
		gint64 start_us = g_get_monotonic_time();

		for (guint i = 0; i < times; i++)
			content_samples(bytes, length, samples, G_N_ELEMENTS(samples));
		best_us = MIN(best_us, g_get_monotonic_time() - start_us);
	}
	g_print("sample  %-32s %10.0f MB/s\n", name, (double)length * times / (double)best_us);
}

int main(void)
{
	g_autofree guint8 *bytes = g_malloc0(4 * MIB);

	measure("64 KiB of zeros", bytes, 64 * KIB, 20000);
	fill_text(bytes, 64 * KIB);
	measure("64 KiB of text", bytes, 64 * KIB, 400);
	fill_seeded(1, bytes, 4 * MIB);
	measure("512 B, random", bytes, 512, 20000);
	measure("4 KiB, random", bytes, 4 * KIB, 4000);
	measure("64 KiB, random", bytes, 64 * KIB, 400);
	measure("4 MiB, random", bytes, 4 * MIB, 10);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Cost of one spool_append(): spool_bench FILE */
#include "spool.h"
#include <stdio.h>
#include <unistd.h>

static gint64 now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * G_GINT64_CONSTANT(1000000000) + t.tv_nsec;
}

static void bench(const char *path, gsize length, guint count)
{
	g_autofree char *data = g_malloc0(length);
	struct event event = { .type = EVENT_URB, .case_no = 1, .data = data, .length = length };
	g_autoptr(GError) error = NULL;

	unlink(path);
	struct spool *spool = spool_create(path, &error);
	if (!spool)
		g_error("%s", error->message);
	gint64 start = now_ns();
	for (guint i = 0; i < count; i++) {
		event.time_ns = i;
		if (!spool_append(spool, &event, &error))
			g_error("%s", error->message);
	}
	printf("%7zu bytes: %8.1f ns an event\n", length, (double)(now_ns() - start) / count);
	spool_close(spool);
	unlink(path);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	bench(argv[1], 24, 1000000);
	bench(argv[1], 24 + 64, 1000000);
	bench(argv[1], 24 + 512, 200000);
	bench(argv[1], 1 << 20, 100);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The helper program itself, with libsigrok's "demo" analyzer, and one that is made up. */
#include "sigrok_helper.h"
#include "rig/test.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_US (20 * G_USEC_PER_SEC)
#define DEMO "driver=demo\nrate=1000000\nwait=1\nline.0=D0\nline.7=#3\n"

struct heard {
	guint64 next;
	guint8 any;
};

static void on_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	struct heard *heard = data;

	CU_ASSERT_EQUAL(first, heard->next);
	for (gsize i = 0; i < count; i++)
		heard->any |= samples[i];
	heard->next += count;
}

static void on_lost(gpointer data, guint64 first, guint64 count)
{
	(void)data, (void)first, (void)count;
	CU_FAIL("lost");
}

/* Reads until the state is there, or an error, which is returned. */
static GError *read_until(struct sigrok_helper *helper, struct heard *heard, const gboolean *state, guint64 samples)
{
	const struct sigrok_sink sink = { on_samples, on_lost, heard };
	const gint64 end_us = g_get_monotonic_time() + LIMIT_US;
	GError *error = NULL;
	gboolean got;

	while (!(state ? *state : heard->next >= samples) && g_get_monotonic_time() < end_us)
		if (!sigrok_helper_read(helper, &sink, 20, &got, &error))
			return error;
	CU_ASSERT_TRUE(state ? *state : heard->next >= samples);
	return NULL;
}

static void acquire(void)
{
	struct sigrok_helper *helper = sigrok_helper_start(NULL);
	struct heard heard = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(helper);
	CU_ASSERT_TRUE(sigrok_helper_say(helper, SIGROK_OPEN, DEMO, NULL));
	CU_ASSERT_PTR_NULL(read_until(helper, &heard, &sigrok_helper_stream(helper)->ready, 0));
	CU_ASSERT_EQUAL(sigrok_helper_stream(helper)->rate_hz, 1000000);
	CU_ASSERT_TRUE(sigrok_helper_say(helper, SIGROK_START, "", NULL));
	CU_ASSERT_PTR_NULL(read_until(helper, &heard, NULL, 1000));
	/* Other channels are not asked for. */
	CU_ASSERT_EQUAL(heard.any & ~0x81, 0);
	sigrok_helper_free(helper);
}

static guint open_files(void)
{
	g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
	guint count = 0;

	while (folder && g_dir_read_name(folder))
		count++;
	return count;
}

static void leaks_nothing(void)
{
	const guint rounds = g_getenv("WIPERIG_SOAK") ? 1000 : 50;

	acquire();
	const guint before = open_files();
	for (guint i = 0; i < rounds; i++)
		acquire();
	CU_ASSERT_EQUAL(open_files(), before);
	CU_ASSERT_EQUAL(waitpid(-1, NULL, WNOHANG), -1);
	CU_ASSERT_EQUAL(errno, ECHILD);
}

static void refusals(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "driver=nonsense\nrate=1\n", "no driver \"nonsense\"" },
		{ "driver=demo\nrate=1000000\nline.0=P8_45\n", "no channel P8_45 (it has D0, D1" },
		{ "driver=beaglelogic\nconn=tcp/127.0.0.1/1\nrate=1000\nline.0=#0\n", "Connection refused" },
		{ "rate=1\n", "not told what to open" },
		{ "]", "not told what to open" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sigrok_helper *helper = sigrok_helper_start(NULL);
		struct heard heard = { 0 };

		CU_ASSERT_PTR_NOT_NULL_FATAL(helper);
		CU_ASSERT_TRUE(sigrok_helper_say(helper, SIGROK_OPEN, cases[i].text, NULL));
		g_autoptr(GError) error = read_until(helper, &heard, &sigrok_helper_stream(helper)->ready, 0);
		CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_GONE));
		CU_ASSERT_PTR_NOT_NULL(error ? strstr(error->message, cases[i].says) : NULL);
		sigrok_helper_free(helper);
	}
}

/* At the other end there is this test. */
static struct sigrok_helper *fake(int *fd)
{
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	*fd = pair[1];
	return sigrok_helper_new(pair[0], 0);
}

static void gone(void)
{
	const struct sigrok_sink sink = { on_samples, on_lost, NULL };
	struct sigrok_helper *helper;
	g_autoptr(GError) ended = NULL, deaf = NULL, broken = NULL;
	gboolean got = TRUE;
	int fd;

	helper = fake(&fd);
	CU_ASSERT_TRUE(sigrok_helper_read(helper, &sink, 1, &got, NULL));
	CU_ASSERT_FALSE(got);
	close(fd);
	CU_ASSERT_FALSE(sigrok_helper_read(helper, &sink, 1, &got, &ended));
	CU_ASSERT_TRUE(g_error_matches(ended, RIG_ERROR, RIG_ERROR_GONE));
	CU_ASSERT_FALSE(sigrok_helper_say(helper, SIGROK_START, "", &deaf));
	CU_ASSERT_TRUE(g_error_matches(deaf, RIG_ERROR, RIG_ERROR_GONE));
	sigrok_helper_free(helper);
	helper = fake(&fd);
	CU_ASSERT_EQUAL(write(fd, "hello, world", 12), 12);
	CU_ASSERT_FALSE(sigrok_helper_read(helper, &sink, 1, &got, &broken));
	CU_ASSERT_TRUE(g_error_matches(broken, RIG_ERROR, RIG_ERROR_PROTOCOL));
	sigrok_helper_free(helper);
	close(fd);
}

/* One that does not stop when it is asked to is left behind all the same. */
static void stops(void)
{
	static const guint8 says[] = { SIGROK_READY,   0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
				       SIGROK_STARTED, 0, 0, 0, 0, 0, 0, 0 };
	const struct sigrok_sink sink = { on_samples, on_lost, NULL };
	guint8 heard[2 * SIGROK_HEADER];
	gboolean got;
	int fd;
	struct sigrok_helper *helper = fake(&fd);

	CU_ASSERT_EQUAL(write(fd, says, sizeof says), sizeof says);
	CU_ASSERT_TRUE(sigrok_helper_read(helper, &sink, 1, &got, NULL));
	gint64 begin_us = g_get_monotonic_time();
	sigrok_helper_free(helper);
	CU_ASSERT_TRUE(g_get_monotonic_time() - begin_us < 5 * G_USEC_PER_SEC);
	CU_ASSERT_EQUAL(read(fd, heard, sizeof heard), SIGROK_HEADER);
	CU_ASSERT_EQUAL(heard[0], SIGROK_STOP);
	close(fd);
}

/* Stopped by a signal, as good as hung: it is ended. */
static void hangs(void)
{
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid_t pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	close(pair[1]);
	sigrok_helper_free(sigrok_helper_new(pair[0], pid));
	CU_ASSERT_EQUAL(kill(pid, 0), -1);
	CU_ASSERT_EQUAL(errno, ESRCH);
}

TEST_SUITE(sigrok_helper, { "acquisitions leak nothing", leaks_nothing }, { "what cannot be opened", refusals },
	   { "a helper that is gone", gone }, { "one that does not stop", stops }, { "one that hangs", hangs })

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As fast as a small analyzer samples 8 channels: 24 MSa/s, in real time, from one that does not wait (paced-analyzer)
 * and holds 2 s at most, through libsigrok and wiperig-sigrok: every sample comes, once, in order, and none was lost on
 * the way. WIPERIG_SOAK: 60 s in place of 5. By its nature it takes real time, and a processor now and then; where
 * samples are lost and the analyzer or this test can tell that the machine had not let it run, that is no judgement.
 */
#include "rig/paced_analyzer.h"
#include "rig/paths.h"
#include "rig/test.h"
#include "sigrok_helper.h"
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define RATE_HZ G_GUINT64_CONSTANT(24000000)
#define BUFFER_MS 2000
#define LIMIT_US (20 * G_USEC_PER_SEC) /* of every wait; of an acquisition, behind real time */
#define STARVED_US (BUFFER_MS * 1000 / 2)
#define TRIES 3
#define TURN_MS 20

/* --- the analyzer's program --- */

struct paced {
	GPid pid;
	int in, out; /* its standard input and output */
	guint64 port;
	guint64 samples, lost, deepest_us, gap_us; /* what it says in the end */
};

/* A line, or what came of it before the end or the limit; the caller's to free. */
static char *read_line(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	GString *line = g_string_new(NULL);
	char byte;

	while (poll(&ready, 1, (int)(LIMIT_US / 1000)) > 0 && read(fd, &byte, 1) == 1 && byte != '\n')
		g_string_append_c(line, byte);
	return g_string_free(line, FALSE);
}

/* "NAME=NUMBER …" into the numbers, in this order. */
static void read_numbers(int fd, const char *const *names, guint64 *const *numbers)
{
	g_autofree char *line = read_line(fd);
	g_auto(GStrv) words = g_strsplit(line, " ", -1);

	for (guint i = 0; names[i]; i++) {
		const char *word = i < g_strv_length(words) ? words[i] : "";
		const gsize length = strlen(names[i]);
		CU_ASSERT_TRUE(g_str_has_prefix(word, names[i]) && word[length] == '=' &&
			       g_ascii_string_to_unsigned(word + length + 1, 10, 0, G_MAXUINT64, numbers[i], NULL));
	}
}

static gboolean paced_start(struct paced *paced, const char *buffer_ms)
{
	static const char *const names[] = { "port", NULL };
	g_autofree char *path = path_module("paced-analyzer");
	char *arguments[] = { path, (char *)buffer_ms, NULL };

	*paced = (struct paced){ .in = -1, .out = -1 };
	CU_ASSERT_TRUE_FATAL(path && g_spawn_async_with_pipes(NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
							      NULL, &paced->pid, &paced->in, &paced->out, NULL, NULL));
	read_numbers(paced->out, names, (guint64 *const[]){ &paced->port });
	return paced->port != 0;
}

static void paced_end(struct paced *paced)
{
	static const char *const names[] = { "samples", "lost", "deepest_us", "gap_us", NULL };
	int status;

	close(paced->in);
	read_numbers(paced->out, names,
		     (guint64 *const[]){ &paced->samples, &paced->lost, &paced->deepest_us, &paced->gap_us });
	/* It has said its last: it ends, or never would. */
	kill(paced->pid, SIGKILL);
	while (waitpid(paced->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(paced->out);
}

/* --- what comes through the helper --- */

struct heard {
	guint64 next, lost, wrong;
	gint64 turn_us, gap_us;
};

static void on_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	struct heard *heard = data;
	guint64 wrong = first != heard->next;

	for (gsize i = 0; i < count; i++)
		wrong += samples[i] != paced_sample(first + i);
	heard->wrong += wrong;
	heard->next = first + count;
}

static void on_lost(gpointer data, guint64 first, guint64 count)
{
	struct heard *heard = data;

	heard->lost += count;
	heard->next = first + count;
}

static gboolean read_on(struct sigrok_helper *helper, struct heard *heard)
{
	const struct sigrok_sink sink = { on_samples, on_lost, heard };
	g_autoptr(GError) error = NULL;
	gboolean got, good = sigrok_helper_read(helper, &sink, TURN_MS, &got, &error);
	const gint64 now_us = g_get_monotonic_time();

	if (heard->turn_us)
		heard->gap_us = MAX(heard->gap_us, now_us - heard->turn_us - TURN_MS * 1000);
	heard->turn_us = now_us;
	if (!good)
		g_printerr("\n%s\n", error->message);
	return good;
}

/* FALSE: the helper failed, or it took too long. */
static gboolean read_samples(struct sigrok_helper *helper, guint64 count, struct heard *heard)
{
	const gint64 end_us = g_get_monotonic_time() + LIMIT_US + (gint64)(count * G_USEC_PER_SEC / RATE_HZ);

	while (heard->next < count && g_get_monotonic_time() < end_us)
		if (!read_on(helper, heard))
			return FALSE;
	return heard->next >= count;
}

static gboolean await_ready(struct sigrok_helper *helper, struct heard *heard)
{
	const gint64 end_us = g_get_monotonic_time() + LIMIT_US;

	while (!sigrok_helper_stream(helper)->ready && g_get_monotonic_time() < end_us)
		if (!read_on(helper, heard))
			return FALSE;
	return sigrok_helper_stream(helper)->ready;
}

static gboolean acquire(guint64 port, guint64 count, struct heard *heard)
{
	g_autoptr(GString) open = g_string_new(NULL);
	struct sigrok_helper *helper = sigrok_helper_start(NULL);

	g_string_append_printf(
	    open, "driver=beaglelogic\nconn=tcp/127.0.0.1/%" G_GUINT64_FORMAT "\nrate=%" G_GUINT64_FORMAT "\n", port,
	    RATE_HZ);
	for (guint line = 0; line < 8; line++)
		g_string_append_printf(open, "line.%u=#%u\n", line, line);
	CU_ASSERT_PTR_NOT_NULL_FATAL(helper);
	gboolean good = sigrok_helper_say(helper, SIGROK_OPEN, open->str, NULL) && await_ready(helper, heard) &&
			sigrok_helper_say(helper, SIGROK_START, "", NULL);
	*heard = (struct heard){ 0 };
	good = good && read_samples(helper, count, heard);
	sigrok_helper_free(helper);
	return good;
}

/* --- the judgement --- */

enum judgement { KEPT_UP, FELL_BEHIND, NOT_JUDGED };

static enum judgement judge(gboolean good, const struct heard *heard, const struct paced *paced)
{
	const gboolean starved = MAX(paced->gap_us, (guint64)heard->gap_us) >= STARVED_US;

	if (good && !heard->wrong && !heard->lost && !paced->lost)
		return KEPT_UP;
	return starved && (heard->lost || paced->lost) ? NOT_JUDGED : FELL_BEHIND;
}

static void judgements(void)
{
	static const struct {
		struct heard heard;
		struct paced paced;
		gboolean good;
		enum judgement judgement;
	} cases[] = {
		{ { 0 }, { 0 }, TRUE, KEPT_UP },
		{ { 0 }, { .gap_us = 3 * STARVED_US }, TRUE, KEPT_UP },
		{ { 0 }, { 0 }, FALSE, FELL_BEHIND },
		{ { .lost = 1 }, { 0 }, TRUE, FELL_BEHIND },
		{ { .wrong = 1 }, { .gap_us = STARVED_US }, TRUE, FELL_BEHIND },
		{ { .wrong = 1 }, { .lost = 1, .gap_us = STARVED_US - 1 }, TRUE, FELL_BEHIND },
		{ { .wrong = 1 }, { .lost = 1, .gap_us = STARVED_US }, TRUE, NOT_JUDGED },
		{ { .lost = 1, .gap_us = STARVED_US }, { 0 }, TRUE, NOT_JUDGED },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		CU_ASSERT_EQUAL(judge(cases[i].good, &cases[i].heard, &cases[i].paced), cases[i].judgement);
}

static double children_s(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static enum judgement try_once(guint64 count)
{
	struct heard heard = { 0 };
	struct paced paced;
	const double before_s = children_s();

	const gboolean started = paced_start(&paced, G_STRINGIFY(BUFFER_MS));
	const gboolean good = started && acquire(paced.port, count, &heard);
	const double helper_s = children_s() - before_s;
	paced_end(&paced);
	printf("note: 24 MSa/s x 8: %.1f s, %" G_GUINT64_FORMAT " lost, %" G_GUINT64_FORMAT
	       " overrun, at most %.0f of %d ms held; wiperig-sigrok used %.2f s of CPU time\n",
	       (double)heard.next / (double)RATE_HZ, heard.lost, paced.lost, (double)paced.deepest_us / 1000, BUFFER_MS,
	       helper_s);
	return judge(good, &heard, &paced);
}

static void keeps_up(void)
{
	const guint64 count = (g_getenv("WIPERIG_SOAK") ? 60 : 5) * RATE_HZ;
	enum judgement judgement = NOT_JUDGED;

	for (guint i = 0; i < TRIES && judgement == NOT_JUDGED; i++)
		judgement = try_once(count);
	CU_ASSERT_NOT_EQUAL(judgement, FELL_BEHIND);
	if (judgement == NOT_JUDGED)
		printf("note: 24 MSa/s NOT JUDGED: machine too slow: nothing ran for %d ms and more, %d times in a "
		       "row\n",
		       STARVED_US / 1000, TRIES);
}

/* --- and the analyzer does notice --- */

static int reach(guint64 port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_port = htons((guint16)port);
	CU_ASSERT_EQUAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

/* Nobody reads: what the sockets hold and 1 ms more is all that there is room for. */
static void notices(void)
{
	static const char commands[] = "samplerate 1000000000\nget\n";
	struct paced paced;
	guint8 byte;

	CU_ASSERT_TRUE_FATAL(paced_start(&paced, "1"));
	const int fd = reach(paced.port);
	CU_ASSERT_EQUAL(send(fd, commands, sizeof commands - 1, MSG_NOSIGNAL), sizeof commands - 1);
	CU_ASSERT_EQUAL(recv(fd, &byte, 1, 0), 1);
	g_usleep(50 * 1000);
	close(fd);
	paced_end(&paced);
	CU_ASSERT_TRUE(paced.lost > 0 && paced.lost < paced.samples);
	CU_ASSERT_TRUE(paced.deepest_us > 1000);
}

TEST_SUITE(sigrok_rate, { "24 MSa/s", keeps_up }, { "what is judged", judgements },
	   { "an overrun is noticed", notices })

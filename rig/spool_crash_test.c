/* SPDX-License-Identifier: Apache-2.0 */
/* The spool under a killed writer and on a full disk; spool_test.c has the format. */
#include "spool.h"
#include "test.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
	char *folder, *path;
};

static struct fixture begin(void)
{
	struct fixture f = { .folder = g_dir_make_tmp("spool-XXXXXX", NULL) };

	f.path = g_build_filename(f.folder, "spool", NULL);
	return f;
}

static void end(struct fixture *f)
{
	g_unlink(f->path);
	CU_ASSERT_EQUAL(g_rmdir(f->folder), 0);
	g_free(f->path);
	g_free(f->folder);
}

static gboolean append(struct spool *spool, gint64 time_ns, gconstpointer data, gsize length, GError **error)
{
	struct event event = { .type = EVENT_NOTE, .time_ns = time_ns, .data = data, .length = length };
	return spool_append(spool, &event, error);
}

/* The child acknowledges each record through the pipe and is killed in the middle of its work. */
static void write_until_killed(const char *path, int fd)
{
	struct spool *spool = spool_create(path, NULL);
	guint8 data[64];

	for (guint n = 0; spool; n++) {
		memset(data, (int)n, sizeof data);
		if (!append(spool, n, data, n % 64, NULL) || write(fd, &n, sizeof n) != sizeof n)
			break;
	}
	_exit(1);
}

struct sequence {
	gint64 next;
	gboolean wrong;
};

static gboolean check_sequence(const struct event *event, gpointer data, G_GNUC_UNUSED GError **error)
{
	struct sequence *seen = data;

	if (event->time_ns != seen->next++ || event->length != (gsize)event->time_ns % 64)
		seen->wrong = TRUE;
	return TRUE;
}

static void killed_writer_once(guint before_kill)
{
	struct fixture f = begin();
	int ends[2];
	guint n = 0, acknowledged = 0;
	struct sequence seen = { 0 };

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		write_until_killed(f.path, ends[1]);
	}
	close(ends[1]);
	while (acknowledged < before_kill && read(ends[0], &n, sizeof n) == sizeof n)
		acknowledged++;
	kill(pid, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
	while (read(ends[0], &n, sizeof n) == sizeof n)
		acknowledged++;
	CU_ASSERT(acknowledged >= before_kill);
	close(ends[0]);
	CU_ASSERT_TRUE(spool_visit(f.path, check_sequence, &seen, NULL, NULL));
	CU_ASSERT(seen.next >= (gint64)acknowledged && !seen.wrong);
	end(&f);
}

static void killed_writer(void)
{
	for (guint i = 0; i < 20; i++)
		killed_writer_once(1 + i * 997);
}

/* In a child, as the limit cannot be taken back. Exit 0: an error came, and the spool is whole up to it. */
static void fill_until_error(const char *path)
{
	GStatBuf status;
	struct rlimit limit = { 600000, 600000 };
	struct sequence seen = { 0 };
	g_autoptr(GError) error = NULL;
	guint8 data[64] = { 0 };
	gint64 n = 0;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	struct spool *spool = spool_create(path, NULL);
	if (!spool)
		_exit(2);
	while (append(spool, n, data, (gsize)n % 64, &error))
		n++;
	if (!g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG) || !strstr(error->message, path))
		_exit(3);
	if (append(spool, n, data, 64, NULL) || !spool_sync(spool, NULL))
		_exit(5);
	spool_close(spool);
	/* The room up to the last page was used. */
	if (g_stat(path, &status) < 0 || status.st_size < 600000 - 8192)
		_exit(4);
	if (!spool_visit(path, check_sequence, &seen, NULL, NULL) || seen.next != n || seen.wrong)
		_exit(6);
	_exit(0);
}

static void full_disk(void)
{
	struct fixture f = begin();
	int status = -1;

	pid_t pid = fork();
	if (pid == 0)
		fill_until_error(f.path);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_EQUAL(status >> 8, 0);
	end(&f);
}

TEST_SUITE(spool_crash, { "killed writer", killed_writer }, { "full disk", full_disk })

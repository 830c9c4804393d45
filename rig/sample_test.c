/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"
#include "test.h"
#include "units.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const char sample_hostile[] =
    "<script>alert('x')</script>]]>&amp;\x1b[2J\x01\xff\xfe\xe2\x80\xae\xef\xbf\xbf\"--></pre>";

static void event_free(gpointer data)
{
	struct event *event = data;

	g_free((gpointer)event->data);
	g_free(event);
}

struct sample *sample_new(void)
{
	struct sample *sample = g_new0(struct sample, 1);

	sample->events = g_ptr_array_new_with_free_func(event_free);
	return sample;
}

void sample_free(struct sample *sample)
{
	g_ptr_array_unref(sample->events);
	g_free(sample);
}

void sample_add_bytes(struct sample *sample, enum event_type type, guint32 case_no, const void *data, gsize length)
{
	struct event *event = g_new0(struct event, 1);

	*event = (struct event){ .type = type,
				 .case_no = case_no,
				 .time_ns = sample->time_ns,
				 .data = g_memdup2(data, length),
				 .length = length };
	g_ptr_array_add(sample->events, event);
	sample->time_ns =
	    (gint64)((guint64)sample->time_ns + NS_PER_MS); /* tests set times at the ends of what there is */
}

void sample_add(struct sample *sample, enum event_type type, guint32 case_no, const char *text)
{
	g_autofree char *json = g_strdelimit(g_strdup(text), "'", '"');

	sample_add_bytes(sample, type, case_no, json, strlen(json));
}

void sample_addf(struct sample *sample, enum event_type type, guint32 case_no, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	sample_add(sample, type, case_no, text);
}

static void add_json(struct sample *sample, enum event_type type, guint32 case_no, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	sample_add_bytes(sample, type, case_no, text, strlen(text));
	free(text);
	json_decref(json);
}

static void add_urb(struct sample *sample, guint32 case_no, guint8 endpoint, const char *data)
{
	struct {
		struct event_urb head;
		guint8 data[512];
	} urb = { .head = { .submitted_ns = sample->time_ns - NS_PER_US,
			    .actual = (guint32)strlen(data),
			    .endpoint = endpoint } };

	memcpy(urb.data, data, strlen(data));
	sample_add_bytes(sample, EVENT_URB, case_no, &urb, sizeof urb.head + strlen(data));
}

static void add_action(struct sample *s, guint32 no, guint n, const char *step, const char *text)
{
	sample_addf(s, EVENT_STEP_BEGIN, no, "{'n':%u,'step':'%s','text':'%s','line':%u}", n, step, text, 10 + n);
	add_urb(s, no, 0x02, "WR\x01");
	add_urb(s, no, 0x81, "WR\x02");
	s->time_ns += 250 * NS_PER_MS;
	sample_addf(s, EVENT_STEP_END, no,
		    "{'n':%u,'verdict':'pass','expected':null,'actual':null,'requirements':[],'reason':null}", n);
}

static void add_expectation(struct sample *s, guint32 no, guint n, const char *id, const char *verdict,
			    const char *expected, const char *actual)
{
	sample_addf(s, EVENT_STEP_BEGIN, no, "{'n':%u,'step':'expect.panel','text':'Check the panel','line':%u}", n,
		    10 + n);
	sample_addf(s, EVENT_PANEL, no, "{'text':'%s'}", actual);
	sample_addf(s, EVENT_STEP_END, no,
		    "{'n':%u,'verdict':'%s','expected':'%s','actual':'%s','requirements':['%s'],'reason':null}", n,
		    verdict, expected, actual, id);
}

static void begin_case(struct sample *s, guint32 no, const char *name, const char *scenario, const char *title,
		       const char *file, const char *ids)
{
	sample_addf(s, EVENT_CASE_BEGIN, no,
		    "{'case':'%s','scenario':'%s','title':'%s','file':'%s','line':3,'requirements':[%s],"
		    "'effects':['erases'],'params':{'host':'iR2270','region':'US'},'unit':{'serial':'ABC01234'}}",
		    name, scenario, title, file, ids);
	sample_add(s, EVENT_POWER, no, "{'main':true}");
	sample_add_bytes(s, EVENT_CONSOLE_RX, no, "boot: kit 1.04\r\nlicence: none\r\n", 31);
}

static void end_case(struct sample *s, guint32 no, const char *name, const char *verdict, const char *reason, int step,
		     const char *ids, guint steps)
{
	g_autofree char *n = step ? g_strdup_printf("%d", step) : g_strdup("null");

	sample_add(s, EVENT_POWER, no, "{'main':false}");
	sample_addf(s, EVENT_CASE_END, no,
		    "{'case':'%s','verdict':'%s','reason':%s,'step':%s,'requirements':[%s],'power':'safe','steps':%u}",
		    name, verdict, reason, n, ids, steps);
}

static void add_hostile_case(struct sample *s, guint32 no)
{
	json_t *utf8 = json_string("<img src=x onerror=alert(1)>\x1b]0;pwned\x07\xe2\x80\xae&lt;");

	begin_case(s, no, "MSG-02", "MSG-02", "The <b>messages</b> & their wording", "scenarios/messages.lua",
		   "'MSG-02'");
	add_action(s, no, 1, "power.on", "Power on");
	sample_add(s, EVENT_STEP_BEGIN, no, "{'n':2,'step':'expect.panel','text':'Check','line':9}");
	sample_add_bytes(s, EVENT_CONSOLE_RX, no, sample_hostile, sizeof sample_hostile);
	sample_add_bytes(s, EVENT_CONSOLE_TX, no, "status\r", 7);
	add_json(s, EVENT_PANEL, no, json_pack("{s:O}", "text", utf8));
	add_json(s, EVENT_STEP_END, no,
		 json_pack("{s:i, s:s, s:s, s:O, s:[s], s:n}", "n", 2, "verdict", "fail", "expected",
			   "a \"plain\" text", "actual", utf8, "requirements", "MSG-02", "reason"));
	add_json(s, EVENT_CASE_END, no,
		 json_pack("{s:s, s:s, s:O, s:i, s:[s], s:s, s:i}", "case", "MSG-02", "verdict", "fail", "reason", utf8,
			   "step", 2, "requirements", "MSG-02", "power", "unconfirmed", "steps", 2));
	json_decref(utf8);
}

static void begin_run(struct sample *s, gboolean emulated, guint cases)
{
	sample_addf(s, EVENT_RUN_BEGIN, 0,
		    "{'tool':'wiperig','version':'0.1.0','link':'direct','seed':42,'emulated':%s,'cases':%u,"
		    "'slot':{'name':'bench-1','unit':'%s','observe':'inline','drivers':{'controller':'board',"
		    "'power':'board'}},'firmware':{'sha256':"
		    "'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'}}",
		    emulated ? "true" : "false", cases, emulated ? "emulated" : "sacrificial");
}

#define LICENCE "scenarios/licence/refusals.lua"
#define ENABLED "This function has already enabled."
#define INCORRECT "The value for the license key is incorrect. Check the license key."

static void add_licence_cases(struct sample *s)
{
	begin_case(s, 1, "LIC-01[host=iR2270,region=US]", "LIC-01", "A key of this unit is accepted", LICENCE,
		   "'LIC-01'");
	add_action(s, 1, 1, "power.on", "Power on and wait for the start screen");
	add_action(s, 1, 2, "panel.register", "Type the licence key, press Start");
	add_expectation(s, 1, 3, "LIC-01", "pass", "accepted", "accepted");
	sample_add(s, EVENT_MEASURE, 1,
		   "{'name':'time to answer','value':0.31,'unit':'s','limit':'at most 0.3 s','within':false,"
		   "'uncertainty':0.02}");
	end_case(s, 1, "LIC-01[host=iR2270,region=US]", "pass", "null", 0, "", 3);

	begin_case(s, 2, "LIC-05[host=iR2270,region=US]", "LIC-05", "Registering again is refused", LICENCE,
		   "'LIC-05'");
	add_action(s, 2, 1, "power.on", "Power on and wait for the start screen");
	add_action(s, 2, 2, "panel.register", "Type the same licence key again, press Start");
	sample_add_bytes(s, EVENT_CONSOLE_RX, 2, "register: refused, code 2\r\n", 27);
	add_expectation(s, 2, 3, "LIC-05", "fail", "message 3: " ENABLED, "message 2: " INCORRECT);
	end_case(s, 2, "LIC-05[host=iR2270,region=US]", "fail", "'the panel showed another message'", 3, "'LIC-05'", 3);

	begin_case(s, 3, "LIC-07[part=disk]", "LIC-07", "The licence survives a new disk", LICENCE, "'LIC-07'");
	sample_add(s, EVENT_NOTE, 3, "{'text':'the console went away'}");
	end_case(s, 3, "LIC-07[part=disk]", "error", "'reading the console: No such device'", 1, "'LIC-07'", 1);

	begin_case(s, 4, "LIC-09", "LIC-09", "A transferred key never works again", LICENCE, "'LIC-09'");
	end_case(s, 4, "LIC-09", "skip", "'consumes a licence, but this unit is golden'", 0, "", 0);
}

struct sample *sample_run(gboolean emulated)
{
	struct sample *s = sample_new();

	begin_run(s, emulated, 8);
	add_licence_cases(s);
	begin_case(s, 5, "ERA-04", "ERA-04", "Mode 3 writes three passes", "scenarios/erase/modes.lua", "'ERA-04'");
	add_action(s, 5, 1, "service.set", "Select erase mode 3");
	end_case(s, 5, "ERA-04", "not judged", "'the disk is not observed (observe=none)'", 0, "'ERA-04'", 1);
	add_hostile_case(s, 6);
	begin_case(s, 7, "LIC-01[host=iR4570,region=EU]", "LIC-01", "A key of this unit is accepted", LICENCE,
		   "'LIC-01'");
	add_expectation(s, 7, 1, "LIC-01", "pass", "accepted", "accepted");
	end_case(s, 7, "LIC-01[host=iR4570,region=EU]", "pass", "null", 0, "", 1);
	begin_case(s, 8, "BOO-02", "BOO-02", "The first start may take 30 minutes", "scenarios/erase/modes.lua",
		   "'BOO-02'");
	sample_addf(s, EVENT_RUN_END, 0, "{'ended':'interrupted','verdicts':{'pass':2,'fail':2,'error':1,'skip':1}}");
	return s;
}

struct sample *sample_large(guint cases, guint steps)
{
	struct sample *s = sample_new();

	begin_run(s, TRUE, cases);
	for (guint no = 1; no <= cases; no++) {
		g_autofree char *name = g_strdup_printf("LIC-03[digit=%u]", no);
		g_autofree char *file = g_strdup_printf("scenarios/licence/group-%u.lua", no / 20);
		gboolean fails = no % 25 == 0;
		begin_case(s, no, name, "LIC-03", "A key with one digit altered is refused", file, "'LIC-03'");
		for (guint n = 1; n <= steps; n++)
			if (n % 2)
				add_action(s, no, n, "panel.register", "Type the licence key with one digit altered");
			else
				add_expectation(s, no, n, "LIC-03", fails && n == 8 ? "fail" : "pass",
						"message 2: " INCORRECT, fails && n == 8 ? ENABLED : INCORRECT);
		end_case(s, no, name, fails ? "fail" : "pass", fails ? "'wrong message'" : "null", fails ? 8 : 0,
			 fails ? "'LIC-03'" : "", steps);
	}
	sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete','verdicts':{}}");
	return s;
}

gboolean sample_play(const struct sample *sample, const struct sink *sink, const char *folder, GError **error)
{
	gpointer self = sink->open(folder, error);

	if (!self)
		return FALSE;
	for (guint i = 0; i < sample->events->len; i++)
		if (!sink->event(self, sample->events->pdata[i], error)) {
			CU_ASSERT_TRUE(sink->close(self, TRUE, NULL));
			return FALSE;
		}
	return sink->close(self, FALSE, error);
}

static guint files_in(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint count = 0;

	while (dir && g_dir_read_name(dir))
		count++;
	return count;
}

char *sample_output(const struct sample *sample, const struct sink *sink, gsize *length)
{
	g_autofree char *folder = g_dir_make_tmp("sink-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, sink->filename, NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	CU_ASSERT_TRUE(sample_play(sample, sink, folder, &error));
	if (error)
		g_printerr("\n%s\n", error->message);
	CU_ASSERT_EQUAL(files_in(folder), 1);
	CU_ASSERT_TRUE(g_file_get_contents(path, &text, length, NULL));
	g_unlink(path);
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
	return text;
}

/* In a child, as the limit cannot be taken back; its exit code is the result. */
static void fill_disk(const struct sample *sample, const struct sink *sink, const char *folder)
{
	struct rlimit limit = { 300, 300 };
	g_autoptr(GError) error = NULL;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	if (sample_play(sample, sink, folder, &error))
		_exit(2);
	if (!g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG))
		_exit(3);
	_exit(strstr(error->message, sink->filename) && strstr(error->message, g_strerror(EFBIG)) ? 0 : 4);
}

static void check_full_disk(const struct sample *sample, const struct sink *sink, const char *folder)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		fill_disk(sample, sink, folder);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_EQUAL(status, 0);
}

static void check_abandon(const struct sample *sample, const struct sink *sink, const char *folder)
{
	gpointer self = sink->open(folder, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(self);
	for (guint i = 0; i < sample->events->len; i++)
		CU_ASSERT_TRUE(sink->event(self, sample->events->pdata[i], NULL));
	CU_ASSERT_TRUE(sink->close(self, TRUE, NULL));
}

void sample_check_write_failures(const struct sample *sample, const struct sink *sink)
{
	g_autofree char *folder = g_dir_make_tmp("sink-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, sink->filename, NULL);
	g_autofree char *left = NULL;
	g_autoptr(GError) error = NULL;

	CU_ASSERT_TRUE(g_file_set_contents(path, "old", 3, NULL));
	check_full_disk(sample, sink, folder);
	check_abandon(sample, sink, folder);
	CU_ASSERT_TRUE(g_file_get_contents(path, &left, NULL, NULL));
	CU_ASSERT_STRING_EQUAL(left, "old");
	CU_ASSERT_EQUAL(files_in(folder), 1);
	g_unlink(path);
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
	CU_ASSERT_FALSE(sample_play(sample, sink, folder, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	CU_ASSERT(error && strstr(error->message, path) && strstr(error->message, g_strerror(ENOENT)));
}

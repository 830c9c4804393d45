/* SPDX-License-Identifier: Apache-2.0 */
#include "emulate.h"
#include "front.h"
#include "paths.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_FRONT "umockdev"
#define EXIT_USAGE 2
#define EXIT_RIG 3
#define NOT_GIVEN G_MININT64

static const char description[] =
    "Time follows the real time and the main power is on, so that any program finds the controller\n"
    "(1209:0001) and the rig's FT2232H (0403:6010). Without a COMMAND it prints what a program needs\n"
    "in its environment and serves until it is interrupted. The exit status is the COMMAND's.\n"
    "Fronts: umockdev, for programs on this machine, without privileges; usbip, for a Linux kernel with vhci_hcd;\n"
    "usbredir, for QEMU's usb-redir. The latter two serve 127.0.0.1 ($WIPERIG_USBIP_PORT, 3240;\n"
    "$WIPERIG_USBREDIR_PORT, 4000 and 4001; 0: any).\n"
    "\n"
    "Examples:\n"
    "  wiperig emulate -- lsusb -v -d 1209:0001\n"
    "  wiperig emulate --slot-setting host=iR4570 --slot-setting region=US -- ./my_client\n"
    "  wiperig emulate --analyzer -- sigrok-cli -d fx2lafw --config samplerate=1M --time 1000 -o lines.sr\n"
    "  wiperig emulate --front usbip -- sh -c 'usbip --tcp-port ${WIPERIG_USBIP#*:} attach -r 127.0.0.1 -b 1-2'\n"
    "  wiperig emulate --slot-setting firmware=./build/mine.so -- python3 my_test.py\n";

/* --- fronts --- */

static char *front_path(const char *name, GError **error)
{
	g_autofree char *file = g_strdup_printf("front-%s.so", name);
	char *path = strchr(name, '/') ? NULL : path_module(file);

	if (path)
		return path;
	g_auto(GStrv) known = path_modules("front-", ".so");
	g_autofree char *list = g_strjoinv(", ", known);
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "there is no front \"%s\"; %s%s", name,
		    *list ? "there is: " : "none is installed", list);
	return NULL;
}

/* Never unloaded: its threads may outlive serve(). */
static const struct front *front_load(const char *name, GError **error)
{
	g_autofree char *path = front_path(name, error);

	if (!path)
		return NULL;
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	const struct front *front = module ? dlsym(module, "wiperig_front") : NULL;
	if (!front)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "loading front %s: %s", name, dlerror());
	return front;
}

/* --- the command --- */

struct command {
	char *front;
	char **settings;
	gboolean analyzer;
	gint64 pull_analyzer; /* NOT_GIVEN, or at which transfer */
	int control_fd;
	char **client; /* borrowed from argv */
};

static gboolean make_config(char **settings, GKeyFile *config, GError **error)
{
	g_autofree char *firmware = path_module("firmware/reference.so");

	if (firmware)
		g_key_file_set_value(config, "board", "firmware", firmware);
	for (char **setting = settings; setting && *setting; setting++) {
		g_auto(GStrv) parts = g_strsplit(*setting, "=", 2);
		if (g_strv_length(parts) != 2 || !*parts[0]) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--slot-setting %s: expected KEY=VALUE",
				    *setting);
			return FALSE;
		}
		g_key_file_set_value(config, "board", parts[0], parts[1]);
	}
	return TRUE;
}

/* Everything after "--" is the client's; GOption never sees it. */
static char **split_client(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++)
		if (g_str_equal(argv[i], "--")) {
			*argc = i;
			argv[i] = NULL;
			return argv[i + 1] ? argv + i + 1 : NULL;
		}
	return NULL;
}

static gboolean parse(int argc, char **argv, struct command *command, GError **error)
{
	const GOptionEntry entries[] = { { "front", 0, 0, G_OPTION_ARG_STRING, &command->front,
					   "How programs reach the board (" DEFAULT_FRONT ")", "NAME" },
					 { "slot-setting", 0, 0, G_OPTION_ARG_STRING_ARRAY, &command->settings,
					   "A setting of the board, as in a slot file's [board]", "KEY=VALUE" },
					 { "analyzer", 0, 0, G_OPTION_ARG_NONE, &command->analyzer,
					   "A logic analyzer on the same bus, clipped to the board's lines "
					   "(libsigrok's fx2lafw; front umockdev)",
					   NULL },
					 { "pull-analyzer", 0, 0, G_OPTION_ARG_INT64, &command->pull_analyzer,
					   "The same, and it is pulled as its N-th USB transfer begins", "N" },
					 { "control-fd", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT,
					   &command->control_fd, NULL, NULL },
					 { NULL } };
	g_autoptr(GOptionContext) context = g_option_context_new("[-- COMMAND ...] - emulate a board for any program");
	g_autoptr(GError) problem = NULL;

	g_set_prgname("wiperig emulate");
	command->client = split_client(&argc, argv);
	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &problem)) {
		g_set_error_literal(error, RIG_ERROR, RIG_ERROR_USAGE, problem->message);
		return FALSE;
	}
	if (command->pull_analyzer != NOT_GIVEN && command->pull_analyzer < 1) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--pull-analyzer: expected a number from 1");
		return FALSE;
	}
	if (argc < 2)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "unexpected \"%s\": the command to run goes after --", argv[1]);
	return FALSE;
}

static int serve(const struct command *command, GError **error)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	const struct front_options options = { .config = config,
					       .control_fd = command->control_fd,
					       .analyzer = command->analyzer || command->pull_analyzer > 0,
					       .pull_analyzer = (guint64)MAX(command->pull_analyzer, 0),
					       .client = command->client };
	if (!make_config(command->settings, config, error))
		return -1;
	const struct front *front = front_load(command->front ? command->front : DEFAULT_FRONT, error);
	return front ? front->serve(&options, error) : -1;
}

int emulate_main(int argc, char **argv)
{
	struct command command = { .pull_analyzer = NOT_GIVEN, .control_fd = -1 };
	g_autoptr(GError) error = NULL;
	int status = parse(argc, argv, &command, &error) ? serve(&command, &error) : -1;

	g_free(command.front);
	g_strfreev(command.settings);
	if (status >= 0)
		return status;
	fprintf(stderr, "wiperig emulate: %s\n", error->message);
	if (!g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE))
		return EXIT_RIG;
	fprintf(stderr, "Try \"wiperig emulate --help\".\n");
	return EXIT_USAGE;
}

/* --- the emulator process of a slot --- */

/* Runs in the forked child: only what is safe there in a program with threads. */
static void become_emulator(const struct emulate_options *options, const char *program, int fd, pid_t parent,
			    char *const *environment, const char *fd_text)
{
	const char *front = options->front ? options->front : DEFAULT_FRONT;
	const char *const arguments[] = { "wiperig", "emulate", "--front", front, "--control-fd", fd_text, NULL };

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* What the terminal sends to the rig's group is the rig's to handle: its worker still needs the board to leave
	   the slot safe, and ends it then. */
	setpgid(0, 0);
	/* It may have died before that. */
	if (getppid() != parent)
		_exit(EXIT_RIG);
	fcntl(fd, F_SETFD, 0);
	execve(program, (char *const *)arguments, environment);
	_exit(EXIT_RIG);
}

/* The emulator is no client of a testbed itself. */
static char **emulator_environment(void)
{
	char **environment = g_environ_unsetenv(g_get_environ(), "UMOCKDEV_DIR");
	g_auto(GStrv) libraries = g_strsplit_set(g_getenv("LD_PRELOAD") ? g_getenv("LD_PRELOAD") : "", ": ", -1);
	g_autoptr(GStrvBuilder) others = g_strv_builder_new();

	for (char **library = libraries; *library; library++)
		if (!strstr(*library, "libumockdev-preload"))
			g_strv_builder_add(others, *library);
	g_auto(GStrv) kept = g_strv_builder_end(others);
	g_autofree char *joined = g_strjoinv(":", kept);
	return g_environ_setenv(environment, "LD_PRELOAD", joined, TRUE);
}

gboolean emulate_spawn(const struct emulate_options *options, pid_t *pid, int *control_fd, GError **error)
{
	g_autofree char *path = front_path(options->front ? options->front : DEFAULT_FRONT, error);
	g_auto(GStrv) environment = NULL;
	g_autofree char *fd_text = NULL;
	pid_t parent = getpid();
	int pair[2];

	if (!path)
		return FALSE;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "emulator's control socket: %s", g_strerror(errno));
		return FALSE;
	}
	environment = emulator_environment();
	fd_text = g_strdup_printf("%d", pair[1]);
	g_autofree char *program = options->program ? g_strdup(options->program) : path_program();
	pid_t child = fork();
	if (child == 0)
		become_emulator(options, program, pair[1], parent, environment, fd_text);
	close(pair[1]);
	if (child < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting the emulator: %s", g_strerror(errno));
		close(pair[0]);
		return FALSE;
	}
	prctl(PR_SET_TIMERSLACK, 1);
	*pid = child;
	*control_fd = pair[0];
	return TRUE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_firmware.h"
#include "defect.h"
#include "paths.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY_SECONDS 10
#define COMPLAINT_MAX 4096

/* A slot file names a file, or by its mere name a firmware that comes with the program. */
static char *firmware_of_slot(const char *set)
{
	g_autofree char *module = g_strdup_printf("firmware/%s.so", set);
	char *shipped = strchr(set, '/') || g_str_has_suffix(set, ".so") ? NULL : path_module(module);

	return shipped ? shipped : g_strdup(set);
}

/* The firmware of an emulated slot: --firmware, --defect, the slot file's, or the reference firmware. */
static gboolean pick_firmware(const char *given, const char *known_bad, const struct slot_config *config, char **path,
			      GError **error)
{
	if (config->unit != UNIT_EMULATED) {
		if (given || known_bad)
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "--firmware and --defect are for emulated slots; slot %s is %s", config->name,
				    slot_unit_name(config->unit));
		return !given && !known_bad;
	}
	if (given && known_bad) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--firmware and --defect exclude each other");
		return FALSE;
	}
	g_autofree char *module =
	    known_bad ? g_strdup_printf("defects/%s.so", known_bad) : g_strdup("firmware/reference.so");
	g_autofree char *set = g_key_file_get_string(config->file, "board", "firmware", NULL);
	*path = given		    ? g_canonicalize_filename(given, NULL)
		: set && !known_bad ? firmware_of_slot(set)
				    : path_module(module);
	if (*path && g_file_test(*path, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	if (known_bad)
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "--defect %s: there is no such defect; see wiperig list --defects", known_bad);
	else
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "firmware %s: no such file", *path ? *path : module);
	return FALSE;
}

/* --defect: a firmware, or a part, which stands beside whatever firmware there is. */
gboolean slot_firmware_pick(const char *firmware, const char *defect, const struct catalogue *catalogue,
			    const struct slot_config *config, char **path, GError **error)
{
	const char *setting = defect ? defect_find_part(catalogue->parts, defect) : NULL;

	if (!pick_firmware(firmware, setting ? NULL : defect, config, path, error))
		return FALSE;
	if (setting)
		g_key_file_set_string(config->file, "board", setting, defect);
	return TRUE;
}

/* In a child: what a firmware does as it is loaded is not ours. */
static void try_in_child(const struct catalogue *catalogue, GKeyFile *file, int out)
{
	g_autoptr(GError) error = NULL;

	alarm(TRY_SECONDS);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	if (!catalogue->board->create(file, &error) && g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE)) {
		gssize said = write(out, error->message, MIN(strlen(error->message), COMPLAINT_MAX));
		(void)said; /* a complaint that is lost comes again with each case */
	}
	_exit(0);
}

static GKeyFile *board_with(const struct slot_config *config, const char *firmware)
{
	g_autofree char *text = g_key_file_to_data(config->file, NULL, NULL);
	GKeyFile *file = g_key_file_new();

	if (!g_key_file_load_from_data(file, text, strlen(text), 0, NULL))
		g_assert_not_reached();
	g_key_file_set_string(file, "board", "firmware", firmware);
	return file;
}

gboolean slot_firmware_try(const struct catalogue *catalogue, const struct slot_config *config, const char *firmware,
			   GError **error)
{
	char complaint[COMPLAINT_MAX + 1];
	gsize length = 0;
	gssize got;
	int ends[2];

	if (!firmware || pipe2(ends, O_CLOEXEC) < 0)
		return TRUE;
	g_autoptr(GKeyFile) file = board_with(config, firmware);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		try_in_child(catalogue, file, ends[1]);
	close(ends[1]);
	while (pid > 0 && length < COMPLAINT_MAX &&
	       ((got = read(ends[0], complaint + length, COMPLAINT_MAX - length)) > 0 || (got < 0 && errno == EINTR)))
		length += (gsize)MAX(got, 0);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	complaint[length] = 0;
	if (length)
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s", complaint);
	return !length;
}

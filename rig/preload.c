/* SPDX-License-Identifier: Apache-2.0 */
#include "preload.h"
#include "paths.h"
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

#define LIBRARY "libumockdev-preload.so.0"
#define MARK "WIPERIG_PRELOADED" /* keeps a preload that does not take effect from looping */

gboolean preload_ensure(char **argv, GError **error)
{
	const char *others = g_getenv("LD_PRELOAD");

	if (g_getenv(MARK)) {
		g_unsetenv(MARK);
		/* The loader only warns of a library that it cannot find; and without it libusb would drive whatever
		   real boards are plugged in. */
		if (dlopen(LIBRARY, RTLD_LAZY | RTLD_NOLOAD))
			return TRUE;
		g_set_error(
		    error, RIG_ERROR, RIG_ERROR_RIG,
		    "%s was not loaded, so that real devices would be driven: apt-get install libumockdev0, and "
		    "leave " MARK " unset",
		    LIBRARY);
		return FALSE;
	}
	g_autofree char *libraries = others && *others ? g_strdup_printf(LIBRARY ":%s", others) : g_strdup(LIBRARY);
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	g_ptr_array_add(arguments, (gpointer) "wiperig");
	for (; *argv; argv++)
		g_ptr_array_add(arguments, *argv);
	g_ptr_array_add(arguments, NULL);
	g_setenv("LD_PRELOAD", libraries, TRUE);
	g_setenv(MARK, "1", TRUE);
	g_autofree char *program = path_program();
	execv(program, (char **)arguments->pdata);
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting anew under %s: %s", LIBRARY, g_strerror(errno));
	return FALSE;
}

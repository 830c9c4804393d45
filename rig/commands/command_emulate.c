/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig emulate */
#include "rig/command.h"
#include "rig/emulate.h"

static int main_without_catalogue(int argc, char **argv, const struct catalogue *catalogue)
{
	(void)catalogue; /* the front brings its board along */
	return emulate_main(argc, argv);
}

const struct command emulate_command = { "emulate", "Emulate a board for any program", main_without_catalogue };

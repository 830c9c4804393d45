/* SPDX-License-Identifier: Apache-2.0 */
/* The program: the only file that sees the tables of drivers/, fixtures/ and reports/. */
#include "command.h"
#include "drivers/drivers.h"
#include "fixtures/beaglelogic.h"
#include "fixtures/board/board.h"
#include "fixtures/cold/cold.h"
#include "fixtures/disk/disk_filter.h"
#include "fixtures/hosts.h"
#include "fixtures/licence_server.h"
#include "fixtures/line_defect.h"
#include "fixtures/scpi_supply.h"
#include "reports/explore_html.h"
#include "reports/sinks.h"
#include "rig/paths.h"
#include <locale.h>
#include <signal.h>

static const struct driver *const drivers[] = {
	&board_clock_driver,
	&granted_clock_driver,
	&monotonic_clock_driver,
	&board_usb_driver,
	&libusb_usb_driver,
	&native_controller_driver,
	&adapter_controller_driver,
	&board_console_driver,
	&ftdi_console_driver,
	&board_power_driver,
	&ftdi_relay_driver,
	&sigrok_supply_driver,
	&lms_driver,
	&keys_file_driver,
	&board_disk_driver,
	&granted_disk_driver,
	&board_bench_driver,
	&granted_bench_driver,
	&operator_bench_driver,
	&board_logic_driver,
	&sigrok_logic_driver,
	NULL,
};

static const struct sink *const sinks[] = {
	&timeline_sink, &run_json_sink,	  &junit_sink,	    &html_sink,		&pcapng_sink,
	&blktrace_sink, &blktrace_2_sink, &log_writes_sink, &log_writes_2_sink, &vcd_sink,
	&logic_sr_sink, &sums_sink,	  &progress_sink,   &json_lines_sink,	NULL,
};

static const struct command *const commands[] = { &run_command,	    &explore_command, &list_command,   &check_command,
						  &emulate_command, &report_command,  &doctor_command, NULL };

static void print_usage(void)
{
	g_print("wiperig %s: a test rig for controllers that license, encrypt and erase a copier's disk\n\nUsage: "
		"wiperig COMMAND …\n\n",
		WIPERIG_VERSION);
	for (const struct command *const *c = commands; *c; c++)
		g_print("  %-9s %s\n", (*c)->name, (*c)->summary);
	g_print("\n'wiperig COMMAND --help' shows its options and examples.\n");
}

static int dispatch(int argc, char **argv)
{
	const struct known_bad parts[] = { { "disk_defect", disk_defects },
					   { "line_defect", line_defects },
					   { NULL, NULL } };
	const struct catalogue catalogue = { drivers,	   &emulated_board, host_profiles, sinks,	 parts,
					     &beaglelogic, &scpi_supply,    &cold_board,   &explore_html };
	g_autoptr(GError) error = NULL;

	if (argc < 2 || g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
		print_usage();
		return argc < 2 ? EXIT_USAGE : EXIT_PASSED;
	}
	if (g_str_equal(argv[1], "--version")) {
		g_print("wiperig %s\n", WIPERIG_VERSION);
		return EXIT_PASSED;
	}
	for (const struct command *const *c = commands; *c; c++)
		if (g_str_equal((*c)->name, argv[1]))
			return path_check_libdir(&error) ? (*c)->main(argc - 1, argv + 1, &catalogue)
							 : command_fail(error);
	g_printerr("wiperig: there is no command \"%s\"; see wiperig --help\n", argv[1]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* a record does not depend on who makes it */
	signal(SIGXFSZ, SIG_IGN);   /* a file-size limit is a full disk: an error that is told, not a death */
	g_set_prgname("wiperig");
	command_watch_output();
	return command_end(dispatch(argc, argv));
}

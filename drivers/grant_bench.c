/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an emulated slot's usb link costs, and whether its virtual times depend on the machine: a libusb client under
 * grants switches the board on, exchanges frames with the controller, and cuts and restores its power.
 *
 *     build/grant_bench build/wiperig [EXCHANGES [POWER_CYCLES]]
 *
 * Standard output gets one line, the digest of all virtual times and answers: the same at every run. Standard error
 * gets the costs.
 */
#include "rig/board.h"
#include "rig/emulate.h"
#include "rig/frame.h"
#include "rig/grant.h"
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct bench {
	int control;
	libusb_context *usb;
	libusb_device_handle *chip, *controller;
	GChecksum *digest;
	gint64 now_ns;
	guint runs;
	gint64 run_us; /* spent in GRANT_RUN */
};

static void must(gboolean ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "grant_bench: %s failed\n", what);
	exit(1);
}

static void call(struct bench *bench, enum grant_op op, gint64 argument, const char *text, struct grant_reply *reply,
		 char **answer)
{
	const struct grant_request request = { .op = op, .argument = argument };
	g_autoptr(GError) error = NULL;

	if (grant_call(bench->control, &request, text, reply, answer, &error))
		return;
	fprintf(stderr, "grant_bench: %s\n", error->message);
	exit(1);
}

static unsigned run(struct bench *bench, gint64 until_ns)
{
	struct grant_reply reply;
	gint64 start_us = g_get_monotonic_time();

	call(bench, GRANT_RUN, until_ns, NULL, &reply, NULL);
	bench->run_us += g_get_monotonic_time() - start_us;
	bench->runs++;
	bench->now_ns = reply.now_ns;
	g_checksum_update(bench->digest, (const guchar *)&reply, sizeof reply);
	return reply.stops;
}

static void start(struct bench *bench, const char *program)
{
	const struct emulate_options options = { .program = program };
	g_autofree char *firmware = g_canonicalize_filename("build/firmware/reference.so", NULL);
	g_autofree char *config = g_strdup_printf("[board]\nfirmware=%s\nseed=1\n", firmware);
	g_autofree char *root = NULL;
	g_autoptr(GError) error = NULL;
	struct grant_reply reply;
	gint64 start_us = g_get_monotonic_time();
	pid_t pid;

	must(emulate_spawn(&options, &pid, &bench->control, &error), "emulate_spawn()");
	call(bench, GRANT_HELLO, 0, NULL, &reply, &root);
	gint64 hello_us = g_get_monotonic_time();
	call(bench, GRANT_RESET, 0, config, &reply, NULL);
	fprintf(stderr, "emulator: started in %.1f ms, board made in %.1f ms\n", (hello_us - start_us) / 1e3,
		(g_get_monotonic_time() - hello_us) / 1e3);
	g_setenv("UMOCKDEV_DIR", root, TRUE);
	must(libusb_init(&bench->usb) == 0, "libusb_init()");
	bench->chip = libusb_open_device_with_vid_pid(bench->usb, 0x0403, 0x6010);
	must(bench->chip != NULL, "opening the FT2232H");
	must(libusb_control_transfer(bench->chip, 0x40, 0x0b, 0x0103, 2, NULL, 0, 1000) == 0, "bit-bang mode");
}

/* Off takes effect inside the transfer; on starts the firmware, which connects after some time. */
static void switch_power(struct bench *bench, guint8 on)
{
	int moved;

	must(libusb_bulk_transfer(bench->chip, 0x04, &on, 1, &moved, 1000) == 0, "switching the power");
	while (on && !(run(bench, bench->now_ns + 10 * NS_PER_S) & BOARD_STOP_TOPOLOGY))
		must(bench->now_ns < 1000 * NS_PER_S, "the controller's arrival");
}

/* The hot-plug events are there as the grant returns: no waiting, no retrying. */
static libusb_device *find_controller(struct bench *bench)
{
	libusb_device **list, *found = NULL;
	ssize_t count = libusb_get_device_list(bench->usb, &list);

	for (ssize_t i = 0; i < count; i++) {
		struct libusb_device_descriptor descriptor;
		if (libusb_get_device_descriptor(list[i], &descriptor) == 0 &&
		    descriptor.idVendor == PROTOCOL_USB_VID && descriptor.idProduct == PROTOCOL_USB_PID)
			found = libusb_ref_device(list[i]);
	}
	libusb_free_device_list(list, 1);
	return found;
}

static void open_controller(struct bench *bench)
{
	libusb_device *device = find_controller(bench);

	must(device && libusb_open(device, &bench->controller) == 0, "opening the controller");
	libusb_unref_device(device);
	must(libusb_claim_interface(bench->controller, 0) == 0, "claiming the interface");
}

static void LIBUSB_CALL done(struct libusb_transfer *transfer)
{
	*(gboolean *)transfer->user_data = TRUE;
}

static void handle_events(struct bench *bench)
{
	struct timeval none = { 0, 0 };

	must(libusb_handle_events_timeout_completed(bench->usb, &none, NULL) == 0, "libusb events");
}

static void exchange(struct bench *bench, guint16 sequence)
{
	static const enum protocol_type types[] = { PROTOCOL_IDENTIFY, PROTOCOL_STATUS, PROTOCOL_PANEL };
	const struct frame request = { .type = types[sequence % G_N_ELEMENTS(types)], .sequence = sequence };
	guint8 out[PROTOCOL_FRAME_MAX], in[4096];
	gboolean received = FALSE;
	struct libusb_transfer *transfer = libusb_alloc_transfer(0);
	struct frame answer;
	int moved;

	libusb_fill_bulk_transfer(transfer, bench->controller, PROTOCOL_USB_EP_IN, in, sizeof in, done, &received, 0);
	must(libusb_submit_transfer(transfer) == 0, "submitting");
	must(libusb_bulk_transfer(bench->controller, PROTOCOL_USB_EP_OUT, out, (int)frame_encode(&request, out), &moved,
				  1000) == 0,
	     "sending a frame");
	for (handle_events(bench); !received; handle_events(bench))
		run(bench, bench->now_ns + NS_PER_S);
	must(transfer->status == LIBUSB_TRANSFER_COMPLETED, "receiving a frame");
	must(frame_decode(in, (size_t)transfer->actual_length, &answer) == FRAME_OK && answer.sequence == sequence,
	     "a valid answer");
	g_checksum_update(bench->digest, in, transfer->actual_length);
	libusb_free_transfer(transfer);
}

/* OUT transfers of one byte that complete at once: what a transfer costs by itself. */
static void measure_transfers(struct bench *bench)
{
	enum { COUNT = 1000 };
	guint8 byte = 1;
	int moved;
	gint64 start_us = g_get_monotonic_time();

	for (guint i = 0; i < COUNT; i++)
		must(libusb_bulk_transfer(bench->chip, 0x04, &byte, 1, &moved, 1000) == 0, "a bulk transfer");
	fprintf(stderr, "bulk transfer: %.0f us\n", (double)(g_get_monotonic_time() - start_us) / COUNT);
	start_us = g_get_monotonic_time();
	for (guint i = 0; i < COUNT; i++)
		run(bench, bench->now_ns);
	fprintf(stderr, "grant call without time: %.0f us\n", (double)(g_get_monotonic_time() - start_us) / COUNT);
}

static void exchange_frames(struct bench *bench, guint count)
{
	gint64 start_us = g_get_monotonic_time();
	gint64 start_ns = bench->now_ns;

	bench->runs = 0;
	bench->run_us = 0;
	for (guint i = 1; i <= count; i++)
		exchange(bench, (guint16)i);
	fprintf(stderr, "exchange: %.0f us, of it %.0f us in %.1f grants; %.0f us of virtual time\n",
		(double)(g_get_monotonic_time() - start_us) / count, (double)bench->run_us / count,
		(double)bench->runs / count, (double)(bench->now_ns - start_ns) / 1e3 / count);
}

static void cycle_power(struct bench *bench, guint count)
{
	gint64 start_us = g_get_monotonic_time();

	for (guint i = 0; i < count; i++) {
		libusb_close(bench->controller);
		switch_power(bench, 0);
		must(!find_controller(bench), "the controller's absence");
		switch_power(bench, 1);
		open_controller(bench);
		exchange(bench, (guint16)i);
	}
	fprintf(stderr, "power cycle with unplug, plug, open and one exchange: %.1f ms\n",
		(double)(g_get_monotonic_time() - start_us) / 1e3 / MAX(count, 1));
}

/* The preload has to be there when the program starts. */
static void ensure_preload(char **argv)
{
	const char *loaded = g_getenv("LD_PRELOAD");

	if (loaded && strstr(loaded, "libumockdev-preload"))
		return;
	g_setenv("LD_PRELOAD", "libumockdev-preload.so.0", TRUE);
	execv("/proc/self/exe", argv);
	must(FALSE, "starting itself with the preload");
}

int main(int argc, char **argv)
{
	struct bench bench = { .digest = g_checksum_new(G_CHECKSUM_SHA256) };
	struct grant_reply reply;
	int status = 0;

	ensure_preload(argv);
	must(argc > 1, "usage: grant_bench WIPERIG [EXCHANGES [POWER_CYCLES]]: parsing");
	start(&bench, argv[1]);
	switch_power(&bench, 1);
	open_controller(&bench);
	measure_transfers(&bench);
	exchange_frames(&bench, argc > 2 ? (guint)g_ascii_strtoull(argv[2], NULL, 10) : 200);
	cycle_power(&bench, argc > 3 ? (guint)g_ascii_strtoull(argv[3], NULL, 10) : 20);
	libusb_close(bench.controller);
	libusb_close(bench.chip);
	libusb_exit(bench.usb);
	call(&bench, GRANT_QUIT, 0, NULL, &reply, NULL);
	must(wait(&status) > 0 && status == 0, "the emulator's orderly end");
	printf("%s\n", g_checksum_get_string(bench.digest));
	g_checksum_free(bench.digest);
	return 0;
}

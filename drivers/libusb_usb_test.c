/* SPDX-License-Identifier: Apache-2.0 */
/* The libusb driver over a faked bus, for what an emulated board never does: transfers that end by -EPROTO, a
 * controller that resets itself, several boards of a kind. */
#define libusb_init fake_init
#define libusb_exit fake_exit
#define libusb_get_device_list fake_get_device_list
#define libusb_free_device_list fake_free_device_list
#define libusb_get_device_descriptor fake_get_device_descriptor
#define libusb_open fake_libusb_open
#define libusb_close fake_libusb_close
#define libusb_claim_interface fake_claim_interface
#define libusb_set_auto_detach_kernel_driver fake_set_auto_detach
#define libusb_release_interface fake_release_interface
#define libusb_submit_transfer fake_submit_transfer
#define libusb_cancel_transfer fake_cancel_transfer
#define libusb_handle_events_timeout_completed fake_handle_events
#define libusb_get_string_descriptor_ascii fake_get_string
#define usb_witness_begin fake_witness_begin
#define usb_witness_end fake_witness_end
#define libusb_usb_driver libusb_usb_driver_on_fake
#include "libusb_usb.c"
#include "rig/slot_open.h"
#include "rig/test.h"

#define BOARDS 2

/* One board of the faked bus; its address stands for its libusb_device and its handle. */
struct board_on_bus {
	gboolean there, refuses;
	guint leaves; /* at which call from now on, from 1; 0: it stays */
	const char *serial;
	guint opened; /* handles */
};

static struct {
	struct board_on_bus boards[BOARDS];
	libusb_device *list[BOARDS + 1];
	struct libusb_transfer *queued;	  /* the IN transfer */
	enum libusb_transfer_status ends; /* as which it ends at the next handling of events … */
	gboolean end;			  /* … if it does */
	gint64 now_ns;
} bus;

/* TRUE at the call at which it leaves, and from then on. */
static gboolean leaves(libusb_device_handle *handle)
{
	struct board_on_bus *board = (gpointer)handle;

	if (board->leaves && !--board->leaves)
		board->there = FALSE;
	return !board->there;
}

void fake_witness_begin(libusb_device_handle *handle, struct slot *slot, guint8 device)
{
	(void)handle;
	(void)slot;
	(void)device;
}

void fake_witness_end(libusb_device_handle *handle)
{
	(void)handle;
}

int fake_init(libusb_context **context)
{
	*context = NULL;
	return LIBUSB_SUCCESS;
}

void fake_exit(libusb_context *context)
{
	(void)context;
}

ssize_t fake_get_device_list(libusb_context *context, libusb_device ***list)
{
	ssize_t count = 0;

	(void)context;
	for (guint i = 0; i < BOARDS; i++)
		if (bus.boards[i].there)
			bus.list[count++] = (libusb_device *)(gpointer)&bus.boards[i];
	*list = bus.list;
	return count;
}

void fake_free_device_list(libusb_device **list, int unref)
{
	(void)list, (void)unref;
}

int fake_get_device_descriptor(libusb_device *device, struct libusb_device_descriptor *descriptor)
{
	(void)device;
	*descriptor = (struct libusb_device_descriptor){ .idVendor = PROTOCOL_USB_VID,
							 .idProduct = PROTOCOL_USB_PID,
							 .iSerialNumber = 3 };
	return LIBUSB_SUCCESS;
}

int fake_libusb_open(libusb_device *device, libusb_device_handle **handle)
{
	struct board_on_bus *board = (gpointer)device;

	if (board->refuses)
		return LIBUSB_ERROR_ACCESS;
	if (leaves((gpointer)device))
		return LIBUSB_ERROR_NO_DEVICE;
	board->opened++;
	*handle = (gpointer)board;
	return LIBUSB_SUCCESS;
}

void fake_libusb_close(libusb_device_handle *handle)
{
	((struct board_on_bus *)(gpointer)handle)->opened--;
}

int fake_claim_interface(libusb_device_handle *handle, int number)
{
	(void)number;
	return leaves(handle) ? LIBUSB_ERROR_NO_DEVICE : LIBUSB_SUCCESS;
}

int fake_set_auto_detach(libusb_device_handle *handle, int enable)
{
	(void)handle, (void)enable;
	return LIBUSB_SUCCESS;
}

int fake_release_interface(libusb_device_handle *handle, int number)
{
	(void)handle, (void)number;
	return LIBUSB_SUCCESS;
}

int fake_get_string(libusb_device_handle *handle, uint8_t index, unsigned char *data, int length)
{
	(void)index;
	if (leaves(handle))
		return LIBUSB_ERROR_NO_DEVICE;
	return (int)g_strlcpy((char *)data, ((struct board_on_bus *)(gpointer)handle)->serial, (gsize)length);
}

int fake_submit_transfer(struct libusb_transfer *transfer)
{
	if (leaves(transfer->dev_handle))
		return LIBUSB_ERROR_NO_DEVICE;
	bus.queued = transfer;
	return LIBUSB_SUCCESS;
}

static void finish(enum libusb_transfer_status status)
{
	struct libusb_transfer *transfer = g_steal_pointer(&bus.queued);

	if (!transfer)
		return;
	transfer->status = status;
	transfer->actual_length = 0;
	transfer->callback(transfer);
}

int fake_cancel_transfer(struct libusb_transfer *transfer)
{
	(void)transfer;
	finish(LIBUSB_TRANSFER_CANCELLED);
	return LIBUSB_SUCCESS;
}

int fake_handle_events(libusb_context *context, struct timeval *limit, int *done)
{
	(void)context, (void)limit, (void)done;
	if (bus.end)
		finish(bus.ends);
	bus.end = FALSE;
	return LIBUSB_SUCCESS;
}

static gint64 clock_now(gpointer self)
{
	(void)self;
	return bus.now_ns;
}

static gpointer clock_open(const struct driver_env *env, GError **error)
{
	(void)env, (void)error;
	return &bus;
}

static void clock_close(gpointer self)
{
	(void)self;
}

static const struct clock_ops clock_ops = { FALSE, clock_now, NULL, NULL };
static const struct driver fake_clock = { "fake",     ROLE_CLOCK,  "",	 NULL,
					  clock_open, clock_close, NULL, .ops.clock = &clock_ops };

/* A slot of that clock and the driver, recording nothing. */
struct bench {
	struct slot_config config;
	struct slot_setup setup;
	struct slot *slot;
	const struct instrument *usb;
};

static void bench_open(struct bench *bench, const char *serial)
{
	static const struct catalogue catalogue = { NULL };
	static const gboolean never = FALSE;

	memset(&bus, 0, sizeof bus);
	bus.boards[0] = (struct board_on_bus){ .there = TRUE, .serial = "FIRST" };
	bus.boards[1] = (struct board_on_bus){ .serial = "SECOND" };
	bench->config = (struct slot_config){ .file = g_key_file_new(), .unit = UNIT_SACRIFICIAL };
	if (serial)
		g_key_file_set_string(bench->config.file, "usb", "serial", serial);
	bench->config.drivers[ROLE_CLOCK] = &fake_clock;
	bench->config.drivers[ROLE_USB] = &libusb_usb_driver_on_fake;
	bench->setup = (struct slot_setup){ &catalogue, &bench->config, NULL, 1, NULL, -1, &never };
	bench->slot = slot_open(&bench->setup, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->slot);
	bench->usb = slot_instrument(bench->slot, ROLE_USB);
}

static void bench_close(struct bench *bench)
{
	g_autofree char *why = NULL;
	gint64 end_ns;

	slot_close(bench->slot, &end_ns, &why);
	for (guint i = 0; i < BOARDS; i++)
		CU_ASSERT_EQUAL(bus.boards[i].opened, 0);
	g_key_file_unref(bench->config.file);
}

static gboolean is_present(struct bench *bench)
{
	gboolean present = 2;

	CU_ASSERT_TRUE(bench->usb->driver->ops.usb->present(bench->usb->self, &present, NULL));
	return present;
}

/* After a power cut a kernel may say -EPROTO, and the unit is back before anybody asks. The old handle is of no use. */
static void left_and_back(void)
{
	static const enum libusb_transfer_status how[] = { LIBUSB_TRANSFER_NO_DEVICE, LIBUSB_TRANSFER_ERROR };

	for (guint i = 0; i < G_N_ELEMENTS(how); i++) {
		struct bench bench;
		bench_open(&bench, NULL);
		CU_ASSERT_TRUE(is_present(&bench));
		CU_ASSERT_TRUE(is_present(&bench));
		bus.ends = how[i];
		bus.end = TRUE;
		CU_ASSERT_FALSE(is_present(&bench)); /* it was away, and that is said once */
		CU_ASSERT_EQUAL(bus.boards[0].opened, 0);
		CU_ASSERT_TRUE(is_present(&bench));
		bench_close(&bench);
	}
}

/* Seen on a real kernel: a controller whose power is cut while the rig looks at it. */
static void leaves_when_looked_at(void)
{
	enum { OPEN = 1, STRING, CLAIM, SUBMIT };

	for (guint call = OPEN; call <= SUBMIT; call++) {
		struct bench bench;
		bench_open(&bench, "FIRST");
		bus.boards[0].leaves = call;
		CU_ASSERT_FALSE(is_present(&bench)); /* and no error */
		CU_ASSERT_FALSE(bus.boards[0].there);
		CU_ASSERT_EQUAL(bus.boards[0].opened, 0);
		bus.boards[0].there = TRUE;
		CU_ASSERT_TRUE(is_present(&bench));
		bench_close(&bench);
	}
}

/* A stall is no unplugging: receive() tells of it. */
static void stalled(void)
{
	struct bench bench;
	g_autoptr(GError) error = NULL;
	guint8 buffer[64];

	bench_open(&bench, NULL);
	CU_ASSERT_TRUE(is_present(&bench));
	bus.ends = LIBUSB_TRANSFER_STALL;
	bus.end = TRUE;
	CU_ASSERT_TRUE(is_present(&bench));
	CU_ASSERT_EQUAL(bench.usb->driver->ops.usb->receive(bench.usb->self, buffer, sizeof buffer, &error), -1);
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	CU_ASSERT_TRUE(is_present(&bench)); /* opened anew */
	bench_close(&bench);
}

static void several_boards(void)
{
	struct bench bench;
	gboolean present;
	g_autoptr(GError) error = NULL;

	bench_open(&bench, NULL);
	bus.boards[1].there = TRUE;
	CU_ASSERT_FALSE(bench.usb->driver->ops.usb->present(bench.usb->self, &present, &error));
	CU_ASSERT_PTR_NOT_NULL(error && strstr(error->message, "2 controllers 1209:0001"));
	CU_ASSERT_EQUAL(bus.boards[0].opened + bus.boards[1].opened, 0);
	bench_close(&bench);

	/* By its serial number it is found behind one that another slot holds. */
	bench_open(&bench, "SECOND");
	bus.boards[0].refuses = TRUE;
	bus.boards[1].there = TRUE;
	CU_ASSERT_TRUE(is_present(&bench));
	CU_ASSERT_EQUAL(bus.boards[1].opened, 1);
	bench_close(&bench);

	/* If it is not found, the one that could not be looked at may be it, unless that was for a moment only. */
	bench_open(&bench, "SECOND");
	bus.boards[0].refuses = TRUE;
	CU_ASSERT_FALSE(is_present(&bench));
	bus.boards[1].there = TRUE;
	bus.now_ns = NS_PER_S;
	CU_ASSERT_TRUE(is_present(&bench));
	bench_close(&bench);

	g_clear_error(&error);
	bench_open(&bench, "SECOND");
	bus.boards[0].refuses = TRUE;
	CU_ASSERT_FALSE(is_present(&bench));
	bus.now_ns = NS_PER_S;
	CU_ASSERT_FALSE(bench.usb->driver->ops.usb->present(bench.usb->self, &present, &error));
	CU_ASSERT_PTR_NOT_NULL(error && strstr(error->message, "opening it"));
	bench_close(&bench);
}

TEST_SUITE(libusb_usb, { "it left and came back", left_and_back },
	   { "it leaves while it is looked at", leaves_when_looked_at }, { "a stall is not leaving", stalled },
	   { "several boards of a kind", several_boards })

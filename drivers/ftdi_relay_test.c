/* SPDX-License-Identifier: Apache-2.0 */
/* The relay driver over a faked chip whose contacts take their time and bounce, as an emulated board's do not. */
#include <glib.h>
#define g_usleep(us) ((void)(us)) /* the readings are the time */
#define ftdi_write_data fake_write_data
#define ftdi_read_pins fake_read_pins
#define ftdi_relay_driver ftdi_relay_driver_on_fake
#include "ftdi_relay.c"
#include "rig/test.h"

static struct {
	guint8 pins;   /* as written */
	guint8 sensed; /* as the contacts are */
	guint delay;   /* readings until they follow … */
	guint bounces; /* … and how often they jump back */
	guint readings;
} chip;

int fake_write_data(struct ftdi_context *ftdi, const unsigned char *bytes, int length)
{
	(void)ftdi;
	chip.pins = bytes[length - 1];
	chip.readings = 0;
	return length;
}

int fake_read_pins(struct ftdi_context *ftdi, unsigned char *pins)
{
	guint8 wanted = (guint8)(chip.pins << 4);

	(void)ftdi;
	if (chip.readings++ >= chip.delay)
		chip.sensed = chip.bounces && chip.bounces-- % 2 ? (guint8)~wanted & 0x30 : wanted;
	*pins = chip.pins | chip.sensed;
	return 0;
}

static void contacts_take_time(void)
{
	struct ftdi_relay relay = { .pins = 0 };
	gboolean level = FALSE;

	memset(&chip, 0, sizeof chip);
	chip.delay = 8;
	chip.bounces = 5;
	CU_ASSERT_TRUE(ops.set(&relay, TRUE, NULL));
	CU_ASSERT_TRUE(ops.get(&relay, &level, NULL));
	CU_ASSERT_TRUE(level);
	chip.bounces = 5;
	CU_ASSERT_TRUE(ops.hold_switch(&relay, TRUE, NULL));
	CU_ASSERT_TRUE(ops.switch_held(&relay, &level, NULL));
	CU_ASSERT_TRUE(level);
	chip.bounces = 5;
	CU_ASSERT_TRUE(ops.set(&relay, FALSE, NULL));
	CU_ASSERT_TRUE(ops.get(&relay, &level, NULL));
	CU_ASSERT_FALSE(level);
	CU_ASSERT_TRUE(ops.switch_held(&relay, &level, NULL));
	CU_ASSERT_TRUE(level);
}

static void contacts_that_follow_at_once_cost_one_reading(void)
{
	struct ftdi_relay relay = { .pins = 0 };

	memset(&chip, 0, sizeof chip);
	CU_ASSERT_TRUE(ops.set(&relay, TRUE, NULL));
	CU_ASSERT_EQUAL(chip.readings, 1);
}

static void welded_contact(void)
{
	struct ftdi_relay relay = { .pins = 0 };
	gboolean level = TRUE;

	memset(&chip, 0, sizeof chip);
	chip.delay = G_MAXUINT;
	CU_ASSERT_TRUE(ops.set(&relay, TRUE, NULL));
	CU_ASSERT_TRUE(ops.get(&relay, &level, NULL));
	CU_ASSERT_FALSE(level);
}

TEST_SUITE(ftdi_relay, { "contacts take time and bounce", contacts_take_time },
	   { "at once", contacts_that_follow_at_once_cost_one_reading },
	   { "a contact that never follows", welded_contact })

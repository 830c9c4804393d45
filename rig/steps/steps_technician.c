/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a technician does at the bench. Each step makes one line of fixtures/board/board_bench.h: its words, then
 * NAME=VALUE for each argument.
 */
#include "rig/steps/steps.h"

/* Durations are given in ns there. */
static void append_argument(GString *line, const struct step_argument *argument, json_t *arguments)
{
	if (argument->type == ARGUMENT_DURATION)
		g_string_append_printf(line, " ns=%" G_GINT64_FORMAT, argument_integer(arguments, argument->name, 0));
	else if (argument_has(arguments, argument->name)) {
		g_autofree char *value = argument_value(arguments, argument->name);
		g_string_append_printf(line, " %s=%s", argument->name, value);
	} else if (g_str_equal(argument->name, "disk"))
		g_string_append(line, " disk=0");
}

static gboolean run_line(struct execution *execution, json_t *arguments, GError **error)
{
	g_autoptr(GString) line = g_string_new(execution->step->bench);

	for (const struct step_argument *argument = execution->step->arguments; argument->name; argument++)
		append_argument(line, argument, arguments);
	g_autofree char *answer = execution_bench(execution, line->str, error);
	return answer != NULL;
}

static gboolean run_act(struct execution *execution, json_t *arguments, GError **error)
{
	const char *as = argument_text(arguments, "as", NULL);
	g_autofree char *answer = execution_bench(execution, argument_text(arguments, "line", ""), error);

	if (answer && as)
		execution_set(execution, as, json_string(answer));
	return answer != NULL;
}

#define CHOICES(name, ...) static const char *const name[] = { __VA_ARGS__, NULL }
CHOICES(part_choices, "disk", "disk2", "controller", "counter");
CHOICES(accessory_choices, "bus", "usb-board", "ram");
CHOICES(element_choices, "3des", "aes", "none");
CHOICES(fault_choices, "read", "write", "flush");
CHOICES(fate_choices, "lose", "keep", "chance", "torn");
CHOICES(cut_choices, "write", "flush", "read", "nvram", "counter", "random");
CHOICES(when_choices, "before", "within", "after");

#define ARGUMENTS(name, ...) static const struct step_argument name[] = { __VA_ARGS__, { NULL } }
#define DISK                                                                                                           \
	{                                                                                                              \
		"disk", ARGUMENT_INTEGER, FALSE, NULL, "0 (default) or 1"                                              \
	}
#define NUMBER(name, required, help)                                                                                   \
	{                                                                                                              \
		name, ARGUMENT_INTEGER, required, NULL, help                                                           \
	}
#define CHOICE(name, required, choices, help)                                                                          \
	{                                                                                                              \
		name, ARGUMENT_CHOICE, required, choices, help                                                         \
	}
static const struct step_argument no_arguments[] = { { NULL } };
ARGUMENTS(act_arguments, { "line", ARGUMENT_TEXT, TRUE, NULL, "as in fixtures/board/board_bench.h" },
	  { "as", ARGUMENT_NAME, FALSE, NULL, "variable for the answer" });
ARGUMENTS(part_arguments, CHOICE("which", TRUE, part_choices, "the part; only while the power is off"));
ARGUMENTS(swap_arguments, NUMBER("to", TRUE, "0: the first unit, 1: the second; only while the power is off"));
ARGUMENTS(accessory_arguments, CHOICE("name", TRUE, accessory_choices, "the accessory"));
ARGUMENTS(cipher_arguments, CHOICE("element", TRUE, element_choices, "what gives wrong results"));
ARGUMENTS(random_arguments, NUMBER("value", TRUE, "the one byte that it gives"));
ARGUMENTS(nvram_arguments, NUMBER("nth", TRUE, "which write from now"), NUMBER("times", FALSE, "how many fail (1)"));
ARGUMENTS(fault_arguments, DISK, CHOICE("op", TRUE, fault_choices, "what fails"),
	  NUMBER("lba", FALSE, "the first sector concerned (0)"), NUMBER("count", FALSE, "how many (all)"),
	  NUMBER("nth", FALSE, "which command from now (1)"), NUMBER("times", FALSE, "how many fail (all)"));
ARGUMENTS(disk_arguments, DISK);
ARGUMENTS(stretch_arguments, DISK, NUMBER("lba", TRUE, "the first sector"), NUMBER("count", TRUE, "how many"));
ARGUMENTS(hide_arguments, DISK, NUMBER("hpa", FALSE, "sectors of a host protected area"),
	  NUMBER("dco", FALSE, "sectors hidden by the device configuration"));
ARGUMENTS(place_arguments, DISK, NUMBER("lba", TRUE, "the first sector"), NUMBER("count", TRUE, "how many"),
	  NUMBER("stamp", TRUE, "what tells this text from others"));
ARGUMENTS(fate_arguments, CHOICE("how", TRUE, fate_choices, "what becomes of writes not yet on the medium"));
ARGUMENTS(cut_arguments, CHOICE("op", TRUE, cut_choices, "at which kind of operation"),
	  NUMBER("nth", TRUE, "which one from now"), CHOICE("when", TRUE, when_choices, "before, within or after it"),
	  NUMBER("from", FALSE, "counts those only that touch this sector or one above"),
	  CHOICE("past", FALSE, cut_choices, "counts those only after the next one of this kind"));
CHOICES(plan_choices, "write", "flush", "nvram", "counter", "resize", "power");
ARGUMENTS(plan_arguments, CHOICE("op", TRUE, plan_choices, "at which kind of operation"),
	  NUMBER("nth", TRUE, "which one at that place from now"),
	  CHOICE("when", TRUE, when_choices, "before, within or after it"), DISK,
	  NUMBER("at", TRUE, "the first sector, the memory's offset or the new size"),
	  NUMBER("pending", FALSE, "how many writes wait in the disk's cache then (0)"),
	  NUMBER("pending2", FALSE, "… and in the second disk's (0)"),
	  { "fates", ARGUMENT_TEXT, FALSE, NULL, "what becomes of those that are not kept" });
ARGUMENTS(after_arguments, { "time", ARGUMENT_DURATION, TRUE, NULL, "from now" });

#define LINE(name_, bench_, summary_, arguments_)                                                                      \
	{                                                                                                              \
		.name = name_, .summary = summary_, .arguments = arguments_, .bench = bench_, .run = run_line          \
	}

const struct step_spec steps_technician[] = {
	LINE("part.replace", "part.replace", "A factory-fresh part takes a part's place", part_arguments),
	LINE("part.restore", "part.restore", "The part that was replaced is put back", part_arguments),
	LINE("unit.swap", "unit.swap", "Another unit stands in the slot", swap_arguments),
	LINE("accessory.remove", "accessory.remove", "Remove an accessory", accessory_arguments),
	LINE("accessory.fit", "accessory.fit", "Fit an accessory", accessory_arguments),
	LINE("cipher.spoil", "cipher.break", "An element of the cipher engine gives wrong results", cipher_arguments),
	LINE("random.stick", "random.stick", "The random source gives one byte for ever", random_arguments),
	LINE("random.free", "random.stick off", "The random source works again", no_arguments),
	LINE("nvram.fault", "nvram.fault", "Writes to the NVRAM fail", nvram_arguments),
	LINE("nvram.heal", "nvram.fault off", "The NVRAM works again", no_arguments),
	LINE("disk.fault", "disk.fault", "Commands to the disk fail", fault_arguments),
	LINE("disk.heal", "disk.fault.clear", "The disk works again", disk_arguments),
	LINE("disk.remap", "disk.remap", "The drive puts spare sectors in place of some", stretch_arguments),
	LINE("disk.hide", "disk.hide", "The disk's last sectors become hidden areas; only while the power is off",
	     hide_arguments),
	{ .name = "disk.place",
	  .summary = "Planted text comes on the medium",
	  .arguments = place_arguments,
	  .effect = "erases",
	  .bench = "disk.place",
	  .run = run_line },
	LINE("cut.fate", "cut.fate", "What the next power cuts do to writes not yet on the medium", fate_arguments),
	LINE("cut.arm", "cut.arm", "The mains are to fail at an operation", cut_arguments),
	LINE("cut.disarm", "cut.arm off", "The mains are not to fail any more", no_arguments),
	LINE("cut.after", "cut.after", "The mains are to fail after a time", after_arguments),
	LINE("cut.plan", "cut.plan", "The mains are to fail exactly so, see fixtures/board/board_bench.h",
	     plan_arguments),
	{ .name = "bench.act", .summary = "Something done at the bench", .arguments = act_arguments, .run = run_act },
	{ NULL },
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "step.h"
#include "nearest.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define UNIT_STATES LIST("starting", "erasing", "ready", "shutdown-asked", "shutting-down", "may-power-off", "failed")
#define LICENCE_FORMS                                                                                                  \
	LIST("drop-last", "append-digit", "blank-inside", "blank-before", "blank-after", "letter-inside", "empty")
#define SERVICE_ITEMS LIST("erase-mode", "job-log-key")
#define ARGUMENTS(...) ((const struct step_argument[]){ __VA_ARGS__ __VA_OPT__(, ){ NULL } })
#define STEP(name, summary, ...)                                                                                       \
	&(const struct step_spec)                                                                                      \
	{                                                                                                              \
		name, summary, ARGUMENTS(__VA_ARGS__), FALSE, NULL                                                     \
	}
#define EXPECT(name, summary, ...)                                                                                     \
	&(const struct step_spec)                                                                                      \
	{                                                                                                              \
		name, summary, ARGUMENTS(__VA_ARGS__), TRUE, NULL                                                      \
	}
#define WITHIN                                                                                                         \
	{                                                                                                              \
		"within", ARGUMENT_DURATION, FALSE, NULL, "how long to wait for it"                                    \
	}
#define AS                                                                                                             \
	{                                                                                                              \
		"as", ARGUMENT_NAME, TRUE, NULL, "the variable to keep it in"                                          \
	}
#define KEY                                                                                                            \
	{                                                                                                              \
		"key", ARGUMENT_TEXT, TRUE, NULL, "the licence key"                                                    \
	}

const struct step_spec *const step_table[] = {
	STEP("power.on", "Turn the main power on"),
	STEP("power.off", "Turn the main power off"),
	STEP("power.cycle", "Main power off, wait, on",
	     { "off", ARGUMENT_DURATION, FALSE, NULL, "how long the power stays off; 10 s if not given" }),
	STEP("switch.hold", "Hold the panel's power switch",
	     { "duration", ARGUMENT_DURATION, TRUE, NULL, "how long it is held" },
	     { "via", ARGUMENT_CHOICE, FALSE, LIST("line", "key"), "how the rig reaches the switch" }),
	STEP("panel.press", "Press a key of the panel",
	     { "key", ARGUMENT_CHOICE, TRUE, LIST("ok", "cancel", "counter"), "which" }),
	STEP("panel.register", "Type a licence key at License Registration and press Start", KEY,
	     { "as", ARGUMENT_NAME, FALSE, NULL, "the variable to keep the outcome in" }),
	STEP("wait.ready", "Wait until the unit is ready", WITHIN),
	STEP("wait.time", "Let time pass", { "duration", ARGUMENT_DURATION, TRUE, NULL, "how long" }),
	STEP("wait.state", "Wait until the unit is in a state",
	     { "state", ARGUMENT_CHOICE, TRUE, UNIT_STATES, "which" }, WITHIN),
	STEP("wait.panel", "Wait until the panel shows a text", { "is", ARGUMENT_TEXT, FALSE, NULL, "exactly this" },
	     { "prefix", ARGUMENT_TEXT, FALSE, NULL, "a text that begins so" }, WITHIN),
	STEP("licence.issue", "Get a licence key from the licence server",
	     { "option", ARGUMENT_CHOICE, FALSE, LIST("security-kit", "other-option"), "for which option" },
	     { "access", ARGUMENT_TEXT, FALSE, NULL, "licence access number" },
	     { "serial", ARGUMENT_TEXT, FALSE, NULL, "device serial number; the unit's own if not given" }, AS),
	STEP("licence.alter", "Change one digit of a key", KEY,
	     { "position", ARGUMENT_INTEGER, TRUE, NULL, "of the digit, from 1" },
	     { "by", ARGUMENT_INTEGER, FALSE, NULL, "added to it, modulo 10; 1 if not given" }, AS),
	STEP("licence.reshape", "Make a key of a wrong form", KEY,
	     { "form", ARGUMENT_CHOICE, TRUE, LICENCE_FORMS, "which" }, AS),
	STEP("read.panel", "Keep what the panel shows", AS),
	STEP("read.licence", "Keep the licence state", AS),
	STEP("read.configuration", "Keep what Device Configuration lists", AS),
	STEP("read.snapshot", "Keep the unit's whole state, to compare later", AS),
	EXPECT("expect.panel", "The panel shows a text", { "is", ARGUMENT_TEXT, FALSE, NULL, "exactly this" },
	       { "prefix", ARGUMENT_TEXT, FALSE, NULL, "a text that begins so" },
	       { "lacks", ARGUMENT_TEXT, FALSE, NULL, "a text without this in it" }, WITHIN),
	EXPECT("expect.outcome", "The last registration ended so",
	       { "is", ARGUMENT_CHOICE, TRUE, LIST("accepted", "missing-features", "incorrect-key", "already-enabled"),
		 "how" }),
	EXPECT("expect.licence", "The licence is in a state",
	       { "is", ARGUMENT_CHOICE, TRUE, LIST("none", "pending", "active"), "which" }),
	EXPECT("expect.configuration", "Device Configuration lists an option, or does not",
	       { "lists", ARGUMENT_TEXT, FALSE, NULL, "an option listed" },
	       { "lacks", ARGUMENT_TEXT, FALSE, NULL, "an option not listed" }),
	EXPECT("expect.unit", "The unit is in a state", { "state", ARGUMENT_CHOICE, TRUE, UNIT_STATES, "which" },
	       WITHIN),
	EXPECT("expect.power", "The power reads back so", { "on", ARGUMENT_BOOLEAN, TRUE, NULL, "on or off" }),
	EXPECT("expect.console", "The console has printed a text, or has not",
	       { "contains", ARGUMENT_TEXT, FALSE, NULL, "a text printed" },
	       { "lacks", ARGUMENT_TEXT, FALSE, NULL, "a text not printed" }, WITHIN),
	EXPECT("expect.same", "Two variables are equal", { "a", ARGUMENT_VARIABLE, TRUE, NULL, "one" },
	       { "b", ARGUMENT_VARIABLE, TRUE, NULL, "the other" }),
	EXPECT("expect.differ", "Two variables are not equal", { "a", ARGUMENT_VARIABLE, TRUE, NULL, "one" },
	       { "b", ARGUMENT_VARIABLE, TRUE, NULL, "the other" }),
	EXPECT("expect.unchanged", "The unit's state is that of an earlier read.snapshot",
	       { "since", ARGUMENT_VARIABLE, TRUE, NULL, "the snapshot" }),
	EXPECT("expect.that", "A statement about variables holds",
	       { "check", ARGUMENT_FUNCTION, TRUE, NULL, "function(v) that returns whether, and what was seen" }),
	STEP("service.enter", "Enter service mode", { "level", ARGUMENT_INTEGER, FALSE, NULL, "2 if not given" }),
	STEP("service.set", "Set a service mode item", { "item", ARGUMENT_CHOICE, TRUE, SERVICE_ITEMS, "which" },
	     { "value", ARGUMENT_INTEGER, TRUE, NULL, "to what" }),
	EXPECT("expect.service", "A service mode item has a value",
	       { "item", ARGUMENT_CHOICE, TRUE, SERVICE_ITEMS, "which" },
	       { "is", ARGUMENT_INTEGER, TRUE, NULL, "the value" }),
	NULL,
};

const struct step_spec *step_find(const char *name)
{
	for (const struct step_spec *const *step = step_table; *step; step++)
		if (g_str_equal((*step)->name, name))
			return *step;
	return NULL;
}

const char *step_nearest(const char *name)
{
	struct nearest nearest = { .wanted = name };

	for (const struct step_spec *const *step = step_table; *step; step++)
		nearest_offer(&nearest, (*step)->name);
	return nearest.best;
}

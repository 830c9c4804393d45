/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of each file; rig/steps/step.c lists them. */
#pragma once
#include "rig/execution.h"

extern const struct step_spec steps_power[], steps_wait[], steps_panel[], steps_licence[], steps_read[], steps_expect[],
    steps_compare[], steps_service[], steps_operation[], steps_technician[], steps_disk[], steps_trace[],
    steps_verification[], steps_secret[], steps_measure[], steps_operator[], steps_data[], steps_cipher[],
    steps_record[], steps_plan[];

/** A unit state that is waited for, and the last one seen (EXECUTION_AWAY: not on the bus); of execution_poll(). */
struct awaited_state {
	guint wanted, seen;
};
gboolean unit_is(struct execution *execution, gpointer awaited_state, gboolean *done, GError **error) MUST_CHECK;

/* Choices that several steps and the protocol share; indexed by the protocol's numbers. */
extern const char *const unit_state_choices[], *const licence_state_choices[], *const outcome_choices[],
										   *const service_item_choices[];
extern const char *const refusal_choices[]; /* "ok", "refused": of steps whose driver's function tells no more */

/* Longest time that a start-up may take: the first one after registration "may take 30 minutes and more". */
#define READY_WITHIN_NS (4 * 3600 * NS_PER_S)

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "run.h"

/** The payload of a run's first event: what runs where, with what. */
json_t *run_begin_json(const struct run_setup *setup);

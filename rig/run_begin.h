/* SPDX-License-Identifier: Apache-2.0 */
/* What a run is made of, for its first record. */
#pragma once
#include "run.h"

/** The payload of EVENT_RUN_BEGIN, a new reference. Reads the files that decide what the run does, for their hashes. */
json_t *run_begin_json(const struct run_setup *setup);

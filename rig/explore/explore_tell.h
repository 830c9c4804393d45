/* SPDX-License-Identifier: Apache-2.0 */
/* The coverage statement: explore_counts in words and as JSON. */
#pragma once
#include "explore.h"
#include <jansson.h>

/** As a new JSON object. */
json_t *explore_counts_encode(const struct explore_counts *counts);
/** What is missing there is 0. */
void explore_counts_decode(json_t *json, struct explore_counts *counts);
/** Lines for people. */
void explore_counts_tell(const struct explore_counts *counts, GString *text);

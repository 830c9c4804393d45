/* SPDX-License-Identifier: Apache-2.0 */
/* The crash model in words: what every result of exploring says that it speaks of, and of what it does not. */
#pragma once
#include <glib.h>
#include <jansson.h>

/** {"includes": [TEXT], "leaves_out": [TEXT]}, new. */
json_t *explore_model_encode(void);
/** Appends lines for people. */
void explore_model_tell(GString *text);

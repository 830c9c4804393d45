/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <glib.h>

/** A line of the bench as a person is told it; NULL: no person can do that. The caller's. */
char *operator_words(const char *line);

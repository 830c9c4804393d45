/* SPDX-License-Identifier: Apache-2.0 */
/* Time is a signed 64-bit count of nanoseconds since the slot was opened, everywhere. */
#pragma once
#include <glib.h>

#define NS_PER_US G_GINT64_CONSTANT(1000)
#define NS_PER_MS G_GINT64_CONSTANT(1000000)
#define NS_PER_S G_GINT64_CONSTANT(1000000000)

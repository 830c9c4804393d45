/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/** Whether the other end of one of this process's TCP connections has closed it or is gone, and all that it had sent
 * was read. libsigrok's drivers wait on for good. */
gboolean peer_has_closed(void);

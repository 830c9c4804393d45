/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors, a file each; rig/monitors/monitors.c lists them. */
#pragma once
#include "monitor.h"

extern const struct monitor erase_complete_monitor, hidden_areas_monitor, passes_monitor, exclusive_monitor,
    flush_monitor, pending_first_monitor, message_monitor, progress_monitor, plaintext_monitor, key_secrecy_monitor,
    old_key_monitor, licence_state_monitor, agreement_monitor, finish_time_monitor, console_line_monitor,
    erase_line_monitor, disk_line_monitor, gets_further_monitor;

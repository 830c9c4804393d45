/* SPDX-License-Identifier: Apache-2.0 */
/* Every driver of this folder; rig/main.c lists them. */
#pragma once
#include "rig/driver.h"

extern const struct driver board_clock_driver, granted_clock_driver, monotonic_clock_driver;
extern const struct driver board_usb_driver, libusb_usb_driver;
extern const struct driver native_controller_driver, adapter_controller_driver;
extern const struct driver board_console_driver, ftdi_console_driver;
extern const struct driver board_power_driver, ftdi_relay_driver, sigrok_supply_driver;
extern const struct driver board_logic_driver, sigrok_logic_driver;
extern const struct driver keys_file_driver;
extern const struct driver board_disk_driver, granted_disk_driver;
extern const struct driver board_bench_driver, granted_bench_driver, operator_bench_driver;

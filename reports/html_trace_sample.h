/* SPDX-License-Identifier: Apache-2.0 */
/* Runs for tests of the trace view. Not part of the program. */
#pragma once
#include "rig/sample.h"

#define HTML_SAMPLE_CASES 5u
#define HTML_SAMPLE_EDGES 200000u
#define HTML_SAMPLE_REQUESTS 100000u

/** Cases with a little of everything; the third fails, and its console speaks markup. */
struct sample *html_sample_cases(void);
/**
 * One failing case of 60 s. Lines but console_tx change in turn, one each 300 us but for up to 100 us; erase_active is
 * high from 10 s to 50 s. An erase of 100,000 requests of 64 sectors, 400 us apart; each tenth is a read of LBA 0. The
 * power is cut at 30 s; the failure is at 42.5 s.
 */
struct sample *html_sample_large(void);

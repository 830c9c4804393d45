/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sigrok session file of version 2, for sigrok-cli and PulseView: a zip of
 *   version    "2"
 *   metadata   an INI file: sample rate, channels; comments say where it comes from
 *   logic-1-1  the samples: a byte each, bit n is channel n
 */
#pragma once
#include "rig/error.h"

#define SR_CHANNELS_MAX 8

struct sr_archive;

/** `names`: of the channels, from bit 0 on, NULL-terminated, at most SR_CHANNELS_MAX. `comment`: lines of text. */
struct sr_archive *sr_archive_new(guint64 rate_hz, const char *const *names, const char *comment);
/** NULL is allowed. */
void sr_archive_free(struct sr_archive *archive);
/** Appends `count` samples of the same levels. */
void sr_archive_run(struct sr_archive *archive, guint8 levels, guint64 count);
/** The file; the caller's. Errors: RIG_ERROR_RIG in libzip's words. No samples may follow. */
GBytes *sr_archive_finish(struct sr_archive *archive, GError **error) MUST_CHECK;

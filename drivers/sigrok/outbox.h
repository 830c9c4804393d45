/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames on their way to the rig: a bounded queue and a thread that writes them, so that the analyzer is not held up
 * while the rig is busy. */
#pragma once
#include "drivers/sigrok_protocol.h"

struct outbox;

/** Never freed: it lives as long as the program. `wait`: samples that do not fit hold up who brings them; else they are
 *  lost, and the rig is told. */
struct outbox *outbox_new(int fd);
void outbox_set_wait(struct outbox *outbox, gboolean wait);
/** A frame that is never lost. */
void outbox_say(struct outbox *outbox, enum sigrok_type type, const void *payload, gsize length);
/** Takes `samples`: they become the outbox's. */
void outbox_samples(struct outbox *outbox, GByteArray *samples, guint64 first);
/** Blocks until all is written. */
void outbox_drain(struct outbox *outbox);

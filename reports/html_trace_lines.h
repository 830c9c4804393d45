/* SPDX-License-Identifier: Apache-2.0 */
/* The lines' part of html_trace.h, and its numbers. */
#pragma once
#include "rig/event.h"

struct html_trace_lines;

/** `edges`: as many are kept, over all windows; of more, the last. */
struct html_trace_lines *html_trace_lines_new(guint edges);
void html_trace_lines_free(struct html_trace_lines *lines);
/** Takes in an EVENT_LINES. */
void html_trace_lines_add(struct html_trace_lines *lines, const struct event *event);
/** No more come. */
void html_trace_lines_end(struct html_trace_lines *lines);
gboolean html_trace_lines_are_none(const struct html_trace_lines *lines);
/** Appends the windows, or how many windows and edges are left out. */
void html_trace_lines_pack(const struct html_trace_lines *lines, GByteArray *out);
void html_trace_lines_pack_left_out(const struct html_trace_lines *lines, GByteArray *out);

void html_pack_u(GByteArray *out, guint64 number);
void html_pack_s(GByteArray *out, gint64 number);
void html_pack_b(GByteArray *out, guint8 byte);

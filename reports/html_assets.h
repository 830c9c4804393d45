/* SPDX-License-Identifier: Apache-2.0 */
/* Files of this folder that go into pages as they are, built into the program. Neither may contain "]]>" nor an
 * end tag: the page wraps scripts in a CDATA section, so that it is XML as well. */
#pragma once

/** Of the page of exploring: style sheet. */
extern const char explore_html_css[];
/** Of the trace view: style sheet, and scripts in the order in which they are needed. NUL-terminated. */
extern const char html_view_css[], html_trace_js[], html_draw_js[], html_view_js[];

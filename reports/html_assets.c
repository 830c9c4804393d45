/* SPDX-License-Identifier: Apache-2.0 */
#include "html_assets.h"

/* The assembler reads the file, relative to the folder of the Makefile. */
#define ASSET(name, file)                                                                                              \
	__asm__(".pushsection .rodata\n.globl " #name "\n.type " #name ", @object\n" #name ":\n.incbin \"" file        \
		"\"\n.byte 0\n.size " #name ", . - " #name "\n.popsection")

ASSET(explore_html_css, "reports/explore_html.css");
ASSET(html_view_css, "reports/html_view.css");
ASSET(html_trace_js, "reports/html_trace.js");
ASSET(html_draw_js, "reports/html_draw.js");
ASSET(html_view_js, "reports/html_view.js");

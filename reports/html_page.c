/* SPDX-License-Identifier: Apache-2.0 */
#include "html_page.h"
#include "html_style.h"
#include "html_text.h"

void html_head(GString *out, const char *title, const char *css)
{
	g_string_append(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
			     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
			     "'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"/>\n"
			     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>");
	html_text(out, title);
	g_string_append_printf(out, "</title>\n<style>%s%s</style></head>\n<body>\n", html_style, css);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What all pages begin with. */
#pragma once
#include <glib.h>

/** From the document's type to its open body. `css`: of this page, besides what all have. The page may load nothing. */
void html_head(GString *out, const char *title, const char *css);

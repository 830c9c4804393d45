/* SPDX-License-Identifier: Apache-2.0 */
/* Text into HTML that also is well-formed XML. Everything that is not a literal of this program goes through these. */
#pragma once
#include "rig/tally.h"

/** Appends `text`, which may be NULL, safe inside elements and quoted attributes. */
void html_text(GString *out, const char *text);
/** Appends `text` with what differs from `other` in a <mark>. */
void html_difference(GString *out, const char *text, const char *other);
/** Appends a verdict as a sign and a word. */
void html_verdict(GString *out, enum tally_verdict verdict);
/** The class of a verdict in the style sheet: one letter. */
const char *html_verdict_class(enum tally_verdict verdict);
/** Appends ids with links to their requirements, separated by blanks. */
void html_requirement_links(GString *out, char **ids);

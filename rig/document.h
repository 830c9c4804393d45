/* SPDX-License-Identifier: Apache-2.0 */
/* A document that the unit was given, looked for among the sectors that were written since a mark. */
#pragma once
#include "disk_view.h"

struct document_search {
	struct disk_view view;
	GBytes *needle;	 /* how it begins */
	GArray *written; /* of struct disk_area: since the mark */
	GArray *sectors; /* of struct disk_area, one sector each, in order: those that hold it as the unit reads them */
	guint64 looked;	 /* sectors … */
	guint64 unknown; /* … of them such that nobody knows how the unit encrypts them */
};

/** Looks for the document of the arguments "value" and "since". RIG_ERROR_UNSUPPORTED where the slot does not show what
 *  it takes. Nothing is left to clear where it fails. */
gboolean document_search(struct document_search *search, struct execution *execution, json_t *arguments,
			 GError **error) MUST_CHECK;
void document_search_clear(struct document_search *search);
/** RIG_ERROR_UNSUPPORTED: it was not found. That says nothing about the unit: it may encrypt in a way that the slot's
 *  instruments do not know. */
void document_search_lost(const struct document_search *search, GError **error);
/** How many of the written sectors hold a part of it in plaintext. */
gboolean document_legible(const struct document_search *search, guint64 *legible, GError **error) MUST_CHECK;
/** Whether this key, in place of the unit's, reads it where it was found. */
gboolean document_opens(const struct document_search *search, GBytes *key, gboolean *opens, GError **error) MUST_CHECK;

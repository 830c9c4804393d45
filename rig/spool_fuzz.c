/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a spool: nothing outside them is read, and every event of a type with JSON may be parsed. */
#include "spool.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t length);

static gboolean look(const struct event *event, gpointer data, G_GNUC_UNUSED GError **error)
{
	guint *sum = data;

	for (gsize i = 0; i < event->length; i++)
		*sum += ((const guint8 *)event->data)[i];
	json_decref(event_json(event));
	return TRUE;
}

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t length)
{
	guint sum = 0;
	guint64 lost;

	if (spool_visit_bytes(bytes, length, look, &sum, &lost, NULL))
		g_assert_cmpuint(length, >=, 64);
	return 0;
}

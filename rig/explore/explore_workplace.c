/* SPDX-License-Identifier: Apache-2.0 */
/* Room that exploring needs over and over again. */
#include "explore_internal.h"

void explore_workplace_make(struct explore *explore)
{
	const struct explore_layout *layout = explore->layout;

	g_assert(layout->memory_bytes % EXPLORE_UNIT == 0);
	explore->verdicts = g_byte_array_new();
	explore->memory = g_malloc0(layout->memory_bytes);
	explore->counters = g_malloc0(layout->memory_bytes);
	explore->hidden = g_malloc0(layout->memory_bytes);
	explore->last = g_new0(struct explore_unpacked, 1);
	explore->last->ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	explore->edge = g_array_new(FALSE, FALSE, sizeof(struct explore_edge));
	explore->waiting = g_array_new(FALSE, FALSE, sizeof(struct explore_waiting));
	explore->bytes = g_byte_array_new();
	explore->left = g_byte_array_new();
	explore->origin_memory = g_malloc0(layout->memory_bytes);
	explore->stand.memory = g_malloc0(layout->memory_bytes);
	explore->log_memory = g_malloc0(layout->memory_bytes);
	explore->chain = g_ptr_array_new();
	explore->path = g_array_new(FALSE, FALSE, sizeof(struct explore_edge));
	explore_media_init(&explore->media, layout, explore->values, &explore->exact);
	explore_media_init(&explore->origin, layout, explore->values, &explore->exact);
	for (guint i = 0; i < layout->disks; i++) {
		explore->since[i] = explore_map_new(layout->sectors[i], 0);
		explore->view[i] = explore_map_new(layout->sectors[i], 0);
		explore->joined[i] = explore_map_new(layout->sectors[i], 0);
	}
}

void explore_workplace_free(struct explore *explore)
{
	if (explore->layout) {
		explore_media_clear(&explore->media);
		explore_media_clear(&explore->origin);
		for (guint i = 0; i < explore->layout->disks; i++) {
			explore_map_free(explore->since[i]);
			explore_map_free(explore->view[i]);
			explore_map_free(explore->joined[i]);
		}
	}
	g_clear_pointer(&explore->path, g_array_unref);
	if (explore->last)
		g_array_unref(explore->last->ops);
	g_free(explore->last);
	g_clear_pointer(&explore->waiting, g_array_unref);
	g_clear_pointer(&explore->bytes, g_byte_array_unref);
	g_clear_pointer(&explore->left, g_byte_array_unref);
	g_clear_pointer(&explore->verdicts, g_byte_array_unref);
	g_clear_pointer(&explore->edge, g_array_unref);
	g_free(explore->memory);
	g_free(explore->counters);
	g_free(explore->hidden);
	g_free(explore->origin_memory);
	g_free(explore->stand.memory);
	g_free(explore->log_memory);
	g_clear_pointer(&explore->chain, g_ptr_array_unref);
}

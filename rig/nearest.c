/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"
#include <string.h>

#define NAME_MAX_BYTES 63

guint nearest_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	guint table[3][NAME_MAX_BYTES + 1];

	if (rows > NAME_MAX_BYTES || columns > NAME_MAX_BYTES)
		return G_MAXUINT;
	for (size_t j = 0; j <= columns; j++)
		table[0][j] = (guint)j;
	for (size_t i = 1; i <= rows; i++) {
		guint *row = table[i % 3], *above = table[(i + 2) % 3], *above2 = table[(i + 1) % 3];
		row[0] = (guint)i;
		for (size_t j = 1; j <= columns; j++) {
			guint best = above[j - 1] + (a[i - 1] != b[j - 1]);
			best = MIN(best, MIN(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, above2[j - 2] + 1);
			row[j] = best;
		}
	}
	return table[rows % 3][columns];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	guint distance = nearest_distance(nearest->wanted, candidate);

	/* One slip in three characters, three at most, still looks like the same word. */
	if (distance > MIN(3, (strlen(nearest->wanted) + 1) / 3) || distance >= strlen(candidate))
		return;
	if (nearest->best && distance > nearest->distance)
		return;
	if (nearest->best && distance == nearest->distance && strcmp(candidate, nearest->best) >= 0)
		return;
	nearest->best = candidate;
	nearest->distance = distance;
}

const char *nearest_of(const char *wanted, const char *const *candidates)
{
	struct nearest nearest = { .wanted = wanted };

	for (; *candidates; candidates++)
		nearest_offer(&nearest, *candidates);
	return nearest.best;
}

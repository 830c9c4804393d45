/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: any bytes read as a spool. Whatever is found lies inside them, and a lost end is counted right. */
#include "spool.h"
#include "frame.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* spool.h, "File". */
#define FILE_HEADER 64
#define RECORD_HEADER 24
#define COMMITTED_AT 16
#define CRC_AT 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	const uint8_t *begin, *end;
	guint64 records, stop_after;
	unsigned sum;
};

static void require(gboolean holds)
{
	if (!holds)
		abort();
}

static gboolean visit(const struct event *event, gpointer data, GError **error)
{
	const uint8_t *at = event->data;
	struct seen *seen = data;

	require(!event->length || (at >= seen->begin && event->length <= (gsize)(seen->end - at)));
	for (gsize i = 0; i < event->length; i++)
		seen->sum += at[i];
	if (event_is_json(event->type))
		json_decref(event_json(event));
	if (++seen->records != seen->stop_after)
		return TRUE;
	g_set_error_literal(error, RIG_ERROR, RIG_ERROR_LIMIT, "stop");
	return FALSE;
}

/* What was lost includes what the header says was written and the file no longer has. */
static guint64 most_lost(const uint8_t *data, size_t size)
{
	guint64 committed;

	if (size < FILE_HEADER)
		return 0;
	memcpy(&committed, data + COMMITTED_AT, sizeof committed);
	return MAX(GUINT64_FROM_LE(committed), size) - FILE_HEADER;
}

static guint64 read_spool(const uint8_t *data, size_t size, guint64 stop_after)
{
	struct seen seen = { .begin = data, .end = data + size, .stop_after = stop_after };
	g_autoptr(GError) error = NULL;
	guint64 lost = 0;
	gboolean read = spool_visit_bytes(data, size, visit, &seen, &lost, &error);

	require(read == !error && lost <= most_lost(data, size));
	/* The visitor's refusal comes out as it is, and at once. */
	if (stop_after)
		require(!read && seen.records == stop_after && g_error_matches(error, RIG_ERROR, RIG_ERROR_LIMIT));
	return seen.records;
}

static void read_both_ways(const uint8_t *data, size_t size)
{
	guint64 records = read_spool(data, size, 0);

	if (records)
		require(read_spool(data, size, (records + 1) / 2) == (records + 1) / 2);
}

/* The input as records of a good file, each with the right CRC, which no fuzzer would guess. */
static void read_repaired(const uint8_t *data, size_t size)
{
	static const uint8_t header[FILE_HEADER] = "WRSPOOL1\1\0\0\0\100\0\0";
	uint8_t *file = g_malloc(FILE_HEADER + size), *at = file + FILE_HEADER;
	guint32 record, crc;

	memcpy(file, header, FILE_HEADER);
	memcpy(at, data, size);
	for (size_t left = size; left >= RECORD_HEADER; left -= record, at += record) {
		memcpy(&record, at, sizeof record);
		record = GUINT32_FROM_LE(record);
		if (record < RECORD_HEADER || record > left)
			break;
		memset(at + CRC_AT, 0, sizeof crc);
		crc = GUINT32_TO_LE(frame_crc32(at, record));
		memcpy(at + CRC_AT, &crc, sizeof crc);
	}
	read_both_ways(file, FILE_HEADER + size);
	g_free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_both_ways(data, size);
	read_repaired(data, size);
	return 0;
}

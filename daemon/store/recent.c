/* SPDX-License-Identifier: Apache-2.0 */
/* store/recent.c - see recent.h for the contract. */
#include "store/recent.h"

#include <stdlib.h>

#define ROOM_FIRST 32

int recent_compare_bytes(struct bytes a, struct bytes b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

size_t recent_seek(const struct recent_run *run, struct bytes key)
{
	size_t low = 0, high = run->count;

	if (high > 0 && recent_compare(run->rows[high - 1].key, key) < 0)
		return high; /* most keys are greater than all before */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (recent_compare(run->rows[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool stands_at(const struct recent_run *run, size_t at, struct bytes key)
{
	return at < run->count && recent_compare(run->rows[at].key, key) == 0;
}

const struct recent_row *recent_find(const struct recent *recent, enum table table, struct bytes key)
{
	const struct recent_run *run = &recent->runs[table];
	size_t at = recent_seek(run, key);

	return stands_at(run, at, key) ? &run->rows[at] : NULL;
}

static enum err grow(struct recent_run *run)
{
	size_t room = run->room == 0 ? ROOM_FIRST : run->room * 2;
	struct recent_row *rows = reallocarray(run->rows, room, sizeof *rows);

	if (rows == NULL)
		return ERR_NOMEM;
	run->rows = rows;
	run->room = room;
	return ERR_OK;
}

enum err recent_set(struct recent *recent, enum table table, const struct recent_row *row)
{
	struct recent_run *run = &recent->runs[table];
	size_t at = recent_seek(run, row->key);

	if (!stands_at(run, at, row->key)) {
		enum err err = run->count < run->room ? ERR_OK : grow(run);

		if (err != ERR_OK)
			return err;
		memmove(&run->rows[at + 1], &run->rows[at], (run->count - at) * sizeof *run->rows);
		run->count++;
	}
	run->rows[at] = *row;
	return ERR_OK;
}

/* ---- records ---- */

uint8_t *recent_record(uint8_t *to, enum table table, bool gone, struct bytes key, size_t value_len)
{
	to[0] = (uint8_t)table;
	to[1] = gone;
	be16_put(to + 2, (uint16_t)key.len);
	be32_put(to + 4, (uint32_t)value_len);
	memcpy(to + RECENT_RECORD_BYTES, key.data, key.len);
	return to + RECENT_RECORD_BYTES + key.len;
}

/* Takes the first record off the rest. */
static enum err read_record(struct bytes *rest, enum table *ret_table, struct recent_row *ret_row)
{
	const uint8_t *at = rest->data;
	size_t key_len, value_len;

	if (rest->len < RECENT_RECORD_BYTES || at[0] >= TABLE_COUNT || at[0] == TABLE_META || at[1] > 1)
		return ERR_CORRUPT;
	key_len = be16_get(at + 2);
	value_len = be32_get(at + 4);
	if (key_len == 0 || key_len > TABLE_KEY_MAX || key_len > rest->len - RECENT_RECORD_BYTES || value_len > rest->len - RECENT_RECORD_BYTES - key_len)
		return ERR_CORRUPT;
	*ret_table = (enum table)at[0];
	*ret_row = (struct recent_row){
		.key = bytes_of(at + RECENT_RECORD_BYTES, key_len),
		.value = bytes_of(at + RECENT_RECORD_BYTES + key_len, value_len),
		.gone = at[1] != 0,
	};
	*rest = bytes_of(at + RECENT_RECORD_BYTES + key_len + value_len, rest->len - RECENT_RECORD_BYTES - key_len - value_len);
	return ERR_OK;
}

enum err recent_read(struct recent *recent, struct bytes records)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && records.len > 0) {
		struct recent_row row;
		enum table table;

		err = read_record(&records, &table, &row);
		if (err == ERR_OK)
			err = recent_set(recent, table, &row);
	}
	return err;
}

void recent_clear(struct recent *recent)
{
	for (unsigned table = 0; table < TABLE_COUNT; table++)
		recent->runs[table].count = 0;
}

void recent_free(struct recent *recent)
{
	for (unsigned table = 0; table < TABLE_COUNT; table++)
		free(recent->runs[table].rows);
}

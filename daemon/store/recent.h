/* SPDX-License-Identifier: Apache-2.0 */
/* store/recent.h - what small transactions wrote and no tree holds yet: of each key its last write, by table and in key order.
 *
 * The bytes of keys and values are borrowed from the records they were read from; the arrays are its own. */
#pragma once
#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/tables.h"

#define TABLE_KEY_MAX 511 /* LMDB's */
#define RECENT_RECORD_BYTES 8 /* table u8, gone u8, length of key u16, length of value u32; then key and value */

struct recent_row {
	struct bytes key, value;
	bool gone; /* deleted: whatever the tree has under that key is no more */
};

struct recent_run {
	struct recent_row *rows;
	size_t count, room;
};

struct recent {
	struct recent_run runs[TABLE_COUNT];
};

/* As LMDB orders keys: byte by byte, the shorter first where it ends. */
int recent_compare_bytes(struct bytes a, struct bytes b);

static inline int recent_compare(struct bytes a, struct bytes b)
{
	if (a.len >= 8 && b.len >= 8) { /* nearly every key begins with a number, or with an id's time */
		uint64_t first = be64_get(a.data), second = be64_get(b.data);

		if (first != second)
			return first < second ? -1 : 1;
	}
	return recent_compare_bytes(a, b);
}

/* Index of the first row whose key is at least this; count when there is none. */
size_t recent_seek(const struct recent_run *run, struct bytes key);

/* NULL: nothing was written under that key. */
const struct recent_row *recent_find(const struct recent *recent, enum table table, struct bytes key);

/* Replaces what stood under row's key.  ERR_NOMEM; never where as many rows stood before. */
enum err recent_set(struct recent *recent, enum table table, const struct recent_row *row);

/* Takes in records in their order.  ERR_CORRUPT when they do not parse. */
enum err recent_read(struct recent *recent, struct bytes records);

/* Writes a record's head and key, and gives where its value goes. */
uint8_t *recent_record(uint8_t *to, enum table table, bool gone, struct bytes key, size_t value_len);

void recent_clear(struct recent *recent); /* keeps the arrays */
void recent_free(struct recent *recent);

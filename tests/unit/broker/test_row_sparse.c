/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of a struct in a row: those that are zero take no room, and no damaged row is read as if it said something. */
#include "broker/row_sparse.h"
#include "unit.h"

enum kind { KIND_NONE, KIND_SOME = 200 };

struct thing {
	bool flag;
	enum kind kind;
	uint32_t narrow;
	uint64_t wide;
	int64_t time;
};

#define FIELDS 5

static struct bytes put(const struct thing *thing, uint8_t to[SPARSE_BYTES_MAX])
{
	struct sparse_put put = sparse_begin(to);

	sparse_put(&put, thing->flag, 1);
	sparse_put(&put, thing->kind, 1);
	sparse_put(&put, thing->narrow, 4);
	sparse_put(&put, thing->wide, 8);
	sparse_put(&put, (uint64_t)thing->time, 8);
	return bytes_of(to, (size_t)(sparse_end(&put) - to));
}

static bool take(struct bytes *row, struct thing *ret_thing)
{
	struct sparse_take take = sparse_open(*row);

	ret_thing->flag = sparse_take(&take, 1) != 0;
	ret_thing->kind = (enum kind)sparse_take(&take, 1);
	ret_thing->narrow = (uint32_t)sparse_take(&take, 4);
	ret_thing->wide = sparse_take(&take, 8);
	ret_thing->time = (int64_t)sparse_take(&take, 8);
	return sparse_close(&take, row);
}

static void check_same(const struct thing *thing, size_t len)
{
	uint8_t room[SPARSE_BYTES_MAX];
	struct bytes row = put(thing, room);
	struct thing read = { 0 };

	check_uint(row.len, len);
	row.len++; /* and something behind it */
	require(take(&row, &read));
	check_uint(row.len, 1);
	check(read.flag == thing->flag);
	check_int(read.kind, thing->kind);
	check_uint(read.narrow, thing->narrow);
	check_uint(read.wide, thing->wide);
	check_int(read.time, thing->time);
}

static void test_each(void)
{
	check_same(&(struct thing){ 0 }, 4);
	check_same(&(struct thing){ .flag = true }, 5);
	check_same(&(struct thing){ .kind = KIND_SOME }, 5);
	check_same(&(struct thing){ .narrow = UINT32_MAX }, 8);
	check_same(&(struct thing){ .wide = UINT64_MAX }, 12);
	check_same(&(struct thing){ .time = -1 }, 12);
	check_same(&(struct thing){ true, KIND_SOME, 0x01020304, 0x0102030405060708, INT64_MIN }, 4 + 1 + 1 + 4 + 8 + 8);
}

static void test_big_endian(void)
{
	static const uint8_t row[] = { 0, 0, 0, 0x06, 200, 1, 2, 3, 4 };
	uint8_t room[SPARSE_BYTES_MAX];

	check_bytes(put(&(struct thing){ .kind = KIND_SOME, .narrow = 0x01020304 }, room), bytes_of(row, sizeof(row)));
}

static void test_cut_off(void)
{
	uint8_t room[SPARSE_BYTES_MAX];
	struct bytes row = put(&(struct thing){ true, KIND_SOME, 1, 2, 3 }, room);
	struct thing read = { 0 };

	for (size_t len = 0; len < row.len; len++) {
		struct bytes cut = bytes_of(row.data, len);

		unit_context("%zu bytes", len);
		check(!take(&cut, &read));
	}
}

static void test_unknown(void)
{
	static const uint8_t row[16] = { 0, 0, 0, 1 << FIELDS };
	struct bytes bytes = bytes_of(row, sizeof(row));
	struct thing read = { 0 };

	check(!take(&bytes, &read));
}

UNIT_SUITE("broker/sparse rows",
	{ "each number, and none", test_each },
	{ "big-endian, behind a mask", test_big_endian },
	{ "a row that is cut off", test_cut_off },
	{ "a row that says what no field is for", test_unknown });

/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "fixture.h"

static void test_put_and_get(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	fixture_put(txn, TABLE_QUEUE, 7, "seven");
	fixture_check(txn, TABLE_QUEUE, 7, "seven"); /* its own writes are seen */
	fixture_put(txn, TABLE_QUEUE, 7, "seven again");
	fixture_check(txn, TABLE_QUEUE, 7, "seven again");
	fixture_check(txn, TABLE_QUEUE, 8, NULL);
	fixture_check(txn, TABLE_DELIVERIES, 7, NULL); /* tables are apart */
	check_uint(txn_rows(txn, TABLE_QUEUE), 1);
	check_ok(txn_commit(txn));
	store_close(store);
}

static void test_committed_survives(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	fixture_put(txn, TABLE_ENTRIES, 1, "kept");
	check_ok(txn_commit(txn));
	txn = fixture_write(store);
	fixture_put(txn, TABLE_ENTRIES, 2, "given up");
	txn_abort(txn);
	store_close(store);

	store = fixture_open();
	txn = fixture_read(store);
	fixture_check(txn, TABLE_ENTRIES, 1, "kept");
	fixture_check(txn, TABLE_ENTRIES, 2, NULL);
	txn_abort(txn);
	store_close(store);
}

static void test_error_sticks(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct bytes value;
	struct cursor *cursor;
	struct key key = key_u64(1);

	fixture_put(txn, TABLE_QUEUE, 1, "one");
	check_ok(txn_error(txn));
	txn_fail(txn, ERR_NOSPC);
	txn_fail(txn, ERR_IO); /* the first one counts */
	check_err(txn_error(txn), ERR_NOSPC);
	fixture_put(txn, TABLE_QUEUE, 2, "two");
	txn_delete(txn, TABLE_QUEUE, key_bytes(&key));
	txn_empty(txn, TABLE_QUEUE);
	check(txn_append_room(txn, TABLE_QUEUE, key_bytes(&key), 3) == NULL);
	check_err(txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value), ERR_NOSPC);
	check_err(cursor_open(txn, TABLE_QUEUE, &cursor), ERR_NOSPC);
	check_err(txn_commit(txn), ERR_NOSPC);

	txn = fixture_read(store);
	check_uint(txn_rows(txn, TABLE_QUEUE), 0);
	txn_abort(txn);
	store_close(store);
}

static void test_append_keeps_order(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	fixture_append(txn, TABLE_ENTRIES, 1, "one");
	fixture_append(txn, TABLE_ENTRIES, 256, "two hundred and fifty-six");
	check_ok(txn_error(txn));
	fixture_append(txn, TABLE_ENTRIES, 255, "too late");
	check_err(txn_error(txn), ERR_CORRUPT);
	check_err(txn_commit(txn), ERR_CORRUPT);

	txn = fixture_write(store);
	fixture_append(txn, TABLE_ENTRIES, 1, "one");
	fixture_append(txn, TABLE_ENTRIES, 1, "one again");
	check_err(txn_commit(txn), ERR_CORRUPT);
	store_close(store);
}

static void test_append_room(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	for (uint64_t number = 0; number < 1000; number++) {
		struct key key = key_u64(number);
		uint8_t *room = txn_append_room(txn, TABLE_ENTRIES, key_bytes(&key), 700);

		require(room != NULL);
		memset(room, (int)(number % 251), 700);
	}
	check_ok(txn_commit(txn));
	txn = fixture_read(store);
	check_uint(txn_rows(txn, TABLE_ENTRIES), 1000);
	for (uint64_t number = 0; number < 1000; number++) {
		struct key key = key_u64(number);
		struct bytes value = { 0 };

		require_ok(txn_get(txn, TABLE_ENTRIES, key_bytes(&key), &value));
		check_uint(value.len, 700);
		check_uint(value.data[0], number % 251);
		check_uint(value.data[699], number % 251);
	}
	txn_abort(txn);
	store_close(store);
}

static void test_append_room_out_of_order(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct key key = key_u64(5);

	require(txn_append_room(txn, TABLE_ENTRIES, key_bytes(&key), 1) != NULL);
	check(txn_append_room(txn, TABLE_ENTRIES, key_bytes(&key), 1) == NULL);
	check_err(txn_commit(txn), ERR_CORRUPT);
	store_close(store);
}

static void test_delete(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct key key = key_u64(1);

	fixture_put(txn, TABLE_QUEUE, 1, "one");
	fixture_put(txn, TABLE_QUEUE, 2, "two");
	txn_delete(txn, TABLE_QUEUE, key_bytes(&key));
	fixture_check(txn, TABLE_QUEUE, 1, NULL);
	check_ok(txn_commit(txn));
	txn = fixture_write(store);
	txn_delete(txn, TABLE_QUEUE, key_bytes(&key)); /* what should be there is not */
	check_err(txn_commit(txn), ERR_CORRUPT);
	store_close(store);
}

static void test_empty(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	for (uint64_t number = 0; number < 500; number++) {
		fixture_put(txn, TABLE_QUEUE, number, "queued");
		fixture_put(txn, TABLE_ENTRIES, number, "entry");
	}
	check_ok(txn_commit(txn));
	txn = fixture_write(store);
	txn_empty(txn, TABLE_QUEUE);
	check_uint(txn_rows(txn, TABLE_QUEUE), 0);
	fixture_append(txn, TABLE_QUEUE, 1, "fresh");
	check_ok(txn_commit(txn));
	txn = fixture_read(store);
	check_uint(txn_rows(txn, TABLE_QUEUE), 1);
	check_uint(txn_rows(txn, TABLE_ENTRIES), 500);
	txn_abort(txn);
	store_close(store);
}

static void test_bad_keys(void)
{
	static const uint8_t longest[512];
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct bytes value;

	check_err(txn_get(txn, TABLE_AGENCY_IDS, bytes_of(longest, 512), &value), ERR_NOT_FOUND);
	check_err(txn_get(txn, TABLE_AGENCY_IDS, bytes_of(longest, 0), &value), ERR_USAGE);
	check_ok(txn_error(txn)); /* a question that cannot be asked spoils nothing */
	txn_put(txn, TABLE_AGENCY_IDS, bytes_of(longest, 511), bytes_of("x", 1));
	check_ok(txn_error(txn));
	txn_put(txn, TABLE_AGENCY_IDS, bytes_of(longest, 512), bytes_of("x", 1));
	check_err(txn_commit(txn), ERR_USAGE);
	store_close(store);
}

static void test_one_writer(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct txn *second = NULL;

	check_err(txn_begin_write(store, &second), ERR_BUSY);
	check(second == NULL);
	txn_abort(txn);
	second = fixture_write(store);
	check_ok(txn_commit(second));
	txn_abort(fixture_write(store));
	store_close(store);
}

static void test_read_cannot_write(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_read(store);

	fixture_put(txn, TABLE_QUEUE, 1, "one");
	check_err(txn_error(txn), ERR_USAGE);
	check_err(txn_commit(txn), ERR_USAGE);
	txn = fixture_read(store); /* the same one, fresh again */
	check_ok(txn_error(txn));
	check_ok(txn_commit(txn));
	txn_abort(NULL);
	store_close(store);
}

static void test_snapshot(void)
{
	struct store *store = fixture_open();
	struct txn *write = fixture_write(store);
	struct txn *old, *new;

	fixture_put(write, TABLE_QUEUE, 1, "old");
	check_ok(txn_commit(write));
	old = fixture_read(store);
	write = fixture_write(store);
	fixture_put(write, TABLE_QUEUE, 1, "new");
	fixture_check(old, TABLE_QUEUE, 1, "old"); /* not before the commit ... */
	check_ok(txn_commit(write));
	new = fixture_read(store);
	fixture_check(old, TABLE_QUEUE, 1, "old"); /* ... nor after it */
	fixture_check(new, TABLE_QUEUE, 1, "new");
	txn_abort(old);
	old = fixture_read(store); /* a used one sees what is there now */
	fixture_check(old, TABLE_QUEUE, 1, "new");
	txn_abort(old);
	txn_abort(new);
	store_close(store);
}

static void test_readers_max(void)
{
	struct store *store = fixture_open();
	struct txn *readers[8];
	struct txn *one_more = NULL;

	for (unsigned i = 0; i < 8; i++)
		readers[i] = fixture_read(store);
	check_err(txn_begin_read(store, &one_more), ERR_BUSY);
	check(one_more == NULL);
	txn_abort(readers[3]);
	readers[3] = fixture_read(store);
	for (unsigned i = 0; i < 8; i++)
		txn_abort(readers[i]);
	store_close(store);
}

/* Each round the writer puts the same number under two keys: a reader must never see two that differ. */
struct race {
	struct store *store;
	_Atomic bool over;
	_Atomic unsigned rounds;
	unsigned torn;
};

static void *read_pairs(void *context)
{
	struct race *race = context;

	while (!race->over) {
		struct txn *txn = NULL;
		struct key one = key_u64(1), two = key_u64(2);
		struct bytes a, b;

		if (txn_begin_read(race->store, &txn) != ERR_OK)
			return NULL;
		if (txn_get(txn, TABLE_META, key_bytes(&one), &a) == ERR_OK &&
		    txn_get(txn, TABLE_META, key_bytes(&two), &b) == ERR_OK) {
			race->rounds++;
			race->torn += !bytes_equal(a, b);
		}
		txn_abort(txn);
	}
	return NULL;
}

static void test_readers_beside_the_writer(void)
{
	struct store *store = fixture_open();
	struct race races[2] = { { .store = store }, { .store = store } };
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++)
		require(pthread_create(&threads[i], NULL, read_pairs, &races[i]) == 0);
	for (uint64_t round = 0; round < 300 || races[0].rounds == 0 || races[1].rounds == 0; round++) { /* until both have looked */
		struct txn *txn = fixture_write(store);
		struct key value = key_u64(round), one = key_u64(1), two = key_u64(2);

		txn_put(txn, TABLE_META, key_bytes(&one), key_bytes(&value));
		txn_put(txn, TABLE_META, key_bytes(&two), key_bytes(&value));
		check_ok(txn_commit(txn));
	}
	for (unsigned i = 0; i < 2; i++) {
		races[i].over = true;
		pthread_join(threads[i], NULL);
		check(races[i].rounds > 0);
		check_uint(races[i].torn, 0);
	}
	store_close(store);
}

static void test_full_map(void)
{
	struct store_options options = fixture_options(unit_folder());
	static uint8_t value[30000];
	struct store *store = NULL;
	struct txn *txn;
	uint64_t number = 0;
	enum err err = ERR_OK;

	options.map_bytes = 4 * MIB;
	require_ok(store_open(&options, &store));
	while (err == ERR_OK && number < 1000) {
		struct key key = key_u64(number);

		txn = fixture_write(store);
		txn_append(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(value, sizeof value));
		err = txn_commit(txn);
		number += err == ERR_OK;
	}
	check_err(err, ERR_NOSPC);
	check(number > 50);
	txn = fixture_read(store); /* what was committed is there, and no more */
	check_uint(txn_rows(txn, TABLE_ENTRIES), number);
	txn_abort(txn);
	txn_abort(fixture_write(store)); /* and writing may go on when there is room again */
	store_close(store);
}

#define MODEL_KEYS 3000u

/* What a table should hold: text by number, and where appending goes on. */
struct model {
	bool there[MODEL_KEYS];
	uint32_t value[MODEL_KEYS];
	uint64_t next;
};

static void model_check(struct txn *txn, const struct model *model, uint64_t number)
{
	struct key key = key_u64(number);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_DELIVERIES, key_bytes(&key), &value);

	check_err(err, model->there[number] ? ERR_OK : ERR_NOT_FOUND);
	if (err == ERR_OK)
		check_uint(be32_get(value.data), model->value[number]);
}

/* One write or read; the value's length differs, so that pages split and join. */
static void model_step(struct txn *txn, struct model *model)
{
	uint64_t number = unit_random_below(MODEL_KEYS);
	uint8_t value[400];
	size_t len = 4 + unit_random_below(sizeof value - 4);
	unsigned what = (unsigned)unit_random_below(10);
	struct key key;

	memset(value, 0xa5, sizeof value);
	be32_put(value, (uint32_t)unit_random());
	if (what < 4 && model->next < MODEL_KEYS) {
		number = model->next;
		key = key_u64(number);
		txn_append(txn, TABLE_DELIVERIES, key_bytes(&key), bytes_of(value, len));
	} else if (what < 6 && number < model->next) {
		key = key_u64(number);
		txn_put(txn, TABLE_DELIVERIES, key_bytes(&key), bytes_of(value, len));
	} else if (what < 7 && model->there[number]) {
		key = key_u64(number);
		txn_delete(txn, TABLE_DELIVERIES, key_bytes(&key));
		model->there[number] = false;
		return;
	} else {
		model_check(txn, model, number);
		return;
	}
	model->there[number] = true;
	model->value[number] = be32_get(value);
	model->next = number + 1 > model->next ? number + 1 : model->next;
}

/* The transaction's own cursors must never be mistaken about where they stand. */
/* So many in a row that pages become empty, and a look at what stands next to them. */
static void delete_run(struct txn *txn, struct model *model)
{
	uint64_t first = unit_random_below(MODEL_KEYS), end = first + 60 < MODEL_KEYS ? first + 60 : MODEL_KEYS;
	bool down = unit_random_below(2) == 0;

	for (uint64_t i = first; i < end; i++) {
		uint64_t number = down ? first + (end - 1 - i) : i;
		struct key key = key_u64(number);

		if (model->there[number])
			txn_delete(txn, TABLE_DELIVERIES, key_bytes(&key));
		else
			txn_forget(txn, TABLE_DELIVERIES, key_bytes(&key));
		model->there[number] = false;
		if (unit_random_below(10) == 0)
			model_check(txn, model, first > 0 ? first - 1 : end % MODEL_KEYS);
	}
	model_check(txn, model, end % MODEL_KEYS);
}

static void test_any_order(void)
{
	struct model model = { .next = 0 }, kept;
	struct store *store = fixture_open();

	for (int round = 0; round < 60; round++) {
		struct txn *txn = fixture_write(store);

		kept = model;
		for (int step = 0; step < 150; step++)
			model_step(txn, &model);
		if (round % 2 == 1)
			delete_run(txn, &model);
		for (int step = 0; step < 20; step++)
			model_step(txn, &model);
		if (round % 5 == 4) {
			txn_abort(txn);
			model = kept;
		} else {
			require_ok(txn_commit(txn));
		}
		txn = fixture_read(store);
		for (uint64_t number = 0; number < MODEL_KEYS; number++)
			model_check(txn, &model, number);
		txn_abort(txn);
	}
	check(model.next > 1000);
	store_close(store);
}

UNIT_SUITE("store/txn",
	{ "what is put is found", test_put_and_get },
	{ "committed rows survive, aborted ones never were", test_committed_survives },
	{ "the first error sticks until the commit", test_error_sticks },
	{ "an appended key must be the greatest", test_append_keeps_order },
	{ "room for a row is filled in place", test_append_room },
	{ "no room out of order", test_append_room_out_of_order },
	{ "deleting what is not there is damage", test_delete },
	{ "a table is emptied, others are not", test_empty },
	{ "keys have 1 to 511 bytes", test_bad_keys },
	{ "one write transaction at a time", test_one_writer },
	{ "a read transaction cannot write", test_read_cannot_write },
	{ "a reader keeps its snapshot", test_snapshot },
	{ "readers are bounded", test_readers_max },
	{ "readers beside the writer see whole commits", test_readers_beside_the_writer },
	{ "appending, putting, deleting and reading in any order", test_any_order },
	{ "a full map refuses and loses nothing", test_full_map });

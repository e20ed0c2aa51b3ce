/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/limits.h"
#include "fixture.h"
#include "store/parts.h"
#include "store/store.h"

static uint8_t content[LIMIT_BLOB_BYTES];

/* Stores size random bytes at at_us and gives the number under which they are. */
static uint64_t store_blob(struct txn *txn, size_t size, int64_t at_us, struct blob_head *ret_head)
{
	uint64_t number = 0;

	unit_random_bytes(content, size);
	*ret_head = (struct blob_head){
		.digest = digest_of(bytes_of(content, size)), .size = (uint32_t)size, .agency = 3, .stored_at_us = at_us,
	};
	require_ok(blob_append(txn, ret_head, bytes_of(content, size), &number));
	return number;
}

static void check_blob(struct txn *txn, uint64_t number, const struct blob_head *expected)
{
	struct blob_head head;
	struct buf out;

	buf_init(&out, LIMIT_BLOB_BYTES);
	if (check_ok(blob_load(txn, number, &head, &out))) {
		struct digest found = digest_of(buf_bytes(&out));

		check_uint(out.len, expected->size);
		check(digest_equal(&found, &expected->digest));
		check(digest_equal(&head.digest, &expected->digest));
		check_uint(head.size, expected->size);
		check_uint(head.agency, expected->agency);
		check_int(head.stored_at_us, expected->stored_at_us);
	}
	buf_free(&out);
}

static void test_store_and_load(void)
{
	static const size_t sizes[] = { 1, 100, PARTS_CHUNK, PARTS_CHUNK + 1, LIMIT_BLOB_BYTES };
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head heads[5];
	uint64_t number = 0;
	struct digest unknown = digest_of(bytes_of_text("unknown"));

	for (unsigned i = 0; i < 5; i++)
		check_uint(store_blob(txn, sizes[i], 1000 + i, &heads[i]), i + 1);
	require_ok(txn_commit(txn));
	txn = fixture_read(store);
	for (unsigned i = 0; i < 5; i++) {
		unit_context("size %zu", sizes[i]);
		check_blob(txn, i + 1, &heads[i]);
		check_ok(blob_find(txn, &heads[i].digest, &number));
		check_uint(number, i + 1);
	}
	check_err(blob_find(txn, &unknown, &number), ERR_NOT_FOUND);
	check_err(blob_head(txn, 6, &heads[0]), ERR_NOT_FOUND);
	check_err(blob_head(txn, 0, &heads[0]), ERR_NOT_FOUND);
	txn_abort(txn);
	store_close(store);
}

static void test_stored_once(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head first, again;
	uint64_t number = store_blob(txn, 5000, 1000, &first);
	uint64_t rows = txn_rows(txn, TABLE_BLOBS);
	uint64_t repeated = 0;

	again = first;
	again.stored_at_us = 9000;
	again.agency = 8;
	check_ok(blob_append(txn, &again, bytes_of(content, 5000), &repeated));
	check_uint(repeated, number);
	check_uint(txn_rows(txn, TABLE_BLOBS), rows);
	first.stored_at_us = 9000; /* its time starts anew; whose it is stays */
	check_blob(txn, number, &first);

	blob_refer(txn, number);
	again.stored_at_us = 99000;
	check_ok(blob_append(txn, &again, bytes_of(content, 5000), &repeated));
	check_blob(txn, number, &first); /* referred to: the time means nothing any more */
	txn_abort(txn);
	store_close(store);
}

static void test_size_must_match(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head head = { .size = 10 };
	uint64_t number = 7;

	check_err(blob_append(txn, &head, bytes_of(content, 9), &number), ERR_USAGE);
	check_uint(number, 7);
	check_ok(txn_error(txn));
	check_uint(txn_rows(txn, TABLE_BLOBS), 0);
	txn_abort(txn);
	store_close(store);
}

static void test_every_byte_counts(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head head, found;
	uint64_t number = store_blob(txn, 300, 1000, &head);
	struct buf out;

	buf_init(&out, LIMIT_BLOB_BYTES);
	for (uint16_t chunk = 0; chunk < 2; chunk++) {
		struct key key = key_u64_u16(number, chunk);
		uint8_t row[300];
		struct bytes value;

		require_ok(txn_get(txn, TABLE_BLOBS, key_bytes(&key), &value));
		require(value.len <= sizeof row);
		memcpy(row, value.data, value.len);
		for (size_t i = 0; i < (chunk == 0 ? BLOB_HEAD_BYTES : 300); i++) {
			unit_context("chunk %u byte %zu", (unsigned)chunk, i);
			row[i] ^= 0x40;
			txn_put(txn, TABLE_BLOBS, key_bytes(&key), bytes_of(row, value.len));
			check_err(blob_load(txn, number, &found, &out), ERR_CORRUPT);
			row[i] ^= 0x40;
		}
		txn_put(txn, TABLE_BLOBS, key_bytes(&key), bytes_of(row, value.len));
	}
	check_uint(out.len, 0);
	check_blob(txn, number, &head);
	buf_free(&out);
	txn_abort(txn);
	store_close(store);
}

static void test_prune(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head heads[6];
	uint64_t number = 0;
	size_t count = 99;

	for (unsigned i = 0; i < 6; i++)
		(void)store_blob(txn, PARTS_CHUNK * i + 10, 1000 * (int64_t)i, &heads[i]);
	blob_refer(txn, 2);
	blob_refer(txn, 2);
	check_ok(blob_prune(txn, 4000, 1, &count)); /* 1, 3, 4 are old and nobody's; one at a time */
	check_uint(count, 1);
	check_err(blob_find(txn, &heads[0].digest, &number), ERR_NOT_FOUND);
	check_blob(txn, 3, &heads[2]);
	check_ok(blob_prune(txn, 4000, 100, &count));
	check_uint(count, 2);
	check_ok(blob_prune(txn, 4000, 100, &count));
	check_uint(count, 0);
	check_blob(txn, 2, &heads[1]);
	check_blob(txn, 5, &heads[4]);
	check_blob(txn, 6, &heads[5]);
	check_err(blob_head(txn, 4, &heads[3]), ERR_NOT_FOUND);
	check_uint(txn_rows(txn, TABLE_BLOB_INDEX), 3);
	require_ok(txn_commit(txn));
	store_close(store);
}

/* Random uploads, references and prunings, against a plain list of what should be there. */
static void test_prune_at_random(void)
{
	enum { MODEL = 500 };
	static struct {
		bool there, referred;
		int64_t at_us;
	} model[MODEL];
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head head;
	int64_t now = 1000;

	memset(model, 0, sizeof model);
	for (unsigned round = 0; round < 400; round++, now += unit_random_below(15) == 0 ? 500 : 10) {
		uint64_t number = 1 + unit_random_below(60);
		size_t count = 0, expected = 0, there = 0;

		if (unit_random_below(3) > 0) {
			number = store_blob(txn, 20, now, &head);
			require(number < MODEL);
			check(!model[number].there);
			model[number].there = true;
			model[number].referred = false;
			model[number].at_us = now;
		} else if (model[number].there) {
			blob_refer(txn, number);
			model[number].referred = true;
		}
		if (round % 5 != 0)
			continue;
		for (unsigned i = 0; i < MODEL; i++) {
			bool goes = model[i].there && !model[i].referred && model[i].at_us < now - 200;

			expected += goes;
			model[i].there &= !goes;
			there += model[i].there;
		}
		unit_context("round %u", round);
		check_ok(blob_prune(txn, now - 200, MODEL, &count));
		check_uint(count, expected);
		check_uint(txn_rows(txn, TABLE_BLOB_INDEX), there);
	}
	check_ok(txn_commit(txn));
	store_close(store);
}

static void test_refer_to_nothing(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	blob_refer(txn, 1); /* as in a replay, after it was pruned */
	check_ok(blob_release(txn, 1));
	check_uint(txn_rows(txn, TABLE_BLOB_INDEX), 0);
	check_ok(txn_commit(txn));
	store_close(store);
}

/* A replay counts down and deletes nothing: a later entry may refer to it again.  Live, what nobody refers to any more goes at once. */
static void test_release_in_a_replay(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head head;
	uint64_t number = store_blob(txn, 5000, 1000, &head);

	txn_put(txn, TABLE_META, bytes_of_text(STORE_REBUILD_MARK), bytes_of_text("unfinished"));
	blob_refer(txn, number);
	check_ok(blob_release(txn, number));
	check_blob(txn, number, &head);
	check_err(blob_release(txn, number), ERR_CORRUPT);
	blob_refer(txn, number);
	txn_delete(txn, TABLE_META, bytes_of_text(STORE_REBUILD_MARK));
	check_ok(blob_release(txn, number));
	check_err(blob_head(txn, number, &head), ERR_NOT_FOUND);
	check_uint(txn_rows(txn, TABLE_BLOBS), 0);
	check_ok(txn_commit(txn));
	store_close(store);
}

/* The rows of the index, one after another. */
static struct digest digest_of_index(struct txn *txn)
{
	struct digest_stream *stream = NULL;
	struct cursor *cursor = NULL;
	struct bytes key, value;
	struct digest digest;

	require_ok(digest_stream_new(&stream));
	require_ok(cursor_open(txn, TABLE_BLOB_INDEX, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		digest_stream_add(stream, key);
		digest_stream_add(stream, value);
	}
	cursor_close(cursor);
	digest = digest_stream_end(stream);
	digest_stream_free(stream);
	return digest;
}

static void test_reindex(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct blob_head head;
	struct digest before, after;
	size_t count;

	for (unsigned i = 0; i < 20; i++)
		(void)store_blob(txn, 100, i, &head);
	for (uint64_t number = 1; number <= 20; number += 3)
		blob_refer(txn, number);
	blob_refer(txn, 4);
	require_ok(blob_prune(txn, 10, 100, &count));
	before = digest_of_index(txn);

	check_ok(blob_reindex(txn));
	after = digest_of_index(txn);
	check(!digest_equal(&before, &after)); /* nobody refers to them yet */
	for (uint64_t number = 1; number <= 20; number += 3)
		blob_refer(txn, number);
	blob_refer(txn, 4);
	after = digest_of_index(txn);
	check(digest_equal(&before, &after));
	check_ok(txn_commit(txn));
	store_close(store);
}

UNIT_SUITE("store/blobs",
	{ "segments of all sizes come back whole", test_store_and_load },
	{ "the same segment is stored once", test_stored_once },
	{ "head and bytes agree", test_size_must_match },
	{ "a changed byte is damage, in the head too", test_every_byte_counts },
	{ "old segments that nobody refers to go", test_prune },
	{ "pruning takes what it should, whatever came before", test_prune_at_random },
	{ "a reference to nothing is none", test_refer_to_nothing },
	{ "a replay deletes no segment", test_release_in_a_replay },
	{ "the index is derived anew", test_reindex });

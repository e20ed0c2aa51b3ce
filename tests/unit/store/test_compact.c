/* SPDX-License-Identifier: Apache-2.0 */
/* What was deleted is nowhere in the store's files once it was opened with a mark; and killing that at any moment loses nothing. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "disk.h"
#include "fixture.h"
#include "store/compact.h"
#include "store/parts.h"

static const char secret[] = "the-erased-one's-own-words";

static const char *path_of(const char *name)
{
	static char path[2][1100];
	static unsigned turn;

	turn ^= 1;
	snprintf(path[turn], sizeof path[turn], "%s/%s", unit_folder(), name);
	return path[turn];
}

/* How often the secret stands in the file; the file's size. */
static size_t count_secret(const char *name, off_t *ret_size)
{
	struct stat status;
	size_t found = 0;
	uint8_t *bytes;
	FILE *file = fopen(path_of(name), "rb");

	*ret_size = 0;
	if (file == NULL)
		return 0;
	require(fstat(fileno(file), &status) == 0);
	bytes = malloc((size_t)status.st_size + 1);
	require(bytes != NULL && fread(bytes, 1, (size_t)status.st_size, file) == (size_t)status.st_size);
	fclose(file);
	for (size_t i = 0; i + sizeof secret - 1 <= (size_t)status.st_size; i++)
		found += bytes[i] == (uint8_t)secret[0] && memcmp(bytes + i, secret, sizeof secret - 1) == 0;
	free(bytes);
	*ret_size = status.st_size;
	return found;
}

/* Rows of all sizes, every third of which is full of the secret. */
static void put_rows(struct store *store, uint64_t from, uint64_t count)
{
	static uint8_t bytes[9000];
	struct txn *txn = fixture_write(store);

	for (uint64_t number = from; number < from + count; number++) {
		struct key key = key_u64(number);
		size_t len = 40 + (size_t)unit_random_below(sizeof bytes - 40);

		for (size_t i = 0; i < len; i++)
			bytes[i] = number % 3 == 0 ? (uint8_t)secret[i % (sizeof secret - 1)] : (uint8_t)number;
		txn_put(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(bytes, len));
		if (number % 3 == 0)
			part_append(txn, number, 0, bytes_of(bytes, len));
	}
	require_ok(txn_commit(txn));
}

static void delete_secret(struct store *store, uint64_t count)
{
	struct txn *txn = fixture_write(store);

	for (uint64_t number = 0; number < count; number += 3) {
		struct key key = key_u64(number);

		txn_put(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of_text("nothing of it"));
		require_ok(parts_delete(txn, number));
	}
	store_compact_mark(txn);
	require_ok(txn_commit(txn));
}

/* Everything that stands in it, but the mark. */
static struct digest content(struct store *store)
{
	struct digest_stream *stream;
	struct txn *txn = fixture_read(store);
	struct digest digest;

	require_ok(digest_stream_new(&stream));
	for (enum table table = 0; table < TABLE_COUNT; table++) {
		struct bytes key, value;
		struct cursor *cursor;

		require_ok(cursor_open(txn, table, &cursor));
		for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
			if (table == TABLE_META && bytes_equal(key, bytes_of_text(STORE_COMPACT_MARK)))
				continue;
			digest_stream_add(stream, key);
			digest_stream_add(stream, value);
		}
		cursor_close(cursor);
	}
	txn_abort(txn);
	digest = digest_stream_end(stream);
	digest_stream_free(stream);
	return digest;
}

static struct store *open_compacted(bool *ret_compacted)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store;

	require_ok(store_open_compacted(&options, &store, ret_compacted));
	return store;
}

/* Deleted, marked and closed; the digest of what is to stay. */
static struct digest marked(void)
{
	struct store *store = fixture_open();
	struct digest digest;

	for (uint64_t from = 0; from < 600; from += 50)
		put_rows(store, from, 50);
	delete_secret(store, 600);
	digest = content(store);
	store_close(store);
	return digest;
}

static void test_gone(void)
{
	struct digest before = marked(), after;
	struct store *store;
	struct txn *txn;
	bool compacted;
	off_t size, smaller;

	check(count_secret("data.mdb", &size) > 1000); /* it lies in free pages, and behind the ends of others */
	store = open_compacted(&compacted);
	check(compacted);
	check_uint(count_secret("data.mdb", &smaller), 0);
	check_uint(count_secret("lock.mdb", &smaller), 0);
	after = content(store);
	check(digest_equal(&after, &before));
	txn = fixture_read(store);
	check_err(store_compact_due(txn), ERR_NOT_FOUND);
	txn_abort(txn);
	put_rows(store, 601, 1); /* and it goes on */
	store_close(store);
	check(access(path_of("data.mdb.new"), F_OK) != 0);
	store = open_compacted(&compacted);
	check(!compacted);
	store_close(store);
}

/* What somebody began, and what only looks like it. */
static void test_begun(void)
{
	struct digest before = marked(), after;
	struct store *store;
	bool compacted;
	int fd = open(path_of("data.mdb.new"), O_WRONLY | O_CREAT, 0600);

	require(fd >= 0 && write(fd, secret, sizeof secret) == (ssize_t)sizeof secret);
	close(fd);
	store = open_compacted(&compacted);
	check(compacted);
	after = content(store);
	check(digest_equal(&after, &before));
	store_close(store);
	check(access(path_of("data.mdb.new"), F_OK) != 0);
}

/* The new file has the name, and nobody knows whether the disk has it: what was opened is nameless, and nothing may be accepted there. */
static void test_name_not_synced(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct digest before = marked(), after;
	struct store *store = NULL;
	bool compacted;

	disk_begin(unit_folder());
	disk_fail_sync(".", false);
	check_err(store_open_compacted(&options, &store, &compacted), ERR_IO);
	disk_end();
	store = open_compacted(&compacted);
	after = content(store);
	check(digest_equal(&after, &before));
	store_close(store);
}

static void kill_after(unsigned us)
{
	pid_t child = fork();
	int status;

	require(child >= 0);
	if (child == 0) {
		struct store_options options = fixture_options(unit_folder());
		struct store *store;
		bool compacted;

		if (store_open_compacted(&options, &store, &compacted) == ERR_OK)
			store_close(store);
		_exit(0);
	}
	usleep(us);
	kill(child, SIGKILL);
	require(waitpid(child, &status, 0) == child);
}

/* Killed at random moments, until one was quick enough to end; each time the store is whole, and the work is taken up again. */
static void test_killed(void)
{
	struct digest before = marked();
	unsigned done = 0;

	for (unsigned round = 0; round < 60 && done < 3; round++) {
		struct digest after;
		struct store *store;
		struct txn *txn;

		kill_after((unsigned)unit_random_below(40000));
		store = fixture_open();
		after = content(store);
		check(digest_equal(&after, &before));
		txn = fixture_read(store);
		done += store_compact_due(txn) == ERR_NOT_FOUND;
		txn_abort(txn);
		store_close(store);
	}
	store_close(open_compacted(NULL));
	check_uint(count_secret("data.mdb", &(off_t){ 0 }), 0);
}

static void test_read_only_sees_no_mark_moved(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store;
	struct txn *txn;

	(void)marked();
	options.read_only = true;
	require_ok(store_open(&options, &store));
	txn = fixture_read(store);
	check_ok(store_compact_due(txn));
	txn_abort(txn);
	store_close(store);
	check(count_secret("data.mdb", &(off_t){ 0 }) > 0);
}

UNIT_SUITE("store/compact", { "what was deleted is nowhere", test_gone }, { "what was begun is thrown away", test_begun },
	{ "the new file's name that was not synced", test_name_not_synced },
	{ "killed at any moment", test_killed }, { "a reader writes nothing anew", test_read_only_sees_no_mark_moved });

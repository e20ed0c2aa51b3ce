/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "store/environment.h"

struct store_options fixture_options(const char *directory)
{
	return (struct store_options){
		.directory = directory, .map_bytes = 64 * MIB, .reserve_bytes = MIB, .readers_max = 8, .create = true,
	};
}

struct store *fixture_open(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	require_ok(store_open(&options, &store));
	return store;
}

struct txn *fixture_write(struct store *store)
{
	struct txn *txn = NULL;

	require_ok(txn_begin_write(store, &txn));
	return txn;
}

struct txn *fixture_read(struct store *store)
{
	struct txn *txn = NULL;

	require_ok(txn_begin_read(store, &txn));
	return txn;
}

void fixture_put(struct txn *txn, enum table table, uint64_t number, const char *text)
{
	struct key key = key_u64(number);

	txn_put(txn, table, key_bytes(&key), bytes_of_text(text));
}

void fixture_append(struct txn *txn, enum table table, uint64_t number, const char *text)
{
	struct key key = key_u64(number);

	txn_append(txn, table, key_bytes(&key), bytes_of_text(text));
}

void fixture_check(struct txn *txn, enum table table, uint64_t number, const char *text)
{
	struct key key = key_u64(number);
	struct bytes value = { 0 };
	enum err err = txn_get(txn, table, key_bytes(&key), &value);

	check_err(err, text == NULL ? ERR_NOT_FOUND : ERR_OK);
	if (err == ERR_OK && text != NULL)
		check_bytes(value, bytes_of_text(text));
}

static void copy_file(int from, int to, const char *name)
{
	static uint8_t block[1 << 16];
	int source = openat(from, name, O_RDONLY | O_CLOEXEC), copy;
	ssize_t got;

	if (source < 0)
		return;
	copy = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	require(copy >= 0);
	while ((got = read(source, block, sizeof block)) > 0)
		require(write(copy, block, (size_t)got) == got);
	close(source);
	close(copy);
}

void fixture_copy_files(struct store *store, const char *folder)
{
	int to = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	require(to >= 0);
	copy_file(store->directory, to, "data.mdb");
	copy_file(store->directory, to, JOURNAL_FILE);
	close(to);
}

void fixture_leave(struct store *store)
{
	atomic_store(&store->broken, true);
	store_close(store);
}

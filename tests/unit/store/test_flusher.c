/* SPDX-License-Identifier: Apache-2.0 */
#include "store/flusher.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture.h"

/* How many threads of this process have the name. */
static unsigned flushers(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *task;
	unsigned found = 0;

	require(tasks != NULL);
	while ((task = readdir(tasks)) != NULL) {
		char path[300], name[32] = "";
		FILE *file;

		snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
		file = fopen(path, "r");
		if (file != NULL && fgets(name, sizeof name, file) != NULL)
			found += strcmp(name, "flusher\n") == 0;
		if (file != NULL)
			fclose(file);
	}
	closedir(tasks);
	return found;
}

static void commit(struct store *store, uint64_t first, uint64_t count)
{
	static uint8_t value[2000];
	struct txn *txn = fixture_write(store);

	for (uint64_t number = first; number < first + count; number++) {
		struct key key = key_u64(number);

		txn_append(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(value, sizeof value));
	}
	require_ok(txn_commit(txn));
}

/* Named by itself a moment after it was started. */
static void await_flusher(void)
{
	long long end = clock_mono_us() + UNIT_PATIENCE_US;

	while (flushers() == 0 && clock_mono_us() < end)
		usleep(100);
	check_uint(flushers(), 1);
}

static void test_for_large_commits(void)
{
	struct store *store = fixture_open();

	commit(store, 1, 1);
	commit(store, 2, 100);
	check_uint(flushers(), 0);
	commit(store, 200, 1000);
	await_flusher();
	for (uint64_t i = 1; i < 20; i++)
		commit(store, i * 10000, 300);
	check_uint(flushers(), 1);
	store_close(store);
	check_uint(flushers(), 0);
}

/* It may find nothing to do, and nothing to do it with. */
static void test_begun_and_ended(void)
{
	struct flusher flusher;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	flusher_init(&flusher);
	flusher_free(&flusher);
	flusher_init(&flusher);
	for (unsigned i = 0; i < 1000; i++) {
		flusher_begin(&flusher, i % 2 == 0 ? fd : -1);
		flusher_end(&flusher);
	}
	flusher_begin(&flusher, fd);
	flusher_end(&flusher);
	flusher_free(&flusher);
	close(fd);
}

UNIT_SUITE("store/flusher",
	{ "for large commits alone, until the store is closed", test_for_large_commits },
	{ "begun and ended", test_begun_and_ended });

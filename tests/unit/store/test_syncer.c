/* SPDX-License-Identifier: Apache-2.0 */
#include "store/syncer.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture.h"

/* How many threads of this process have the name. */
static unsigned syncers(void)
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
			found += strcmp(name, "syncer\n") == 0;
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
static void await_syncer(void)
{
	long long end = clock_mono_us() + UNIT_PATIENCE_US;

	while (syncers() == 0 && clock_mono_us() < end)
		usleep(100);
	check_uint(syncers(), 1);
}

static void test_for_large_commits(void)
{
	struct store *store = fixture_open();

	commit(store, 1, 1);
	commit(store, 2, 100);
	check_uint(syncers(), 0);
	commit(store, 200, 1000);
	await_syncer();
	for (uint64_t i = 1; i < 20; i++)
		commit(store, i * 10000, 300);
	check_uint(syncers(), 1);
	store_close(store);
	check_uint(syncers(), 0);
}

/* ---- by itself ---- */

struct job {
	pthread_mutex_t gate; /* held: it does not end */
	enum err err;
	unsigned done;
	bool elsewhere; /* not on the thread of who asked */
	pthread_t asker;
};

static enum err do_job(void *context)
{
	struct job *job = context;

	(void)pthread_mutex_lock(&job->gate);
	job->done++;
	job->elsewhere = !pthread_equal(pthread_self(), job->asker);
	(void)pthread_mutex_unlock(&job->gate);
	return job->err;
}

static void test_done_meanwhile(void)
{
	struct job job = { .gate = PTHREAD_MUTEX_INITIALIZER, .asker = pthread_self() };
	struct syncer syncer;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	syncer_init(&syncer);
	check(syncer_is_done(&syncer));
	for (unsigned i = 0; i < 100; i++) {
		syncer_begin(&syncer, i % 2 == 0 ? fd : -1);
		(void)pthread_mutex_lock(&job.gate);
		job.err = i % 3 == 0 ? ERR_IO : ERR_OK;
		syncer_work(&syncer, do_job, &job);
		check(!syncer_is_done(&syncer));
		(void)pthread_mutex_unlock(&job.gate);
		check_err(syncer_wait(&syncer), i % 3 == 0 ? ERR_IO : ERR_OK);
		check(syncer_is_done(&syncer));
	}
	check(job.elsewhere);
	check_uint(job.done, 100);
	syncer_free(&syncer);
	close(fd);
}

/* Without a commit before it there may be no thread: then by who asks. */
static void test_done_at_once(void)
{
	struct job job = { .gate = PTHREAD_MUTEX_INITIALIZER, .asker = pthread_self(), .err = ERR_IO };
	struct syncer syncer;

	syncer_init(&syncer);
	syncer_work(&syncer, do_job, &job);
	check(syncer_is_done(&syncer));
	check_err(syncer_wait(&syncer), ERR_IO);
	check_uint(job.done, 1);
	check(!job.elsewhere);
	syncer_free(&syncer);
}

static void test_ended_with_work(void)
{
	struct job job = { .gate = PTHREAD_MUTEX_INITIALIZER, .asker = pthread_self() };
	struct syncer syncer;

	syncer_init(&syncer);
	syncer_begin(&syncer, -1);
	syncer_work(&syncer, do_job, &job);
	syncer_free(&syncer);
	check_uint(job.done, 1);
}

/* It may find nothing to do, and nothing to do it with. */
static void test_begun_and_cancelled(void)
{
	struct syncer syncer;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	syncer_init(&syncer);
	syncer_cancel(&syncer);
	syncer_free(&syncer);
	syncer_init(&syncer);
	for (unsigned i = 0; i < 1000; i++) {
		syncer_begin(&syncer, i % 2 == 0 ? fd : -1);
		syncer_cancel(&syncer);
	}
	check_ok(syncer_wait(&syncer));
	syncer_free(&syncer);
	close(fd);
}

UNIT_SUITE("store/syncer",
	{ "for large commits alone, until the store is closed", test_for_large_commits },
	{ "done by its thread meanwhile", test_done_meanwhile },
	{ "done at once where it has no thread", test_done_at_once },
	{ "what was begun is done before the end", test_ended_with_work },
	{ "begun and cancelled", test_begun_and_cancelled });

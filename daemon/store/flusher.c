/* SPDX-License-Identifier: Apache-2.0 */
/* store/flusher.c - see flusher.h for the contract. */
#include "store/flusher.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>

#define PAUSE_NS 200000 /* between two tries: some hundred pages come in it */

/* Waits for a commit, or the end: false. */
static bool await_commit(struct flusher *flusher)
{
	bool commits;

	(void)pthread_mutex_lock(&flusher->lock);
	while (flusher->fd < 0 && !flusher->ends)
		(void)pthread_cond_wait(&flusher->changed, &flusher->lock);
	commits = flusher->fd >= 0;
	(void)pthread_mutex_unlock(&flusher->lock);
	return commits;
}

/* The file of the commit that goes on; -1: none does. */
static int committed_file(struct flusher *flusher)
{
	int fd;

	(void)pthread_mutex_lock(&flusher->lock);
	fd = flusher->fd;
	(void)pthread_mutex_unlock(&flusher->lock);
	return fd;
}

static void *run(void *context)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct flusher *flusher = context;
	int fd;

	(void)pthread_setname_np(pthread_self(), "flusher");
	while (await_commit(flusher))
		while ((fd = committed_file(flusher)) >= 0) {
			(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* errors are the sync's to tell */
			(void)nanosleep(&pause, NULL);
		}
	return NULL;
}

void flusher_init(struct flusher *flusher)
{
	*flusher = (struct flusher){ .fd = -1 };
	(void)pthread_mutex_init(&flusher->lock, NULL); /* without attributes these cannot fail on Linux */
	(void)pthread_cond_init(&flusher->changed, NULL);
}

static void say(struct flusher *flusher, int fd, bool ends)
{
	(void)pthread_mutex_lock(&flusher->lock);
	flusher->fd = fd;
	flusher->ends = ends;
	(void)pthread_cond_signal(&flusher->changed);
	(void)pthread_mutex_unlock(&flusher->lock);
}

void flusher_free(struct flusher *flusher)
{
	if (flusher->started) {
		say(flusher, -1, true);
		pthread_join(flusher->thread, NULL);
	}
	pthread_cond_destroy(&flusher->changed);
	pthread_mutex_destroy(&flusher->lock);
}

/* Signals are for the threads that were there before it. */
static void start(struct flusher *flusher)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	flusher->started = pthread_create(&flusher->thread, NULL, run, flusher) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void flusher_begin(struct flusher *flusher, int fd)
{
	if (!flusher->started)
		start(flusher);
	say(flusher, fd, false);
}

void flusher_end(struct flusher *flusher)
{
	say(flusher, -1, false);
}

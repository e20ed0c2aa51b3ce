/* SPDX-License-Identifier: Apache-2.0 */
/* store/syncer.c - see syncer.h for the contract. */
#include "store/syncer.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>

#define PAUSE_NS 200000 /* between two tries: some hundred pages come in it */

/* Waits for a commit, or the end: false.  What was begun before the end is done. */
static bool await_commit(struct syncer *syncer, enum syncer_state *ret_state, int *ret_fd)
{
	(void)pthread_mutex_lock(&syncer->lock);
	while (syncer->state == SYNCER_IDLE && !syncer->ends)
		(void)pthread_cond_wait(&syncer->changed, &syncer->lock);
	*ret_state = syncer->state;
	*ret_fd = syncer->fd;
	(void)pthread_mutex_unlock(&syncer->lock);
	return *ret_state != SYNCER_IDLE;
}

static void finish(struct syncer *syncer, enum err err)
{
	(void)pthread_mutex_lock(&syncer->lock);
	syncer->state = SYNCER_IDLE;
	syncer->err = err;
	(void)pthread_cond_signal(&syncer->done);
	(void)pthread_mutex_unlock(&syncer->lock);
}

static void *run(void *context)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct syncer *syncer = context;
	enum syncer_state state;
	int fd;

	(void)pthread_setname_np(pthread_self(), "syncer");
	while (await_commit(syncer, &state, &fd)) {
		if (state == SYNCER_WORKS) {
			finish(syncer, syncer->work(syncer->context));
			continue;
		}
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* errors are the sync's to tell */
		(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

void syncer_init(struct syncer *syncer)
{
	*syncer = (struct syncer){ .fd = -1 };
	(void)pthread_mutex_init(&syncer->lock, NULL); /* without attributes these cannot fail on Linux */
	(void)pthread_cond_init(&syncer->changed, NULL);
	(void)pthread_cond_init(&syncer->done, NULL);
}

/* Signals are for the threads that were there before it. */
static void start(struct syncer *syncer)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	syncer->started = pthread_create(&syncer->thread, NULL, run, syncer) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void say(struct syncer *syncer, enum syncer_state state, bool ends)
{
	(void)pthread_mutex_lock(&syncer->lock);
	if (!ends)
		syncer->state = state;
	syncer->ends = ends;
	(void)pthread_cond_signal(&syncer->changed);
	(void)pthread_mutex_unlock(&syncer->lock);
}

void syncer_free(struct syncer *syncer)
{
	if (syncer->started) {
		say(syncer, SYNCER_IDLE, true);
		pthread_join(syncer->thread, NULL);
	}
	pthread_cond_destroy(&syncer->done);
	pthread_cond_destroy(&syncer->changed);
	pthread_mutex_destroy(&syncer->lock);
}

void syncer_begin(struct syncer *syncer, int fd)
{
	if (!syncer->started)
		start(syncer);
	if (!syncer->started)
		return;
	(void)pthread_mutex_lock(&syncer->lock); /* it may still be at the one before, which was cancelled */
	syncer->fd = fd;
	(void)pthread_mutex_unlock(&syncer->lock);
	say(syncer, SYNCER_BEGINS, false);
}

void syncer_cancel(struct syncer *syncer)
{
	if (syncer->started)
		say(syncer, SYNCER_IDLE, false);
}

void syncer_work(struct syncer *syncer, enum err (*work)(void *context), void *context)
{
	syncer->work = work;
	syncer->context = context;
	if (syncer->started)
		say(syncer, SYNCER_WORKS, false);
	else
		syncer->err = work(context);
}

bool syncer_is_done(struct syncer *syncer)
{
	bool done;

	(void)pthread_mutex_lock(&syncer->lock);
	done = syncer->state == SYNCER_IDLE;
	(void)pthread_mutex_unlock(&syncer->lock);
	return done;
}

enum err syncer_wait(struct syncer *syncer)
{
	enum err err;

	(void)pthread_mutex_lock(&syncer->lock);
	while (syncer->state != SYNCER_IDLE)
		(void)pthread_cond_wait(&syncer->done, &syncer->lock);
	err = syncer->err;
	(void)pthread_mutex_unlock(&syncer->lock);
	return err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* store/syncer.h - a thread that gets large commits onto the disk while their writer goes on; for this room alone.
 *
 * LMDB's commit copies all of its pages to the system: meanwhile this thread tells the system, again and again, to begin writing what it has.
 * That makes nothing durable; then the commit's owner has it done what does, here or on its own thread.  One thread calls. */
#pragma once
#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"

enum syncer_state { SYNCER_IDLE, SYNCER_BEGINS, SYNCER_WORKS };

struct syncer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* for the thread */
	pthread_cond_t done;    /* for who waits for it */
	enum syncer_state state;
	int fd;                      /* of the commit that is handed over */
	enum err (*work)(void *context); /* what makes it durable */
	void *context;
	enum err err; /* of the last work */
	bool started, ends;
};

void syncer_init(struct syncer *syncer);
void syncer_free(struct syncer *syncer); /* what was begun is done, and the thread has ended then */

/* From here on the disk begins with what the file is given, until syncer_work or syncer_cancel.  The thread is started by the first; where
 * none can be had there is none. */
void syncer_begin(struct syncer *syncer, int fd);
void syncer_cancel(struct syncer *syncer);

/* Has the work done by the thread; where there is none, at once. */
void syncer_work(struct syncer *syncer, enum err (*work)(void *context), void *context);

/* Whether there is nothing left to wait for; and what the last work came to, waited for. */
bool syncer_is_done(struct syncer *syncer);
enum err syncer_wait(struct syncer *syncer);

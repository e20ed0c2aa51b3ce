/* SPDX-License-Identifier: Apache-2.0 */
/* store/flusher.h - begins to write to the disk what a large commit has handed to the system so far; for this room alone.
 *
 * LMDB's commit copies all of its pages to the system and only then syncs them: the disk stands idle through the first, the writer through the
 * second.  Meanwhile this thread tells the system, again and again, to begin with what it has.  It makes nothing durable and promises nothing:
 * the sync that follows does, and waits for less. */
#pragma once
#include <pthread.h>
#include <stdbool.h>

struct flusher {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fd; /* of the commit that goes on; -1: none does */
	bool started, ends;
};

void flusher_init(struct flusher *flusher);
void flusher_free(struct flusher *flusher); /* its thread has ended then */

/* Around a commit to the file; the thread is started by the first.  Where none can be had there is none.  One thread at a time. */
void flusher_begin(struct flusher *flusher, int fd);
void flusher_end(struct flusher *flusher);

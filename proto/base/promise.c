/* SPDX-License-Identifier: Apache-2.0 */
/* base/promise.c - see promise.h for the contract. */
#include "base/promise.h"

void promise_init(struct promise *promise)
{
	promise->result = ERR_OK;
	promise->heard = false;
	sem_init(&promise->told, 0, 0); /* from 0, within one process: it cannot fail */
}

void promise_tell(struct promise *promise, enum err result)
{
	promise->result = result;
	sem_post(&promise->told);
}

enum err promise_hear(struct promise *promise)
{
	while (!promise->heard)
		promise->heard = sem_wait(&promise->told) == 0; /* else a signal came */
	return promise->result;
}

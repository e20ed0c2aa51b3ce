/* SPDX-License-Identifier: Apache-2.0 */
/* base/promise.h - a result that one thread works out while another goes on as if it were ERR_OK, and hears of it before it matters.
 *
 * Told once, by one thread; heard by one other, before it ends the memory that the promise stands in. */
#pragma once
#include <semaphore.h>
#include <stdbool.h>

#include "base/err.h"

struct promise {
	sem_t told;
	enum err result; /* valid once heard */
	bool heard;      /* the hearing thread's own */
};

void promise_init(struct promise *promise);

/* The teller's last touch. */
void promise_tell(struct promise *promise, enum err result);

/* Blocks until it is told, which it may be already; the same answer however often. */
enum err promise_hear(struct promise *promise);

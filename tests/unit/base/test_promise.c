/* SPDX-License-Identifier: Apache-2.0 */
#include "base/promise.h"

#include <pthread.h>
#include <stdlib.h>

#include "unit.h"

static void test_told_before_it_is_heard(void)
{
	struct promise promise;

	promise_init(&promise);
	promise_tell(&promise, ERR_AUTH);
	check(!promise.heard);
	check_err(promise_hear(&promise), ERR_AUTH);
	check(promise.heard);
	check_err(promise_hear(&promise), ERR_AUTH);
}

static void test_kept(void)
{
	struct promise promise;

	promise_init(&promise);
	promise_tell(&promise, ERR_OK);
	check_ok(promise_hear(&promise));
}

#define ROUNDS 2000

static struct promise *promises[ROUNDS];

static void *tell_all(void *unused)
{
	(void)unused;
	for (size_t i = 0; i < ROUNDS; i++)
		promise_tell(promises[i], i % 3 == 0 ? ERR_AUTH : ERR_OK);
	return NULL;
}

/* The one who hears it ends its memory at once. */
static void test_between_threads(void)
{
	pthread_t thread;

	for (size_t i = 0; i < ROUNDS; i++) {
		promises[i] = malloc(sizeof(*promises[i]));
		require(promises[i] != NULL);
		promise_init(promises[i]);
	}
	require(pthread_create(&thread, NULL, tell_all, NULL) == 0);
	for (size_t i = 0; i < ROUNDS; i++) {
		check_err(promise_hear(promises[i]), i % 3 == 0 ? ERR_AUTH : ERR_OK);
		free(promises[i]);
	}
	pthread_join(thread, NULL);
}

UNIT_SUITE("base/promise",
	{ "told before it is heard", test_told_before_it_is_heard },
	{ "kept", test_kept },
	{ "between threads", test_between_threads });

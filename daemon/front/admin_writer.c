/* SPDX-License-Identifier: Apache-2.0 */
/* An operator's thread waits for the writer.  What they share is freed by whichever lets go last, so that neither has to outlive the other. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "contract/codec.h"
#include "front/admin_serve.h"

#define WAIT_S 60 /* a commit takes milliseconds; a disk that hangs must not hold every operator for ever */

struct waiting {
	struct inbound inbound; /* first: the callbacks get a pointer to it */
	atomic_uint users;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool released;          /* under mutex, with: */
	struct buf reply;       /* packed; empty: the writer gave none */
};

static void drop(struct waiting *waiting)
{
	if (atomic_fetch_sub(&waiting->users, 1) != 1)
		return;
	arena_free(&waiting->inbound.arena);
	buf_free(&waiting->reply);
	pthread_cond_destroy(&waiting->changed);
	pthread_mutex_destroy(&waiting->mutex);
	free(waiting);
}

static void answer(struct inbound *inbound, const Pb__AdminReply *reply)
{
	struct waiting *waiting = (struct waiting *)(void *)inbound;

	pthread_mutex_lock(&waiting->mutex);
	buf_clear(&waiting->reply);
	codec_pack(&reply->base, &waiting->reply);
	pthread_mutex_unlock(&waiting->mutex);
}

static void release(struct inbound *inbound)
{
	struct waiting *waiting = (struct waiting *)(void *)inbound;

	pthread_mutex_lock(&waiting->mutex);
	waiting->released = true;
	pthread_cond_signal(&waiting->changed);
	pthread_mutex_unlock(&waiting->mutex);
	drop(waiting);
}

static struct waiting *waiting_new(struct admin_call *call, enum inbound_type type)
{
	struct waiting *waiting = calloc(1, sizeof *waiting);
	pthread_condattr_t attributes;

	if (waiting == NULL)
		return NULL;
	atomic_init(&waiting->users, 1);
	pthread_mutex_init(&waiting->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&waiting->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	buf_init(&waiting->reply, ADMIN_REPLY_BYTES);
	waiting->inbound.type = type;
	waiting->inbound.release = release;
	waiting->inbound.answer = answer;
	waiting->inbound.arena = call->asked; /* the request goes where it is needed longest */
	arena_init(&call->asked, ADMIN_ARENA_BYTES);
	return waiting;
}

/* True once the writer has let go; false when that takes too long. */
static bool wait_released(struct waiting *waiting)
{
	struct timespec until;
	int failed = 0;
	bool released;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_S;
	pthread_mutex_lock(&waiting->mutex);
	while (!waiting->released && failed != ETIMEDOUT)
		failed = pthread_cond_timedwait(&waiting->changed, &waiting->mutex, &until);
	released = waiting->released;
	pthread_mutex_unlock(&waiting->mutex);
	return released;
}

static bool take_reply(struct admin_call *call, struct waiting *waiting)
{
	const Pb__AdminReply *reply;

	if (!wait_released(waiting)) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED, "writer", 0, WAIT_S);
		return false;
	}
	if (waiting->reply.len == 0 || CODEC_DECODE(admin_reply, buf_bytes(&waiting->reply), &call->arena, &reply, NULL) != ERR_OK) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, NULL, 0, 0);
		return false;
	}
	call->reply = *reply;
	return reply->body_case != PB__ADMIN_REPLY__BODY_REFUSAL;
}

static bool offer(struct admin_call *call, struct waiting *waiting)
{
	enum err err;
	bool done;

	atomic_fetch_add(&waiting->users, 1);
	err = broker_offer(call->front->broker, &waiting->inbound, true);
	if (err != ERR_OK) {
		atomic_fetch_sub(&waiting->users, 1);
		admin_refuse(call, err == ERR_BUSY ? PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED : PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING,
			     NULL, 0, 0);
		drop(waiting);
		return false;
	}
	done = take_reply(call, waiting);
	drop(waiting);
	return done;
}

bool admin_to_writer(struct admin_call *call)
{
	const Pb__Operator *operator = arena_copy(&call->asked, bytes_of(&call->operator, sizeof call->operator));
	struct waiting *waiting = operator != NULL ? waiting_new(call, INBOUND_OPERATOR) : NULL;

	if (waiting == NULL) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED, NULL, 0, 0);
		return false;
	}
	waiting->inbound.act.request = call->request;
	waiting->inbound.act.operator = operator;
	return offer(call, waiting);
}

bool admin_bind(struct admin_call *call, const Pb__BindEntry *entry, const char *address)
{
	struct waiting *waiting = waiting_new(call, INBOUND_BIND);

	if (waiting == NULL) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED, NULL, 0, 0);
		return false;
	}
	waiting->inbound.agency = entry->agency;
	waiting->inbound.bind.entry = entry;
	waiting->inbound.bind.address = address;
	return offer(call, waiting);
}

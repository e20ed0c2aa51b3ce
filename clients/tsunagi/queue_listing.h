/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/queue_listing.h - items of the daemon's queues, page by page, and the message that a person's id means. */
#pragma once
#include "admin.pb-c.h"
#include "base/id.h"
#include "tsunagi/command.h"

struct queue_filter {
	const char *agency; /* NULL: all */
	const char *state;  /* NULL: all */
	uint32_t older_than_s;
	uint64_t after;     /* items with a greater number */
	uint64_t limit;     /* items in all; 0: no limit */
};

/* Called for each item, borrowed for the call; false: enough. */
typedef bool queue_take(void *context, const Pb__QueueItem *item);

struct queue_rest {
	uint64_t more;                 /* further items that match */
	uint64_t delivered_unanswered;
};

/* --to, --state and --older of a call; the agency may be an operand instead.  OUTCOME_USAGE when one makes no sense. */
enum outcome queue_filter_of(const struct call *call, struct queue_filter *ret_filter);

/* Told when it fails.  ret_rest may be NULL. */
enum outcome queue_each(const struct call *call, const struct queue_filter *filter, queue_take *take, void *context, struct queue_rest *ret_rest);

/* The same for the items of one message, delivered ones too, of one agency alone when agency is not NULL; OUTCOME_NOT_THERE when the daemon
 * knows no such message. */
enum outcome queue_each_of_message(const struct call *call, const struct id *message, const char *agency, queue_take *take, void *context);

/* The message that text means: a UUID as it stands, a short code by looking through the queues.  Told when there is none. */
enum outcome queue_message(const struct call *call, const char *text, struct id *ret_message);

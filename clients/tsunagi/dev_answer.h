/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/dev_answer.h - what an agency of a throw-away site does by itself with what reaches it. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

#define DEV_ANSWER_STEPS 3

/* One answer, as a person names it: the acts on a request, one after the other, and what is said to a conference. */
struct dev_answer {
	const char *word;
	const char *steps[DEV_ANSWER_STEPS]; /* NULL: no further one */
	const char *answered;                /* once a question of ours was answered; NULL: nothing */
	const char *conference;              /* NULL: no answer */
};

/* NULL: there is none of that name. */
const struct dev_answer *dev_answer_find(const char *word);

/* The action of the library for one step on a message, with the call's options or what fits without them; a new reference.  The same message
 * and step give the same key: what comes twice is answered once.
 *   today  a day of the machine's clock, "YYYY-MM-DD", and one two weeks later */
json_t *dev_answer_request(const struct call *call, const char *message_id, const char *step, const char *today, const char *later);
json_t *dev_answer_conference(const struct dev_answer *answer, const char *message_id);

/* What a delivery is to whoever answers by itself. */
enum dev_arrival {
	DEV_ARRIVAL_OTHER,      /* taken, no more */
	DEV_ARRIVAL_REQUEST,    /* somebody asks */
	DEV_ARRIVAL_ANSWER,     /* to our question; the request is *ret_id */
	DEV_ARRIVAL_CONFERENCE  /* a date is proposed, or fixed anew */
};

/* ret_id: the id that an answer names, borrowed from the JSON. */
enum dev_arrival dev_arrival_of(const json_t *delivery, const char **ret_id);

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_legs.h - reading requests and their legs, in any transaction.
 *
 * A request is known by the entry that opened it, a leg by the item that opened it: its message's, or the SEAL_TASK of a redirect.
 * Each gives ERR_NOT_FOUND when there is none, ERR_CORRUPT when a row does not hold. */
#pragma once
#include "contract/limits.h"
#include "store/txn.h"
#include "vocabulary.pb-c.h"

#define MESSAGE_ID_BYTES 16
#define CASE_ID_BYTES 16

/* One recipient's share of a request. */
struct leg {
	uint64_t leg;
	uint64_t request;      /* seq of its submission */
	uint64_t item;         /* that brings its message; 0: nobody has sealed it yet */
	uint64_t told;         /* that brings released parts, or asks the sender to seal; 0: none */
	uint64_t opened_by;    /* leg whose redirect opened it; 0: the submission did */
	uint32_t agency;       /* that was asked */
	uint32_t sender;       /* that asked */
	uint32_t asker;        /* who has the sender's turns: the sender, or who acts for it since it closed */
	uint32_t acting;       /* the coordinator that holds it since its agency closed; 0: none */
	uint32_t next_agency;  /* REDIRECTED: to whom; DECLINED: who could help instead; 0: none */
	uint32_t steps;        /* of its clock that are done */
	Pb__LegState state;
	Pb__Party holder;      /* UNSPECIFIED: it ended and is nobody's, or its sender's as part of the request */
	Pb__ClockKind clock;   /* UNSPECIFIED: it ended */
	Pb__Urgency urgency;
	Pb__Reason reason;     /* of what led to its state, where that has one */
	Pb__Outcome outcome;
	bool held;             /* its message has ON_ACCEPT parts */
	bool provisional;      /* its due time reaches into a year whose holidays are not known */
	int64_t since_us;      /* in its state */
	int64_t clock_from_us; /* what the clock counts from */
	int64_t due_at_us;
	int64_t timer_at_us;   /* when the clock does something next; 0: it ended */
	int64_t seen_at_us;    /* a person has looked; 0: none */
	int64_t last_word_us;  /* of whoever was asked; 0: none */
	int64_t respond_by_us; /* by when its sender asked for the answer; 0: the urgency's own clock */
};

/* A whole request, as far as it is not its legs'. */
struct request {
	uint64_t request;
	uint8_t message_id[MESSAGE_ID_BYTES];
	uint8_t case_id[CASE_ID_BYTES];
	bool has_case;
	bool provisional;
	uint32_t sender;
	uint32_t acting;      /* for a sender that closed; 0: it is there, or nobody could be found */
	Pb__Ask ask;
	Pb__Take take;
	Pb__Urgency urgency;
	Pb__RequestState state;
	Pb__Outcome outcome;  /* with which its sender closed it */
	uint32_t report_days; /* 0: as rules/deadlines.h has it */
	bool co_support;      /* its sender goes on supporting */
	uint32_t steps;       /* of its own clock that are done */
	int64_t since_us;     /* in its state */
	int64_t due_at_us;    /* DECISION_DUE; else 0 */
	int64_t timer_at_us;
	size_t leg_count;
	uint64_t legs[LIMIT_LEGS]; /* in the order in which they were opened */
};

/* Who has the sender's turns. */
static inline uint32_t request_asker(const struct request *request)
{
	return request->acting != 0 ? request->acting : request->sender;
}

/* Held by its sender, though its recipient has to move: what was to be delivered is a dead letter. */
static inline bool leg_is_dead_letter(const struct leg *leg)
{
	return leg->state == PB__LEG_STATE__LEG_STATE_SUBMITTED && leg->holder == PB__PARTY__PARTY_SENDER;
}

/* The agency whose turn it is; 0: it ended. */
static inline uint32_t leg_holder_agency(const struct leg *leg)
{
	if (leg->timer_at_us == 0)
		return 0;
	if (leg->holder == PB__PARTY__PARTY_SENDER)
		return leg->asker;
	return leg->holder == PB__PARTY__PARTY_COORDINATOR ? leg->acting : leg->agency;
}

enum err leg_get(struct txn *txn, uint64_t leg, struct leg *ret_leg);
enum err leg_of_item(struct txn *txn, uint64_t item, struct leg *ret_leg); /* whose message that item brings, or brought */

enum err request_get(struct txn *txn, uint64_t request, struct request *ret_request);
enum err request_by_message(struct txn *txn, const uint8_t message_id[MESSAGE_ID_BYTES], uint32_t sender, struct request *ret_request);

/* The same for whoever sent it or has the sender's turns. */
enum err request_by_asker(struct txn *txn, const uint8_t message_id[MESSAGE_ID_BYTES], uint32_t asker, struct request *ret_request);

/* All legs of a request, in its order; room for its leg_count.  ERR_CORRUPT when one is not there. */
enum err legs_of_request(struct txn *txn, const struct request *request, struct leg legs[LIMIT_LEGS]);

/* The agency's redirect count and the like are not kept: every leg but those of the submission was opened by one. */
size_t request_redirects(const struct leg *legs, size_t count);

/* Calls each for every leg > after that the agency sent, has or holds, ended ones too, ascending, until it gives another result than
 * ERR_OK, which is returned. */
enum err agency_legs_each(struct txn *txn, uint32_t agency, uint64_t after, enum err (*each)(void *context, const struct leg *leg),
			  void *context);

/* Every request > after, in order, as above. */
enum err requests_each(struct txn *txn, uint64_t after, enum err (*each)(void *context, const struct request *request), void *context);

/* Every leg of the site, request by request, as above. */
enum err legs_each(struct txn *txn, enum err (*each)(void *context, const struct leg *leg), void *context);

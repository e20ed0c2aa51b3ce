/* SPDX-License-Identifier: Apache-2.0 */
/* Legs as those who take part in them are shown them: what each may know, how far a list goes, and what is not there for a stranger. */
#include <string.h>

#include "asking_legs.h"

#define ROUTINE PB__URGENCY__URGENCY_ROUTINE

static struct trio trio;

static const Pb__LegListing *listing_of(struct visitor *reader, const Pb__LegQuery *query)
{
	const Pb__ReadResult *result = legs_read(reader, query);

	require(result->result_case == PB__READ_RESULT__RESULT_LEGS);
	return result->legs;
}

static bool allows(const Pb__LegShown *leg, Pb__LegAction action)
{
	for (size_t i = 0; i < leg->n_allowed; i++)
		if (leg->allowed[i] == action)
			return true;
	return false;
}

/* Both ends see the leg, each with what it may do; the sender alone where the whole stands. */
static void test_both_ends(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__LegShown *leg;
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	leg = legs_of(&trio.beta, id);
	require(leg != NULL);
	check_text(leg->from, trio.alpha.address);
	check_text(leg->to, trio.beta.address);
	check_text(leg->holder_agency, trio.beta.address);
	check_int(leg->state, PB__LEG_STATE__LEG_STATE_RECEIVED);
	check_int(leg->holder, PB__PARTY__PARTY_RECIPIENT);
	check_int(leg->ask, PB__ASK__ASK_ADVISE);
	check_bytes(bytes_of_pb(leg->request_id), bytes_of(id, 16));
	check_bytes(bytes_of_pb(leg->case_id), bytes_of(id, 16));
	check(leg->due_at_us > leg->since_us);
	check(!leg->overdue);
	check(allows(leg, PB__LEG_ACTION__LEG_ACTION_ACCEPT) && !allows(leg, PB__LEG_ACTION__LEG_ACTION_WITHDRAW));
	check_int(leg->request_state, PB__REQUEST_STATE__REQUEST_STATE_UNSPECIFIED);
	require(leg->basis != NULL);
	check_int(leg->basis->basis, PB__BASIS__BASIS_ANONYMOUS);
	require(leg->n_classes == 1);
	check_int(leg->classes[0], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION);
	leg = legs_of(&trio.alpha, id);
	require(leg != NULL);
	check(allows(leg, PB__LEG_ACTION__LEG_ACTION_WITHDRAW) && !allows(leg, PB__LEG_ACTION__LEG_ACTION_ACCEPT));
	check_int(leg->request_state, PB__REQUEST_STATE__REQUEST_STATE_WAITING);
	check_text(leg->holder_agency, trio.beta.address);
	trio_close(&trio);
}

/* Who was asked too is its sender's to know; a stranger is told what is told of a request that is not there. */
static void test_who_may_know(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	const struct visitor *one[] = { &trio.beta };
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	const Pb__LegListing *listing;
	const Pb__ReadResult *result;
	uint8_t id[16], alone[16], nobodys[16] = { 1 };

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 2, ROUTINE, id);
	legs_request(&trio.alpha, one, 1, ROUTINE, alone);
	query.request_id = pb_of_bytes(bytes_of(id, 16));
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 2);
	listing = listing_of(&trio.gamma, &query);
	require(listing->n_legs == 1);
	check_text(listing->legs[0]->to, trio.gamma.address);
	query.request_id = pb_of_bytes(bytes_of(alone, 16));
	result = legs_read(&trio.gamma, &query);
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	query.request_id = pb_of_bytes(bytes_of(nobodys, 16));
	result = legs_read(&trio.gamma, &query);
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	query.request_id = pb_of_bytes(bytes_of(nobodys, 3)); /* no id at all */
	check_int(legs_read(&trio.alpha, &query)->result_case, PB__READ_RESULT__RESULT_REFUSAL);
	trio_close(&trio);
}

/* When everybody whom it asked has ended, the request is its sender's to decide about: it stays on that list, and on nobody else's. */
static void test_decision_due(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	const Pb__LegListing *listing;
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	query.mine_to_move = 1;
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 0);
	check_int(legs_act(&trio.beta, &trio.alpha, id, PB__LEG_ACTION__LEG_ACTION_DECLINE, PB__REASON__REASON_FULL), 0);
	listing = listing_of(&trio.alpha, &query);
	require(listing->n_legs == 1);
	check_int(listing->legs[0]->request_state, PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE);
	check(listing->legs[0]->request_due_at_us > 0);
	check_uint(listing_of(&trio.beta, &query)->n_legs, 0);
	query.overdue = 1;
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 0); /* not yet */
	query = (Pb__LegQuery)PB__LEG_QUERY__INIT;
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 1);
	check_uint(listing_of(&trio.beta, &query)->n_legs, 0);
	trio_close(&trio);
}

/* What ended before anything was handed out was never heard of there. */
static void test_what_never_arrived(void)
{
	const struct visitor *to[] = { &trio.beta };
	struct taken taken;
	uint8_t unheard[16], heard[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, heard);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	legs_request(&trio.alpha, to, 1, ROUTINE, unheard);
	check(legs_of(&trio.beta, unheard) != NULL); /* its inbox shows it as well */
	check_int(legs_act(&trio.alpha, &trio.beta, heard, PB__LEG_ACTION__LEG_ACTION_WITHDRAW, PB__REASON__REASON_MISDIRECTED), 0);
	check_int(legs_act(&trio.alpha, &trio.beta, unheard, PB__LEG_ACTION__LEG_ACTION_WITHDRAW, PB__REASON__REASON_MISDIRECTED), 0);
	require(legs_of(&trio.beta, heard) != NULL);
	check_int(legs_of(&trio.beta, heard)->state, PB__LEG_STATE__LEG_STATE_WITHDRAWN);
	check(legs_of(&trio.beta, unheard) == NULL);
	check(legs_of(&trio.alpha, unheard) != NULL);
	trio_close(&trio);
}

/* The case's owner keeps somebody out. */
static void keep_out(struct visitor *owner, const uint8_t case_id[16], const struct visitor *whom)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	char *kept_out[] = { (char *)(uintptr_t)whom->address };
	const Pb__Replies *replies;
	struct parcels parcels;

	mark.case_id = pb_of_bytes(bytes_of(case_id, 16));
	mark.protected_ = true;
	mark.kept_out = kept_out;
	mark.n_kept_out = 1;
	mark.at_us = 1;
	said.body_case = PB__STATEMENT__BODY_MARK_CASE;
	said.mark_case = &mark;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &said);
	visitor_send_batch(owner, &parcels, NULL);
	replies = visitor_replies(owner);
	parcels_free(&parcels);
	require(replies->n_replies == 1 && replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
}

/* Who is kept out of a protected case hears no more of it, though it was asked; everybody else as before. */
static void test_kept_out(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 2, ROUTINE, id);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	check(legs_of(&trio.beta, id) != NULL);
	keep_out(&trio.alpha, id, &trio.beta);
	check(legs_of(&trio.beta, id) == NULL);
	check(legs_of(&trio.gamma, id) != NULL);
	check(legs_of(&trio.alpha, id) != NULL);
	trio_close(&trio);
}

static void test_filters(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	uint8_t first[16], second[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, first);
	legs_request(&trio.alpha, to, 1, ROUTINE, second);
	check_int(legs_act(&trio.alpha, &trio.beta, first, PB__LEG_ACTION__LEG_ACTION_WITHDRAW, PB__REASON__REASON_MISDIRECTED), 0);
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 1);
	query.ended = true;
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 2);
	query.case_id = pb_of_bytes(bytes_of(first, 16));
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 1);
	query = (Pb__LegQuery)PB__LEG_QUERY__INIT;
	query.mine_to_move = true;
	check_uint(listing_of(&trio.alpha, &query)->n_legs, 0);
	check_uint(listing_of(&trio.beta, &query)->n_legs, 1);
	query.overdue = true;
	check_uint(listing_of(&trio.beta, &query)->n_legs, 0);
	trio_close(&trio);
}

/* Page by page every leg once, in order, and an end. */
static void test_pages(void)
{
	enum { REQUESTS = 25, PAGE = 10 };
	const struct visitor *to[] = { &trio.beta };
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	uint64_t last = 0;
	size_t seen = 0, pages = 0;
	uint8_t id[16];

	trio_open(&trio, NULL);
	for (int i = 0; i < REQUESTS; i++)
		legs_request(&trio.alpha, to, 1, ROUTINE, id);
	query.limit = PAGE;
	do {
		const Pb__LegListing *listing = listing_of(&trio.beta, &query);

		check(listing->n_legs <= PAGE);
		for (size_t i = 0; i < listing->n_legs; i++) {
			check(listing->legs[i]->leg > last);
			check(listing->legs[i]->basis == NULL); /* of one request alone */
			last = listing->legs[i]->leg;
		}
		seen += listing->n_legs;
		query.after = listing->more_after;
		pages++;
	} while (query.after != 0 && pages < 10);
	check_uint(seen, REQUESTS);
	check_uint(pages, 3);
	query.after = UINT64_MAX;
	check_uint(listing_of(&trio.beta, &query)->n_legs, 0);
	query.after = 0;
	query.limit = UINT32_MAX;
	check_uint(listing_of(&trio.beta, &query)->n_legs, REQUESTS);
	trio_close(&trio);
}

/* Reading leaves no entry. */
static void test_no_entry(void)
{
	const struct visitor *to[] = { &trio.beta };
	uint64_t before;
	uint8_t id[16], note[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	before = trio_note(&trio.alpha, to, 1, note, NULL);
	for (int i = 0; i < 5; i++)
		check(legs_of(&trio.alpha, id) != NULL);
	check_uint(trio_note(&trio.alpha, to, 1, note, NULL), before + 1);
	trio_close(&trio);
}

UNIT_SUITE("front/read_legs",
	{ "the sender's decision", test_decision_due },
	{ "both ends of a leg", test_both_ends },
	{ "who may know", test_who_may_know },
	{ "what never arrived", test_what_never_arrived },
	{ "who is kept out", test_kept_out },
	{ "filters", test_filters },
	{ "pages", test_pages },
	{ "reading leaves no entry", test_no_entry });

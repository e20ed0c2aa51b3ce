/* SPDX-License-Identifier: Apache-2.0 */
/* The review list, to operators and to agencies: what is on it, who is shown what of it, page by page; and that a reading leaves an entry. */
#include <string.h>

#include "asking_legs.h"
#include "front/reviews.h"
#include "ledger/entry.h"

static struct trio trio;

static void in_danger(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
	view->urgency = PB__URGENCY__URGENCY_DANGER;
	view->case_id = view->message_id;
	view->basis->basis = PB__BASIS__BASIS_PROTECT_LIFE;
	view->basis->law = PB__LAW__LAW_PERSONAL_INFORMATION_27_1_2;
	view->basis->reason = pb_of_text("a threat");
}

static const Pb__AdminReply *ask(const Pb__ReviewQuery *query)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;

	request.body_case = PB__ADMIN_REQUEST__BODY_REVIEW_LIST;
	request.review_list = (Pb__ReviewQuery *)(uintptr_t)query;
	return trio_ask(&trio, &request);
}

static const Pb__ReviewListing *listing_of(const Pb__ReviewQuery *query)
{
	const Pb__AdminReply *reply = ask(query);

	require(reply->body_case == PB__ADMIN_REPLY__BODY_REVIEWS);
	return reply->reviews;
}

static const Pb__ReviewListing *read_as(struct visitor *reader, const Pb__ReviewQuery *query)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_REVIEWS;
	read.reviews = (Pb__ReviewQuery *)(uintptr_t)query;
	do
		result = visitor_read(reader, &read);
	while (result->result_case == PB__READ_RESULT__RESULT_REFUSAL && result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	require(result->result_case == PB__READ_RESULT__RESULT_REVIEWS);
	return result->reviews;
}

static uint64_t send_danger(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	uint8_t id[16];

	return trio_note(&trio.alpha, to, 2, id, in_danger);
}

static void test_operator(void)
{
	const Pb__ReviewQuery everything = PB__REVIEW_QUERY__INIT;
	const struct visitor *to[] = { &trio.beta };
	const Pb__ReviewShown *shown;
	uint8_t id[16];
	uint64_t seq;

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, PB__URGENCY__URGENCY_ROUTINE, id); /* anonymous: none of it */
	seq = send_danger();
	require(listing_of(&everything)->n_reviews == 1);
	shown = listing_of(&everything)->reviews[0];
	check_uint(shown->seq, seq);
	check(shown->danger);
	check_text(shown->from, trio.alpha.address);
	require(shown->n_to == 2);
	check_text(shown->to[0], trio.beta.address);
	check_text(shown->to[1], trio.gamma.address);
	check_uint(shown->handed_out, 0);
	require(shown->basis != NULL);
	check_text(shown->basis->reason, "a threat");
	require(shown->n_classes == 1);
	check_int(shown->classes[0], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION);
	check_int(shown->reviewed_at_us, 0);
	trio_take(&trio.beta);
	trio_take(&trio.beta);
	check_uint(listing_of(&everything)->reviews[0]->handed_out, 1);
	trio_close(&trio);
}

/* The sender sees all whom it asked; who was asked itself alone, and not before it was handed something. */
static void test_agencies(void)
{
	const Pb__ReviewQuery everything = PB__REVIEW_QUERY__INIT;
	const Pb__ReviewListing *listing;

	trio_open(&trio, NULL);
	send_danger();
	check_uint(read_as(&trio.alpha, &everything)->reviews[0]->n_to, 2);
	check_uint(read_as(&trio.beta, &everything)->n_reviews, 0);
	trio_take(&trio.beta);
	listing = read_as(&trio.beta, &everything);
	require(listing->n_reviews == 1);
	require(listing->reviews[0]->n_to == 1);
	check_text(listing->reviews[0]->to[0], trio.beta.address);
	check_uint(read_as(&trio.gamma, &everything)->n_reviews, 0);
	trio_close(&trio);
}

/* Nobody is told that it is a shelter that was asked, but its proxy. */
static void test_confidential(void)
{
	const Pb__ReviewQuery everything = PB__REVIEW_QUERY__INIT;
	const Pb__ReviewShown *shown;

	trio_open(&trio, NULL);
	send_danger();
	trio_hide_beta(&trio);
	shown = listing_of(&everything)->reviews[0];
	require(shown->n_to == 1);
	check_text(shown->to[0], trio.gamma.address);
	check_uint(read_as(&trio.alpha, &everything)->reviews[0]->n_to, 1);
	trio_close(&trio);
}

static void test_reviewed(void)
{
	Pb__ReviewQuery query = PB__REVIEW_QUERY__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminReviewed reviewed = PB__ADMIN_REVIEWED__INIT;
	const Pb__ReviewShown *shown;
	uint64_t seq;

	trio_open(&trio, NULL);
	seq = send_danger();
	reviewed.seqs = &seq;
	reviewed.n_seqs = 1;
	reviewed.remark = pb_of_text("told at once");
	request.body_case = PB__ADMIN_REQUEST__BODY_REVIEWED;
	request.reviewed = &reviewed;
	require(trio_ask(&trio, &request)->body_case == PB__ADMIN_REPLY__BODY_DONE);
	check_uint(listing_of(&query)->n_reviews, 0);
	query.reviewed = true;
	require(listing_of(&query)->n_reviews == 1);
	shown = listing_of(&query)->reviews[0];
	check(shown->reviewed_at_us >= shown->at_us);
	check_text(shown->remark, "told at once");
	check(*shown->reviewed_by != '\0');
	shown = read_as(&trio.alpha, &query)->reviews[0];
	check(shown->reviewed_at_us > 0);
	check_text(shown->remark, ""); /* the operators' own */
	check_text(shown->reviewed_by, "");
	trio_close(&trio);
}

/* What an operator handed over: whose, to whom, why and by whom, to operators alone. */
static void test_handed_over(void)
{
	static const char *const stay[] = { "beta", "gamma" };
	const Pb__ReviewQuery everything = PB__REVIEW_QUERY__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminHandOver act = PB__ADMIN_HAND_OVER__INIT;
	const Pb__ReviewShown *shown;
	uint64_t seq;

	trio_open(&trio, NULL);
	house_directory(&trio.house, stay, 2);
	act.agency = pb_of_text("alpha");
	act.to = pb_of_text("gamma");
	act.reason = pb_of_text("dissolved");
	request.body_case = PB__ADMIN_REQUEST__BODY_HAND_OVER;
	request.hand_over = &act;
	seq = trio_ask(&trio, &request)->seq;
	require(listing_of(&everything)->n_reviews == 1);
	shown = listing_of(&everything)->reviews[0];
	check_uint(shown->seq, seq);
	check(shown->hand_over && !shown->danger && shown->at_us > 0);
	check_text(shown->from, trio.alpha.address);
	require(shown->n_to == 1);
	check_text(shown->to[0], trio.gamma.address);
	check_text(shown->reason, "dissolved");
	check(*shown->by != '\0');
	check_uint(read_as(&trio.gamma, &everything)->n_reviews, 0);
	trio_close(&trio);
}

static void test_pages(void)
{
	Pb__ReviewQuery query = PB__REVIEW_QUERY__INIT;
	const Pb__ReviewListing *listing;
	uint64_t seqs[3];

	trio_open(&trio, NULL);
	for (size_t i = 0; i < 3; i++)
		seqs[i] = send_danger();
	query.limit = 2;
	listing = listing_of(&query);
	require(listing->n_reviews == 2);
	check_uint(listing->reviews[1]->seq, seqs[1]);
	check_uint(listing->more_after, seqs[1]);
	query.after = listing->more_after;
	listing = listing_of(&query);
	require(listing->n_reviews == 1);
	check_uint(listing->reviews[0]->seq, seqs[2]);
	check_uint(listing->more_after, 0);
	query = (Pb__ReviewQuery)PB__REVIEW_QUERY__INIT;
	query.limit = UINT32_MAX;
	query.until_us = listing_of(&query)->reviews[1]->at_us;
	listing = listing_of(&query);
	require(listing->n_reviews >= 1); /* two may have been accepted within one microsecond */
	check(listing->reviews[listing->n_reviews - 1]->at_us < query.until_us);
	query.since_us = query.until_us;
	query.until_us = 0;
	listing = listing_of(&query);
	require(listing->n_reviews >= 2);
	check(listing->reviews[0]->at_us >= query.since_us);
	query.after = UINT64_MAX;
	listing_of(&query);
	query.since_us = INT64_MAX;
	check_uint(listing_of(&query)->n_reviews, 0);
	query.since_us = INT64_MIN;
	query.after = 0;
	check_uint(listing_of(&query)->n_reviews, 3);
	trio_close(&trio);
}

/* An operator's reading is an entry that says so, made before anything is shown. */
static void test_access(void)
{
	const Pb__ReviewQuery everything = PB__REVIEW_QUERY__INIT;
	const Pb__EntryBody *body;
	struct entry entry;
	struct txn *txn;
	uint64_t seq;

	trio_open(&trio, NULL);
	seq = ask(&everything)->seq;
	require(seq > 0);
	require_ok(txn_begin_read(trio.house.store, &txn));
	require_ok(entry_decode(txn, seq, &trio.arena, &entry, &body));
	require(body->body_case == PB__ENTRY_BODY__BODY_ACCESS);
	check_text(body->access->command, "review");
	txn_abort(txn);
	trio_close(&trio);
}

UNIT_SUITE("front/reviews",
	{ "to operators", test_operator },
	{ "to agencies", test_agencies },
	{ "a confidential agency", test_confidential },
	{ "reviewed", test_reviewed },
	{ "what was handed over", test_handed_over },
	{ "pages and times", test_pages },
	{ "a reading is an entry", test_access });

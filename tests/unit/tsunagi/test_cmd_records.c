/* SPDX-License-Identifier: Apache-2.0 */
/* review, review done, provisions and disclosure as an operator types them: what is asked, page by page, what is told, and what goes wrong. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "contract/codec.h"
#include "fake_daemon.h"
#include "tsunagi/when.h"
#include "tsunagi/words.h"
#include "unit.h"

#define PAGES 3u

static struct {
	Pb__AdminRequest__BodyCase body;
	int64_t since_us;
	uint64_t after, seqs[4];
	size_t seq_count;
	bool reviewed, nonsense;
	char remark[100];
} asked;

static struct fake_daemon *daemon;
static enum outcome outcome;
static const uint8_t message[16] = { 1, 0x93, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 9 };

static Pb__BasisClaim *basis(struct arena *arena)
{
	Pb__BasisClaim *claim = arena_alloc(arena, sizeof *claim);

	pb__basis_claim__init(claim);
	claim->basis = PB__BASIS__BASIS_PROTECT_LIFE;
	claim->law = PB__LAW__LAW_PERSONAL_INFORMATION_27_1_2;
	claim->reason = pb_of_text("a threat");
	return claim;
}

/* The last one is no message. */
static void hand_over(Pb__ReviewShown *row)
{
	static char *to[] = { (char *)(uintptr_t)"saposute@chiba-city" };

	row->hand_over = true;
	row->message_id.len = 0;
	row->kind = 0;
	row->basis = NULL;
	row->to = to;
	row->n_to = 1;
	row->by = pb_of_text("sato");
	row->reason = pb_of_text("dissolved");
}

/* One row a page, numbered behind what was asked for. */
static void answer_reviews(const Pb__ReviewQuery *query, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__ReviewListing *listing = arena_alloc(arena, sizeof *listing);
	Pb__ReviewShown *row = arena_alloc(arena, sizeof *row);

	asked.since_us = query->since_us;
	asked.after = query->after;
	asked.reviewed = query->reviewed;
	pb__review_listing__init(listing);
	pb__review_shown__init(row);
	row->seq = query->after + 1;
	row->at_us = 1764400000000000;
	row->message_id = pb_of_bytes(bytes_of(message, 16));
	row->from = pb_of_text("link@chiba-city");
	row->danger = query->after == 0;
	row->kind = PB__KIND__KIND_REQUEST;
	row->basis = basis(arena);
	if (row->seq == PAGES)
		hand_over(row);
	listing->reviews = arena_copy(arena, bytes_of(&row, sizeof row));
	listing->n_reviews = 1;
	listing->more_after = row->seq < PAGES ? row->seq : 0;
	reply->body_case = PB__ADMIN_REPLY__BODY_REVIEWS;
	reply->reviews = listing;
}

static void answer_provisions(struct arena *arena, Pb__AdminReply *reply)
{
	Pb__ProvisionListing *listing = arena_alloc(arena, sizeof *listing);
	Pb__ProvisionShown *row = arena_alloc(arena, sizeof *row);

	pb__provision_listing__init(listing);
	pb__provision_shown__init(row);
	row->item = 160;
	row->at_us = 1764400000000000;
	row->message_id = pb_of_bytes(bytes_of(message, 16));
	row->from = pb_of_text("link@chiba-city");
	row->to = pb_of_text("police-seian@chiba-city");
	row->basis = basis(arena);
	listing->provisions = arena_copy(arena, bytes_of(&row, sizeof row));
	listing->n_provisions = 1;
	reply->body_case = PB__ADMIN_REPLY__BODY_PROVISIONS;
	reply->provisions = listing;
}

static void answer_disclosure(const Pb__DisclosureQuery *query, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Disclosure *report = arena_alloc(arena, sizeof *report);
	Pb__Happening *row = arena_alloc(arena, sizeof *row);

	pb__disclosure__init(report);
	pb__happening__init(row);
	row->seq = query->after + 1;
	row->what = pb_of_text("ACCESS");
	row->operator_ = pb_of_text("root");
	row->note = pb_of_text("trace");
	report->happenings = arena_copy(arena, bytes_of(&row, sizeof row));
	report->n_happenings = 1;
	report->more_after = row->seq < PAGES ? row->seq : 0;
	reply->body_case = PB__ADMIN_REPLY__BODY_DISCLOSURE;
	reply->disclosure = report;
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;

	(void)context;
	asked.body = request->body_case;
	reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	reply->done = &nothing;
	if (asked.nonsense)
		return;
	if (request->body_case == PB__ADMIN_REQUEST__BODY_REVIEW_LIST)
		answer_reviews(request->review_list, arena, reply);
	else if (request->body_case == PB__ADMIN_REQUEST__BODY_PROVISIONS)
		answer_provisions(arena, reply);
	else if (request->body_case == PB__ADMIN_REQUEST__BODY_DISCLOSURE)
		answer_disclosure(request->disclosure, arena, reply);
	if (request->body_case != PB__ADMIN_REQUEST__BODY_REVIEWED)
		return;
	asked.seq_count = request->reviewed->n_seqs < 4 ? request->reviewed->n_seqs : 4;
	memcpy(asked.seqs, request->reviewed->seqs, asked.seq_count * sizeof asked.seqs[0]);
	snprintf(asked.remark, sizeof asked.remark, "%s", request->reviewed->remark);
	reply->seq = 77;
}

static const struct said *said_with(bool json, const char *words)
{
	memset(&asked.seqs, 0, sizeof asked.seqs);
	return fake_run(daemon, json, &outcome, "%s", words);
}

static json_t *json_with(const char *words)
{
	json_t *json = json_loads(said_with(true, words)->out, 0, NULL);

	require(json != NULL);
	return json;
}

static void set_up(void)
{
	memset(&asked, 0, sizeof asked);
	daemon = fake_daemon_start(answer, NULL);
}

static void test_review(void)
{
	const char *text;
	json_t *json;

	set_up();
	text = said_with(false, "review --since 2025-11-29")->out;
	check_int(outcome, OUTCOME_DONE);
	check_int(asked.since_us, INT64_C(1764342000000000)); /* midnight in Japan */
	check(!asked.reviewed);
	check(strstr(text, "danger to life  (entry 1)") != NULL && strstr(text, "(entry 3)") != NULL);
	check(strstr(text, "a threat") != NULL && strstr(text, "art. 27-1-2") != NULL && strstr(text, "not yet") != NULL);
	check(strstr(text, "handed over by an operator  (entry 3)") != NULL && strstr(text, "saposute@chiba-city") != NULL);
	check(strstr(text, "sato") != NULL && strstr(text, "dissolved") != NULL);
	json = json_with("review --all");
	check(asked.reviewed);
	check_uint(json_array_size(json_object_get(json, "reviews")), PAGES);
	check_int(json_integer_value(json_object_get(json, "more_after")), 0);
	json_decref(json);
	json = json_with("review --limit 2 --after 0");
	check_uint(json_array_size(json_object_get(json, "reviews")), 2);
	check_int(json_integer_value(json_object_get(json, "more_after")), 2);
	json_decref(json);
	words_start(LANGUAGE_JA);
	check(strstr(said_with(false, "review --limit 1")->out, "続きがあります:--after 1") != NULL);
	words_start(LANGUAGE_EN);
	fake_daemon_stop(daemon);
}

static void test_done(void)
{
	set_up();
	check(strstr(said_with(false, "review done 5 6 --note fits")->out, "entry 77") != NULL);
	check_uint(asked.seq_count, 2);
	check_uint(asked.seqs[0], 5);
	check_uint(asked.seqs[1], 6);
	check_text(asked.remark, "fits");
	said_with(false, "review done 01930000-0000-7000-8000-000000000009"); /* looked for in the list */
	check_int(outcome, OUTCOME_DONE);
	check_uint(asked.seqs[0], 1);
	check(strstr(said_with(false, "review done 01930000-0000-7000-8000-00000000000a")->err, "not on the review list") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	fake_daemon_stop(daemon);
}

static void test_provisions(void)
{
	const char *text;

	set_up();
	text = said_with(false, "provisions")->out;
	check(strstr(text, "link@chiba-city → police-seian@chiba-city") != NULL);
	check(strstr(said_with(false, "provisions --csv")->out, "police-seian@chiba-city,,,") != NULL);
	said_with(false, "provisions --csv --encoding ebcdic");
	check_int(outcome, OUTCOME_USAGE);
	fake_daemon_stop(daemon);
}

static void test_disclosure(void)
{
	json_t *json;

	set_up();
	json = json_with("disclosure 01930000-0000-7000-8000-0000000000ca");
	check_uint(json_array_size(json_object_get(json, "happenings")), PAGES);
	json_decref(json);
	check(strstr(said_with(false, "disclosure 01930000-0000-7000-8000-0000000000ca")->out, "root") != NULL);
	check(strstr(said_with(false, "disclosure 01930000-0000-7000-8000-0000000000ca --print")->out, "<!DOCTYPE html>") != NULL);
	said_with(false, "disclosure ca");
	check_int(outcome, OUTCOME_USAGE);
	fake_daemon_stop(daemon);
}

/* A daemon of another release, or none that means well. */
static void test_unexpected(void)
{
	static const char *const words[] = { "review", "provisions", "disclosure 01930000-0000-7000-8000-0000000000ca" };

	set_up();
	asked.nonsense = true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		said_with(false, words[i]);
		check_int(outcome, OUTCOME_REFUSED);
	}
	fake_daemon_stop(daemon);
}

static void test_when(void)
{
	static const struct {
		const char *words;
		int64_t us;
	} rows[] = {
		{ "review --since 2025-11-29", INT64_C(1764342000000000) },
		{ "review --since 令和7年11月29日", INT64_C(1764342000000000) },
		{ "review --since 2025-11-29T09:00:00+09:00", INT64_C(1764374400000000) },
		{ "review", 0 },
	};
	int64_t us;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s", rows[i].words);
		check_int(when_option(fake_call(NULL, rows[i].words), "since", &us), OUTCOME_DONE);
		check_int(us, rows[i].us);
	}
	check_int(when_option(fake_call(NULL, "review --since 7d"), "since", &us), OUTCOME_DONE);
	check(us > rows[0].us); /* the machine's clock is past it */
	set_up();
	said_with(false, "review --since tomorrow");
	check_int(outcome, OUTCOME_USAGE);
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_records",
	{ "review", test_review },
	{ "review done", test_done },
	{ "provisions", test_provisions },
	{ "disclosure", test_disclosure },
	{ "what was not expected", test_unexpected },
	{ "when", test_when });

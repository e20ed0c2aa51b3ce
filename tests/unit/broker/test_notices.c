/* SPDX-License-Identifier: Apache-2.0 */
/* What an entry has to tell beyond what it can hold is told all the same, in the same batch, and none of it twice. */
#include "broker/notices.h"

#include <stdio.h>

#include "broker/conferences.h"
#include "broker/told.h"
#include "ledger/entry.h"
#include "rebuilt.h"
#include "unit.h"

#define HOUR_US INT64_C(3600000000)

static struct site site;
static struct desk_device asker, desks[LIMIT_RECIPIENTS];
static char ids[LIMIT_RECIPIENTS + 1][16];

static void set_up(void)
{
	const char *names[LIMIT_RECIPIENTS + 1];

	for (size_t i = 0; i <= LIMIT_RECIPIENTS; i++) {
		snprintf(ids[i], sizeof(ids[i]), "desk-%zu", i);
		names[i] = ids[i];
	}
	site_open(&site);
	site_directory(&site, names, LIMIT_RECIPIENTS + 1);
	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++)
		desks[i] = site_enrol(&site, ids[i]);
	asker = site_enrol(&site, ids[LIMIT_RECIPIENTS]);
}

/* Entries that tell, from the first on, and what they tell the asker: how often of each desk. */
struct heard {
	size_t entries, notices, of[LIMIT_RECIPIENTS];
};

static void hear(Pb__Told *const *told, size_t count, Pb__NoticeWhat what, struct arena *arena, struct heard *heard)
{
	const Pb__SiteNotice *notice;

	heard->entries += count > 0;
	for (size_t i = 0; i < count; i++) {
		require_ok(CODEC_DECODE(site_notice, bytes_of_pb(told[i]->notice), arena, &notice, NULL));
		if (told[i]->agency != asker.agency || notice->what != what)
			continue;
		heard->notices++;
		for (size_t desk = 0; desk < LIMIT_RECIPIENTS; desk++)
			heard->of[desk] += strcmp(notice->agency, desks[desk].address) == 0;
	}
}

static struct heard hear_from(uint64_t first, Pb__NoticeWhat what)
{
	struct heard heard = { 0 };
	struct txn *txn = site_read(&site);
	struct arena arena;

	arena_init(&arena, 64u << 20);
	for (uint64_t seq = first; seq < ledger_size(site.broker->ledger); seq++) {
		const Pb__EntryBody *body;
		struct entry entry;

		require_ok(entry_decode(txn, seq, &arena, &entry, &body));
		if (body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
			hear(body->submit->told, body->submit->n_told, what, &arena, &heard);
		else if (body->body_case == PB__ENTRY_BODY__BODY_NOTICES)
			hear(body->notices->told, body->notices->n_told, what, &arena, &heard);
	}
	arena_free(&arena);
	txn_abort(txn);
	return heard;
}

static void ask_all(Pb__View *view, size_t index)
{
	(void)index;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
}

static struct draft draft_to(size_t count)
{
	struct draft draft = site_draft(&site, &asker, &desks[0]);

	for (size_t i = 0; i < count; i++)
		draft.to[i] = &desks[i];
	draft.to_count = count;
	draft.kind = PB__KIND__KIND_REQUEST;
	draft.urgency = PB__URGENCY__URGENCY_URGENT;
	draft.change = ask_all;
	return draft;
}

/* On a Friday evening: every desk is closed when its answer is due, and of each the sender is to know. */
static void test_closed_desks(void)
{
	static const size_t counts[] = { 1, 8, 9, LIMIT_RECIPIENTS };

	set_up();
	site_pass(&site, 16 * HOUR_US); /* New Year's Day, closed as it is */
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		uint64_t first = ledger_size(site.broker->ledger);
		struct draft draft = draft_to(counts[i]);
		struct heard heard;

		unit_context("%zu desks", counts[i]);
		site_submit(&site, &draft);
		require(site_refusal(&site, 0) == 0);
		heard = hear_from(first, PB__NOTICE_WHAT__NOTICE_WHAT_CLOSED_AT_DUE);
		check_uint(heard.notices, counts[i]);
		for (size_t desk = 0; desk < counts[i]; desk++)
			check_uint(heard.of[desk], 1);
		check_uint(ledger_size(site.broker->ledger) - first, counts[i] <= 8 ? 1 : 2);
	}
	unit_context(" ");
	rebuilt_check(&site);
	site_close(&site);
}

/* Refused, it has nothing to tell; nor has what comes after it. */
static void test_refused(void)
{
	struct draft draft;
	uint64_t first;

	set_up();
	site_pass(&site, 16 * HOUR_US);
	draft = draft_to(LIMIT_RECIPIENTS);
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	first = ledger_size(site.broker->ledger);
	draft.urgency = PB__URGENCY__URGENCY_ROUTINE; /* another message of that id */
	site_submit(&site, &draft);
	check_uint(site_refusal(&site, 0), REFUSE(CONFLICT));
	site_run(&site, NULL);
	check_uint(ledger_size(site.broker->ledger), first);
	site_close(&site);
}

/* Put off by a decision that ends in nothing, it is forgotten; by an entry, it is told in entries of so many, each of one case. */
static enum err defer(struct world *world, void *context, struct decision *ret_decision)
{
	static const Pb__Operator operator = PB__OPERATOR__INIT;
	size_t count = *(size_t *)context;
	uint8_t case_id[16] = { 1 };

	for (size_t i = 0; i < count; i++) {
		Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
		Pb__Told *told;

		notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_CLOSED_AT_DUE;
		notice.agency = desks[i % LIMIT_RECIPIENTS].address;
		require_ok(told_notice(world, asker.agency, PB__URGENCY__URGENCY_SOON, 7, &notice, &told));
		case_id[1] = i < 2;
		require_ok(notices_defer(world, told, i < 4 ? bytes_of(case_id, 16) : bytes_of(NULL, 0)));
	}
	decide_nothing(ret_decision);
	return count > 20 ? access_decide(world, &operator, "look", NULL, 0, ret_decision) : ERR_OK;
}

static void test_deferred(void)
{
	size_t few = 3, many = 4 + LIMIT_RECIPIENTS + 1;
	uint64_t first;

	set_up();
	first = ledger_size(site.broker->ledger);
	(void)site_settle(&site, defer, &few);
	check_uint(ledger_size(site.broker->ledger), first);
	(void)site_settle(&site, defer, &many);
	site_run(&site, NULL);
	check_uint(ledger_size(site.broker->ledger) - first, 1 + 4); /* two cases, and more without one than an entry holds */
	check_uint(hear_from(first, PB__NOTICE_WHAT__NOTICE_WHAT_CLOSED_AT_DUE).notices, many);
	site_close(&site);
}

UNIT_SUITE("broker/notices",
	{ "all desks that are closed", test_closed_desks },
	{ "nothing of what was refused", test_refused },
	{ "put off", test_deferred });

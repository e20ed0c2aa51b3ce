/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger says of a case goes so many years after everything in it had ended: whole, once, and nothing else with it. */
#include "acts.h"
#include "broker/erased.h"
#include "broker/rows_cases.h"
#include "contract/civil_time.h"
#include "contract/codec.h"
#include "desks.h"
#include "ledger/entry.h"
#include "rebuilt.h"
#include "store/compact.h"
#include "store/parts.h"
#include "unit.h"

#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define ACT(name) PB__LEG_ACTION__LEG_ACTION_##name
#define YEARS 2u

static struct desks desks;

static void keep(void)
{
	desks.site.options.body_years = YEARS;
	desks.site.broker->rules.body_years = YEARS;
}

static void open_site(void)
{
	desks_open(&desks);
	keep();
}

static void settle(void)
{
	do
		site_run(&desks.site, NULL);
	while (batch_due_in(desks.site.broker, desks.site.clocks) == 0);
}

/* Days pass, each with its batches; who is told something takes it. */
static void pass_days(int days)
{
	for (int i = 0; i < days; i += 7) {
		site_pass(&desks.site, 7 * DESKS_DAY_US);
		settle();
		for (unsigned desk = 0; desk < DESKS; desk++)
			desks_receive(&desks, desk);
	}
	settle();
}

static bool is_gone(uint64_t seq)
{
	struct txn *txn = site_read(&desks.site);
	struct entry entry;
	bool gone;

	require_ok(entry_read(txn, seq, &entry));
	gone = entry_is_erased(&entry);
	txn_abort(txn);
	return gone;
}

/* ERASE entries of the site's own: how many, and the newest, decoded into the arena. */
static size_t retirements(struct arena *arena, const Pb__EraseEntry **ret_newest)
{
	struct txn *txn = site_read(&desks.site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);
	size_t found = 0;

	for (uint64_t seq = 0; seq < size; seq++) {
		const Pb__EntryBody *body;
		struct entry entry;

		require_ok(entry_read(txn, seq, &entry));
		if (entry.header.type != PB__ENTRY_TYPE__ENTRY_TYPE_ERASE)
			continue;
		require_ok(entry_decode(txn, seq, arena, &entry, &body));
		if (body->erase->kept_years == 0)
			continue;
		found++;
		*ret_newest = body->erase;
	}
	txn_abort(txn);
	return found;
}

static size_t count_retirements(void)
{
	const Pb__EraseEntry *newest;
	struct arena arena;
	size_t found;

	arena_init(&arena, 1u << 24);
	found = retirements(&arena, &newest);
	arena_free(&arena);
	return found;
}

/* Whoever starts a site that rested for so long says that its clock is right. */
static void confirm(void)
{
	settle();
	site_operate(&desks.site, site_confirm("it rested"));
	require(site_answered(&desks.site) == 0);
}

static void check_holds(void)
{
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	keep();
	confirm();
}

/* A request that was taken; it is still to be completed. */
static struct asked taken(void)
{
	struct asked asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });
	char on[CIVIL_DATE];

	desks_receive(&desks, DESK);
	require(desks_say(&desks, &asked, DESK, ASKER, ACT(ACCEPT)) == 0);
	desks_receive(&desks, DESK);
	civil_day_format(civil_time_of(desks.site.clocks.wall_us, 540).day, on);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACT(START), .on = on }) == 0);
	return asked;
}

static void complete(const struct asked *asked)
{
	require(desks_act(&desks, asked, DESK, ASKER, &(struct saying){ .action = ACT(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED, .words = true }) ==
		0);
	desks_receive(&desks, ASKER);
}

static void check_refused(Pb__RefusalCode code, const char *subject)
{
	const Pb__Reply *reply = site_reply(&desks.site, 0);

	require(site_refusal(&desks.site, 0) == code);
	check_int(reply->refusal->bound, code == CODE(KEEPING_OVER) ? YEARS : 0);
	if (subject != NULL)
		check_text(reply->refusal->subject, subject);
}

/* Who took part is told why it is gone; others, nothing that they were not told before. */
static void check_answers(const struct asked *asked)
{
	struct draft draft = site_draft(&desks.site, &desks.desk[DESK], &desks.desk[OTHER]);

	check_int(desks_say(&desks, asked, DESK, ASKER, ACT(SEEN)), CODE(KEEPING_OVER));
	check_refused(CODE(KEEPING_OVER), NULL);
	memcpy(draft.case_id, asked->case_id, 16);
	site_submit(&desks.site, &draft);
	check_refused(CODE(KEEPING_OVER), "case_id");
	check_int(desks_say(&desks, asked, THIRD, ASKER, ACT(SEEN)), CODE(UNKNOWN_MESSAGE));
	site_operate(&desks.site, site_erase(asked->case_id, true));
	check_int(site_answered(&desks.site), CODE(KEEPING_OVER));
	check_int(desks.site.answer->refusal->bound, YEARS);
	check(desks.site.answer->refusal->value > 0); /* the entry that tells it */
}

static void test_case(void)
{
	const Pb__EraseEntry *entry;
	struct arena arena;
	struct asked asked;
	struct txn *txn;

	open_site();
	asked = taken();
	pass_days(3 * 366); /* nothing goes while a leg is open */
	check_uint(count_retirements(), 0);
	complete(&asked);
	pass_days(2 * 365 - 7);
	check(!is_gone(asked.request));
	pass_days(14);
	check(is_gone(asked.request));
	arena_init(&arena, 1u << 24);
	check_uint(retirements(&arena, &entry), 1);
	check_uint(entry->kept_years, YEARS);
	check(entry->operator_ == NULL);
	check(entry->n_seqs >= 4);
	check_uint(entry->n_told, 0); /* whoever has copies keeps them as long as its own rules say */
	check(!entry->more);
	arena_free(&arena);
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_PARTS), 0);
	check_uint(txn_rows(txn, TABLE_REQUESTS), 0);
	check_uint(txn_rows(txn, TABLE_CASE_ENTRIES), 0);
	check_uint(txn_rows(txn, TABLE_MESSAGES), 0);
	check_err(store_compact_due(txn), ERR_NOT_FOUND); /* written over in time */
	txn_abort(txn);
	check_answers(&asked);
	pass_days(14);
	check_uint(count_retirements(), 1);
	check_holds();
	check_answers(&asked);
	desks_close(&desks);
}

/* One young word keeps all of a case; other cases have their own time. */
static void test_whole(void)
{
	struct asked first, second;
	struct draft draft;

	open_site();
	first = taken();
	second = taken();
	complete(&first);
	complete(&second);
	pass_days(365);
	draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
	memcpy(draft.case_id, first.case_id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	pass_days(365 + 14);
	check(!is_gone(first.request));
	check(is_gone(second.request));
	pass_days(365);
	check(is_gone(first.request));
	check_uint(count_retirements(), 2);
	check_holds();
	desks_close(&desks);
}

/* What still lies in a mailbox is kept, however old it is. */
static void test_waiting(void)
{
	struct draft draft;
	uint64_t seq;

	open_site();
	draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
	memcpy(draft.case_id, draft.id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	seq = item_seq(site_item(&desks.site, site_item_count(&desks.site)));
	for (int i = 0; i < 3; i++) {
		site_pass(&desks.site, 365 * DESKS_DAY_US);
		settle();
	}
	check(!is_gone(seq));
	pass_days(14); /* it is taken */
	check(is_gone(seq));
	check_holds();
	desks_close(&desks);
}

/* Whether there is a place, which is of no case: asked, told that there is none, and decided. */
static struct asked caseless(void)
{
	struct asked asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .ask = PB__ASK__ASK_CAPACITY });

	desks_receive(&desks, DESK);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACT(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true }) == 0);
	require(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_RESOLVED) == 0);
	desks_receive(&desks, ASKER);
	return asked;
}

/* A thread without a case goes likewise, with what was said in it, and nothing of another. */
static void test_threads(void)
{
	const Pb__EraseEntry *entry;
	struct asked first, second;
	struct arena arena;
	struct txn *txn;

	open_site();
	first = caseless();
	pass_days(365);
	second = caseless();
	pass_days(365 + 14);
	check(is_gone(first.request));
	check(!is_gone(second.request));
	arena_init(&arena, 1u << 24);
	check_uint(retirements(&arena, &entry), 1);
	check_uint(entry->case_id.len, 0);
	check_bytes(bytes_of_pb(entry->thread_id), bytes_of(first.id, 16));
	check(entry->n_seqs >= 3); /* asked, declined, closed */
	arena_free(&arena);
	check_holds();
	check_int(desks_say(&desks, &first, DESK, ASKER, ACT(SEEN)), CODE(KEEPING_OVER));
	check_refused(CODE(KEEPING_OVER), "thread_id");
	check_int(desks_say(&desks, &first, THIRD, ASKER, ACT(SEEN)), CODE(UNKNOWN_MESSAGE));
	pass_days(365);
	check(is_gone(second.request));
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_THREAD_ENTRIES), 0);
	check_uint(txn_rows(txn, TABLE_REQUESTS), 0);
	check_uint(txn_rows(txn, TABLE_CASES), 0); /* there never was one */
	txn_abort(txn);
	check_holds();
	desks_close(&desks);
}

static void as_announcement(Pb__View *view, size_t index)
{
	static Pb__AnnouncementAct act;

	(void)index;
	pb__announcement_act__init(&act);
	if (view->thread_id.len == 0)
		act.places = 5;
	else
		act.sign_up = 2;
	view->announcement_act = &act;
	view->case_id.len = 0;
	view->basis = NULL;
	view->kind = PB__KIND__KIND_ANNOUNCEMENT;
}

/* With who signed up. */
static void test_announcement(void)
{
	struct draft draft;
	uint8_t id[16];
	struct txn *txn;

	open_site();
	draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
	draft.kind = PB__KIND__KIND_ANNOUNCEMENT;
	draft.change = as_announcement;
	memcpy(id, draft.id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	desks_receive(&desks, DESK);
	draft = site_draft(&desks.site, &desks.desk[DESK], &desks.desk[ASKER]);
	draft.kind = PB__KIND__KIND_ANNOUNCEMENT;
	draft.change = as_announcement;
	draft.no_parts = true;
	memcpy(draft.thread, id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_SIGN_UPS), 1);
	txn_abort(txn);
	pass_days(2 * 366 + 14);
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_SIGN_UPS), 0);
	check_uint(txn_rows(txn, TABLE_ANNOUNCEMENTS), 0);
	check_uint(txn_rows(txn, TABLE_THREAD_ENTRIES), 0);
	txn_abort(txn);
	check_holds();
	desks_close(&desks);
}

static uint64_t look_at(const uint8_t message_id[16])
{
	struct txn *txn;
	uint64_t seq;

	site_operate(&desks.site, site_trace(message_id));
	require(site_answered(&desks.site) == 0);
	txn = site_read(&desks.site);
	seq = txn_rows(txn, TABLE_ENTRIES) - 1;
	txn_abort(txn);
	return seq;
}

/* Who looked is kept for its own years, and as long as the case that was looked at; it does not keep that. */
static void test_accesses(void)
{
	struct asked ended, erased, open;
	uint64_t looks[3];

	open_site();
	open = taken();
	ended = taken();
	complete(&ended);
	erased = taken();
	complete(&erased);
	pass_days(365);
	looks[0] = look_at(ended.id);
	looks[1] = look_at(erased.id);
	looks[2] = look_at(open.id);
	site_operate(&desks.site, site_erase(erased.case_id, false));
	require(site_answered(&desks.site) == 0);
	check(is_gone(erased.request));
	check(!is_gone(looks[1])); /* whoever looked cannot get rid of it so */
	check_holds();
	pass_days(365 + 14);
	check(is_gone(ended.request));
	for (size_t i = 0; i < 3; i++)
		check(!is_gone(looks[i]));
	check_holds();
	pass_days(365);
	check(is_gone(looks[0]));
	check(is_gone(looks[1]));
	check(!is_gone(looks[2])); /* the case stands */
	check_holds();
	desks_close(&desks);
}

static Pb__ConsentAct consent;

static void as_consent(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &consent;
}

static uint64_t consent_register(int64_t until_us)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY };
	static char *agencies[1];
	struct draft draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[ASKER]);
	struct txn *txn;
	uint64_t seq;

	pb__consent_act__init(&consent);
	consent.action = PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	consent.how = PB__CONSENT_HOW__CONSENT_HOW_WRITTEN;
	consent.classes = classes;
	consent.n_classes = 1;
	agencies[0] = desks.desk[DESK].address;
	consent.agencies = agencies;
	consent.n_agencies = 1;
	consent.until_us = until_us;
	memcpy(draft.case_id, draft.id, 16);
	draft.change = as_consent;
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	txn = site_read(&desks.site);
	require_ok(message_seq(txn, draft.id, 0, &seq));
	txn_abort(txn);
	return seq;
}

/* One whose end is to come keeps its case until then; one without an end keeps nothing for ever. */
static void test_consents(void)
{
	uint64_t endless, ending;

	open_site();
	endless = consent_register(0);
	ending = consent_register(desks.site.clocks.wall_us + 4 * 365 * DESKS_DAY_US);
	pass_days(2 * 366 + 14);
	check(is_gone(endless));
	check(!is_gone(ending));
	check_holds();
	pass_days(2 * 366);
	check(!is_gone(ending)); /* it ran out: from here on */
	pass_days(2 * 366);
	check(is_gone(ending));
	check_holds();
	desks_close(&desks);
}

/* More than one batch looks at: all of them go, in as many batches as it takes, and those that stay are passed over. */
static void test_many(void)
{
	enum { MANY = 200 };
	uint64_t seqs[MANY];
	size_t gone = 0;

	open_site();
	for (size_t i = 0; i < MANY; i++) {
		struct draft draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[i % 10 == 0 ? OTHER : DESK]);

		memcpy(draft.case_id, draft.id, 16);
		site_submit(&desks.site, &draft);
		require(site_refusal(&desks.site, 0) == 0);
		seqs[i] = item_seq(site_item(&desks.site, site_item_count(&desks.site)));
	}
	desks_receive(&desks, DESK);
	while (desks_receive(&desks, DESK) > 0)
		;
	site_pass(&desks.site, 3 * 365 * DESKS_DAY_US);
	settle();
	for (size_t i = 0; i < MANY; i++) {
		check(is_gone(seqs[i]) == (i % 10 != 0)); /* OTHER has not taken its own */
		gone += is_gone(seqs[i]);
	}
	check_uint(count_retirements(), gone);
	check_holds();
	desks_close(&desks);
}

static void test_for_ever(void)
{
	struct asked asked;

	desks_open(&desks); /* no option */
	asked = taken();
	complete(&asked);
	pass_days(3 * 366);
	check(!is_gone(asked.request));
	desks_close(&desks);
}

/* A machine that comes up with a clock that is years ahead destroys nothing before an operator said that it is right. */
static void test_start_ahead(void)
{
	struct asked asked;

	open_site();
	desks.site.options.part_days = 30;
	asked = taken();
	complete(&asked);
	desks.site.clocks.wall_us += 6 * 366 * DESKS_DAY_US; /* the machine was off for a moment, its battery is dead */
	site_reopen(&desks.site);
	settle();
	check(!is_gone(asked.request));
	site_reopen(&desks.site); /* nor because it was started once more */
	settle();
	check(!is_gone(asked.request));
	confirm();
	settle();
	check(is_gone(asked.request));
	desks_close(&desks);
}

/* What grew out of a thread without a case is told apart from it by its own id: both stay, so that neither is half there. */
static void test_grown(void)
{
	struct asked first, grown;

	open_site();
	first = caseless();
	grown = desks_ask_one(&desks, ASKER, OTHER, &(struct asking){ .ask = PB__ASK__ASK_CAPACITY, .thread = first.id });
	desks_receive(&desks, OTHER);
	require(desks_act(&desks, &grown, OTHER, ASKER, &(struct saying){ .action = ACT(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true }) == 0);
	require(desks_close_request(&desks, &grown, ASKER, PB__OUTCOME__OUTCOME_RESOLVED) == 0);
	desks_receive(&desks, ASKER);
	pass_days(2 * 366 + 14);
	check(!is_gone(first.request));
	check(!is_gone(grown.request));
	check_holds();
	desks_close(&desks);
}

/* What the site itself said to a thread without a case goes with it: reminders, a lapse, decisions that were due. */
static void test_site_words(void)
{
	struct asked asked;
	struct txn *txn;

	open_site();
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .ask = PB__ASK__ASK_CAPACITY });
	pass_days(90);
	check_int(desks_leg(&desks, &asked, 0).state, PB__LEG_STATE__LEG_STATE_LAPSED);
	require(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_RESOLVED) == 0);
	pass_days(2 * 366 + 14);
	check(is_gone(asked.request));
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_THREAD_ENTRIES), 0);
	txn_abort(txn);
	check_holds();
	desks_close(&desks);
}

/* What an operator wrote about what he reviewed goes with the case. */
static void test_reviewed(void)
{
	struct asked asked;
	struct txn *txn;
	uint64_t seq;

	open_site();
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .urgency = PB__URGENCY__URGENCY_DANGER });
	desks_receive(&desks, DESK);
	site_operate(&desks.site, site_reviewed(&asked.request, 1, "the family of Chiba Taro was asked"));
	require(site_answered(&desks.site) == 0);
	txn = site_read(&desks.site);
	seq = txn_rows(txn, TABLE_ENTRIES) - 1;
	txn_abort(txn);
	site_operate(&desks.site, site_erase(asked.case_id, true));
	require(site_answered(&desks.site) == 0);
	check(is_gone(seq));
	check_holds();
	desks_close(&desks);
}

/* Threads are told apart by the ends of ids: a word whose id was made to end as its thread's does would pass for what opened that. */
static void test_word_with_end(void)
{
	struct draft draft;
	uint8_t id[16];

	open_site();
	draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
	draft.kind = PB__KIND__KIND_ANNOUNCEMENT;
	draft.change = as_announcement;
	memcpy(id, draft.id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	draft = site_draft(&desks.site, &desks.desk[DESK], &desks.desk[ASKER]);
	draft.kind = PB__KIND__KIND_ANNOUNCEMENT;
	draft.change = as_announcement;
	draft.no_parts = true;
	memcpy(draft.thread, id, 16);
	memcpy(draft.id + 8, id + 8, 8);
	draft.id[7] ^= 1;
	site_submit(&desks.site, &draft);
	check_int(site_refusal(&desks.site, 0), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	draft.id[15] ^= 1;
	site_submit(&desks.site, &draft);
	check_int(site_refusal(&desks.site, 0), 0);
	desks_close(&desks);
}

UNIT_SUITE("broker/retire",
	{ "a case that ended", test_case },
	{ "a case goes whole", test_whole },
	{ "what waits stays", test_waiting },
	{ "threads without a case", test_threads },
	{ "an announcement and who signed up", test_announcement },
	{ "staff accesses", test_accesses },
	{ "consents", test_consents },
	{ "many of them", test_many },
	{ "for ever", test_for_ever },
	{ "a clock that is ahead at the start", test_start_ahead },
	{ "what grew out of a thread", test_grown },
	{ "what the site itself said", test_site_words },
	{ "what an operator wrote of what was reviewed", test_reviewed },
	{ "a word with its thread's end", test_word_with_end });

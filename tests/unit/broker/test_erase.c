/* SPDX-License-Identifier: Apache-2.0 */
/* A case is erased: what goes, what stays, who is told, and what everybody is answered afterwards. */
#include "acts.h"
#include "broker/erase_survey.h"
#include "broker/erased.h"
#include "broker/rows_cases.h"
#include "broker/told.h"
#include "contract/civil_time.h"
#include "contract/codec.h"
#include "desks.h"
#include "ledger/entry.h"
#include "rebuilt.h"
#include "store/parts.h"
#include "unit.h"

#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define ACT(name) PB__LEG_ACTION__LEG_ACTION_##name

static struct desks desks;

static uint64_t size_now(void)
{
	struct txn *txn = site_read(&desks.site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);

	txn_abort(txn);
	return size;
}

static Pb__RefusalCode erase(const struct asked *asked, bool even_open)
{
	site_operate(&desks.site, site_erase(asked->case_id, even_open));
	return site_answered(&desks.site);
}

/* A request that one desk took and completed; everything of it was received. */
static struct asked ended(void)
{
	struct asked asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });
	char on[CIVIL_DATE];

	desks_receive(&desks, DESK);
	require(desks_say(&desks, &asked, DESK, ASKER, ACT(ACCEPT)) == 0);
	desks_receive(&desks, DESK);
	civil_day_format(civil_time_of(desks.site.clocks.wall_us, 540).day, on);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACT(START), .on = on }) == 0);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACT(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED, .words = true }) == 0);
	desks_receive(&desks, ASKER);
	return asked;
}

/* The entry's own words; the arena is the caller's. */
static const Pb__EraseEntry *erasure(uint64_t seq, struct txn *txn, struct arena *arena)
{
	const Pb__EntryBody *body;
	struct entry entry;

	require_ok(entry_decode(txn, seq, arena, &entry, &body));
	require(body->body_case == PB__ENTRY_BODY__BODY_ERASE);
	return body->erase;
}

static void check_gone(const struct asked *asked, const Pb__EraseEntry *entry, struct txn *txn)
{
	struct case_row row;
	uint64_t parts;

	check_uint(txn_rows(txn, TABLE_REQUESTS), 0);
	check_uint(txn_rows(txn, TABLE_LEGS), 0);
	check_uint(txn_rows(txn, TABLE_AGENCY_LEGS), 0);
	check_uint(txn_rows(txn, TABLE_MESSAGES), 0);
	check_uint(txn_rows(txn, TABLE_CASE_ENTRIES), 0);
	check_uint(txn_rows(txn, TABLE_PARTS), 0);
	check_uint(txn_rows(txn, TABLE_TIMERS), 0);
	check_err(case_get(txn, bytes_of(asked->case_id, 16), &row), ERR_NOT_FOUND);
	check_uint(txn_rows(txn, TABLE_ERASED), entry->marks.len / ERASED_MARK_BYTES);
	for (size_t i = 0; i < entry->n_seqs; i++) {
		struct entry gone;

		require_ok(entry_read(txn, entry->seqs[i], &gone)); /* and it stands under its leaf */
		check(entry_is_erased(&gone));
		require_ok(parts_count(txn, entry->seqs[i], &parts));
		check_uint(parts, 0);
	}
}

static void test_ended(void)
{
	const Pb__EraseEntry *entry;
	struct arena arena;
	struct asked asked;
	struct txn *txn;
	uint64_t seq;

	desks_open(&desks);
	asked = ended();
	check_int(erase(&asked, false), 0);
	seq = desks.site.answer->seq;
	check(seq < size_now());
	arena_init(&arena, 1u << 20);
	txn = site_read(&desks.site);
	entry = erasure(seq, txn, &arena);
	check_text(entry->reason, "a test");
	check_uint(entry->operator_->uid, 1000);
	check_uint(entry->n_seqs, 4); /* what was asked, and three acts */
	check(entry->parts >= 3);
	check_uint(entry->n_told, 2);
	check_gone(&asked, entry, txn);
	txn_abort(txn);
	arena_free(&arena);
	check_uint(desks_told(&desks, ASKER, PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED), 1);
	check_uint(desks_told(&desks, DESK, PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED), 1);
	check_uint(desks_told(&desks, OTHER, PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED), 0);
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	desks_verify(&desks);
	desks_close(&desks);
}

/* Another case beside it keeps all that it had, also where one hand-out and one acknowledgement served both. */
static void test_others_stay(void)
{
	struct asked asked, other;
	struct leg leg;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ 0 });
	other = desks_ask_one(&desks, OTHER, DESK, &(struct asking){ 0 });
	check_uint(desks_receive(&desks, DESK), 2);
	require(desks_say(&desks, &other, DESK, OTHER, ACT(ACCEPT)) == 0);
	check_int(erase(&asked, true), 0);
	leg = desks_leg(&desks, &other, 0);
	check_int(leg.state, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	leg = desks_leg(&desks, &other, 0);
	check_int(leg.state, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	desks_close(&desks);
}

static void test_open(void)
{
	struct asked asked;
	uint64_t size;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ 0 });
	size = size_now();
	check_int(erase(&asked, false), CODE(CASE_OPEN));
	check_text(desks.site.answer->refusal->subject, "leg.SUBMITTED=1");
	check_int(desks.site.answer->refusal->value, 1);
	check_uint(size_now(), size);
	desks_receive(&desks, DESK);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACT(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true }) == 0);
	check_int(erase(&asked, false), CODE(CASE_OPEN));
	check_text(desks.site.answer->refusal->subject, "request.DECISION_DUE=1");
	require(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_RESOLVED) == 0);
	check_int(erase(&asked, false), 0);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Whatever is open goes too: its timers, what waits in mailboxes, what is in somebody's hands. */
static void test_even_open(void)
{
	struct mailbox_counts counts;
	struct asked asked;
	struct txn *txn;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS }, &(struct asking){ .urgency = PB__URGENCY__URGENCY_URGENT, .held = true });
	desks.granted[DESK] += 1;
	site_run(&desks.site, site_credit(&desks.desk[DESK], desks.granted[DESK], 1ull << 40)); /* in its hands, and not acknowledged */
	mailbox_counts(desks.site.broker->mailbox, &counts);
	check_uint(counts.leased, 1);
	check_int(erase(&asked, true), 0);
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_TIMERS), 0);
	check_uint(txn_rows(txn, TABLE_LEGS), 0);
	txn_abort(txn);
	mailbox_counts(desks.site.broker->mailbox, &counts);
	check_uint(counts.leased, 0);
	check_uint(counts.items, 2); /* the notices to who asked and to who was handed something */
	check_uint(desks_told(&desks, OTHER, PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED), 0); /* it never heard of it */
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* What was refused once is refused again with the same words, also after the tables were derived anew. */
static void check_answers(const struct asked *asked, const struct draft *first)
{
	struct draft draft = *first;

	site_submit(&desks.site, &draft); /* the same again */
	check_int(site_refusal(&desks.site, 0), CODE(ERASED));
	check_text(site_reply(&desks.site, 0)->refusal->subject, "message_id");
	check_int(desks_say(&desks, asked, DESK, ASKER, ACT(SEEN)), CODE(ERASED));
	check_int(desks_close_request(&desks, asked, ASKER, PB__OUTCOME__OUTCOME_RESOLVED), CODE(ERASED));
	draft = site_draft(&desks.site, &desks.desk[DESK], &desks.desk[OTHER]); /* a new word on the case */
	memcpy(draft.case_id, asked->case_id, 16);
	site_submit(&desks.site, &draft);
	check_int(site_refusal(&desks.site, 0), CODE(ERASED));
	check_text(site_reply(&desks.site, 0)->refusal->subject, "case_id");
	check_int(erase(asked, true), CODE(ERASED));
}

static void as_request(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
}

static void test_answers(void)
{
	struct asked asked = { .from = ASKER };
	struct draft draft;

	desks_open(&desks);
	draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
	draft.change = as_request;
	memcpy(draft.case_id, "the case of them", 16);
	memcpy(asked.case_id, draft.case_id, 16);
	memcpy(asked.id, draft.id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	desks_receive(&desks, DESK);
	check_int(erase(&asked, true), 0);
	check_answers(&asked, &draft);
	rebuilt_check(&desks.site);
	check_answers(&asked, &draft);
	desks_close(&desks);
}

/* To who took no part, the case is one that nobody has named, and the thread is not there: before and after. */
static void test_outsiders(void)
{
	struct draft draft;
	struct asked asked;

	desks_open(&desks);
	asked = ended();
	check_int(desks_say(&desks, &asked, THIRD, ASKER, ACT(SEEN)), CODE(UNKNOWN_MESSAGE));
	check_int(erase(&asked, false), 0);
	draft = site_draft(&desks.site, &desks.desk[THIRD], &desks.desk[FOURTH]);
	memcpy(draft.case_id, asked.case_id, 16);
	site_submit(&desks.site, &draft);
	check_int(site_refusal(&desks.site, 0), 0); /* as any case that is new */
	memcpy(asked.case_id, "some other case.", 16);
	check_int(desks_say(&desks, &asked, THIRD, ASKER, ACT(SEEN)), CODE(UNKNOWN_MESSAGE));
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Items of it by number: told to who had them, and passed over beside others. */
static void test_items(void)
{
	uint64_t items[2], other;
	struct digest hashes[2];
	struct asked asked, kept;
	struct inbound *frame;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ 0 });
	kept = desks_ask_one(&desks, OTHER, DESK, &(struct asking){ 0 });
	items[0] = item_number(asked.request, 0);
	items[1] = item_number(kept.request, 0);
	for (size_t i = 0; i < 2; i++)
		hashes[i] = site_delivery(&desks.site, items[i]).view_hash;
	desks.granted[DESK] += 2;
	site_run(&desks.site, site_credit(&desks.desk[DESK], desks.granted[DESK], 1ull << 40));
	require(erase(&asked, true) == 0);
	for (size_t i = 0; i < 2; i++) { /* by who had it, by another */
		frame = frame_new(&desks.desk[i == 0 ? DESK : THIRD]);
		frame_acknowledge(frame, items, hashes, 1);
		site_run(&desks.site, frame);
		check_int(site_refusal(&desks.site, 0), i == 0 ? CODE(ERASED) : CODE(UNKNOWN_ITEM));
		frame = frame_new(&desks.desk[i == 0 ? DESK : THIRD]);
		frame_refuse(frame, items[0], &hashes[0], PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED);
		site_run(&desks.site, frame);
		check_int(site_refusal(&desks.site, 0), i == 0 ? CODE(ERASED) : CODE(UNKNOWN_ITEM));
	}
	frame = frame_new(&desks.desk[DESK]);
	frame_acknowledge(frame, items, hashes, 2);
	site_run(&desks.site, frame);
	check_int(site_refusal(&desks.site, 0), 0);
	other = items[1];
	check_int(site_delivery(&desks.site, other).state, DELIVERY_ACKNOWLEDGED);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Who took no part opens a case under the id of one that was erased.  What is said of the notice that told of the first is no word of the
 * second, and outlives it. */
static void test_id_used_again(void)
{
	struct digest hash;
	struct inbound *frame;
	struct asked asked;
	struct draft draft;
	uint64_t notice;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ 0 });
	desks_receive(&desks, DESK);
	require(erase(&asked, true) == 0);
	notice = item_number(desks.site.answer->seq, 0); /* handed out at once: both have credit */
	if (site_delivery(&desks.site, notice).agency != desks.desk[DESK].agency)
		notice++;
	hash = site_delivery(&desks.site, notice).view_hash;
	draft = site_draft(&desks.site, &desks.desk[OTHER], &desks.desk[THIRD]);
	memcpy(draft.case_id, asked.case_id, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	frame = frame_new(&desks.desk[DESK]);
	frame_refuse(frame, notice, &hash, PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED);
	site_run(&desks.site, frame);
	require(site_refusal(&desks.site, 0) == 0);
	check_int(erase(&asked, true), 0);
	check_uint(site_delivery(&desks.site, notice).attempts, 1);
	rebuilt_check(&desks.site);
	check_uint(site_delivery(&desks.site, notice).attempts, 1);
	desks_verify(&desks);
	desks_close(&desks);
}

/* A segment goes with the last message that refers to it. */
static void test_segments(void)
{
	static const uint8_t bytes[] = "a segment of an attachment";
	struct digest digest = digest_of(bytes_of(bytes, sizeof(bytes)));
	struct draft drafts[2];
	struct asked asked = { 0 };
	struct txn *txn;
	uint64_t number;

	desks_open(&desks);
	site_run(&desks.site, site_blob(&desks.desk[ASKER], bytes_of(bytes, sizeof(bytes))));
	for (size_t i = 0; i < 2; i++) {
		drafts[i] = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
		drafts[i].blob = &digest;
		drafts[i].blob_size = sizeof(bytes);
		memcpy(drafts[i].case_id, drafts[i].id, 16);
		site_submit(&desks.site, &drafts[i]);
		require(site_refusal(&desks.site, 0) == 0);
	}
	for (size_t i = 0; i < 2; i++) {
		memcpy(asked.case_id, drafts[i].case_id, 16);
		require(erase(&asked, false) == 0);
		desks_verify(&desks);
		rebuilt_check(&desks.site);
		txn = site_read(&desks.site);
		check_err(blob_find(txn, &digest, &number), i == 0 ? ERR_OK : ERR_NOT_FOUND);
		check_uint(txn_rows(txn, TABLE_BLOBS), i == 0 ? 2 : 0);
		txn_abort(txn);
	}
	desks_close(&desks);
}

static void test_unknown(void)
{
	struct asked asked = { 0 };

	desks_open(&desks);
	memcpy(asked.case_id, "nobody's case...", 16);
	check_int(erase(&asked, true), CODE(UNKNOWN_MESSAGE));
	check_text(desks.site.answer->refusal->subject, "case_id");
	desks_close(&desks);
}

/* What came in with the erasure and led to something for that case is seen to first. */
static void test_same_batch(void)
{
	struct inbound *both[2];
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS }, &(struct asking){ .take = PB__TAKE__TAKE_ANY_ONE, .held = true });
	desks_receive(&desks, DESK);
	desks_receive(&desks, OTHER);
	both[0] = frame_new(&desks.desk[DESK]);
	desks_put(&desks, both[0], &asked, DESK, ASKER, &(struct saying){ .action = ACT(ACCEPT) });
	both[1] = site_erase(asked.case_id, true);
	require_ok(site_try(&desks.site, both, 2));
	check_int(site_refusal(&desks.site, 0), 0);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Messages of one case until there is no room for more of their size, or so many. */
static size_t fill(struct asked *asked, size_t part_bytes, size_t most)
{
	size_t count = 0;

	for (; count < most; count++) {
		struct draft draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);

		draft.part_bytes = part_bytes;
		if (count == 0)
			memcpy(asked->case_id, draft.id, 16);
		memcpy(draft.case_id, asked->case_id, 16);
		site_submit(&desks.site, &draft);
		if (site_refusal(&desks.site, 0) == CODE(STORE_FULL))
			break;
		require(site_refusal(&desks.site, 0) == 0);
	}
	return count;
}

/* Messages of a case between others, so that every page that holds one holds something that stays. */
static void spread(struct asked *asked, size_t count)
{
	for (size_t i = 0; i < 4 * count; i++) {
		struct draft draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);

		if (i == 0)
			memcpy(asked->case_id, draft.id, 16);
		if (i % 4 == 0)
			memcpy(draft.case_id, asked->case_id, 16);
		site_submit(&desks.site, &draft);
		require(site_refusal(&desks.site, 0) == 0);
	}
}

/* What is too much for one entry is erased by several, of one commit: each tells its own, the last that the case is gone. */
static void test_pieces(void)
{
	struct asked asked = { 0 };
	uint64_t first, last, named = 0;
	struct arena arena;
	struct txn *txn;

	desks_open(&desks);
	desks.site.options.erase_piece = desks.site.broker->rules.erase_piece = 3;
	check_uint(fill(&asked, 100, 10), 10);
	desks_receive(&desks, DESK);
	first = size_now();
	check_int(erase(&asked, false), 0);
	last = desks.site.answer->seq;
	check_uint(last, first + 3);
	arena_init(&arena, 1u << 20);
	txn = site_read(&desks.site);
	for (uint64_t seq = first; seq <= last; seq++) {
		const Pb__EraseEntry *entry = erasure(seq, txn, &arena);

		check(entry->more == (seq < last));
		check_uint(entry->n_seqs, seq < last ? 3 : 1);
		check_uint(entry->parts, entry->n_seqs);
		check_uint(entry->n_told, seq < last ? 0 : 2);
		check_bytes(bytes_of_pb(entry->case_id), bytes_of(asked.case_id, 16));
		check_text(entry->reason, "a test");
		for (size_t i = 0; i < entry->n_seqs; i++)
			check(entry->seqs[i] > named || named == 0);
		named = entry->seqs[entry->n_seqs - 1];
	}
	txn_abort(txn);
	arena_free(&arena);
	check_int(erase(&asked, false), CODE(ERASED));
	check_int(desks.site.answer->refusal->value, (int64_t)last);
	check_uint(desks_told(&desks, DESK, PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED), 1);
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Pieces that fill exactly leave none behind them; who looked at the case last is in no piece. */
static void test_pieces_full(void)
{
	struct asked asked = { 0 };
	uint64_t first;

	desks_open(&desks);
	desks.site.options.erase_piece = desks.site.broker->rules.erase_piece = 3;
	check_uint(fill(&asked, 100, 6), 6);
	site_operate(&desks.site, site_trace(asked.case_id)); /* the id of its first message */
	first = size_now();
	check_int(erase(&asked, true), 0);
	check_uint(desks.site.answer->seq, first + 1);
	check_int(erase(&asked, true), CODE(ERASED));
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Without room for the last piece none is kept. */
static void test_pieces_whole(void)
{
	struct asked asked = { 0 };
	struct txn *reader;
	uint64_t size;

	desks_open_within(&desks, 24u * 1024u * 1024u);
	desks.site.options.erase_piece = desks.site.broker->rules.erase_piece = 3;
	reader = site_read(&desks.site);
	spread(&asked, 60);
	check(fill(&(struct asked){ 0 }, 100, 40000) < 40000);
	size = size_now();
	check_int(erase(&asked, true), CODE(STORE_FULL));
	check_uint(size_now(), size);
	txn_abort(reader);
	site_reopen(&desks.site);
	check_uint(size_now(), size);
	desks.site.broker->rules.erase_piece = 3;
	check_int(erase(&asked, true), 0);
	check_uint(desks.site.answer->seq, size + 19);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Deleting takes room too: without it an erasure is refused, nothing of it is done, and whatever came in with it goes on.  Whoever reads keeps
 * the pages that others have freed: when he is done there is room again. */
static void test_no_room(void)
{
	struct asked wide = { 0 }, rest = { 0 };
	struct inbound *both[2];
	struct txn *reader;
	uint64_t size;

	desks_open_within(&desks, 24u * 1024u * 1024u);
	reader = site_read(&desks.site);
	spread(&wide, 60);
	check(fill(&rest, 100, 40000) < 40000);
	size = size_now();
	both[0] = site_erase(wide.case_id, true);
	both[1] = site_hello(&desks.site, &desks.desk[OTHER], false); /* were all refused, it would be closed */
	require_ok(site_try(&desks.site, both, 2));
	check(sessions_find(desks.site.broker->sessions, desks.desk[OTHER].session) != NULL);
	check_int(erase(&wide, true), CODE(STORE_FULL));
	check_uint(size_now(), size);
	txn_abort(reader);
	check_int(erase(&wide, true), 0);
	check_int(erase(&wide, true), CODE(ERASED));
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

UNIT_SUITE("broker/erase",
	{ "without room for it", test_no_room }, { "in pieces", test_pieces }, { "in pieces that are full", test_pieces_full },
	{ "in pieces or not at all", test_pieces_whole },
	{ "a case that ended", test_ended },
	{ "its id is used again", test_id_used_again },
	{ "other cases stay", test_others_stay },
	{ "what is open stands in the way, and is named", test_open },
	{ "what is open goes where the operator says so", test_even_open },
	{ "who took part is told that it was erased", test_answers },
	{ "who took no part learns nothing", test_outsiders },
	{ "items by their numbers", test_items },
	{ "segments that others refer to stay", test_segments },
	{ "a case that nobody named", test_unknown },
	{ "in a batch with what leads to more", test_same_batch });

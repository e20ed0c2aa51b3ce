/* SPDX-License-Identifier: Apache-2.0 */
/* Parts go so many days after everything in their thread ended, once, and with them what only they referred to; nothing else does. */
#include "acts.h"
#include "broker/lookup.h"
#include "broker/prune_standing.h"
#include "broker/rows_cases.h"
#include "contract/civil_time.h"
#include "desks.h"
#include "ledger/entry.h"
#include "rebuilt.h"
#include "store/compact.h"
#include "store/parts.h"
#include "unit.h"

#define ACT(name) PB__LEG_ACTION__LEG_ACTION_##name
#define DAYS 30

static struct desks desks;

static void open_site(void)
{
	desks_open(&desks);
	desks.site.options.part_days = DAYS;
	desks.site.broker->rules.part_days = DAYS;
}

static void pass_days(int days)
{
	for (int i = 0; i < days; i++) {
		site_pass(&desks.site, DESKS_DAY_US);
		site_run(&desks.site, NULL);
		for (unsigned desk = 0; desk < DESKS; desk++) /* who is reminded takes it */
			desks_receive(&desks, desk);
	}
}

static uint64_t stored(uint64_t seq)
{
	struct txn *txn = site_read(&desks.site);
	uint64_t parts;

	require_ok(parts_count(txn, seq, &parts));
	txn_abort(txn);
	return parts;
}

static size_t prunings(void)
{
	struct txn *txn = site_read(&desks.site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);
	size_t found = 0;

	for (uint64_t seq = 0; seq < size; seq++) {
		struct entry entry;

		require_ok(entry_read(txn, seq, &entry));
		found += entry.header.type == PB__ENTRY_TYPE__ENTRY_TYPE_PRUNE;
	}
	txn_abort(txn);
	return found;
}

static void check_holds(void)
{
	desks_verify(&desks);
	rebuilt_check(&desks.site);
	desks.site.broker->rules.part_days = DAYS;
}

static void start(const struct asked *asked, unsigned desk)
{
	char on[CIVIL_DATE];

	civil_day_format(civil_time_of(desks.site.clocks.wall_us, 540).day, on);
	require(desks_act(&desks, asked, desk, asked->from, &(struct saying){ .action = ACT(START), .on = on }) == 0);
}

static struct asked taken(void)
{
	struct asked asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });

	desks_receive(&desks, DESK);
	require(desks_say(&desks, &asked, DESK, ASKER, ACT(ACCEPT)) == 0);
	desks_receive(&desks, DESK);
	start(&asked, DESK);
	return asked;
}

static void complete(const struct asked *asked)
{
	require(desks_act(&desks, asked, DESK, ASKER, &(struct saying){ .action = ACT(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED, .words = true }) ==
		0);
	desks_receive(&desks, ASKER);
}

/* While a leg is open nothing goes, however long that is; when it ended the days begin. */
static void test_request(void)
{
	struct asked asked;
	struct txn *txn;

	open_site();
	asked = taken();
	pass_days(2 * DAYS);
	check_uint(stored(asked.request), 2);
	check_uint(prunings(), 0);
	complete(&asked);
	pass_days(DAYS - 1);
	check_uint(stored(asked.request), 2);
	pass_days(3);
	check_uint(stored(asked.request), 0);
	check_uint(prunings(), 1); /* what was asked and the words at its end */
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_PARTS), 0);
	check_err(store_compact_due(txn), ERR_NOT_FOUND); /* what is kept too long no more is written over in time: no start has to wait for it */
	txn_abort(txn);
	check_int(desks_leg(&desks, &asked, 0).state, PB__LEG_STATE__LEG_STATE_COMPLETED); /* all else stays */
	pass_days(2);
	check_uint(prunings(), 1);
	check_holds();
	desks_close(&desks);
}

/* What waits for somebody stays until it was taken. */
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
	for (int i = 0; i < 40; i++) {
		site_pass(&desks.site, DESKS_DAY_US);
		site_run(&desks.site, NULL);
	}
	check_uint(stored(seq), 1);
	pass_days(2);
	check_uint(stored(seq), 0);
	check_uint(prunings(), 1);
	check_holds();
	desks_close(&desks);
}

/* Segments go with the last message that refers to them, whichever way each goes; a number is never given twice. */
static void test_segments(void)
{
	static const uint8_t bytes[] = "a segment of an attachment";
	struct digest digest = digest_of(bytes_of(bytes, sizeof(bytes)));
	struct draft first, second;
	uint64_t number, again;
	struct txn *txn;

	open_site();
	for (size_t i = 0; i < 2; i++) {
		struct draft *draft = i == 0 ? &first : &second;

		site_run(&desks.site, site_blob(&desks.desk[ASKER], bytes_of(bytes, sizeof(bytes))));
		*draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
		draft->blob = &digest;
		draft->blob_size = sizeof(bytes);
		memcpy(draft->case_id, draft->id, 16);
		site_submit(&desks.site, draft);
		require(site_refusal(&desks.site, 0) == 0);
		desks_receive(&desks, DESK);
		if (i == 0)
			pass_days(DAYS - 5);
	}
	txn = site_read(&desks.site);
	require_ok(blob_find(txn, &digest, &number));
	txn_abort(txn);
	pass_days(10);
	check_uint(prunings(), 1); /* of the first */
	check_holds();
	site_operate(&desks.site, site_erase(first.case_id, false)); /* which gives nothing back twice */
	check_int(site_answered(&desks.site), 0);
	txn = site_read(&desks.site);
	check_ok(blob_find(txn, &digest, &again));
	txn_abort(txn);
	check_holds();
	pass_days(DAYS);
	check_uint(prunings(), 2);
	txn = site_read(&desks.site);
	check_err(blob_find(txn, &digest, &again), ERR_NOT_FOUND);
	check_uint(txn_rows(txn, TABLE_BLOBS), 0);
	txn_abort(txn);
	site_run(&desks.site, site_blob(&desks.desk[ASKER], bytes_of(bytes, sizeof(bytes))));
	txn = site_read(&desks.site);
	require_ok(blob_find(txn, &digest, &again));
	check(again > number);
	txn_abort(txn);
	check_holds();
	desks_close(&desks);
}

/* A request that grew out of another thread is open as long as itself, however long ago that thread ended; and so are words in it. */
static void test_grown(void)
{
	struct asked first, grown;
	uint64_t words;

	open_site();
	first = taken();
	grown = desks_ask_one(&desks, ASKER, OTHER, &(struct asking){ .held = true, .thread = first.id });
	desks_receive(&desks, OTHER);
	require(desks_act(&desks, &grown, OTHER, ASKER, &(struct saying){ .action = ACT(ACCEPT), .words = true }) == 0);
	words = item_seq(site_item(&desks.site, site_item_count(&desks.site)));
	desks_receive(&desks, OTHER);
	start(&grown, OTHER);
	complete(&first);
	pass_days(DAYS + 5);
	check_int(desks_leg(&desks, &grown, 0).state, PB__LEG_STATE__LEG_STATE_ACTIVE);
	check_uint(stored(first.request), 0);
	check_uint(stored(grown.request), 2);
	check_uint(stored(words), 1);
	require(desks_act(&desks, &grown, OTHER, ASKER, &(struct saying){ .action = ACT(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED }) == 0);
	pass_days(DAYS - 1);
	check_uint(stored(grown.request), 2);
	pass_days(3);
	check_uint(stored(grown.request), 0);
	check_uint(stored(words), 0);
	check_holds();
	desks_close(&desks);
}

/* A message of that id, of an agency whose number is less. */
static void send_same_id(const struct asked *asked)
{
	struct draft draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[THIRD]);

	memcpy(draft.id, asked->id, 16);
	memset(draft.case_id, 0x5a, 16);
	site_submit(&desks.site, &draft);
	require(site_refusal(&desks.site, 0) == 0);
	desks_receive(&desks, THIRD);
}

/* Another agency's message under the same id (ids are their senders' own) ends nothing of a request that is open. */
static void test_same_id(void)
{
	struct asked asked;
	uint64_t words;

	open_site();
	asked = desks_ask_one(&desks, DESK, OTHER, &(struct asking){ .held = true });
	desks_receive(&desks, OTHER);
	send_same_id(&asked);
	require(desks_act(&desks, &asked, OTHER, DESK, &(struct saying){ .action = ACT(ACCEPT), .words = true }) == 0);
	words = item_seq(site_item(&desks.site, site_item_count(&desks.site)));
	desks_receive(&desks, OTHER);
	pass_days(DAYS + 3);
	check_int(desks_leg(&desks, &asked, 0).state, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	check_uint(stored(asked.request), 2);
	check_uint(stored(words), 1);
	check_holds();
	desks_close(&desks);
}

/* What is held until somebody accepts it is there when somebody does. */
static void test_same_id_held(void)
{
	struct asked asked;

	open_site();
	asked = desks_ask_one(&desks, DESK, OTHER, &(struct asking){ .held = true, .urgency = PB__URGENCY__URGENCY_DANGER });
	desks_receive(&desks, OTHER);
	send_same_id(&asked);
	pass_days(DAYS + 3);
	check_int(desks_leg(&desks, &asked, 0).state, PB__LEG_STATE__LEG_STATE_RECEIVED);
	check_uint(stored(asked.request), 2);
	check_int(desks_say(&desks, &asked, OTHER, DESK, ACT(ACCEPT)), 0);
	check(desks_receive(&desks, OTHER) > 0);
	check_holds();
	desks_close(&desks);
}

/* ---- looks ---- */

static uint64_t walked(const struct asked *asked)
{
	struct prune_looks looks;
	struct txn *txn = site_read(&desks.site);
	const Pb__EntryBody *body;
	struct retention_thread thread;
	struct arena arena;
	struct entry entry;

	arena_init(&arena, 1u << 20);
	prune_looks_begin(txn, &looks);
	for (int i = 0; i < 8; i++) {
		require_ok(entry_decode(txn, asked->request, &arena, &entry, &body));
		require_ok(prune_standing(&looks, &entry, body->submit, &arena, &thread));
	}
	prune_looks_end(&looks);
	arena_free(&arena);
	txn_abort(txn);
	return looks.walked;
}

static enum err count_one(void *context, uint64_t seq)
{
	(void)seq;
	(*(uint64_t *)context)++;
	return ERR_OK;
}

/* A case is walked over once, however many of its messages are looked at; not at all while the request is open. */
static void test_looks(void)
{
	struct asked asked;
	uint64_t count = 0;
	struct txn *txn;

	open_site();
	asked = taken();
	check_uint(walked(&asked), 0);
	complete(&asked);
	txn = site_read(&desks.site);
	require_ok(case_entries_each(txn, bytes_of(asked.case_id, 16), 0, count_one, &count));
	txn_abort(txn);
	check(count > 3);
	check_uint(walked(&asked), count);
	desks_close(&desks);
}

/* ---- consents ---- */

static Pb__ConsentAct consent;

static void as_consent(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &consent;
}

static uint64_t give(struct draft *draft)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY };
	static char *agencies[1];
	struct txn *txn;
	uint64_t seq;

	*draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[ASKER]);
	pb__consent_act__init(&consent);
	consent.action = PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	consent.how = PB__CONSENT_HOW__CONSENT_HOW_WRITTEN;
	consent.classes = classes;
	consent.n_classes = 1;
	agencies[0] = desks.desk[DESK].address;
	consent.agencies = agencies;
	consent.n_agencies = 1;
	memcpy(draft->case_id, draft->id, 16);
	draft->change = as_consent;
	site_submit(&desks.site, draft);
	require(site_refusal(&desks.site, 0) == 0);
	txn = site_read(&desks.site);
	require_ok(message_seq(txn, draft->id, 0, &seq));
	txn_abort(txn);
	return seq;
}

/* The days of a consent's parts begin when it was withdrawn, not when it was given. */
static void test_consent_ended(void)
{
	struct draft draft, withdrawal;
	uint64_t seq;

	open_site();
	seq = give(&draft);
	pass_days(2 * DAYS);
	require(stored(seq) == 1);
	consent.action = PB__CONSENT_ACTION__CONSENT_ACTION_WITHDRAW;
	consent.n_classes = consent.n_agencies = 0;
	withdrawal = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[ASKER]);
	withdrawal.change = as_consent;
	memcpy(withdrawal.case_id, draft.case_id, 16);
	memcpy(withdrawal.thread, draft.id, 16);
	site_submit(&desks.site, &withdrawal);
	require(site_refusal(&desks.site, 0) == 0);
	pass_days(DAYS - 1);
	check_uint(stored(seq), 1);
	pass_days(3);
	check_uint(stored(seq), 0);
	check_holds();
	desks_close(&desks);
}

/* The days of what was recalled begin when its holder confirmed that it is destroyed. */
static void test_purge_ended(void)
{
	struct asked asked;
	struct inbound *frame;
	struct txn *txn;
	uint64_t item;

	open_site();
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });
	desks_receive(&desks, DESK);
	require(desks_act(&desks, &asked, ASKER, DESK, &(struct saying){ .action = ACT(WITHDRAW), .reason = PB__REASON__REASON_SENT_BY_MISTAKE, .purge = true }) == 0);
	desks_receive(&desks, DESK);
	txn = site_read(&desks.site);
	item = item_number(txn_rows(txn, TABLE_ENTRIES), 0);
	for (struct action_item found; action_item_get(txn, item, &found) != ERR_OK; item--)
		require(item > 0);
	txn_abort(txn);
	pass_days(2 * DAYS);
	check_uint(stored(asked.request), 2);
	frame = frame_new(&desks.desk[DESK]);
	frame_purged(frame, &item, 1);
	site_run(&desks.site, frame);
	require(site_refusal(&desks.site, 0) == 0);
	pass_days(DAYS - 1);
	check_uint(stored(asked.request), 2);
	pass_days(3);
	check_uint(stored(asked.request), 0);
	check_holds();
	desks_close(&desks);
}

/* ---- segments ---- */

static void refer(struct draft *draft, struct bytes bytes, const struct digest *digest)
{
	site_run(&desks.site, site_blob(&desks.desk[ASKER], bytes));
	*draft = site_draft(&desks.site, &desks.desk[ASKER], &desks.desk[DESK]);
	draft->blob = digest;
	draft->blob_size = (uint32_t)bytes.len;
	memcpy(draft->case_id, draft->id, 16);
	site_submit(&desks.site, draft);
	require(site_refusal(&desks.site, 0) == 0);
	desks_receive(&desks, DESK);
}

static void check_segment(const struct digest *digest)
{
	struct txn *txn = site_read(&desks.site);
	uint64_t number;

	check_ok(blob_find(txn, digest, &number));
	check_uint(txn_rows(txn, TABLE_BLOBS), 2); /* its head, its bytes */
	txn_abort(txn);
}

/* A rebuild passes over what was erased, so that it counts fewer that refer to a segment: what a message still refers to stays. */
static void test_segment_rebuilt(void)
{
	static const uint8_t text[] = "a segment of an attachment";
	struct bytes bytes = bytes_of(text, sizeof(text));
	struct digest digest = digest_of(bytes);
	struct draft pruned, erased, open;

	open_site();
	refer(&pruned, bytes, &digest);
	pass_days(DAYS - 5);
	refer(&erased, bytes, &digest);
	pass_days(10);
	require(prunings() == 1);
	refer(&open, bytes, &digest);
	site_operate(&desks.site, site_erase(erased.case_id, false));
	require(site_answered(&desks.site) == 0);
	check_segment(&digest);
	check_holds();
	check_segment(&digest);
	check_holds(); /* and once more */
	pass_days(2 * DAYS);
	check_uint(prunings(), 2);
	check_holds();
	desks_close(&desks);
}

/* Some are pruned, some share what others still refer to, some are erased, in any order: the tables derived anew are equal, and all that was
 * stored still is. */
static void test_segments_at_random(void)
{
	uint8_t text[3][20];
	struct digest digests[3];
	struct draft sent[60];
	size_t count = 0;

	open_site();
	unit_random_bytes(&text[0][0], sizeof(text));
	for (size_t i = 0; i < 3; i++)
		digests[i] = digest_of(bytes_of(text[i], sizeof(text[i])));
	while (count < sizeof(sent) / sizeof(*sent)) {
		size_t which = (size_t)unit_random_below(3);

		refer(&sent[count++], bytes_of(text[which], sizeof(text[which])), &digests[which]);
		pass_days((int)unit_random_below(8));
		if (unit_random_below(3) == 0)
			site_operate(&desks.site, site_erase(sent[unit_random_below(count)].case_id, false)); /* or again: refused */
		if (count % 20 == 0)
			check_holds();
	}
	check(prunings() > 0);
	desks_close(&desks);
}

static void test_for_ever(void)
{
	struct asked asked;

	desks_open(&desks); /* no option: parts are kept */
	asked = taken();
	complete(&asked);
	pass_days(2 * DAYS);
	check_uint(stored(asked.request), 2);
	desks_close(&desks);
}

UNIT_SUITE("broker/prune",
	{ "a request that ended", test_request },
	{ "what waits stays", test_waiting },
	{ "grown", test_grown },
	{ "same id", test_same_id },
	{ "same id, held", test_same_id_held },
	{ "looks", test_looks },
	{ "consent ended", test_consent_ended },
	{ "purge ended", test_purge_ended },
	{ "segments", test_segments },
	{ "segment rebuilt", test_segment_rebuilt },
	{ "segments at random", test_segments_at_random },
	{ "for ever", test_for_ever });

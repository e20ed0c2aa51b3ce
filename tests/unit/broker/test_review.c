/* SPDX-License-Identifier: Apache-2.0 */
/* What comes on the review list and what does not; that it was reviewed, once, by an entry. */
#include "acts.h"
#include "broker/review.h"
#include "broker/rows_reviews.h"
#include "contract/codec.h"
#include "site.h"
#include "rebuilt.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob, carol;

static struct {
	Pb__Basis basis;
	Pb__Law law;
	Pb__Urgency urgency;
	bool request;
} wanted;

static void as_wanted(Pb__View *view, size_t index)
{
	(void)index;
	view->urgency = wanted.urgency;
	view->basis->basis = wanted.basis;
	view->basis->law = wanted.law;
	if (wanted.basis != PB__BASIS__BASIS_ANONYMOUS)
		view->basis->reason = (char *)(uintptr_t)"a test";
	if (!wanted.request)
		return;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
}

static void set_up(void)
{
	static const char *const ids[] = { "alice", "bob", "carol" };

	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 3);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	carol = site_enrol(&site, "carol");
}

/* Its entry's number; it is accepted. */
static uint64_t submit(const struct draft *draft)
{
	struct leaf_header header;
	const Pb__Reply *reply;

	site_submit(&site, draft);
	reply = site_reply(&site, 0);
	if (reply->outcome_case != PB__REPLY__OUTCOME_ACCEPTED)
		unit_context("%d %s", reply->refusal->code, reply->refusal->subject);
	require(reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	require_ok(leaf_header_decode(bytes_of_pb(reply->accepted->header), &header));
	return header.seq;
}

static uint64_t submit_wanted(Pb__Basis basis, Pb__Urgency urgency, bool request)
{
	struct draft draft = site_draft(&site, &alice, &bob);

	wanted.basis = basis;
	wanted.law = basis == PB__BASIS__BASIS_PROTECT_LIFE ? PB__LAW__LAW_PERSONAL_INFORMATION_27_1_2 : PB__LAW__LAW_UNSPECIFIED;
	wanted.urgency = urgency;
	wanted.request = request;
	memcpy(draft.case_id, draft.id, 16);
	draft.change = as_wanted;
	return submit(&draft);
}

static enum err row_of(uint64_t seq, struct review_row *ret_row)
{
	struct txn *txn = site_read(&site);
	enum err err = review_row_get(txn, seq, ret_row);

	txn_abort(txn);
	return err;
}

static Pb__RefusalCode reviewed(const uint64_t *seqs, size_t count, const char *remark)
{
	site_operate(&site, site_reviewed(seqs, count, remark));
	return site_answered(&site);
}

static void test_what_is_listed(void)
{
	struct review_row row;
	uint64_t seq;

	set_up();
	seq = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_SOON, true);
	require_ok(row_of(seq, &row));
	check_uint(row.seq, seq);
	check_uint(row.sender, alice.agency);
	check(!row.danger);
	check_uint(row.reviewed_seq, 0);
	seq = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_DANGER, true);
	require_ok(row_of(seq, &row));
	check(row.danger);
	seq = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_ROUTINE, false); /* a note */
	check_ok(row_of(seq, &row));
	seq = submit_wanted(PB__BASIS__BASIS_ANONYMOUS, PB__URGENCY__URGENCY_DANGER, true);
	require_ok(row_of(seq, &row)); /* whatever its basis: it goes to more than its sender named */
	check(row.danger);
	seq = submit_wanted(PB__BASIS__BASIS_ANONYMOUS, PB__URGENCY__URGENCY_URGENT, true);
	check_err(row_of(seq, &row), ERR_NOT_FOUND);
	seq = submit_wanted(PB__BASIS__BASIS_ANONYMOUS, PB__URGENCY__URGENCY_ROUTINE, false);
	check_err(row_of(seq, &row), ERR_NOT_FOUND);
	site_close(&site);
}

/* What tells nobody anything is nothing to look at: a word without parts, and one that is handed to nobody. */
static void test_what_tells_nothing(void)
{
	Pb__SubmitEntry__Recipient recipient = PB__SUBMIT_ENTRY__RECIPIENT__INIT;
	Pb__SubmitEntry__Recipient *recipients[] = { &recipient };
	Pb__SubmitEntry entry = PB__SUBMIT_ENTRY__INIT;
	Pb__RequestAfter request = PB__REQUEST_AFTER__INIT;
	uint32_t size = 100;

	entry.recipients = recipients;
	entry.n_recipients = 1;
	entry.basis = PB__BASIS__BASIS_REPORT_ABUSE;
	check(!review_is_due(&entry));
	recipient.part_sizes = &size;
	recipient.n_part_sizes = 1;
	check(review_is_due(&entry));
	recipient.silent = true;
	check(!review_is_due(&entry));
	recipient.silent = false;
	entry.basis = PB__BASIS__BASIS_CONSENT;
	check(!review_is_due(&entry));
	entry.kind = PB__KIND__KIND_REQUEST;
	entry.request = &request;
	recipient.lane = PB__URGENCY__URGENCY_DANGER;
	check(review_is_due(&entry));
	request.request = 7; /* an act on one: it fans out no more */
	check(!review_is_due(&entry));
}

static void test_reviewed(void)
{
	struct review_row row;
	uint64_t seqs[3], seq;

	set_up();
	seqs[0] = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_SOON, true);
	seqs[1] = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_SOON, true);
	seqs[2] = seqs[1];
	check_int(reviewed(seqs, 3, "the law fits"), 0); /* one is named twice */
	seq = site.answer->seq;
	check(seq > seqs[1]);
	require_ok(row_of(seqs[0], &row));
	check_uint(row.reviewed_seq, seq);
	require_ok(row_of(seqs[1], &row));
	check_uint(row.reviewed_seq, seq);
	check_int(reviewed(seqs, 1, "again"), 0);
	check_uint(site.answer->seq, 0); /* nothing was left to do, and nothing was recorded */
	require_ok(row_of(seqs[0], &row));
	check_uint(row.reviewed_seq, seq);
	site_close(&site);
}

/* All or nothing, and within bounds. */
static void test_refused(void)
{
	static uint64_t many[REVIEWED_MAX + 1];
	static char text[LIMIT_SHORT_TEXT + 2];
	struct review_row row;
	uint64_t seqs[2];

	set_up();
	seqs[0] = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_SOON, true);
	seqs[1] = submit_wanted(PB__BASIS__BASIS_ANONYMOUS, PB__URGENCY__URGENCY_SOON, true);
	check_int(reviewed(seqs, 2, ""), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM);
	check_int(site.answer->refusal->value, (intmax_t)seqs[1]);
	require_ok(row_of(seqs[0], &row));
	check_uint(row.reviewed_seq, 0);
	check_int(reviewed(seqs, 0, ""), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	for (size_t i = 0; i < REVIEWED_MAX + 1; i++)
		many[i] = seqs[0];
	check_int(reviewed(many, REVIEWED_MAX + 1, ""), PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	check_int(site.answer->refusal->bound, REVIEWED_MAX);
	memset(text, 'x', LIMIT_SHORT_TEXT + 1);
	check_int(reviewed(seqs, 1, text), PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE);
	text[LIMIT_SHORT_TEXT] = '\0';
	check_int(reviewed(many, REVIEWED_MAX, text), 0);
	site_close(&site);
}

struct seen {
	uint64_t seqs[8];
	size_t count, most;
};

static enum err see(void *context, const struct review_row *row)
{
	struct seen *seen = context;

	if (seen->count == seen->most)
		return ERR_BUSY;
	seen->seqs[seen->count++] = row->seq;
	return ERR_OK;
}

/* In order, from anywhere, until told to stop; and what was erased is no longer there. */
static void test_rows(void)
{
	struct seen seen = { .most = 8 };
	uint64_t seqs[3];
	struct txn *txn;

	set_up();
	for (size_t i = 0; i < 3; i++)
		seqs[i] = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_SOON, true);
	txn = site_read(&site);
	check_ok(review_rows_each(txn, seqs[1], see, &seen));
	require(seen.count == 2);
	check_uint(seen.seqs[0], seqs[1]);
	check_uint(seen.seqs[1], seqs[2]);
	seen = (struct seen){ .most = 1 };
	check_err(review_rows_each(txn, 0, see, &seen), ERR_BUSY);
	check_uint(seen.seqs[0], seqs[0]);
	txn_abort(txn);
	require_ok(txn_begin_write(site.store, &txn));
	check_ok(review_row_forget(txn, seqs[0]));
	check_ok(review_row_forget(txn, seqs[0]));
	seen = (struct seen){ .most = 8 };
	check_ok(review_rows_each(txn, 0, see, &seen));
	check_uint(seen.count, 2);
	txn_abort(txn);
	site_close(&site);
}

/* Nobody else was asked whether that agency may go on: somebody looks at it, as one thing, of no case. */
static void test_handed_over(void)
{
	static const char *const stay[] = { "bob", "carol" };
	struct review_row row;
	uint64_t seqs[2], seq;

	set_up();
	seqs[0] = submit_wanted(PB__BASIS__BASIS_PROTECT_LIFE, PB__URGENCY__URGENCY_SOON, true);
	site_directory(&site, stay, 2);
	site_operate(&site, site_hand_over("alice", "carol"));
	require(site_answered(&site) == 0);
	seqs[1] = site.answer->seq;
	require_ok(row_of(seqs[1], &row));
	check_uint(row.sender, alice.agency);
	check(!row.danger && row.reviewed_seq == 0);
	check_int(reviewed(seqs, 2, "agreed with carol"), 0);
	seq = site.answer->seq;
	require_ok(row_of(seqs[1], &row));
	check_uint(row.reviewed_seq, seq);
	rebuilt_check(&site);
	require_ok(row_of(seqs[1], &row));
	check_uint(row.reviewed_seq, seq);
	site_close(&site);
}

UNIT_SUITE("broker/review",
	{ "what is listed", test_what_is_listed },
	{ "what tells nothing", test_what_tells_nothing },
	{ "reviewed once, by an entry", test_reviewed },
	{ "all or nothing, within bounds", test_refused },
	{ "what was handed over", test_handed_over },
	{ "rows", test_rows });

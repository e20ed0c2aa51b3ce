/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of an agency that closed are owned by whom an operator names, so that somebody can protect them; by nobody who may not know of them. */
#include <string.h>

#include "acts.h"
#include "broker/batch.h"
#include "broker/rows_cases.h"
#include "desks.h"
#include "rebuilt.h"
#include "unit.h"

#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define MANY (2 * CHORE_ROWS_MAX + 7u)

static struct desks desks;
static const char *hidden, *proxy;

static void hide(Pb__Agency *agency)
{
	if (hidden == NULL || strcmp(agency->id, hidden) != 0)
		return;
	agency->confidential = true;
	agency->proxy = agency->coordinator = pb_of_text(proxy);
}

static void name(const char *const *ids, size_t count)
{
	site_change_agency = hide;
	site_directory(&desks.site, ids, count);
	site_change_agency = NULL;
}

static const char *const without[] = { "desk", "other", "third", "fourth", "chief" };

static Pb__RefusalCode hand_over(const char *agency, const char *to)
{
	site_operate(&desks.site, site_hand_over(agency, to));
	return site_answered(&desks.site);
}

static void check_owner(const uint8_t case_id[16], unsigned desk)
{
	struct txn *txn = site_read(&desks.site);
	struct case_row row;

	require_ok(case_get(txn, bytes_of(case_id, 16), &row));
	check_uint(case_owner(&row), desks.desk[desk].agency);
	txn_abort(txn);
}

static size_t members_of(const uint8_t case_id[16])
{
	struct txn *txn = site_read(&desks.site);
	struct case_row row;

	require_ok(case_get(txn, bytes_of(case_id, 16), &row));
	txn_abort(txn);
	return row.member_count;
}

static Pb__RefusalCode mark(unsigned desk, const uint8_t case_id[16], const char *kept_out)
{
	struct inbound *frame = frame_new(&desks.desk[desk]);

	frame_mark(frame, case_id, true, &kept_out, 1);
	site_run(&desks.site, frame);
	return site_refusal(&desks.site, 0);
}

/* Of what goes on, of what is over, and of no others; the new owner says who is kept out of it, and nobody else. */
static void test_owned(void)
{
	struct saying withdraw = { .action = PB__LEG_ACTION__LEG_ACTION_WITHDRAW, .reason = PB__REASON__REASON_NO_LONGER_NEEDED };
	struct asked open, over, others;

	desks_open(&desks);
	open = desks_ask_one(&desks, ASKER, DESK, NULL);
	over = desks_ask_one(&desks, ASKER, DESK, NULL);
	others = desks_ask_one(&desks, THIRD, DESK, NULL);
	require(desks_act(&desks, &over, ASKER, DESK, &withdraw) == 0);
	name(without, 5);
	check_owner(open.case_id, ASKER);
	check_int(hand_over("asker", "other"), 0);
	check_owner(open.case_id, OTHER);
	check_owner(over.case_id, OTHER);
	check_owner(others.case_id, THIRD);
	check_uint(members_of(over.case_id), 3);
	check_int(mark(DESK, open.case_id, "chief@chiba-city"), CODE(SAFETY));
	check_int(mark(OTHER, open.case_id, "chief@chiba-city"), 0);
	check_int(mark(OTHER, over.case_id, "other@chiba-city"), CODE(SAFETY)); /* itself */
	check_int(hand_over("asker", "third"), 0); /* nothing is left: nobody takes it from who has it */
	check_owner(open.case_id, OTHER);
	rebuilt_check(&desks.site);
	check_owner(over.case_id, OTHER);
	desks_close(&desks);
}

/* One that is on it already is on it once, and a desk to whom it was handed on hands it on as any other. */
static void test_a_member(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	name(without, 5);
	check_int(hand_over("asker", "desk"), 0);
	check_owner(asked.case_id, DESK);
	check_uint(members_of(asked.case_id), 3); /* with the coordinator, which goes on with the request */
	name((const char *const[]){ "asker", "other", "third", "fourth", "chief" }, 5);
	check_int(hand_over("desk", "asker"), 0); /* which is there again */
	check_owner(asked.case_id, ASKER);
	check_uint(members_of(asked.case_id), 3);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

static void test_kept_out(void)
{
	struct asked asked, open;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	open = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(mark(ASKER, asked.case_id, "other@chiba-city") == 0);
	name(without, 5);
	check_int(hand_over("asker", "other"), 0);
	check_owner(open.case_id, OTHER);
	check_owner(asked.case_id, ASKER);
	check_int(hand_over("asker", "third"), 0);
	check_owner(asked.case_id, THIRD);
	check_owner(open.case_id, OTHER);
	check_int(mark(THIRD, asked.case_id, "fourth@chiba-city"), 0);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Its whole report would tell that somebody is in hiding there. */
static void test_past_a_proxy(void)
{
	struct asked asked;

	desks_open(&desks);
	hidden = "fourth";
	proxy = "asker";
	name((const char *const[]){ "asker", "desk", "other", "third", "fourth", "chief" }, 6);
	asked = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	proxy = "third";
	name(without, 5);
	check_int(hand_over("asker", "other"), 0);
	check_owner(asked.case_id, ASKER);
	check_int(hand_over("asker", "third"), 0);
	check_owner(asked.case_id, THIRD);
	hidden = NULL;
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* An erased case is passed over when the ledger is replayed: nobody knows of it any more. */
static void test_erased(void)
{
	struct asked asked, kept;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	kept = desks_ask_one(&desks, ASKER, DESK, NULL);
	name(without, 5);
	check_int(hand_over("asker", "other"), 0);
	site_operate(&desks.site, site_erase(asked.case_id, true));
	require(site_answered(&desks.site) == 0);
	site_run(&desks.site, NULL);
	rebuilt_check(&desks.site);
	check_owner(kept.case_id, OTHER);
	desks_close(&desks);
}

static void case_id_of(unsigned number, uint8_t to[16])
{
	memset(to, 0xab, 16); /* the first eight bytes are all alike */
	be64_put(to + 8, number * UINT64_C(0x9e3779b97f4a7c15));
}

/* More than one piece looks at, each once, and none between two. */
static void test_many(void)
{
	struct txn *txn;
	uint8_t id[16];

	desks_open(&desks);
	require_ok(txn_begin_write(desks.site.store, &txn));
	for (unsigned i = 0; i < MANY; i++) {
		case_id_of(i, id);
		case_open(txn, bytes_of(id, 16), 1, desks.desk[i % 3 == 0 ? THIRD : ASKER].agency, NULL, 0);
	}
	require_ok(txn_commit(txn));
	name(without, 5);
	check_int(hand_over("asker", "other"), 0);
	for (int i = 0; i < 4; i++)
		site_run(&desks.site, NULL);
	for (unsigned i = 0; i < MANY; i++) {
		case_id_of(i, id);
		check_owner(id, i % 3 == 0 ? THIRD : OTHER);
	}
	check(!desks.site.broker->chores);
	desks_close(&desks);
}

UNIT_SUITE("broker/case_hand_on",
	{ "owned by who goes on", test_owned },
	{ "by one who is on it", test_a_member },
	{ "by nobody who is kept out", test_kept_out },
	{ "by nobody past a proxy", test_past_a_proxy },
	{ "of those that were erased", test_erased },
	{ "many", test_many });

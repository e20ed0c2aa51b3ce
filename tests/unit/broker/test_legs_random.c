/* SPDX-License-Identifier: Apache-2.0 */
/* Many requests at once, acted on by everybody at random, while deliveries fail, agencies close and come back, keys leak, time passes and the
 * site restarts: after each step whatever is open has one holder and one timer; in the end all tables derived anew are the same. */
#include <stdio.h>

#include "desks.h"

#include "broker/batch.h"
#include "broker/rebuild.h"
#include "contract/civil_time.h"
#include "contract/request_states.h"
#include "unit.h"

#define STEPS 1200
#define REMEMBERED 64u

static struct desks desks;
static struct asked asked[REMEMBERED];
static size_t asked_count;
static bool closed; /* the fourth desk */

static const char *const ids[DESKS] = { "asker", "desk", "other", "third", "fourth", "chief" };

static unsigned pick(void)
{
	return (unsigned)unit_random_below(DESKS);
}

static void ask(void)
{
	unsigned to[4], from = pick();
	size_t count = 1 + unit_random_below(3);
	struct asking asking = {
		.urgency = (Pb__Urgency)(1 + unit_random_below(4)),
		.take = (Pb__Take)(1 + unit_random_below(2)),
		.held = unit_random_below(2) == 0,
		.report_days = (uint32_t)unit_random_below(40),
		.co_support = unit_random_below(2) == 0,
	};
	struct asked made;

	for (size_t i = 0; i < count; i++)
		to[i] = (from + 1 + (unsigned)i) % DESKS;
	to[count] = DESKS;
	if (unit_random_below(6) == 0)
		asking.expires_at_us = desks.site.clocks.wall_us + (int64_t)unit_random_below((uint64_t)DESKS_DAY_US) + 1;
	made = desks_ask(&desks, from, to, &asking);
	if (made.request != 0)
		asked[asked_count++ % REMEMBERED] = made;
}

/* Anything by anybody, mostly such as may make sense. */
static void act(void)
{
	static const Pb__Reason reasons[] = { PB__REASON__REASON_FULL, PB__REASON__REASON_IN_HOSPITAL, PB__REASON__REASON_NO_LONGER_NEEDED,
					      PB__REASON__REASON_OTHER };
	char on[CIVIL_DATE], next[64];
	struct saying saying = { .on = on, .words = true };
	const struct asked *which;
	struct request request;
	struct leg leg;
	unsigned party;

	if (asked_count == 0)
		return;
	which = &asked[unit_random_below(asked_count < REMEMBERED ? asked_count : REMEMBERED)];
	request = desks_request(&desks, which);
	leg = desks_leg(&desks, which, unit_random_below(request.leg_count));
	party = (leg.acting != 0 ? leg.acting : leg.agency) - 1;
	civil_day_format(civil_time_of(desks.site.clocks.wall_us, 540).day, on);
	snprintf(next, sizeof(next), "%s@chiba-city", ids[pick()]);
	saying.action = (Pb__LegAction)(PB__LEG_ACTION__LEG_ACTION_SEEN + unit_random_below(13));
	saying.reason = reasons[unit_random_below(4)];
	saying.outcome = PB__OUTCOME__OUTCOME_RESOLVED;
	saying.none_known = true;
	if (saying.action == PB__LEG_ACTION__LEG_ACTION_REDIRECT)
		saying.next = next;
	if (unit_random_below(8) == 0)
		desks_act(&desks, which, pick(), pick(), &saying);
	else if (saying.action == PB__LEG_ACTION__LEG_ACTION_ANSWER || saying.action >= PB__LEG_ACTION__LEG_ACTION_WITHDRAW)
		desks_act(&desks, which, which->from, party, &saying);
	else
		desks_act(&desks, which, party, which->from, &saying);
}

static void close_one(void)
{
	if (asked_count > 0) {
		const struct asked *which = &asked[unit_random_below(asked_count < REMEMBERED ? asked_count : REMEMBERED)];

		desks_close_request(&desks, which, which->from, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS);
	}
}

/* What was handed to it, refused. */
static void refuse(void)
{
	unsigned desk = pick();
	uint64_t items[8];
	size_t count;

	desks.granted[desk] += 4;
	site_run(&desks.site, site_credit(&desks.desk[desk], desks.granted[desk], UINT64_C(1) << 40));
	count = site_handed(&desks.site, desks.desk[desk].session, items, 8);
	for (size_t i = 0; i < count; i++) {
		struct inbound *frame = frame_new(&desks.desk[desk]);
		struct digest hash = site_delivery(&desks.site, items[i]).view_hash;

		frame_refuse(frame, items[i], &hash, (Pb__RefuseReason)(1 + unit_random_below(5)));
		site_run(&desks.site, frame);
	}
}

static void operate(void)
{
	struct leg leg;

	if (asked_count == 0)
		return;
	leg = desks_leg(&desks, &asked[unit_random_below(asked_count < REMEMBERED ? asked_count : REMEMBERED)], 0);
	site_operate(&desks.site, site_act((Pb__QueueAct)(1 + unit_random_below(4)), &leg.item, 1));
}

static void enrol_again(unsigned desk)
{
	desks.desk[desk] = site_enrol(&desks.site, ids[desk]);
	desks.granted[desk] = 0;
}

static void revoke(void)
{
	unsigned desk = pick();

	if (desk == FOURTH && closed)
		return;
	site_operate(&desks.site, site_revoke(ids[desk], unit_random_below(2) == 0));
	holders_check(&desks.site);
	enrol_again(desk);
}

static void close_or_open(void)
{
	closed = !closed;
	desks_directory(&desks, closed ? FOURTH + 1 : DESKS);
}

static void restart(void)
{
	site_reopen(&desks.site);
	for (size_t i = 0; i < DESKS; i++) {
		site_run(&desks.site, site_hello(&desks.site, &desks.desk[i], true));
		desks.granted[i] = 0;
	}
}

static void pass(void)
{
	site_pass(&desks.site, (int64_t)unit_random_below(unit_random_below(5) == 0 ? 10 * (uint64_t)DESKS_DAY_US : (uint64_t)DESKS_HOUR_US));
	site_run(&desks.site, NULL);
}

static void step(void)
{
	switch (unit_random_below(32)) {
	case 0:
		close_or_open();
		break;
	case 1:
		revoke();
		break;
	case 2:
		operate();
		break;
	case 3:
		refuse();
		break;
	case 4:
		close_one();
		break;
	case 5:
		if (unit_random_below(8) == 0)
			restart();
		break;
	case 6: case 7: case 8: case 9:
		desks_receive(&desks, pick());
		break;
	case 10: case 11: case 12:
		pass();
		break;
	case 13: case 14: case 15: case 16:
		ask();
		break;
	default:
		act();
		break;
	}
	holders_check(&desks.site);
}

static void compare(const struct digest *before, const uint64_t *rows)
{
	for (enum table table = 0; table < TABLE_COUNT; table++) {
		uint64_t rows_after;
		struct digest after = site_table_digest(&desks.site, table, &rows_after);

		unit_context("table %s", table_name(table));
		check_uint(rows_after, rows[table]);
		check(digest_equal(&after, &before[table]));
	}
	unit_context(" ");
}

static void test_walk(void)
{
	struct digest before[TABLE_COUNT];
	uint64_t rows[TABLE_COUNT];

	asked_count = 0;
	closed = false;
	desks_open(&desks);
	for (int i = 0; i < STEPS; i++)
		step();
	for (enum table table = 0; table < TABLE_COUNT; table++)
		before[table] = site_table_digest(&desks.site, table, &rows[table]);
	check(rows[TABLE_REQUESTS] > 20);
	broker_close(desks.site.broker);
	desks.site.broker = NULL;
	require_ok(broker_rebuild(&desks.site.options, desks.site.store, NULL, NULL));
	compare(before, rows);
	require_ok(broker_open(&desks.site.options, desks.site.store, &desks.site.broker));
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_random", { "everybody does anything, and nothing is left without a holder", test_walk });

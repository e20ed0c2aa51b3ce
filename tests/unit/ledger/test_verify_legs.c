/* SPDX-License-Identifier: Apache-2.0 */
/* Verification knows what an entry may leave of a leg: open with its holder and timer, or ended. */
#include "ledger/verify.h"

#include <string.h>

#include "site.h"

static Pb__LegAfter open_leg(void)
{
	Pb__LegAfter leg = PB__LEG_AFTER__INIT;

	leg.leg = 160;
	leg.state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	leg.holder = PB__PARTY__PARTY_RECIPIENT;
	leg.due_at_us = SITE_START_US;
	leg.timer_at_us = SITE_START_US;
	return leg;
}

/* A ledger of one entry before and the event itself. */
static struct verdict verdict_of(Pb__EntryBody *body)
{
	struct site site;
	struct verdict verdict;

	site_open(&site);
	site_append_access(&site, "trace");
	site_append_body(&site, body);
	site_commit(&site);
	verdict = site_verify(&site);
	site_close(&site);
	return verdict;
}

static struct verdict verdict_of_leg(Pb__LegAfter *leg)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__LegEventEntry event = PB__LEG_EVENT_ENTRY__INIT;

	event.leg = leg;
	body.body_case = PB__ENTRY_BODY__BODY_LEG_EVENT;
	body.leg_event = &event;
	return verdict_of(&body);
}

static void test_good(void)
{
	Pb__LegAfter leg = open_leg(), ended = PB__LEG_AFTER__INIT;

	ended.state = PB__LEG_STATE__LEG_STATE_LAPSED;
	check_uint(verdict_of_leg(&leg).result.faults, 0);
	check_uint(verdict_of_leg(&ended).result.faults, 0);
}

static void test_bad(void)
{
	struct verdict verdict;
	Pb__LegAfter leg = open_leg();

	leg.timer_at_us = 0;
	verdict = verdict_of_leg(&leg);
	check_fault(&verdict, "entry", 1, 0);
	check(strstr(verdict.first.text, "one timer") != NULL);
	leg = open_leg();
	leg.due_at_us = 0;
	verdict = verdict_of_leg(&leg);
	check_fault(&verdict, "entry", 1, 0);
	leg = open_leg();
	leg.holder = PB__PARTY__PARTY_UNSPECIFIED;
	verdict = verdict_of_leg(&leg);
	check_fault(&verdict, "entry", 1, 0);
	leg = open_leg();
	leg.state = PB__LEG_STATE__LEG_STATE_COMPLETED; /* ended, and yet somebody is to be reminded */
	verdict = verdict_of_leg(&leg);
	check_fault(&verdict, "entry", 1, 0);
}

static void test_about_nothing(void)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__RequestEventEntry event = PB__REQUEST_EVENT_ENTRY__INIT;
	struct verdict verdict = verdict_of_leg(NULL);

	check_fault(&verdict, "entry", 1, 0);
	body.body_case = PB__ENTRY_BODY__BODY_REQUEST_EVENT;
	body.request_event = &event;
	verdict = verdict_of(&body);
	check_fault(&verdict, "entry", 1, 0);
}

UNIT_SUITE("ledger/verify_legs",
	{ "open with a holder and a timer, or ended", test_good },
	{ "anything between is a fault", test_bad },
	{ "an event about nothing is a fault", test_about_nothing });

/* SPDX-License-Identifier: Apache-2.0 */
/* Every condition that an operator should hear of: it is told when it holds, with its value and bound, and not when it does not. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "trio.h"

static struct trio trio;

static const Pb__Status *status(void)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	trio_settle(&trio);
	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_STATUS);
	return reply->status;
}

static const Pb__Condition *condition(const Pb__Status *told, const char *code)
{
	for (size_t i = 0; i < told->n_conditions; i++)
		if (strcmp(told->conditions[i]->code, code) == 0)
			return told->conditions[i];
	return NULL;
}

static bool told(const char *code)
{
	return condition(status(), code) != NULL;
}

static void check_condition(const char *code, const char *subject, int64_t value, int64_t bound, bool failing)
{
	const Pb__Condition *found = condition(status(), code);

	unit_context("%s", code);
	require(found != NULL);
	check_text(found->subject, subject);
	check_int(found->value, value);
	check_int(found->bound, bound);
	check(found->failing == failing);
}

/* Gives the last one's item. */
static uint64_t notes_to_beta(unsigned count)
{
	const struct visitor *to[] = { &trio.beta };
	uint64_t seq = 0;
	uint8_t id[16];

	for (unsigned i = 0; i < count; i++)
		seq = trio_note(&trio.alpha, to, 1, id, NULL);
	return item_number(seq, 0);
}

static void small_mailboxes(struct config *config)
{
	config->mailbox_items = 10;
	config->attempts = 1;
}

static void test_nothing_to_tell(void)
{
	trio_open(&trio, NULL);
	check_condition("holidays_none", "", 0, 0, false);
	check_uint(status()->n_conditions, 1); /* and nothing else */
	check(status()->accepting);
	check(!status()->clock->frozen);
	trio_close(&trio);
}

static void test_mailboxes_that_fill(void)
{
	trio_open(&trio, small_mailboxes);
	notes_to_beta(8);
	check(!told("mailbox_high")); /* four fifths are not yet more than four fifths */
	notes_to_beta(1);
	check_condition("mailbox_high", "beta", 9, 10, false);
	check(!told("mailbox_full"));
	notes_to_beta(1);
	check_condition("mailbox_full", "beta", 10, 10, true);
	check(!told("mailbox_high")); /* one word for it */
	trio_close(&trio);
}

static bool reader_is_gone(void *context)
{
	(void)context;
	return house_sessions(&trio.house) == 2;
}

static void test_mailbox_without_reader(void)
{
	trio_open(&trio, NULL);
	notes_to_beta(3);
	check(!told("no_reader")); /* beta is there and may ask at any time */
	visitor_hang_up(&trio.beta);
	require(eventually(reader_is_gone, NULL));
	check_condition("no_reader", "beta", 3, 0, false); /* since a moment ago: told, and no alarm yet */
	visitor_hang_up(&trio.gamma); /* nobody waits for whose mailbox is empty */
	check_condition("no_reader", "beta", 3, 0, false);
	visitor_connect(&trio.beta, trio.beta.curve_public, trio.beta.curve_secret);
	visitor_hello(&trio.beta);
	check(!told("no_reader"));
	trio_close(&trio);
}

static void test_items_that_stand_still(void)
{
	struct taken taken;
	uint64_t last;

	trio_open(&trio, small_mailboxes);
	last = notes_to_beta(3);
	taken = trio_take(&trio.beta);
	trio_refuse(&trio.beta, &taken, PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED);
	check_condition("dead_letters", "", 1, 0, false);
	check_uint(status()->dead, 1);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_FREEZE, last);
	check_condition("frozen", "", 1, 0, false);
	check_uint(status()->frozen, 1);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_THAW, last);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, taken.item);
	check(!told("dead_letters") && !told("frozen"));
	trio_close(&trio);
}

static void test_lanes_and_leases(void)
{
	static const Pb__Urgency order[] = { PB__URGENCY__URGENCY_DANGER, PB__URGENCY__URGENCY_URGENT, PB__URGENCY__URGENCY_SOON,
					     PB__URGENCY__URGENCY_ROUTINE };
	const Pb__Status *now;

	trio_open(&trio, NULL);
	notes_to_beta(3);
	trio_take(&trio.beta);
	now = status();
	require(now->n_lanes == 4);
	for (size_t i = 0; i < 4; i++) {
		check_int(now->lanes[i]->lane, order[i]); /* most urgent first */
		if (order[i] != PB__URGENCY__URGENCY_ROUTINE)
			check_uint(now->lanes[i]->waiting, 0);
	}
	check_uint(now->leased, 1);
	check_uint(now->sessions, 3);
	check_uint(now->agencies, 3);
	check_uint(now->enrolled, 3);
	check(now->oldest_unacknowledged_at_us > now->started_at_us);
	check(now->store_bytes > 0 && now->store_bytes < now->store_limit_bytes);
	check_uint(now->store_limit_bytes, trio.house.config.map_size);
	check(now->disk_free_bytes > 0 && now->reserve_bytes > 0);
	trio_close(&trio);
}

static void test_stopping(void)
{
	trio_open(&trio, NULL);
	front_close_doors(trio.house.front);
	check_condition("stopping", "", 0, 0, true);
	check(!status()->accepting);
	trio_close(&trio);
}

static void five_connections(struct config *config)
{
	config->connections_max = 5;
}

static bool connections_are_high(void *context)
{
	(void)context;
	return told("connections_high");
}

static void test_connections(void)
{
	const struct visitor *const whose[] = { &trio.beta, &trio.gamma };
	struct visitor guests[2];

	trio_open(&trio, five_connections);
	for (size_t i = 0; i < 2; i++) {
		check(!told("connections_high")); /* three, and four, of five */
		visitor_new(&guests[i], &trio.house, whose[i]->id);
		visitor_connect(&guests[i], whose[i]->curve_public, whose[i]->curve_secret);
		visitor_hello(&guests[i]);
	}
	check(eventually(connections_are_high, NULL));
	check_condition("connections_high", "", 5, 5, false);
	visitor_free(&guests[0]);
	visitor_free(&guests[1]);
	trio_close(&trio);
}

static void tiny_mailboxes(struct config *config)
{
	config->mailbox_items = 4;
}

/* Of a small bound, too, high means nearly full. */
static void test_small_mailboxes(void)
{
	trio_open(&trio, tiny_mailboxes);
	notes_to_beta(3);
	check(!told("mailbox_high") && !told("mailbox_full"));
	notes_to_beta(1);
	check_condition("mailbox_full", "beta", 4, 4, true);
	trio_close(&trio);
}

/* ---- the site's certificate ---- */

#define DAY_US INT64_C(86400000000)

static void with_certificate(int64_t until_us)
{
	struct certificate *other = NULL;

	/* In place of the one it was made with: what the front looks at is its time. */
	require_ok(certificate_root_new(HOUSE_SITE, trio.house.keys.site, clock_wall_us() - 30 * DAY_US, until_us, &other));
	certificate_free(trio.house.keys.certificate);
	trio.house.keys.certificate = other;
}

static void test_certificate_that_ends(void)
{
	int64_t soon_us = (clock_wall_us() / 1000000 + 60) * 1000000; /* certificates know whole seconds */
	const Pb__Condition *found;

	trio_open(&trio, NULL);
	house_stop(&trio.house);
	with_certificate(soon_us + 89 * DAY_US);
	trio.house.options.site_certificate = trio.house.keys.certificate;
	house_start(&trio.house);
	found = condition(status(), "certificate_expiring");
	require(found != NULL);
	check_text(found->subject, HOUSE_SITE);
	check_int(found->value, soon_us + 89 * DAY_US);
	check(!found->failing);
	house_stop(&trio.house);
	with_certificate(soon_us + 90 * DAY_US);
	trio.house.options.site_certificate = trio.house.keys.certificate;
	house_start(&trio.house);
	check(!told("certificate_expiring") && !told("certificate_expired"));
	house_stop(&trio.house);
	with_certificate(soon_us - 120 * 1000000);
	trio.house.options.site_certificate = trio.house.keys.certificate;
	house_start(&trio.house);
	found = condition(status(), "certificate_expired");
	require(found != NULL);
	check(found->failing);
	check(found->value < found->bound);
	check(!told("certificate_expiring"));
	trio_close(&trio);
}

static void test_without_directory(void)
{
	house_open(&trio.house, NULL);
	arena_init(&trio.arena, 1 << 22);
	check_condition("no_directory", "", 0, 0, false);
	check(!told("no_agency")); /* one thing after the other */
	check_uint(status()->agencies, 0);
	arena_free(&trio.arena);
	house_close(&trio.house);
}

/* A confidential agency is counted like any other, and not named to whoever reads a screen. */
static void test_confidential_is_not_named(void)
{
	trio_open(&trio, small_mailboxes);
	notes_to_beta(10);
	trio_hide_beta(&trio);
	check_condition("mailbox_full", "*", 10, 10, true);
	check_uint(status()->agencies, 3);
	trio_close(&trio);
}

UNIT_SUITE("front/admin_status",
	{ "nothing to tell", test_nothing_to_tell },
	{ "mailboxes that fill", test_mailboxes_that_fill },
	{ "a mailbox without reader", test_mailbox_without_reader },
	{ "items that stand still", test_items_that_stand_still },
	{ "lanes and leases", test_lanes_and_leases },
	{ "stopping", test_stopping },
	{ "connections", test_connections },
	{ "small mailboxes", test_small_mailboxes },
	{ "a certificate that ends", test_certificate_that_ends },
	{ "without a directory", test_without_directory },
	{ "a confidential agency is not named", test_confidential_is_not_named });

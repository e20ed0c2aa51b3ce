/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of requests and legs: what is written is read again by whatever it is known by, and a row of a wrong length is damage. */
#include <string.h>

#include "broker/rows_legs.h"
#include "table.h"
#include "unit.h"

static struct store *store;
static struct txn *txn;

static void set_up(void)
{
	store = table_open();
	txn = table_begin(store);
}

static void tear_down(void)
{
	check_ok(txn_error(txn));
	txn_abort(txn);
	store_close(store);
}

static struct leg some_leg(uint64_t number, uint32_t agency)
{
	return (struct leg){
		.leg = number,
		.request = 10,
		.item = 0x0102030405060708,
		.told = 0x1112131415161718,
		.opened_by = 0x2122232425262728,
		.agency = agency,
		.sender = 0x31323334,
		.acting = 0x41424344,
		.next_agency = 0x51525354,
		.steps = 0x61626364,
		.state = PB__LEG_STATE__LEG_STATE_ON_HOLD,
		.holder = PB__PARTY__PARTY_COORDINATOR,
		.clock = PB__CLOCK_KIND__CLOCK_KIND_REVIEW,
		.urgency = PB__URGENCY__URGENCY_DANGER,
		.reason = PB__REASON__REASON_OTHER,
		.outcome = PB__OUTCOME__OUTCOME_OTHER,
		.held = true,
		.provisional = true,
		.since_us = 1,
		.clock_from_us = 2,
		.due_at_us = INT64_MAX,
		.timer_at_us = 4102444800000000,
		.seen_at_us = 5,
		.last_word_us = 6,
	};
}

static void check_leg(const struct leg *read, const struct leg *leg)
{
	check_uint(read->leg, leg->leg);
	check_uint(read->request, leg->request);
	check_uint(read->item, leg->item);
	check_uint(read->told, leg->told);
	check_uint(read->opened_by, leg->opened_by);
	check_uint(read->agency, leg->agency);
	check_uint(read->sender, leg->sender);
	check_uint(read->acting, leg->acting);
	check_uint(read->next_agency, leg->next_agency);
	check_uint(read->steps, leg->steps);
	check_int(read->state, leg->state);
	check_int(read->holder, leg->holder);
	check_int(read->clock, leg->clock);
	check_int(read->urgency, leg->urgency);
	check_int(read->reason, leg->reason);
	check_int(read->outcome, leg->outcome);
	check(read->held == leg->held);
	check(read->provisional == leg->provisional);
	check_int(read->since_us, leg->since_us);
	check_int(read->clock_from_us, leg->clock_from_us);
	check_int(read->due_at_us, leg->due_at_us);
	check_int(read->timer_at_us, leg->timer_at_us);
	check_int(read->seen_at_us, leg->seen_at_us);
	check_int(read->last_word_us, leg->last_word_us);
}

static struct request some_request(size_t legs)
{
	struct request request = {
		.request = 10,
		.message_id = { 1, 2, 3 },
		.case_id = { 4, 5, 6 },
		.has_case = true,
		.provisional = true,
		.sender = 0x31323334,
		.ask = PB__ASK__ASK_RESOLVE_CONCERN,
		.take = PB__TAKE__TAKE_ANY_ONE,
		.urgency = PB__URGENCY__URGENCY_SOON,
		.state = PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE,
		.outcome = PB__OUTCOME__OUTCOME_OTHER,
		.report_days = 366,
		.co_support = true,
		.steps = 3,
		.since_us = 11,
		.due_at_us = 12,
		.timer_at_us = 13,
		.leg_count = legs,
	};

	for (size_t i = 0; i < legs; i++)
		request.legs[i] = 160 + i;
	return request;
}

/* Request 10 with the legs 160 and 161, of agencies 7 and 8. */
static void open_two(struct leg legs[2])
{
	struct request request = some_request(2);

	legs[0] = some_leg(160, 7);
	legs[1] = some_leg(161, 8);
	request_append(txn, &request, legs);
}

/* As whoever changes one does it: found in its row, and put back with the others. */
static void change_leg(const struct leg *leg)
{
	struct leg_row row;

	require_ok(leg_row_get(txn, leg->leg, &row));
	*row.leg = *leg;
	leg_row_put(txn, &row);
}

static void test_leg(void)
{
	struct leg_row row;
	struct leg legs[2], read;

	set_up();
	check_err(leg_get(txn, 160, &read), ERR_NOT_FOUND);
	open_two(legs);
	require_ok(leg_get(txn, 160, &read));
	check_leg(&read, &legs[0]);
	legs[1].held = false;
	legs[1].acting = 0;
	legs[1].item = 161; /* as most are */
	change_leg(&legs[1]);
	require_ok(leg_get(txn, 161, &read));
	check_leg(&read, &legs[1]);
	legs[1].item = 0; /* nobody has sealed it */
	change_leg(&legs[1]);
	require_ok(leg_get(txn, 161, &read));
	check_leg(&read, &legs[1]);
	require_ok(leg_get(txn, 160, &read));
	check_leg(&read, &legs[0]);
	check_err(leg_get(txn, 162, &read), ERR_NOT_FOUND);
	check_err(leg_row_get(txn, 162, &row), ERR_NOT_FOUND); /* its request has no such leg */
	check_err(leg_row_get(txn, 11 * LIMIT_RECIPIENTS, &row), ERR_NOT_FOUND); /* there is no such request */
	tear_down();
}

/* A leg that nothing was said of yet is short: no row of another leg's length is needed to tell that one from it. */
static void test_opened(void)
{
	struct request request = { .request = 10, .sender = 3, .leg_count = 1, .legs = { 160 } };
	struct leg leg = { .leg = 160, .request = 10, .item = 160, .agency = 7, .sender = 3, .since_us = 5 }, read;
	struct request read_request;
	struct key key = key_u64(10);
	struct bytes value;

	set_up();
	request_append(txn, &request, &leg);
	require_ok(txn_get(txn, TABLE_REQUESTS, key_bytes(&key), &value));
	check_uint(value.len, 4 + 4 + 16 + 8 + 4 + 4 + 8);
	require_ok(leg_get(txn, 160, &read));
	check_leg(&read, &leg);
	require_ok(request_get(txn, 10, &read_request));
	check_bytes(bytes_of(&read_request, sizeof(read_request)), bytes_of(&request, sizeof(request)));
	tear_down();
}

static void test_redirected(void)
{
	struct leg legs[2], further = some_leg(320, 9), read;
	struct request request;

	set_up();
	open_two(legs);
	leg_append(txn, &further);
	require_ok(leg_get(txn, 320, &read));
	check_leg(&read, &further);
	require_ok(leg_of_item(txn, 320, &read));
	check_uint(read.leg, 320);
	require_ok(request_get(txn, 10, &request));
	check_uint(request.leg_count, 3);
	check_uint(request.legs[2], 320);
	require_ok(leg_get(txn, 161, &read));
	check_leg(&read, &legs[1]);
	tear_down();
}

static void test_sealed_later(void)
{
	struct leg legs[2], elsewhere = { .leg = 399, .request = 10 }, read;

	set_up();
	open_two(legs);
	leg_item_append(txn, 321, &legs[0]);
	require_ok(leg_of_item(txn, 321, &read));
	check_uint(read.leg, 160);
	require_ok(leg_of_item(txn, 160, &read));
	check_uint(read.leg, 160);
	check_err(leg_get(txn, 321, &read), ERR_NOT_FOUND); /* an item's number, no leg's */
	check_err(leg_of_item(txn, 322, &read), ERR_NOT_FOUND);
	leg_item_append(txn, 400, &elsewhere);
	check_err(leg_of_item(txn, 400, &read), ERR_CORRUPT);
	elsewhere.request = 11;
	leg_item_append(txn, 401, &elsewhere);
	check_err(leg_of_item(txn, 401, &read), ERR_CORRUPT);
	tear_down();
}

static void test_damaged_leg(void)
{
	struct key key = key_u64(9);
	struct leg read;

	set_up();
	txn_put(txn, TABLE_LEGS, key_bytes(&key), bytes_of("too short", 9));
	check_err(leg_get(txn, 9, &read), ERR_CORRUPT);
	check_err(leg_of_item(txn, 9, &read), ERR_CORRUPT);
	tear_down();
}

/* What cannot be changed, since it is not there or there is no room, spoils the transaction. */
static void check_spoilt(struct leg *legs, void (*change)(struct leg *legs))
{
	set_up();
	open_two(legs);
	change(legs);
	check_err(txn_error(txn), ERR_CORRUPT);
	txn_abort(txn);
	store_close(store);
}

static void append_to_unknown_request(struct leg *legs)
{
	legs[0].request = 11;
	leg_append(txn, &legs[0]);
}

static void append_too_many(struct leg *legs)
{
	for (uint64_t i = 2; i <= LIMIT_LEGS; i++) {
		check_ok(txn_error(txn));
		legs[0].leg = 16 * (10 + i);
		leg_append(txn, &legs[0]);
	}
}

static void put_unknown_request(struct leg *legs)
{
	struct request request = some_request(2);

	(void)legs;
	request.request = 11;
	request_put(txn, &request);
}

static void test_spoilt(void)
{
	struct leg legs[2];

	check_spoilt(legs, append_to_unknown_request);
	check_spoilt(legs, append_too_many);
	check_spoilt(legs, put_unknown_request);
}

/* ---- walks ---- */

static uint64_t seen[8];
static size_t seen_count;

static enum err note(void *context, const struct leg *leg)
{
	seen[seen_count++] = leg->leg;
	return seen_count == *(size_t *)context ? ERR_STOPPED : ERR_OK;
}

static void check_seen(uint64_t first, uint64_t second, size_t count)
{
	check_uint(seen_count, count);
	if (count > 0)
		check_uint(seen[0], first);
	if (count > 1)
		check_uint(seen[1], second);
	seen_count = 0;
}

static void test_walks(void)
{
	struct leg legs[2], further = some_leg(176, 7);
	size_t all = 8, one = 1;

	set_up();
	seen_count = 0;
	open_two(legs);
	leg_append(txn, &further);
	leg_item_append(txn, 200, &legs[1]);
	agency_leg_put(txn, 9, 161); /* a coordinator holds it */
	check_ok(agency_legs_each(txn, 7, 0, note, &all));
	check_seen(160, 176, 2);
	check_ok(agency_legs_each(txn, 7, 160, note, &all));
	check_seen(176, 0, 1);
	check_ok(agency_legs_each(txn, 9, 0, note, &all));
	check_seen(161, 0, 1);
	check_ok(agency_legs_each(txn, 0x31323334, 0, note, &all));
	check_seen(160, 161, 3);
	check_ok(agency_legs_each(txn, 10, 0, note, &all));
	check_seen(0, 0, 0);
	check_err(agency_legs_each(txn, 7, 0, note, &one), ERR_STOPPED);
	check_seen(160, 0, 1);
	check_ok(agency_legs_each(txn, 7, UINT64_MAX, note, &all));
	check_seen(0, 0, 0);
	check_ok(legs_each(txn, note, &all));
	check_seen(160, 161, 3);
	check_err(legs_each(txn, note, &one), ERR_STOPPED);
	check_seen(160, 0, 1);
	agency_leg_put(txn, 7, 999);
	check_err(agency_legs_each(txn, 7, 176, note, &all), ERR_CORRUPT); /* leads nowhere */
	tear_down();
}

/* ---- requests ---- */

static void test_request(void)
{
	set_up();
	for (size_t count = 0; count <= LIMIT_LEGS; count++) {
		struct request request = some_request(count), read;
		struct leg legs[LIMIT_LEGS], read_legs[LIMIT_LEGS];

		request.request += count;
		for (size_t i = 0; i < count; i++) {
			legs[i] = some_leg(160 + i, (uint32_t)i);
			legs[i].request = request.request;
		}
		check_err(request_get(txn, request.request, &read), ERR_NOT_FOUND);
		request_append(txn, &request, legs);
		require_ok(request_get(txn, request.request, &read));
		check_bytes(bytes_of(&read, sizeof(read)), bytes_of(&request, sizeof(request)));
		require_ok(legs_of_request(txn, &read, read_legs));
		for (size_t i = 0; i < count; i++)
			check_leg(&read_legs[i], &legs[i]);
	}
	tear_down();
}

static void test_request_changed(void)
{
	struct request request = some_request(2), read;
	struct leg legs[2], read_leg;

	set_up();
	open_two(legs);
	request.state = PB__REQUEST_STATE__REQUEST_STATE_CLOSED;
	request.timer_at_us = 0;
	request_put(txn, &request);
	require_ok(request_get(txn, 10, &read));
	check_bytes(bytes_of(&read, sizeof(read)), bytes_of(&request, sizeof(request)));
	require_ok(leg_get(txn, 161, &read_leg));
	check_leg(&read_leg, &legs[1]);
	tear_down();
}

/* Cut off anywhere but between two legs, or longer by what is none, it is damage. */
static void test_damaged_request(void)
{
	struct request read;
	struct leg legs[2];
	struct key key = key_u64(10);
	struct bytes value;
	uint8_t copy[1024] = { 0 };
	size_t fits = 0;

	set_up();
	open_two(legs);
	require_ok(txn_get(txn, TABLE_REQUESTS, key_bytes(&key), &value));
	require(value.len < sizeof(copy));
	memcpy(copy, value.data, value.len);
	for (size_t len = 0; len <= value.len; len++)
		fits += request_decode(key_bytes(&key), bytes_of(copy, len), &read, NULL) == ERR_OK;
	check_uint(fits, 3);
	check_err(request_decode(key_bytes(&key), bytes_of(copy, value.len + 1), &read, NULL), ERR_CORRUPT);
	check_err(request_decode(bytes_of("short", 5), bytes_of(copy, value.len), &read, NULL), ERR_CORRUPT);
	copy[0] = 0x80; /* says something that no field is for */
	check_err(request_decode(key_bytes(&key), bytes_of(copy, value.len), &read, NULL), ERR_CORRUPT);
	tear_down();
}

static void test_found(void)
{
	struct request request = some_request(2), read;
	struct leg legs[LIMIT_LEGS], made[] = { some_leg(160, 7), some_leg(161, 8) };

	set_up();
	made[0].opened_by = 0;
	message_put(txn, bytes_of(request.message_id, 16), request.sender, 10);
	check_err(request_by_message(txn, request.message_id, request.sender, &read), ERR_NOT_FOUND); /* a message that opened no request */
	check_err(legs_of_request(txn, &request, legs), ERR_CORRUPT);
	request_append(txn, &request, made);
	require_ok(request_by_message(txn, request.message_id, request.sender, &read));
	check_uint(read.request, 10);
	check_err(request_by_message(txn, request.message_id, request.sender + 1, &read), ERR_NOT_FOUND);
	require_ok(legs_of_request(txn, &request, legs));
	check_uint(legs[0].leg, 160);
	check_uint(legs[1].leg, 161);
	check_uint(request_redirects(legs, 2), 1);
	request.leg_count = 1;
	check_err(legs_of_request(txn, &request, legs), ERR_CORRUPT);
	tear_down();
}

static void test_turn(void)
{
	struct leg leg = some_leg(160, 7);

	check_uint(leg_holder_agency(&leg), leg.acting);
	leg.holder = PB__PARTY__PARTY_RECIPIENT;
	check_uint(leg_holder_agency(&leg), leg.agency);
	check(!leg_is_dead_letter(&leg));
	leg.holder = PB__PARTY__PARTY_SENDER;
	leg.asker = leg.sender + 1;
	check_uint(leg_holder_agency(&leg), leg.asker); /* not who sent it and is no more */
	leg.state = PB__LEG_STATE__LEG_STATE_SUBMITTED;
	check(leg_is_dead_letter(&leg));
	leg.timer_at_us = 0;
	check_uint(leg_holder_agency(&leg), 0);
}

UNIT_SUITE("broker/rows_legs",
	{ "a leg's row is read as it was written", test_leg },
	{ "a leg of which little is said takes little room", test_opened },
	{ "a leg that a redirect opened", test_redirected },
	{ "a leg is found by the item that was sealed later", test_sealed_later },
	{ "what cannot be changed spoils the transaction", test_spoilt },
	{ "a leg's row of another length is damage", test_damaged_leg },
	{ "an agency's legs are walked in order", test_walks },
	{ "a request's row is read as it was written", test_request },
	{ "a request is changed and its legs are not", test_request_changed },
	{ "a request's row that is cut off is damage", test_damaged_request },
	{ "a request is found by its message, its legs by it", test_found },
	{ "whose turn it is", test_turn });

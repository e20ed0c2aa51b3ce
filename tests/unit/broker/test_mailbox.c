/* SPDX-License-Identifier: Apache-2.0 */
/* The index against a model that is slow and plainly right: an array of items, searched whole each time. */
#include <stdlib.h>

#include "broker/mailbox.h"
#include "unit.h"

#define AGENCIES 3u
#define THREADS 12u
#define MODEL_MAX 400u

struct model_item {
	struct mailbox_item item;
	unsigned raised; /* lane */
	uint64_t order;  /* place in its thread; leased ones keep the head */
};

struct model {
	struct model_item items[MODEL_MAX];
	size_t count;
	uint64_t last_item;
};

static struct model model;
static struct mailbox *mailbox;

static bool same_thread(const struct model_item *a, const struct model_item *b)
{
	return a->item.agency == b->item.agency && a->item.thread == b->item.thread;
}

static bool is_living(const struct mailbox_item *item)
{
	return item->state != MAILBOX_QUARANTINED && item->state != MAILBOX_DEAD && item->state != MAILBOX_GAP;
}

/* a stands before b in their thread. */
static bool stands_before(const struct model_item *a, const struct model_item *b)
{
	return same_thread(a, b) && is_living(&a->item) && is_living(&b->item) && a->order < b->order;
}

static void model_lift(const struct model_item *by)
{
	for (size_t i = 0; i < model.count; i++)
		if (stands_before(&model.items[i], by) && model.items[i].raised < by->raised)
			model.items[i].raised = by->raised;
}

static bool model_eligible(const struct model_item *item)
{
	if (item->item.state != MAILBOX_WAITING)
		return false;
	for (size_t i = 0; i < model.count; i++)
		if (stands_before(&model.items[i], item))
			return false;
	return true;
}

static struct model_item *model_next(uint32_t agency)
{
	struct model_item *best = NULL;

	for (size_t i = 0; i < model.count; i++) {
		struct model_item *item = &model.items[i];

		if (item->item.agency != agency || !model_eligible(item))
			continue;
		if (best == NULL || item->raised > best->raised ||
		    (item->raised == best->raised && item->item.item < best->item.item))
			best = item;
	}
	return best;
}

/* A requeued item comes right behind the last of its thread that is older or leased. */
static void model_requeue(struct model_item *item)
{
	uint64_t after = 0;

	for (size_t i = 0; i < model.count; i++) {
		const struct model_item *other = &model.items[i];

		if (same_thread(other, item) && is_living(&other->item) && other->order > after &&
		    (other->item.item < item->item.item || other->item.state == MAILBOX_LEASED))
			after = other->order;
	}
	for (size_t i = 0; i < model.count; i++)
		if (same_thread(&model.items[i], item) && model.items[i].order > after)
			model.items[i].order++;
	item->order = after + 1;
	item->raised = item->item.lane;
	item->item.state = MAILBOX_WAITING;
	for (size_t i = 0; i < model.count; i++)
		if (stands_before(item, &model.items[i]) && model.items[i].raised > item->raised)
			item->raised = model.items[i].raised;
	model_lift(item);
}

static bool model_after_dead(const struct model_item *item)
{
	for (size_t i = 0; i < model.count; i++)
		if (same_thread(&model.items[i], item) && !is_living(&model.items[i].item) &&
		    model.items[i].item.item < item->item.item)
			return true;
	return false;
}

static void add_random(void)
{
	struct model_item *made = &model.items[model.count];

	if (model.count == MODEL_MAX)
		return;
	model.last_item += 1 + unit_random_below(3);
	made->item = (struct mailbox_item){
		.item = model.last_item,
		.thread = unit_random_below(THREADS),
		.agency = 1 + (uint32_t)unit_random_below(AGENCIES),
		.sender = 1 + (uint32_t)unit_random_below(AGENCIES),
		.part_bytes = (uint32_t)unit_random_below(1000),
		.statement_bytes = (uint32_t)unit_random_below(1000),
		.lane = (uint8_t)(1 + unit_random_below(4)),
		.accepted_at_us = (int64_t)model.last_item,
	};
	made->raised = made->item.lane;
	made->order = made->item.item * 1000000; /* room for what is put between */
	model.count++;
	model_lift(made);
	mailbox_add(mailbox, &made->item);
}

static void change_random(void)
{
	struct model_item *item = model.count == 0 ? NULL : &model.items[unit_random_below(model.count)];

	if (item == NULL)
		return;
	switch (unit_random_below(9)) {
	case 0:
		mailbox_return(mailbox, item->item.item);
		if (item->item.state == MAILBOX_LEASED)
			item->item.state = MAILBOX_WAITING;
		break;
	case 1:
		mailbox_freeze(mailbox, item->item.item);
		if (is_living(&item->item))
			item->item.state = MAILBOX_FROZEN;
		break;
	case 2:
		mailbox_thaw(mailbox, item->item.item);
		if (item->item.state == MAILBOX_FROZEN)
			item->item.state = MAILBOX_WAITING;
		else if (item->item.state == MAILBOX_QUARANTINED)
			model_requeue(item);
		break;
	case 3:
		mailbox_die(mailbox, item->item.item);
		if (item->item.state != MAILBOX_GAP)
			item->item.state = MAILBOX_DEAD;
		break;
	case 4:
		mailbox_requeue(mailbox, item->item.item);
		if (item->item.state == MAILBOX_DEAD)
			model_requeue(item);
		break;
	case 5:
		mailbox_end(mailbox, item->item.item);
		item->item.state = MAILBOX_GAP;
		break;
	case 6:
		mailbox_quarantine(mailbox, item->item.item);
		if (is_living(&item->item))
			item->item.state = MAILBOX_QUARANTINED;
		break;
	default:
		mailbox_remove(mailbox, item->item.item);
		*item = model.items[--model.count];
		break;
	}
}

static void take_next(void)
{
	uint32_t agency = 1 + (uint32_t)unit_random_below(AGENCIES);
	struct model_item *next = model_next(agency);
	struct mailbox_item item = { 0 };
	bool found = mailbox_peek(mailbox, agency, &item);

	check_uint(found, next != NULL);
	if (!found || next == NULL)
		return;
	check_uint(item.item, next->item.item);
	check_uint(item.part_bytes, next->item.part_bytes);
	check_uint(mailbox_after_dead(mailbox, item.item), model_after_dead(next));
	if (unit_random_below(3) == 0)
		return; /* only looked */
	mailbox_lease(mailbox, item.item);
	next->item.state = MAILBOX_LEASED;
}

static void compare_counts(void)
{
	struct mailbox_counts counts, expected = { 0 };
	uint64_t waiting[AGENCIES + 1] = { 0 };

	for (size_t i = 0; i < model.count; i++) {
		const struct mailbox_item *item = &model.items[i].item;

		expected.items += item->state != MAILBOX_GAP;
		expected.gaps += item->state == MAILBOX_GAP;
		expected.waiting[item->lane] += item->state == MAILBOX_WAITING;
		expected.leased += item->state == MAILBOX_LEASED;
		expected.frozen += item->state == MAILBOX_FROZEN;
		expected.dead += item->state == MAILBOX_DEAD;
		expected.quarantined += item->state == MAILBOX_QUARANTINED;
		waiting[item->agency] += is_living(item);
		if (is_living(item) && (expected.oldest_us == 0 || item->accepted_at_us < expected.oldest_us))
			expected.oldest_us = item->accepted_at_us;
	}
	mailbox_counts(mailbox, &counts);
	check_uint(counts.items, expected.items);
	for (unsigned lane = 0; lane < MAILBOX_LANES; lane++)
		check_uint(counts.waiting[lane], expected.waiting[lane]);
	check_uint(counts.leased, expected.leased);
	check_uint(counts.frozen, expected.frozen);
	check_uint(counts.dead, expected.dead);
	check_uint(counts.quarantined, expected.quarantined);
	check_uint(counts.gaps, expected.gaps);
	check_int(counts.oldest_us, expected.oldest_us);
	for (uint32_t agency = 1; agency <= AGENCIES; agency++)
		check_uint(mailbox_waiting(mailbox, agency), waiting[agency]);
}

static void test_against_model(void)
{
	model = (struct model){ 0 };
	require_ok(mailbox_new(unit_random(), 100000, &mailbox));
	for (int i = 0; i < 150000; i++) {
		uint64_t choice = unit_random_below(10);

		if (choice < (model.count < 100 ? 5u : 2u))
			add_random();
		else if (choice < 6)
			take_next();
		else
			change_random();
		if (i % 100 == 0)
			compare_counts();
	}
	check_ok(mailbox_error(mailbox));
	for (size_t i = 0; i < model.count; i++) {
		struct mailbox_item item;

		require(mailbox_find(mailbox, model.items[i].item.item, &item));
		check_int(item.state, model.items[i].item.state);
	}
	mailbox_free(mailbox);
}

/* ---- plain cases, one promise each ---- */

static void add(uint64_t item, uint64_t thread, unsigned lane)
{
	mailbox_add(mailbox, &(struct mailbox_item){ .item = item, .thread = thread, .agency = 1, .sender = 2, .lane = (uint8_t)lane });
}

static uint64_t next(void)
{
	struct mailbox_item item;

	return mailbox_peek(mailbox, 1, &item) ? item.item : 0;
}

static void test_lanes(void)
{
	require_ok(mailbox_new(1, 100, &mailbox));
	add(1, 1, 1);
	add(2, 2, 3);
	add(3, 3, 1);
	check_uint(next(), 2);
	mailbox_lease(mailbox, 2);
	check_uint(next(), 1);
	mailbox_lease(mailbox, 1);
	check_uint(next(), 3);
	mailbox_return(mailbox, 1); /* to the head: ahead of what came after it */
	check_uint(next(), 1);
	mailbox_free(mailbox);
}

static void test_thread_one_by_one(void)
{
	require_ok(mailbox_new(1, 100, &mailbox));
	add(1, 7, 2);
	add(2, 7, 2);
	add(3, 8, 2);
	mailbox_lease(mailbox, next());
	check_uint(next(), 3); /* 2 waits for 1 */
	mailbox_remove(mailbox, 1);
	check_uint(next(), 2);
	mailbox_free(mailbox);
}

static void test_lift(void)
{
	require_ok(mailbox_new(1, 100, &mailbox));
	add(1, 8, 3);
	add(2, 7, 1);
	add(3, 7, 1);
	add(4, 7, 4);
	check_uint(next(), 2); /* danger behind it lifts it over the urgent one */
	mailbox_remove(mailbox, 2);
	check_uint(next(), 3);
	mailbox_remove(mailbox, 3);
	check_uint(next(), 4);
	mailbox_remove(mailbox, 4);
	check_uint(next(), 1);
	mailbox_free(mailbox);
}

static void test_frozen_and_dead(void)
{
	require_ok(mailbox_new(1, 100, &mailbox));
	add(1, 7, 2);
	add(2, 7, 2);
	mailbox_freeze(mailbox, 1);
	check_uint(next(), 0); /* order is kept: 2 waits */
	mailbox_die(mailbox, 1);
	check_uint(next(), 2);
	check(mailbox_after_dead(mailbox, 2));
	mailbox_requeue(mailbox, 1);
	check_uint(next(), 1);
	check(!mailbox_after_dead(mailbox, 2));
	mailbox_free(mailbox);
}

static void collect(void *context, uint64_t item)
{
	uint64_t *sum = context;

	*sum = *sum * 10 + item;
}

/* What was given up marks its successors for good, those that come later too; what arrived after all does not. */
static void test_gaps(void)
{
	uint64_t dead = 0;

	require_ok(mailbox_new(1, 2, &mailbox));
	add(1, 7, 2);
	add(2, 7, 2);
	mailbox_die(mailbox, 1);
	mailbox_end(mailbox, 1);
	check_uint(next(), 2);
	check(mailbox_after_dead(mailbox, 2));
	add(3, 7, 2); /* the gap takes nobody's room */
	check_ok(mailbox_error(mailbox));
	check(mailbox_after_dead(mailbox, 3));
	mailbox_requeue(mailbox, 1);
	mailbox_freeze(mailbox, 1);
	mailbox_die(mailbox, 1); /* none of these wakes it */
	check_uint(next(), 2);
	mailbox_each_dead(mailbox, 2, 9, collect, &dead);
	check_uint(dead, 0);
	mailbox_remove(mailbox, 1);
	check(!mailbox_after_dead(mailbox, 3));
	mailbox_free(mailbox);
}

static void test_gaps_are_bounded(void)
{
	struct mailbox_counts counts;
	uint64_t item;

	require_ok(mailbox_new(1, 10, &mailbox));
	for (item = 1; item <= MAILBOX_GAPS_MAX + 2; item++) {
		add(item, item, 2);
		mailbox_end(mailbox, item);
	}
	add(item, 1, 2);
	add(item + 1, 3, 2);
	check_ok(mailbox_error(mailbox));
	check(!mailbox_after_dead(mailbox, item)); /* the oldest were forgotten */
	check(mailbox_after_dead(mailbox, item + 1));
	mailbox_counts(mailbox, &counts);
	check_uint(counts.gaps, MAILBOX_GAPS_MAX);
	check_uint(counts.items, 2);
	mailbox_free(mailbox);
}

static void test_dead_of_sender(void)
{
	uint64_t told = 0;

	require_ok(mailbox_new(1, 100, &mailbox));
	for (uint64_t item = 1; item <= 4; item++)
		add(item, item, 2);
	mailbox_die(mailbox, 3);
	mailbox_die(mailbox, 1);
	mailbox_die(mailbox, 4);
	mailbox_each_dead(mailbox, 2, 2, collect, &told);
	check_uint(told, 31);
	mailbox_requeue(mailbox, 1);
	told = 0;
	mailbox_each_dead(mailbox, 2, 9, collect, &told);
	check_uint(told, 34);
	told = 0;
	mailbox_each_dead(mailbox, 1, 9, collect, &told);
	check_uint(told, 0);
	mailbox_free(mailbox);
}

static void test_stirred(void)
{
	require_ok(mailbox_new(1, 100, &mailbox));
	check(!mailbox_is_stirred(mailbox));
	add(1, 1, 1);
	add(2, 2, 1);
	check_uint(mailbox_stirred(mailbox), 1);
	check_uint(mailbox_stirred(mailbox), 0);
	mailbox_lease(mailbox, 1);
	check(!mailbox_is_stirred(mailbox));
	mailbox_return(mailbox, 1);
	check(mailbox_is_stirred(mailbox));
	mailbox_stir(mailbox, 1);
	check_uint(mailbox_stirred(mailbox), 1);
	check_uint(mailbox_stirred(mailbox), 0);
	mailbox_free(mailbox);
}

static void test_bound(void)
{
	require_ok(mailbox_new(1, 3, &mailbox));
	for (uint64_t item = 1; item <= 4; item++)
		add(item, item, 2);
	check_err(mailbox_error(mailbox), ERR_NOMEM);
	mailbox_clear(mailbox);
	check_ok(mailbox_error(mailbox));
	check_uint(next(), 0);
	add(1, 1, 1);
	check_uint(next(), 1);
	mailbox_free(mailbox);
}

/* The budget: 1,000,000 waiting items within 110 bytes each, all tables included. */
static void test_memory(void)
{
	struct mailbox_counts counts;

	require_ok(mailbox_new(unit_random(), 2000000, &mailbox));
	for (uint64_t item = 1; item <= 1000000; item++)
		mailbox_add(mailbox, &(struct mailbox_item){
					     .item = item, .thread = item * 77, .agency = 1 + (uint32_t)(item % 100), .sender = 1, .lane = 1 });
	check_ok(mailbox_error(mailbox));
	mailbox_counts(mailbox, &counts);
	check(counts.bytes < 110u * 1000000u);
	mailbox_free(mailbox);
}

UNIT_SUITE("broker/mailbox",
	{ "150,000 random operations agree with the model", test_against_model },
	{ "the urgent lane first, then by number", test_lanes },
	{ "one of a thread in flight", test_thread_one_by_one },
	{ "danger lifts its predecessors", test_lift },
	{ "frozen holds back, dead marks", test_frozen_and_dead },
	{ "a gap marks what follows it", test_gaps },
	{ "the newest gaps are kept", test_gaps_are_bounded },
	{ "a sender's dead letters", test_dead_of_sender },
	{ "agencies are stirred once", test_stirred },
	{ "the bound holds", test_bound },
	{ "a million items stay within their budget", test_memory });

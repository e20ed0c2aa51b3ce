/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver_receive.c - see driver.h: what is handed out is acknowledged as the library does it. */
#include "base/clock.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "driver_internal.h"

#define WINDOW_ITEMS 2048u
#define WINDOW_BYTES (8u << 20)
#define LATENCY_EVERY 8u /* decode each eighth View for its time of creation */

void driver_give_credit(struct driver *driver)
{
	Pb__FromClient frame = PB__FROM_CLIENT__INIT;
	Pb__Credit credit = PB__CREDIT__INIT;

	if (driver->granted - driver->delivered > WINDOW_ITEMS / 2)
		return;
	driver->granted = driver->delivered + WINDOW_ITEMS;
	credit.items = driver->granted;
	credit.bytes = UINT64_MAX / 2; /* items bound it: parts are small here */
	frame.body_case = PB__FROM_CLIENT__BODY_CREDIT;
	frame.credit = &credit;
	driver_must(session_send(driver->session, &frame, bytes_of("", 0)), "credit");
}

static void note_latency(struct driver *driver, struct bytes statement_bytes)
{
	const Pb__Statement *statement;
	struct arena arena;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	driver_must(CODEC_DECODE(statement, statement_bytes, &arena, &statement, NULL), "statement");
	samples_add(&driver->latency, clock_wall_us() - statement->view->created_at_us);
	arena_free(&arena);
}

struct driver_item {
	uint64_t item;
	struct digest view_hash;
};

/* Whose leaf hash its acknowledgement names. */
static struct bytes take_item(struct driver *driver, const Pb__HandoutItem *item)
{
	struct bytes statement = bytes_of_pb(item->statement);
	bool sampled = driver->delivered++ % LATENCY_EVERY == 0;

	if (item->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE) {
		driver->notices++;
		return bytes_of_pb(item->notice);
	}
	if (sampled)
		note_latency(driver, statement);
	return statement;
}

void driver_take_handout(struct driver *driver, const Pb__Handout *handout)
{
	struct bytes bytes[LIMIT_ACKNOWLEDGED];
	struct digest hashes[LIMIT_ACKNOWLEDGED];

	if (driver->first_delivery_us == 0)
		driver->first_delivery_us = clock_mono_us();
	if (handout->n_items > LIMIT_ACKNOWLEDGED)
		driver_must(ERR_TOO_LARGE, "a hand-out");
	for (size_t i = 0; i < handout->n_items; i++)
		bytes[i] = take_item(driver, handout->items[i]);
	merkle_leaves(bytes, handout->n_items, hashes);
	for (size_t i = 0; i < handout->n_items; i++) {
		struct driver_item item = { handout->items[i]->item, hashes[i] };

		buf_put(&driver->named, bytes_of(&item, sizeof(item)));
	}
	driver_must(driver->named.err, "items");
	driver_give_credit(driver);
}

static void say(struct driver *driver, Pb__Acknowledge *acknowledge)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	struct order *order;
	struct bytes packed_bytes;
	struct buf packed;

	statement.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	statement.acknowledge = acknowledge;
	buf_init(&packed, LIMIT_STATEMENT_BYTES);
	driver_must(codec_pack(&statement.base, &packed), "pack");
	packed_bytes = buf_bytes(&packed);
	driver_must(order_new(&packed_bytes, 1, NULL, 0, NULL, &order), "order");
	batcher_put(driver->batcher, order, true);
	buf_free(&packed);
}

void driver_acknowledge(struct driver *driver)
{
	const struct driver_item *named = (const void *)driver->named.data;
	size_t count = driver->named.len / sizeof(*named);
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Acknowledge__Item items[LIMIT_ACKNOWLEDGED];
	Pb__Acknowledge__Item *pointers[LIMIT_ACKNOWLEDGED];

	if (count == 0 || driver->acknowledging)
		return;
	count = count < LIMIT_ACKNOWLEDGED ? count : LIMIT_ACKNOWLEDGED;
	for (size_t i = 0; i < count; i++) {
		pb__acknowledge__item__init(&items[i]);
		items[i].item = named[i].item;
		items[i].view_hash = pb_of_bytes(digest_bytes(&named[i].view_hash));
		pointers[i] = &items[i];
	}
	acknowledge.n_items = count;
	acknowledge.items = pointers;
	say(driver, &acknowledge);
	driver->acknowledging = true;
	driver->named.len -= count * sizeof(*named);
	memmove(driver->named.data, named + count, driver->named.len);
}

void driver_receive(struct driver *driver, const volatile int *stop)
{
	driver_give_credit(driver);
	while (!*stop || driver_busy(driver))
		driver_turn(driver, clock_mono_us() + 20000);
}

void driver_receive_first(struct driver *driver)
{
	driver_give_credit(driver);
	while (driver->first_delivery_us == 0)
		driver_turn(driver, clock_mono_us() + 20000);
}

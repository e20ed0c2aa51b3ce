/* SPDX-License-Identifier: Apache-2.0 */
/* Items that went between the entry which handed them out and their sending: they alone stay away, and their credit comes back. */
#include <stdlib.h>
#include <zmq.h>

#include "alone.h"
#include "front/hand_out.h"
#include "ledger/erase.h"
#include "store/parts.h"
#include "trio.h"

enum { ITEMS = 3, BYTES = 500 };

static struct trio trio;
static struct alone alone;
static struct front *const front = &alone.front;
static struct handout_item items[ITEMS];
static void *dealer;
static struct peer *peer;
static struct arena arena; /* of what came */

/* Three notes of 500 bytes, handed to beta; the second one is acknowledged.  Then their front, without its thread. */
static void open_handed(void)
{
	const struct visitor *to[] = { &trio.beta };
	uint32_t routing;
	uint8_t id[16];

	trio_open(&trio, NULL);
	arena_init(&arena, 1u << 20);
	for (size_t i = 0; i < ITEMS; i++) {
		struct taken taken;

		trio_note(&trio.alpha, to, 1, id, NULL);
		taken = trio_take(&trio.beta);
		items[i] = (struct handout_item){ .item = taken.item, .seq = taken.seq, .what = PB__ITEM_WHAT__ITEM_WHAT_MESSAGE, .part_bytes = BYTES };
		if (i == 1)
			trio_acknowledge(&trio.beta, &taken);
	}
	alone_open(&alone, &trio.house, &alone_roomy);
	dealer = alone_dealer(&alone, &routing);
	peer = alone_peer(&alone, routing, 2, -1);
}

static void close_handed(void)
{
	zmq_close(dealer);
	alone_close(&alone);
	arena_free(&arena);
	trio_close(&trio);
}

static void lose_parts(size_t at)
{
	struct txn *txn;

	require_ok(txn_begin_write(front->store, &txn));
	require_ok(parts_delete(txn, items[at].seq));
	require_ok(txn_commit(txn));
}

static void lose_entry(size_t at)
{
	struct txn *txn;

	require_ok(txn_begin_write(front->store, &txn));
	require_ok(parts_delete(txn, items[at].seq));
	require_ok(entry_erase(txn, items[at].seq));
	require_ok(txn_commit(txn));
}

/* The items of the one hand-out that came, by their place, as "a-c". */
static void check_came(const char *which)
{
	static uint8_t control[100000], data[ITEMS * BYTES + 1];
	int control_len = zmq_recv(dealer, control, sizeof control, 0), data_len = zmq_recv(dealer, data, sizeof data, 0);
	const Pb__FromBroker *message;
	size_t at = 0;

	require(control_len > 0 && data_len >= 0);
	require_ok(CODEC_DECODE(from_broker, bytes_of(control, (size_t)control_len), &arena, &message, NULL));
	require(message->body_case == PB__FROM_BROKER__BODY_HANDOUT);
	for (size_t i = 0; i < ITEMS; i++) {
		if (which[i] == '-')
			continue;
		require(at < message->handout->n_items);
		check_uint(message->handout->items[at]->item, items[i].item);
		check_uint(message->handout->items[at++]->n_withheld, 0);
	}
	check_uint(message->handout->n_items, at);
	check_int(data_len, (int)at * BYTES);
	check_int(zmq_recv(dealer, control, sizeof control, ZMQ_DONTWAIT), -1); /* nothing else */
}

static void check_goes_on(void)
{
	check_int(peer->state, PEER_OPEN);
	check_err(front_ended(front, (char[200]){ 0 }, 200), ERR_OK);
}

static void test_nothing_gone(void)
{
	open_handed();
	hand_out(front, peer, items, ITEMS);
	check_came("abc");
	check_goes_on();
	check_uint(peer->returned_items, 0);
	close_handed();
}

static void test_pruned(void)
{
	open_handed();
	lose_parts(1);
	hand_out(front, peer, items, ITEMS);
	check_came("a-c");
	check_goes_on();
	close_handed();
}

static void test_erased(void)
{
	open_handed();
	lose_entry(0);
	hand_out(front, peer, items, ITEMS);
	check_came("-bc");
	check_goes_on();
	close_handed();
}

/* All that a session asked for went: it is not left without a word for ever, what it asks for with it still stands. */
static void test_credit_comes_back(void)
{
	open_handed();
	lose_parts(1);
	peer->credit_items = peer->handed_items = 1;
	peer->credit_bytes = peer->handed_bytes = BYTES;
	peer_offer_credit(front, peer);
	check_uint(peer->offered_items, 1);
	hand_out(front, peer, items + 1, 1);
	check(peer->credit_due);
	peer_offer_credit(front, peer);
	check_uint(peer->offered_items, 2);
	check_uint(peer->offered_bytes, 2 * BYTES);
	check(!peer->credit_due);
	check_goes_on();
	close_handed();
}

static void test_credit_without_end(void)
{
	open_handed();
	lose_parts(1);
	peer->credit_items = peer->credit_bytes = UINT64_MAX;
	hand_out(front, peer, items + 1, 1);
	peer_offer_credit(front, peer);
	check(peer->offered_items > 0 && peer->offered_bytes > BYTES);
	close_handed();
}

/* Nobody prunes what waits: its parts are damaged, and that is said. */
static void test_damage(void)
{
	char text[200] = "";

	open_handed();
	lose_parts(2);
	hand_out(front, peer, items, ITEMS);
	check_err(front_ended(front, text, sizeof text), ERR_CORRUPT);
	check(strstr(text, "is damaged") != NULL);
	close_handed();
}

UNIT_SUITE("front/handing, what went",
	{ "nothing did", test_nothing_gone },
	{ "pruned", test_pruned },
	{ "erased", test_erased },
	{ "its credit comes back", test_credit_comes_back },
	{ "credit without end", test_credit_without_end },
	{ "what is not there and waits", test_damage });

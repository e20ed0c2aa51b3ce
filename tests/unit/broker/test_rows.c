/* SPDX-License-Identifier: Apache-2.0 */
/* What is written is read again, and a row of a wrong length is damage. */
#include "broker/rows.h"
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

static const struct queue_row queued = {
	.item = 0x0102030405060708,
	.thread = 0xf1f2f3f4f5f6f7f8,
	.agency = 0x11223344,
	.sender = 0x55667788,
	.part_bytes = 0xdeadbeef,
	.statement_bytes = 65536,
	.lane = 4,
	.state = DELIVERY_WAITING,
	.accepted_at_us = 1790000000000001,
};

static void read_queue(struct txn *in)
{
	struct queue_row row;
	struct delivery delivery;

	check_err(queue_row_get(in, queued.item, &row), ERR_CORRUPT);
	check_err(delivery_get(in, queued.item, &delivery), ERR_CORRUPT);
}

/* As whoever changes one does it. */
static void set_state(uint64_t item, enum delivery_state state)
{
	struct delivery delivery;

	require_ok(delivery_get(txn, item, &delivery));
	delivery.state = state;
	delivery_put(txn, &delivery);
	require_ok(txn_error(txn));
}

static void test_queue(void)
{
	struct key key = key_u64(queued.item);
	struct queue_row row;

	set_up();
	check_err(queue_row_get(txn, queued.item, &row), ERR_NOT_FOUND);
	queue_row_append(txn, &queued);
	require_ok(queue_row_get(txn, queued.item, &row));
	check_uint(row.item, queued.item);
	check_uint(row.thread, queued.thread);
	check_uint(row.agency, queued.agency);
	check_uint(row.sender, queued.sender);
	check_uint(row.part_bytes, queued.part_bytes);
	check_uint(row.statement_bytes, queued.statement_bytes);
	check_uint(row.lane, queued.lane);
	check_uint(row.state, queued.state);
	check_int(row.accepted_at_us, queued.accepted_at_us);
	table_each_wrong_length(txn, TABLE_QUEUE, key_bytes(&key), read_queue);
	set_state(queued.item, DELIVERY_FROZEN);
	require_ok(queue_row_get(txn, queued.item, &row));
	check_uint(row.state, DELIVERY_FROZEN);
	check_uint(row.thread, queued.thread);
	check_uint(row.part_bytes, queued.part_bytes);
	check_uint(row.statement_bytes, queued.statement_bytes);
	check_int(row.accepted_at_us, queued.accepted_at_us);
	check_int(row.expires_at_us, 0);
	tear_down();
}

/* What is acknowledged is in the queue no more, and what is told about it later does not bring it back. */
static void test_acknowledged(void)
{
	struct delivery delivery;
	struct queue_row row;

	set_up();
	queue_row_append(txn, &queued);
	require_ok(delivery_get(txn, queued.item, &delivery));
	delivery.handouts = 2;
	delivery_put(txn, &delivery);
	delivery_acknowledge(txn, &delivery, 99);
	check_err(queue_row_get(txn, queued.item, &row), ERR_NOT_FOUND);
	require_ok(delivery_get(txn, queued.item, &delivery));
	check_int(delivery.state, DELIVERY_ACKNOWLEDGED);
	check_uint(delivery.ended_seq, 99);
	check_uint(delivery.handouts, 2);
	check_uint(delivery.agency, queued.agency);
	delivery.told = 77;
	delivery_put(txn, &delivery);
	check_err(queue_row_get(txn, queued.item, &row), ERR_NOT_FOUND);
	require_ok(delivery_get(txn, queued.item, &delivery));
	check_uint(delivery.told, 77);
	tear_down();
}

/* An open delivery has its row: nothing is said of one that has none, or a damaged one. */
static void test_not_in_queue(void)
{
	struct delivery delivery = { .item = queued.item, .state = DELIVERY_DEAD };
	struct key key = key_u64(queued.item);

	set_up();
	delivery_put(txn, &delivery);
	check_err(txn_error(txn), ERR_CORRUPT);
	txn_abort(txn);
	txn = table_begin(store);
	txn_put(txn, TABLE_QUEUE, key_bytes(&key), bytes_of_text("cut off"));
	delivery_put(txn, &delivery);
	check_err(txn_error(txn), ERR_CORRUPT);
	txn_abort(txn);
	store_close(store);
}

/* Until something happens to it, a delivery is what its row in the queue says. */
static void test_queued_delivery(void)
{
	struct queue_row row = queued;
	struct delivery delivery;

	set_up();
	unit_random_bytes(row.view_hash.bytes, DIGEST_BYTES);
	row.expires_at_us = 1790000000000002;
	queue_row_append(txn, &row);
	require_ok(delivery_get(txn, row.item, &delivery));
	check_uint(delivery.seq, row.item / 16);
	check_uint(delivery.recipient, row.item % 16);
	check_uint(delivery.agency, row.agency);
	check_uint(delivery.sender, row.sender);
	check_uint(delivery.lane, row.lane);
	check_int(delivery.state, DELIVERY_WAITING);
	check_int(delivery.expires_at_us, row.expires_at_us);
	check(digest_equal(&delivery.view_hash, &row.view_hash));
	check_uint(delivery.handouts + delivery.attempts, 0);
	check_uint(delivery.last_handout_seq + delivery.failed_seq + delivery.ended_seq, 0);
	set_state(row.item, DELIVERY_FROZEN);
	require_ok(queue_row_get(txn, row.item, &row));
	check_int(row.expires_at_us, 1790000000000002); /* kept when the state changes */
	delivery.handouts = 3;
	delivery_put(txn, &delivery);
	require_ok(delivery_get(txn, row.item, &delivery));
	check_uint(delivery.handouts, 3);
	check_int(delivery.state, DELIVERY_WAITING);
	tear_down();
}

/* What the site told: its row tells what it is, and the delivery where the message lies. */
static void test_told_rows(void)
{
	struct queue_row row = queued;
	struct delivery delivery;

	set_up();
	row.what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
	row.about = 0x0102030405060701;
	row.told = 0x0102030405060702;
	queue_row_append(txn, &row);
	set_state(row.item, DELIVERY_QUARANTINED);
	require_ok(queue_row_get(txn, row.item, &row));
	check_uint(row.what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(row.about, 0x0102030405060701);
	check_int(row.expires_at_us, 0);
	require_ok(delivery_get(txn, row.item, &delivery));
	check_uint(delivery.seq, row.about / 16);
	check_uint(delivery.recipient, row.about % 16);
	delivery.attempts = 2;
	delivery_put(txn, &delivery);
	memset(&delivery, 0, sizeof(delivery));
	require_ok(delivery_get(txn, row.item, &delivery));
	check_uint(delivery.attempts, 2);
	check_uint(delivery.what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(delivery.about, row.about);
	check_uint(delivery.told, row.told);
	check_uint(delivery.seq, row.about / 16);
	check_uint(delivery.recipient, row.about % 16);
	delivery.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	delivery.about = 0;
	delivery_put(txn, &delivery);
	require_ok(delivery_get(txn, row.item, &delivery));
	check_uint(delivery.seq, row.item / 16); /* a notice lies with the entry that told it */
	check_uint(delivery.recipient, row.item % 16);
	tear_down();
}

/* A row that is as long as one of the site's own and says that it is a message's. */
static void test_told_damaged(void)
{
	struct key key = key_u64(queued.item);
	struct queue_row row = queued;
	struct bytes value;
	uint8_t copy[128];

	set_up();
	row.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	queue_row_append(txn, &row);
	require_ok(txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value));
	require(value.len <= sizeof(copy));
	memcpy(copy, value.data, value.len);
	copy[value.len - 17] = PB__ITEM_WHAT__ITEM_WHAT_MESSAGE;
	txn_put(txn, TABLE_QUEUE, key_bytes(&key), bytes_of(copy, value.len));
	check_err(queue_row_get(txn, queued.item, &row), ERR_CORRUPT);
	tear_down();
}

static struct delivery delivered = {
	.item = 0x112233445566778 * 16 + 15,
	.seq = 0x112233445566778,
	.recipient = 15,
	.agency = 3,
	.sender = 0xfffffffe,
	.lane = 2,
	.state = DELIVERY_DEAD,
	.reason = 5,
	.attempts = 70000,
	.handouts = 80000,
	.last_handout_seq = 91,
	.failed_seq = 92,
	.ended_seq = 93,
};

static void read_delivery(struct txn *in)
{
	struct delivery delivery;

	check_err(delivery_get(in, delivered.item, &delivery), ERR_CORRUPT);
}

static void check_delivery(const struct delivery *expected)
{
	struct delivery delivery;

	require_ok(delivery_get(txn, expected->item, &delivery));
	check_uint(delivery.item, expected->item);
	check_uint(delivery.seq, expected->seq);
	check_uint(delivery.recipient, expected->recipient);
	check_uint(delivery.agency, expected->agency);
	check_uint(delivery.sender, expected->sender);
	check_uint(delivery.lane, expected->lane);
	check_int(delivery.state, expected->state);
	check_uint(delivery.reason, expected->reason);
	check_uint(delivery.attempts, expected->attempts);
	check_uint(delivery.handouts, expected->handouts);
	check_uint(delivery.last_handout_seq, expected->last_handout_seq);
	check_uint(delivery.failed_seq, expected->failed_seq);
	check_uint(delivery.ended_seq, expected->ended_seq);
	check_int(delivery.expires_at_us, expected->expires_at_us);
	check(digest_equal(&delivery.view_hash, &expected->view_hash));
}

/* In that table, of whose rows those with an expiry are longer. */
static void check_rows(enum table table, enum delivery_state state)
{
	struct queue_row row = { .item = delivered.item };
	struct key key = key_u64(delivered.item);

	set_up();
	queue_row_append(txn, &row);
	unit_random_bytes(delivered.view_hash.bytes, DIGEST_BYTES);
	delivered.state = state;
	if (state == DELIVERY_ACKNOWLEDGED)
		delivery_acknowledge(txn, &delivered, delivered.ended_seq);
	for (delivered.expires_at_us = 0; delivered.expires_at_us < 2000000000000000; delivered.expires_at_us += 1000000000000000) {
		delivery_put(txn, &delivered);
		check_delivery(&delivered);
		table_each_wrong_length(txn, table, key_bytes(&key), read_delivery);
	}
	tear_down();
}

static void test_deliveries(void)
{
	check_rows(TABLE_QUEUE, DELIVERY_DEAD);
	check_rows(TABLE_QUEUE, DELIVERY_UNDELIVERABLE);
	check_rows(TABLE_DELIVERIES, DELIVERY_ACKNOWLEDGED);
}

struct seen {
	uint64_t items[5];
	size_t count;
};

/* Until there is no room for more. */
static enum err see(void *context, const struct delivery *delivery)
{
	struct seen *seen = context;

	if (seen->count == sizeof(seen->items) / sizeof(seen->items[0]))
		return ERR_BUSY;
	seen->items[seen->count++] = delivery->item;
	return ERR_OK;
}

/* Acknowledged or not, in the order of their numbers. */
static void test_each(void)
{
	struct seen all = { .count = 0 }, late = { .count = 0 };
	struct queue_row row = queued;
	struct delivery delivery;

	set_up();
	check_ok(delivery_each(txn, 0, see, &all));
	check_uint(all.count, 0);
	for (uint64_t item = 101; item <= 106; item++) {
		row.item = item;
		queue_row_append(txn, &row);
		require_ok(delivery_get(txn, item, &delivery));
		if (item % 3 == 0)
			delivery_acknowledge(txn, &delivery, 9);
	}
	check_err(delivery_each(txn, 0, see, &all), ERR_BUSY);
	check_uint(all.count, 5);
	for (size_t i = 0; i < all.count; i++)
		check_uint(all.items[i], 101 + i);
	check_ok(delivery_each(txn, 105, see, &late));
	check_uint(late.count, 2);
	check_uint(late.items[0], 105);
	check_uint(late.items[1], 106);
	tear_down();
}

static void test_agencies(void)
{
	struct agency_row row;
	uint32_t number;

	set_up();
	check_err(agency_row_get(txn, 9, &row), ERR_NOT_FOUND);
	agency_row_put(txn, 9, &(struct agency_row){ .closed = true, .record = bytes_of_text("a record") });
	require_ok(agency_row_get(txn, 9, &row));
	check(row.closed);
	check_bytes(row.record, bytes_of_text("a record"));
	agency_row_put(txn, 9, &(struct agency_row){ .record = bytes_of(NULL, 0) });
	require_ok(agency_row_get(txn, 9, &row));
	check(!row.closed);
	check_uint(row.record.len, 0);
	check_err(agency_row_decode(bytes_of(NULL, 0), &row), ERR_CORRUPT);
	check_err(agency_row_decode(bytes_of("\x02", 1), &row), ERR_CORRUPT);
	agency_number_put(txn, bytes_of_text("link"), 9);
	require_ok(agency_number_get(txn, bytes_of_text("link"), &number));
	check_uint(number, 9);
	check_err(agency_number_get(txn, bytes_of_text("lin"), &number), ERR_NOT_FOUND);
	check_err(agency_number_get(txn, bytes_of(NULL, 0), &number), ERR_NOT_FOUND);
	txn_put(txn, TABLE_AGENCY_IDS, bytes_of_text("link"), bytes_of("abc", 3));
	check_err(agency_number_get(txn, bytes_of_text("link"), &number), ERR_CORRUPT);
	tear_down();
}

static void read_device(struct txn *in)
{
	struct device device;

	check_err(device_get(in, 3, 2, &device), ERR_CORRUPT);
}

static void test_devices(void)
{
	struct key key = key_u32_u32(3, 2);
	struct device device = {
		.agency = 3,
		.device = 2,
		.name = "front desk",
		.signing_certificate = bytes_of_text("signing"),
		.sealing_certificate = bytes_of_text("sealing, longer"),
		.seq = 12,
		.bound_at_us = 34,
		.ends_at_us = 56,
		.compromised = true,
	};
	struct device read;

	set_up();
	unit_random_bytes(device.curve_key, CURVE_BYTES);
	require_ok(device_put(txn, &device));
	require_ok(device_get(txn, 3, 2, &read));
	check_text(read.name, "front desk");
	check_bytes(bytes_of(read.curve_key, CURVE_BYTES), bytes_of(device.curve_key, CURVE_BYTES));
	check_bytes(read.signing_certificate, device.signing_certificate);
	check_bytes(read.sealing_certificate, device.sealing_certificate);
	check_uint(read.agency, 3);
	check_uint(read.device, 2);
	check_uint(read.seq, 12);
	check_int(read.bound_at_us, 34);
	check_int(read.ends_at_us, 56);
	check(read.compromised);
	table_each_wrong_length(txn, TABLE_DEVICES, key_bytes(&key), read_device);
	check_err(device_get(txn, 3, 1, &read), ERR_NOT_FOUND);
	device.signing_certificate.len = UINT16_MAX + 1u;
	check_err(device_put(txn, &device), ERR_TOO_LARGE);
	tear_down();
}

/* Lengths inside the row that lead out of it. */
static void test_device_lengths(void)
{
	uint8_t row[200];
	uint8_t key[8] = { 0 };
	struct device device;

	for (int i = 0; i < 20000; i++) {
		size_t len = unit_random_below(sizeof(row));
		enum err err;

		unit_random_bytes(row, len);
		for (size_t at = 57; at < len && unit_random_below(2) == 0; at++)
			row[at] = (uint8_t)unit_random_below(4);
		err = device_decode(bytes_of(key, 8), bytes_of(row, len), &device);
		check(err == ERR_OK || err == ERR_CORRUPT);
		if (err == ERR_OK)
			check_uint(57 + 6 + strlen(device.name) + device.signing_certificate.len + device.sealing_certificate.len, len);
	}
	check_err(device_decode(bytes_of(key, 7), bytes_of(row, sizeof(row)), &device), ERR_CORRUPT);
}

static struct digest some_digest;

static void read_certificate(struct txn *in)
{
	struct certificate_row row;

	check_err(certificate_row_get(in, &some_digest, &row), ERR_CORRUPT);
}

static void test_certificates(void)
{
	struct certificate_row row = { .agency = 1, .device = 2, .seq = 3, .ends_at_us = 4, .compromised = true };
	struct certificate_row read;

	set_up();
	unit_random_bytes(some_digest.bytes, DIGEST_BYTES);
	check_err(certificate_row_get(txn, &some_digest, &read), ERR_NOT_FOUND);
	certificate_row_put(txn, &some_digest, &row);
	require_ok(certificate_row_get(txn, &some_digest, &read));
	check_uint(read.agency, 1);
	check_uint(read.device, 2);
	check_uint(read.seq, 3);
	check_int(read.ends_at_us, 4);
	check(read.compromised);
	table_each_wrong_length(txn, TABLE_CERTIFICATES, digest_bytes(&some_digest), read_certificate);
	tear_down();
}

static struct invitation invited = { .agency = 5, .expires_at_us = 6, .used = true };

static void read_invitation(struct txn *in)
{
	struct invitation invitation;

	check_err(invitation_get(in, bytes_of(invited.curve_key, CURVE_BYTES), &invitation), ERR_CORRUPT);
}

static void test_invitations(void)
{
	struct invitation read;

	set_up();
	unit_random_bytes(invited.curve_key, CURVE_BYTES);
	invitation_put(txn, &invited);
	require_ok(invitation_get(txn, bytes_of(invited.curve_key, CURVE_BYTES), &read));
	check_uint(read.agency, 5);
	check_int(read.expires_at_us, 6);
	check(read.used);
	check_err(invitation_get(txn, bytes_of(invited.curve_key, CURVE_BYTES - 1), &read), ERR_NOT_FOUND);
	table_each_wrong_length(txn, TABLE_INVITATIONS, bytes_of(invited.curve_key, CURVE_BYTES), read_invitation);
	tear_down();
}

static void test_directory(void)
{
	struct bytes file;
	uint64_t version;

	set_up();
	check_err(directory_file_get(txn, &file), ERR_NOT_FOUND);
	require_ok(directory_version_get(txn, &version));
	check_uint(version, 0);
	directory_file_put(txn, bytes_of_text("a file"));
	directory_version_put(txn, 99);
	require_ok(directory_file_get(txn, &file));
	check_bytes(file, bytes_of_text("a file"));
	require_ok(directory_version_get(txn, &version));
	check_uint(version, 99);
	txn_put(txn, TABLE_DIRECTORY, bytes_of_text("version"), bytes_of("1234567", 7));
	check_err(directory_version_get(txn, &version), ERR_CORRUPT);
	tear_down();
}

static void test_messages(void)
{
	uint8_t id[16] = { 1, 2, 3 };
	uint64_t seq;

	set_up();
	message_put(txn, bytes_of(id, 16), 5, 7);
	require_ok(message_get(txn, bytes_of(id, 16), 5, &seq));
	check_uint(seq, 7);
	check_err(message_get(txn, bytes_of(id, 16), 6, &seq), ERR_NOT_FOUND);
	check_err(message_row_decode(bytes_of(id, 7), &seq), ERR_CORRUPT);
	check_err(message_row_decode(bytes_of(id, 9), &seq), ERR_CORRUPT);
	tear_down();
}

static struct timer_row timer(int64_t due_at_us, Pb__TimerKind kind, uint64_t number)
{
	return (struct timer_row){ due_at_us, kind, number };
}

static void test_timers(void)
{
	const struct timer_row later = timer(2000, PB__TIMER_KIND__TIMER_KIND_EXPIRES, 1);
	const struct timer_row leg = timer(1000, PB__TIMER_KIND__TIMER_KIND_LEG, 1);
	const struct timer_row item = timer(1000, PB__TIMER_KIND__TIMER_KIND_EXPIRES, 1);
	struct bytes key, value;
	struct cursor *cursor;
	struct timer_row read;

	set_up();
	timer_put(txn, &later);
	timer_put(txn, &leg);
	timer_put(txn, &item);
	timer_drop(txn, &item); /* the leg of the same number keeps its own */
	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	require_ok(cursor_first(cursor, &key, &value));
	require_ok(timer_decode(key, &read));
	check_uint((uint64_t)read.due_at_us, 1000); /* the earliest first */
	check_uint(read.kind, PB__TIMER_KIND__TIMER_KIND_LEG);
	check_uint(read.number, 1);
	require_ok(cursor_next(cursor, &key, &value));
	require_ok(timer_decode(key, &read));
	check_uint((uint64_t)read.due_at_us, 2000);
	check_err(cursor_next(cursor, &key, &value), ERR_NOT_FOUND);
	check_err(timer_decode(bytes_of(key.data, 16), &read), ERR_CORRUPT);
	cursor_close(cursor);
	tear_down();
}

UNIT_SUITE("broker/rows",
	{ "queue", test_queue },
	{ "acknowledged", test_acknowledged },
	{ "a change of what is not in the queue", test_not_in_queue },
	{ "a delivery still in the queue as it came", test_queued_delivery },
	{ "what the site told", test_told_rows },
	{ "what the site told, damaged", test_told_damaged },
	{ "deliveries, with an expiry and without", test_deliveries },
	{ "each delivery, in both tables", test_each },
	{ "agencies and their ids", test_agencies },
	{ "devices", test_devices },
	{ "devices of random bytes", test_device_lengths },
	{ "certificates", test_certificates },
	{ "invitations", test_invitations },
	{ "the directory and its version", test_directory },
	{ "messages", test_messages },
	{ "timers, the earliest first", test_timers });

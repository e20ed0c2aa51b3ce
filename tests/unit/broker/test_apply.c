/* SPDX-License-Identifier: Apache-2.0 */
/* Entries that do not fit the tables they meet: damage is named, never guessed around, and nothing crashes (P5, P8). */
#include "broker/apply.h"
#include "broker/chores.h"
#include "broker/verbs.h"
#include "table.h"
#include "unit.h"

static struct store *store;
static struct txn *txn;

static enum err apply(Pb__EntryBody__BodyCase type, void *entry)
{
	struct leaf_header header = { .format = 1, .type = (uint16_t)type, .seq = 5, .time_us = 1000 };
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	body.body_case = type;
	body.submit = entry; /* every member is a pointer */
	return apply_entry(txn, &header, &body);
}

static void set_up(void)
{
	store = table_open();
	txn = table_begin(store);
}

static void tear_down(void)
{
	txn_abort(txn);
	store_close(store);
}

/* A waiting item and its rows. */
static void put_item(uint64_t item)
{
	struct queue_row row = { .item = item, .agency = 1, .sender = 2, .lane = 1, .state = DELIVERY_WAITING };
	struct delivery delivery = { .item = item, .agency = 1, .sender = 2, .lane = 1, .state = DELIVERY_WAITING };

	queue_row_append(txn, &row);
	delivery_put(txn, &delivery);
}

static void test_header_and_body(void)
{
	struct leaf_header header = { .type = PB__ENTRY_TYPE__ENTRY_TYPE_TIMER };
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__AccessEntry access = PB__ACCESS_ENTRY__INIT;

	set_up();
	body.body_case = PB__ENTRY_BODY__BODY_ACCESS;
	body.access = &access;
	check_err(apply_entry(txn, &header, &body), ERR_CORRUPT);
	header.type = PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS;
	check_ok(apply_entry(txn, &header, &body));
	header.type = 999; /* of a later release */
	body.body_case = (Pb__EntryBody__BodyCase)999;
	check_err(apply_entry(txn, &header, &body), ERR_VERSION);
	header.type = 0;
	body.body_case = PB__ENTRY_BODY__BODY__NOT_SET;
	check_err(apply_entry(txn, &header, &body), ERR_VERSION);
	tear_down();
}

/* Each kind of entry has its row in the table, and one that says nothing at all is refused or means nothing: it never crashes. */
static void test_every_kind(void)
{
	static uint8_t room[1024];

	for (unsigned i = 0; i < pb__entry_body__descriptor.n_fields; i++) {
		const ProtobufCFieldDescriptor *kind = &pb__entry_body__descriptor.fields[i];
		const ProtobufCMessageDescriptor *entry = kind->descriptor;

		unit_context("%s", kind->name);
		if (kind->id == PB__ENTRY_BODY__BODY_ERASE)
			continue; /* of a later release */
		set_up();
		require(entry->sizeof_message <= sizeof(room));
		entry->message_init((ProtobufCMessage *)(void *)room);
		check(apply((Pb__EntryBody__BodyCase)kind->id, room) != ERR_VERSION);
		tear_down();
	}
	unit_context(" ");
}

static void test_genesis(void)
{
	Pb__GenesisEntry entry = PB__GENESIS_ENTRY__INIT;

	set_up();
	check_err(apply(PB__ENTRY_BODY__BODY_GENESIS, &entry), ERR_CORRUPT); /* it is the first or it is none */
	tear_down();
}

static void test_submit(void)
{
	Pb__SubmitEntry entry = PB__SUBMIT_ENTRY__INIT;
	Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;
	Pb__SubmitEntry__Recipient recipient = PB__SUBMIT_ENTRY__RECIPIENT__INIT;
	Pb__SubmitEntry__Recipient *recipients[] = { &recipient };
	ProtobufCBinaryData statements[2] = { { 0 } };
	uint8_t bytes[32] = { 0 };
	uint32_t sizes[] = { 10, 20 };
	uint32_t held[] = { 1, 7 };
	struct queue_row row;

	set_up();
	check_err(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry), ERR_CORRUPT);
	entry.order = &order;
	entry.message_id = pb_of_bytes(bytes_of(bytes, 15));
	check_err(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry), ERR_CORRUPT);
	entry.message_id.len = 16;
	check_err(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry), ERR_CORRUPT);
	entry.recipients = recipients;
	entry.n_recipients = 1;
	order.statements = statements;
	order.n_statements = 2;
	check_err(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry), ERR_CORRUPT); /* two Views, one recipient */
	order.n_statements = 1;
	check_err(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry), ERR_CORRUPT); /* no hash */
	recipient.view_hash = pb_of_bytes(bytes_of(bytes, 32));
	recipient.part_sizes = sizes;
	recipient.n_part_sizes = 2;
	recipient.held = held;
	recipient.n_held = 2; /* one of them is no part: passed over */
	check_ok(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry));
	require_ok(queue_row_get(txn, item_number(5, 0), &row));
	check_uint(row.part_bytes, 10);
	check_ok(txn_error(txn));
	check_ok(apply(PB__ENTRY_BODY__BODY_SUBMIT, &entry)); /* the same numbers again: the rows are not the greatest */
	check_err(txn_error(txn), ERR_CORRUPT);
	tear_down();
}

static void test_items_that_are_not_there(void)
{
	uint64_t items[] = { 8 };
	int64_t due[] = { 1 };
	Pb__HandoutEntry handout = PB__HANDOUT_ENTRY__INIT;
	Pb__AcknowledgeEntry acknowledge = PB__ACKNOWLEDGE_ENTRY__INIT;
	Pb__RefuseEntry refuse = PB__REFUSE_ENTRY__INIT;
	Pb__FailedItem failed = PB__FAILED_ITEM__INIT;
	Pb__FailedItem *list[] = { &failed };
	Pb__LeaseLostEntry lost = PB__LEASE_LOST_ENTRY__INIT;
	Pb__QueueActEntry act = PB__QUEUE_ACT_ENTRY__INIT;
	Pb__TimerEntry timer = PB__TIMER_ENTRY__INIT;

	set_up();
	handout.items = acknowledge.items = act.items = timer.items = items;
	handout.n_items = acknowledge.n_items = act.n_items = timer.n_items = 1;
	act.act = PB__QUEUE_ACT__QUEUE_ACT_FREEZE;
	failed.item = 8;
	lost.failed = list;
	lost.n_failed = 1;
	check_err(apply(PB__ENTRY_BODY__BODY_HANDOUT, &handout), ERR_CORRUPT);
	check_err(apply(PB__ENTRY_BODY__BODY_ACKNOWLEDGE, &acknowledge), ERR_CORRUPT);
	check_err(apply(PB__ENTRY_BODY__BODY_REFUSE, &refuse), ERR_CORRUPT); /* no item at all */
	refuse.failed = &failed;
	check_err(apply(PB__ENTRY_BODY__BODY_REFUSE, &refuse), ERR_CORRUPT);
	check_err(apply(PB__ENTRY_BODY__BODY_LEASE_LOST, &lost), ERR_CORRUPT);
	check_err(apply(PB__ENTRY_BODY__BODY_QUEUE_ACT, &act), ERR_CORRUPT);
	check_err(apply(PB__ENTRY_BODY__BODY_TIMER, &timer), ERR_CORRUPT); /* no due times */
	timer.due_at_us = due;
	timer.n_due_at_us = 1;
	check_err(apply(PB__ENTRY_BODY__BODY_TIMER, &timer), ERR_CORRUPT);
	put_item(8);
	check_err(apply(PB__ENTRY_BODY__BODY_TIMER, &timer), ERR_CORRUPT); /* it expires at another time, or never */
	tear_down();
}

static void test_states_that_do_not_fit(void)
{
	uint64_t items[] = { 8 };
	Pb__AcknowledgeEntry acknowledge = PB__ACKNOWLEDGE_ENTRY__INIT;
	Pb__QueueActEntry act = PB__QUEUE_ACT_ENTRY__INIT;
	Pb__RefuseEntry refuse = PB__REFUSE_ENTRY__INIT;
	Pb__FailedItem failed = PB__FAILED_ITEM__INIT;

	set_up();
	put_item(8);
	acknowledge.items = act.items = items;
	acknowledge.n_items = act.n_items = 1;
	act.act = PB__QUEUE_ACT__QUEUE_ACT_THAW;
	check_err(apply(PB__ENTRY_BODY__BODY_QUEUE_ACT, &act), ERR_CORRUPT); /* it is not frozen */
	act.act = PB__QUEUE_ACT__QUEUE_ACT_UNSPECIFIED;
	check_err(apply(PB__ENTRY_BODY__BODY_QUEUE_ACT, &act), ERR_CORRUPT);
	check_ok(apply(PB__ENTRY_BODY__BODY_ACKNOWLEDGE, &acknowledge));
	check_err(apply(PB__ENTRY_BODY__BODY_ACKNOWLEDGE, &acknowledge), ERR_CORRUPT); /* a second time */
	failed.item = 8;
	refuse.failed = &failed;
	check_err(apply(PB__ENTRY_BODY__BODY_REFUSE, &refuse), ERR_CORRUPT); /* after its end */
	tear_down();
}

static void test_bindings(void)
{
	Pb__BindEntry bind = PB__BIND_ENTRY__INIT;
	Pb__UnbindEntry unbind = PB__UNBIND_ENTRY__INIT;
	Pb__InviteEntry invite = PB__INVITE_ENTRY__INIT;
	uint32_t devices[] = { 1 };
	uint8_t key[32] = { 3 };
	char long_name[80];

	set_up();
	check_err(apply(PB__ENTRY_BODY__BODY_INVITE, &invite), ERR_CORRUPT); /* no key */
	unbind.devices = devices;
	unbind.n_devices = 1;
	unbind.agency = 1;
	check_err(apply(PB__ENTRY_BODY__BODY_UNBIND, &unbind), ERR_CORRUPT); /* no such device */
	bind.agency = 1;
	bind.device = 1;
	check_err(apply(PB__ENTRY_BODY__BODY_BIND, &bind), ERR_CORRUPT); /* no CURVE key */
	bind.curve_key = pb_of_bytes(bytes_of(key, 32));
	bind.invitation = pb_of_bytes(bytes_of(key, 32));
	check_err(apply(PB__ENTRY_BODY__BODY_BIND, &bind), ERR_CORRUPT); /* by an invitation that never was */
	bind.invitation.len = 0;
	memset(long_name, 'x', sizeof(long_name));
	long_name[79] = '\0';
	bind.device_name = long_name;
	check_err(apply(PB__ENTRY_BODY__BODY_BIND, &bind), ERR_CORRUPT);
	tear_down();
}

/* Pieces of what nobody asked for, and ones that go back. */
static void test_pieces(void)
{
	struct chore chore = { .since = 3, .kind = PB__CHORE__CHORE_CLOSE, .agency = 2, .after = 64 };
	Pb__PieceEntry piece = PB__PIECE_ENTRY__INIT;

	set_up();
	piece.since = 3;
	piece.chore = PB__CHORE__CHORE_CLOSE;
	piece.agency = 2;
	piece.after = 65;
	check_err(apply(PB__ENTRY_BODY__BODY_PIECE, &piece), ERR_CORRUPT);
	chore_put(txn, &chore);
	check_ok(apply(PB__ENTRY_BODY__BODY_PIECE, &piece));
	require_ok(chore_get(txn, &chore));
	check_uint(chore.after, 65);
	piece.after = 64;
	check_err(apply(PB__ENTRY_BODY__BODY_PIECE, &piece), ERR_CORRUPT);
	piece.after = 65;
	piece.chore = PB__CHORE__CHORE_RESEAL;
	check_err(apply(PB__ENTRY_BODY__BODY_PIECE, &piece), ERR_CORRUPT);
	piece.chore = PB__CHORE__CHORE_CLOSE;
	piece.done = true;
	check_ok(apply(PB__ENTRY_BODY__BODY_PIECE, &piece));
	check_err(chore_first(txn, &chore), ERR_NOT_FOUND);
	check_err(apply(PB__ENTRY_BODY__BODY_PIECE, &piece), ERR_CORRUPT); /* it was done */
	tear_down();
}

static void test_directory(void)
{
	Pb__DirectoryEntry entry = PB__DIRECTORY_ENTRY__INIT;
	uint32_t closed[] = { 4 };
	struct bytes file = bytes_of("\x2a\x06\x0a\x04link", 8); /* agencies { id: "link" } */

	set_up();
	entry.file = pb_of_bytes(bytes_of("\xff\xff", 2));
	check_err(apply(PB__ENTRY_BODY__BODY_DIRECTORY, &entry), ERR_CORRUPT);
	entry.file = pb_of_bytes(file);
	check_err(apply(PB__ENTRY_BODY__BODY_DIRECTORY, &entry), ERR_CORRUPT); /* never numbered */
	entry.file.len = 0;
	entry.closed = closed;
	entry.n_closed = 1;
	check_err(apply(PB__ENTRY_BODY__BODY_DIRECTORY, &entry), ERR_CORRUPT); /* closes what never was */
	tear_down();
}

UNIT_SUITE("broker/apply",
	{ "header and body belong together", test_header_and_body },
	{ "every kind is known", test_every_kind },
	{ "genesis is the first", test_genesis },
	{ "submissions that do not fit", test_submit },
	{ "items that are not there", test_items_that_are_not_there },
	{ "states that do not fit", test_states_that_do_not_fit },
	{ "bindings that do not fit", test_bindings },
	{ "pieces that do not fit", test_pieces },
	{ "directories that do not fit", test_directory });

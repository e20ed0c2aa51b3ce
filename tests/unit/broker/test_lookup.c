/* SPDX-License-Identifier: Apache-2.0 */
/* What the front and the operators' socket read, on a living site. */
#include "base/id.h"
#include "broker/rows.h"
#include "hidden.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob", "shelter" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 3);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
}

struct seen {
	uint64_t items[16];
	enum delivery_state states[16];
	size_t count;
	size_t stop_at;
};

static enum err see(void *context, const struct delivery *delivery)
{
	struct seen *seen = context;

	seen->items[seen->count] = delivery->item;
	seen->states[seen->count++] = delivery->state;
	return seen->count == seen->stop_at ? ERR_STOPPED : ERR_OK;
}

static void test_open_deliveries(void)
{
	const struct desk_device *to[] = { &bob, &alice, &bob, &bob };
	struct seen seen = { 0 };
	struct txn *txn;
	uint64_t made[5] = { 0 };
	struct digest hash;
	struct inbound *frame;

	set_up();
	for (size_t i = 0; i < 4; i++) {
		struct draft draft = site_draft(&site, &alice, to[i]);

		site_submit(&site, &draft);
		require(site_refusal(&site, 0) == 0);
	}
	for (size_t nth = 1; nth <= 4; nth++)
		made[nth] = site_item(&site, nth);
	hash = site_delivery(&site, made[3]).view_hash;
	frame = frame_new(&bob);
	frame_acknowledge(frame, &made[3], &hash, 1);
	site_run(&site, frame);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, &made[4], 1));

	txn = site_read(&site);
	require_ok(delivery_each_open(txn, 0, 0, see, &seen));
	require(seen.count == 3);
	check_uint(seen.items[1], made[2]);
	check_uint(seen.items[2], made[4]);
	check_int(seen.states[2], DELIVERY_FROZEN);
	seen = (struct seen){ 0 };
	require_ok(delivery_each_open(txn, bob.agency, made[1], see, &seen));
	require(seen.count == 1);
	check_uint(seen.items[0], made[4]);
	seen = (struct seen){ .stop_at = 1 };
	check_err(delivery_each_open(txn, 0, 0, see, &seen), ERR_STOPPED);
	check_uint(seen.count, 1);
	seen = (struct seen){ 0 };
	check_ok(delivery_each_open(txn, 0, UINT64_MAX, see, &seen));
	check_uint(seen.count, 0);
	txn_abort(txn);
	site_close(&site);
}

static void test_messages(void)
{
	struct draft first, second;
	uint8_t absent[16] = { 9 };
	struct txn *txn;
	uint64_t seq;

	set_up();
	first = site_draft(&site, &alice, &bob);
	site_submit(&site, &first);
	second = site_draft(&site, &bob, &alice); /* the same id from another sender is another message */
	memcpy(second.id, first.id, 16);
	memcpy(second.case_id, "another case ...", 16);
	site_submit(&site, &second);
	check_int(site_refusal(&site, 0), 0);
	txn = site_read(&site);
	require_ok(message_seq(txn, first.id, alice.agency, &seq));
	check_uint(seq, ledger_size(site.broker->ledger) - 2);
	require_ok(message_seq(txn, first.id, bob.agency, &seq));
	check_uint(seq, ledger_size(site.broker->ledger) - 1);
	require_ok(message_seq(txn, first.id, 0, &seq));
	check_err(message_seq(txn, absent, 0, &seq), ERR_NOT_FOUND);
	memset(absent, 0xff, sizeof(absent)); /* behind the last row */
	check_err(message_seq(txn, absent, 0, &seq), ERR_NOT_FOUND);
	txn_abort(txn);
	site_close(&site);
}

/* How many rows were offered, and which of them is taken. */
struct offered {
	uint64_t seqs[4];
	size_t count, wanted;
	enum err otherwise;
};

static enum err offer(void *context, uint64_t seq)
{
	struct offered *offered = context;

	offered->seqs[offered->count] = seq;
	return offered->count++ == offered->wanted ? ERR_OK : offered->otherwise;
}

/* A code finds the newest message of it that is taken; one that nothing has offers nothing, and what goes wrong ends the search. */
static void test_codes(void)
{
	struct draft first, other, second;
	struct offered offered = { .otherwise = ERR_NOT_FOUND };
	uint8_t found[16] = { 0 };
	struct txn *txn;
	struct id id;

	set_up();
	first = site_draft(&site, &alice, &bob);
	site_submit(&site, &first);
	other = site_draft(&site, &alice, &bob);
	site_submit(&site, &other);
	second = site_draft(&site, &bob, &alice);
	memcpy(second.id, first.id, 16);
	memcpy(second.case_id, "another case ...", 16);
	site_submit(&site, &second);
	memcpy(id.bytes, first.id, 16);
	txn = site_read(&site);
	require_ok(message_by_code(txn, id_tail(&id), offer, &offered, found));
	check_bytes(bytes_of(found, 16), bytes_of(first.id, 16));
	check_uint(offered.count, 1);
	offered = (struct offered){ .wanted = 9, .otherwise = ERR_NOT_FOUND };
	check_err(message_by_code(txn, id_tail(&id), offer, &offered, found), ERR_NOT_FOUND);
	check_uint(offered.count, 2); /* both senders' of that id, and not the other message */
	offered = (struct offered){ .wanted = 9, .otherwise = ERR_CORRUPT };
	check_err(message_by_code(txn, id_tail(&id), offer, &offered, found), ERR_CORRUPT);
	check_uint(offered.count, 1);
	offered = (struct offered){ .wanted = 0 };
	check_err(message_by_code(txn, id_tail(&id) ^ 1, offer, &offered, found), ERR_NOT_FOUND);
	check_uint(offered.count, 0);
	txn_abort(txn);
	site_close(&site);
}

/* A confidential agency is nowhere in what everyone sees, though it can be reached. */
static void test_confidential(void)
{
	const Pb__DirectorySnapshot *snapshot;
	const Pb__DirectoryFile *file;
	struct desk_device shelter;
	struct draft draft;
	struct arena arena;
	uint64_t version;
	struct buf packed;
	struct txn *txn;

	set_up();
	shelter = site_enrol(&site, "shelter");
	site_operate(&site, site_load_hidden(ids, 3, "shelter", "alice"));
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	buf_init(&packed, 1000000);
	require_ok(directory_snapshot(txn, &packed, &version));
	require_ok(CODEC_DECODE(directory_snapshot, buf_bytes(&packed), &arena, &snapshot, NULL));
	check_uint(snapshot->file->n_agencies, 2);
	check_uint(snapshot->n_bindings, 2);
	check(memmem(packed.data, packed.len, "shelter", 7) == NULL);
	check(memmem(packed.data, packed.len, shelter.sealing, sizeof(shelter.sealing)) == NULL);
	require_ok(directory_current(txn, &arena, &file, &version));
	check_uint(file->n_agencies, 3); /* the operator sees it */
	txn_abort(txn);
	draft = site_draft(&site, &alice, &shelter);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	buf_free(&packed);
	arena_free(&arena);
	site_close(&site);
}

static const Pb__ConfidentialRecords *records_of(struct txn *txn, const char *proxy, struct buf *packed, struct arena *arena)
{
	const Pb__ConfidentialRecords *records;

	buf_clear(packed);
	require_ok(confidential_records(txn, proxy, packed));
	require_ok(CODEC_DECODE(confidential_records, buf_bytes(packed), arena, &records, NULL));
	check_text(records->proxy, proxy);
	return records;
}

/* The proxy is told who is behind it, with its certificates; nobody else is told of anybody. */
static void test_behind_a_proxy(void)
{
	const Pb__ConfidentialRecords *records;
	struct desk_device shelter;
	struct arena arena;
	uint64_t version;
	struct buf packed;
	struct txn *txn;

	set_up();
	shelter = site_enrol(&site, "shelter");
	site_operate(&site, site_load_hidden(ids, 3, "shelter", "alice"));
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	buf_init(&packed, 1000000);
	records = records_of(txn, "alice", &packed, &arena);
	require(records->n_agencies == 1 && records->n_bindings == 1);
	check_text(records->agencies[0]->id, "shelter");
	check_bytes(bytes_of_pb(records->bindings[0]->sealing_certificate), bytes_of(shelter.sealing, sizeof(shelter.sealing)));
	require_ok(directory_version_get(txn, &version));
	check_uint(records->version, version);
	records = records_of(txn, "bob", &packed, &arena);
	check_uint(records->n_agencies + records->n_bindings + records->n_standings, 0);
	records = records_of(txn, "shelter", &packed, &arena); /* not even itself: its bindings it is told in the welcome */
	check_uint(records->n_agencies + records->n_bindings + records->n_standings, 0);
	txn_abort(txn);
	buf_free(&packed);
	arena_free(&arena);
	site_close(&site);
}

static void test_no_directory(void)
{
	const Pb__DirectoryFile *file;
	struct arena arena;
	uint64_t version;
	struct buf packed;
	struct txn *txn;

	site = (struct site){ 0 };
	site_open(&site);
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	buf_init(&packed, 1000000);
	check_err(directory_current(txn, &arena, &file, &version), ERR_NOT_FOUND);
	check_err(directory_snapshot(txn, &packed, &version), ERR_NOT_FOUND);
	check_uint(packed.len, 0);
	txn_abort(txn);
	buf_free(&packed);
	arena_free(&arena);
	site_close(&site);
}

UNIT_SUITE("broker/lookup",
	{ "open deliveries, of all and of one agency", test_open_deliveries },
	{ "messages by id and sender", test_messages },
	{ "messages by short code", test_codes },
	{ "a confidential agency is not in the snapshot", test_confidential },
	{ "its proxy alone is told of it", test_behind_a_proxy },
	{ "before the first directory", test_no_directory });

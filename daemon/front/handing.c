/* SPDX-License-Identifier: Apache-2.0 */
/* The writer authorised these items by number; here their bytes are read and sent.  What one frame cannot hold goes into the next.
 *
 * Between the hand-out's entry and this, an item may have gone: erased, or acknowledged on another of its agency's devices or expired, and its
 * parts pruned.  It is passed over, and says nothing more: parts of what waits are pruned by nobody, and of what was erased the notice
 * CASE_ERASED tells whoever the hand-out's entry names.  An item with its parts in `withheld` would be worse than none: it would look like one whose
 * parts wait for acceptance.  The session gets the credit back that it gave for it. */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/hand_out.h"
#include "front/handing.h"
#include "ledger/entries.h"

#define ITEMS_IN_FRAME 256u
#define ITEMS_AT_ONCE 64u
#define FRAME_OVERHEAD 128u
#define SOURCE_OVERHEAD (DIGEST_BYTES + SIGNATURE_P256_MAX + 32u)
#define SOURCES_LOOKED_AT 16u             /* neighbours share their batch; a repeat further back only costs its bytes */

struct handing {
	struct front *front;
	struct txn *txn;
	Pb__Handout handout;
	Pb__HandoutItem *items[ITEMS_IN_FRAME];
	Pb__HandoutSource *sources[ITEMS_IN_FRAME];
	struct part_found pieces[ITEMS_IN_FRAME * LIMIT_PARTS];
	size_t piece_count;
	size_t control_bytes; /* at most */
	size_t data_bytes;
};

static void begin_frame(struct handing *handing)
{
	arena_reset(&handing->front->reading);
	pb__handout__init(&handing->handout);
	handing->handout.items = handing->items;
	handing->handout.sources = handing->sources;
	handing->piece_count = 0;
	handing->control_bytes = FRAME_OVERHEAD;
	handing->data_bytes = 0;
}

static bool same_source(const Pb__HandoutSource *source, const struct submission *submission)
{
	return bytes_equal(bytes_of_pb(source->signature), submission->signature) &&
	       bytes_equal(bytes_of_pb(source->certificate_sha256), submission->certificate) && source->count == submission->order_count;
}

static enum err source_of(struct handing *handing, const struct submission *submission, uint32_t *ret_index)
{
	size_t count = handing->handout.n_sources;
	Pb__HandoutSource *source;

	for (size_t i = count; i > 0 && count - i < SOURCES_LOOKED_AT; i--) {
		if (same_source(handing->sources[i - 1], submission)) {
			*ret_index = (uint32_t)(i - 1);
			return ERR_OK;
		}
	}
	source = arena_alloc(&handing->front->reading, sizeof *source);
	if (source == NULL)
		return ERR_NOMEM;
	pb__handout_source__init(source);
	source->certificate_sha256 = pb_of_bytes(submission->certificate);
	source->signature = pb_of_bytes(submission->signature);
	source->count = submission->order_count;
	handing->sources[count] = source;
	handing->handout.n_sources = count + 1;
	*ret_index = (uint32_t)count;
	return ERR_OK;
}

static enum err add(struct handing *handing, struct offer *offer)
{
	enum err err = ERR_OK;

	if (offer->item->what != PB__ITEM_WHAT__ITEM_WHAT_NOTICE) /* the site's own word comes from no batch */
		err = source_of(handing, &offer->submission, &offer->item->source);
	if (err != ERR_OK)
		return err;
	handing->items[handing->handout.n_items++] = offer->item;
	memcpy(handing->pieces + handing->piece_count, offer->pieces, offer->piece_count * sizeof *offer->pieces);
	handing->piece_count += offer->piece_count;
	handing->control_bytes += offer->control_bytes + SOURCE_OVERHEAD;
	handing->data_bytes += offer->data_bytes;
	return ERR_OK;
}

static bool fits(const struct handing *handing, const struct offer *offer)
{
	return handing->handout.n_items < ITEMS_IN_FRAME &&
	       handing->control_bytes + offer->control_bytes + SOURCE_OVERHEAD <= LIMIT_CONTROL_BYTES &&
	       handing->data_bytes + offer->data_bytes <= LIMIT_DATA_BYTES;
}

static enum err load_pieces(struct handing *handing, uint8_t *to)
{
	size_t bad;
	enum err err = parts_load_found(handing->txn, handing->pieces, handing->piece_count, to, &bad);

	return err == ERR_OK ? ERR_OK : front_read_failed(handing->front, err, "part", handing->pieces[bad].seq);
}

static enum err send(struct handing *handing, struct peer *peer)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	struct parcel *data;
	enum err err;

	if (handing->handout.n_items == 0)
		return ERR_OK;
	data = reply_room(handing->front, peer, handing->data_bytes);
	if (data == NULL) {
		peer_end(handing->front, peer, false, "does_not_read");
		return ERR_BUSY;
	}
	err = load_pieces(handing, parcel_bytes(data));
	if (err != ERR_OK) {
		parcel_free(data);
		return err;
	}
	message.body_case = PB__FROM_BROKER__BODY_HANDOUT;
	message.handout = &handing->handout;
	reply_send(handing->front, peer, &message, data);
	begin_frame(handing);
	return peer->state == PEER_OPEN ? ERR_OK : ERR_UNREACHABLE;
}

/* ERR_NOT_FOUND: a part went with its item, which is over.  While the item waits a part that is not there is damage. */
static enum err find_parts(struct handing *handing, const struct handout_item *from, struct offer *offer)
{
	struct delivery delivery;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < offer->piece_count; i++)
		err = part_find(handing->txn, offer->pieces[i].seq, offer->pieces[i].number, &offer->pieces[i].first);
	if (err != ERR_NOT_FOUND)
		return err;
	err = delivery_get(handing->txn, from->item, &delivery);
	return err == ERR_OK && delivery.ended_seq != 0 ? ERR_NOT_FOUND : ERR_CORRUPT;
}

static enum err read_item(struct handing *handing, const struct handout_item *from, const struct entry *entry, struct offer *ret_offer)
{
	enum err err = offer_read(handing->txn, &handing->front->reading, from, entry, ret_offer);

	return err == ERR_OK ? find_parts(handing, from, ret_offer) : err;
}

static void pass_over(struct peer *peer, const struct handout_item *from)
{
	log_info("handout_gone", "item=%llu", (unsigned long long)from->item);
	peer->returned_items++;
	peer->returned_bytes += from->part_bytes;
	peer->credit_due = true;
}

/* Adds one item, after sending what is there when both do not fit one frame.  err: of reading its entry. */
static enum err hand_item(struct handing *handing, struct peer *peer, const struct handout_item *from, const struct entry *entry, enum err err)
{
	struct offer offer;

	if (err == ERR_OK)
		err = read_item(handing, from, entry, &offer);

	if (err == ERR_NOT_FOUND) {
		pass_over(peer, from);
		return ERR_OK;
	}
	if (err == ERR_OK && !fits(handing, &offer) && handing->handout.n_items > 0) {
		err = send(handing, peer);
		if (err != ERR_OK)
			return err;
		err = read_item(handing, from, entry, &offer); /* the frame's memory was given up with it */
	}
	if (err == ERR_OK)
		err = add(handing, &offer);
	return err == ERR_OK ? ERR_OK : front_read_failed(handing->front, err, "entry", from->seq);
}

/* ITEMS_AT_ONCE of them at most: their entries are read together. */
static enum err hand_some(struct handing *handing, struct peer *peer, const struct handout_item *items, size_t count)
{
	uint64_t seqs[ITEMS_AT_ONCE];
	struct entry entries[ITEMS_AT_ONCE];
	enum err errs[ITEMS_AT_ONCE];
	enum err err = ERR_OK;

	for (size_t i = 0; i < count; i++)
		seqs[i] = offer_seq(&items[i]);
	entries_read(handing->txn, seqs, count, entries, errs);
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = hand_item(handing, peer, &items[i], &entries[i], errs[i]);
	return err;
}

void hand_out(struct front *front, struct peer *peer, const struct handout_item *items, size_t count)
{
	struct handing handing; /* 60 KiB; begin_frame sets what is used of it */
	enum err err;

	handing.front = front;
	err = txn_begin_read(front->store, &handing.txn);
	if (err != ERR_OK) {
		front_read_failed(front, err, "hand_out", count);
		peer_end(front, peer, true, "internal"); /* the items go back uncounted */
		return;
	}
	begin_frame(&handing);
	for (size_t i = 0; i < count && err == ERR_OK; i += ITEMS_AT_ONCE)
		err = hand_some(&handing, peer, items + i, count - i < ITEMS_AT_ONCE ? count - i : ITEMS_AT_ONCE);
	if (err == ERR_OK)
		err = send(&handing, peer);
	if (err != ERR_OK && peer->state == PEER_OPEN)
		peer_end(front, peer, true, "internal");
	txn_abort(handing.txn);
}

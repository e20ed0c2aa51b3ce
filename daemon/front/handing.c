/* SPDX-License-Identifier: Apache-2.0 */
/* The writer authorised these items by number; here their bytes are read and sent.  What one frame cannot hold goes into the next. */
#include "contract/codec.h"
#include "contract/submission.h"
#include "front/outtake.h"
#include "ledger/entry.h"
#include "store/parts.h"

#define ITEMS_IN_FRAME 256u
#define ITEM_OVERHEAD 128u                /* bytes of an item's numbers and of all field heads, at most */
#define SOURCE_OVERHEAD (DIGEST_BYTES + SIGNATURE_P256_MAX + 32u)
#define SOURCES_LOOKED_AT 16u             /* neighbours share their batch; a repeat further back only costs its bytes */

/* A part to be copied into the data frame. */
struct piece {
	uint64_t seq;
	uint16_t number;
	size_t size;
	struct digest digest;
};

struct handing {
	struct front *front;
	struct txn *txn;
	Pb__Handout handout;
	Pb__HandoutItem *items[ITEMS_IN_FRAME];
	Pb__HandoutSource *sources[ITEMS_IN_FRAME];
	struct piece pieces[ITEMS_IN_FRAME * LIMIT_PARTS];
	size_t piece_count;
	size_t control_bytes; /* at most */
	size_t data_bytes;
};

/* What one item would add, before it is added.  Bytes are borrowed from the transaction. */
struct offer {
	Pb__HandoutItem *item;
	struct submission submission;
	struct piece pieces[LIMIT_PARTS];
	size_t piece_count;
	size_t control_bytes;
	size_t data_bytes;
};

static void begin_frame(struct handing *handing)
{
	arena_reset(&handing->front->reading);
	pb__handout__init(&handing->handout);
	handing->handout.items = handing->items;
	handing->handout.sources = handing->sources;
	handing->piece_count = 0;
	handing->control_bytes = ITEM_OVERHEAD;
	handing->data_bytes = 0;
}

/* What was checked when it came in and holds against its leaf must parse: otherwise the store is damaged. */
static enum err read_submission(struct handing *handing, const struct handout_item *from, struct submission *ret_submission,
				int64_t *ret_accepted_us)
{
	struct entry entry;
	enum err err = entry_read(handing->txn, from->seq, &entry);

	if (err != ERR_OK)
		return err;
	if (entry.header.format > LEDGER_FORMAT)
		return ERR_VERSION;
	if (entry.body.len == 0)
		return ERR_NOT_FOUND; /* erased */
	*ret_accepted_us = entry.header.time_us;
	return submission_read(entry.body, from->recipient, ret_submission) == ERR_OK ? ERR_OK : ERR_CORRUPT;
}

/* From the View's leaf to the order's hash. */
static enum err view_path(struct arena *arena, const struct submission *submission, size_t view, ProtobufCBinaryData *ret_path)
{
	struct digest path[MERKLE_PATH_MAX];
	size_t len = merkle_path(submission->view_hashes, submission->view_count, view, path) * sizeof *path;

	return pb_keep(arena, bytes_of(path, len), ret_path);
}

static bool is_held(const struct submission *submission, uint32_t part)
{
	for (size_t i = 0; i < submission->held_count; i++)
		if (submission->held[i] == part)
			return true;
	return false;
}

static enum err add_pieces(const struct handout_item *from, struct offer *offer)
{
	const struct submission *submission = &offer->submission;
	struct submission_part parts[LIMIT_PARTS];
	size_t count;

	if (submission_parts(submission->statement, parts, &count) != ERR_OK || count != submission->part_count ||
	    submission->first_part + count > UINT16_MAX)
		return ERR_CORRUPT;
	for (uint32_t i = 0; i < count; i++) {
		if (is_held(submission, i))
			continue; /* ON_ACCEPT: its number stands in withheld */
		offer->pieces[offer->piece_count++] = (struct piece){ from->seq, (uint16_t)(submission->first_part + i), parts[i].size,
								      parts[i].digest };
		offer->data_bytes += parts[i].size;
	}
	return ERR_OK;
}

static enum err add_withheld(struct arena *arena, const struct submission *submission, Pb__HandoutItem *item)
{
	if (submission->held_count == 0)
		return ERR_OK;
	item->withheld = arena_copy(arena, bytes_of(submission->held, submission->held_count * sizeof *submission->held));
	item->n_withheld = submission->held_count;
	return item->withheld != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err make_item(struct handing *handing, const struct handout_item *from, int64_t accepted_us, struct offer *offer)
{
	const struct submission *submission = &offer->submission;
	struct arena *arena = &handing->front->reading;
	Pb__HandoutItem *item = arena_alloc(arena, sizeof *item);
	enum err err;

	if (item == NULL)
		return ERR_NOMEM;
	pb__handout_item__init(item);
	item->item = from->item;
	item->statement = pb_of_bytes(submission->statement);
	item->view_index = from->recipient;
	item->view_count = (uint32_t)submission->view_count;
	item->order_index = submission->order_index;
	item->order_path = pb_of_bytes(submission->order_path);
	item->seq = from->seq;
	item->accepted_at_us = accepted_us;
	item->redelivered = from->redelivered;
	item->attempts = from->attempts;
	item->after_dead_letter = from->after_dead_letter;
	offer->item = item;
	offer->piece_count = 0;
	offer->data_bytes = 0;
	err = view_path(arena, submission, from->recipient, &item->view_path);
	if (err == ERR_OK)
		err = add_withheld(arena, submission, item);
	offer->control_bytes = item->statement.len + item->view_path.len + item->order_path.len + 4 * item->n_withheld + ITEM_OVERHEAD +
			       SOURCE_OVERHEAD;
	return err == ERR_OK ? add_pieces(from, offer) : err;
}

static enum err read_item(struct handing *handing, const struct handout_item *from, struct offer *ret_offer)
{
	int64_t accepted_us;
	enum err err = read_submission(handing, from, &ret_offer->submission, &accepted_us);

	return err == ERR_OK ? make_item(handing, from, accepted_us, ret_offer) : err;
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
	enum err err = source_of(handing, &offer->submission, &offer->item->source);

	if (err != ERR_OK)
		return err;
	handing->items[handing->handout.n_items++] = offer->item;
	memcpy(handing->pieces + handing->piece_count, offer->pieces, offer->piece_count * sizeof *offer->pieces);
	handing->piece_count += offer->piece_count;
	handing->control_bytes += offer->control_bytes;
	handing->data_bytes += offer->data_bytes;
	return ERR_OK;
}

static bool fits(const struct handing *handing, const struct offer *offer)
{
	return handing->handout.n_items < ITEMS_IN_FRAME && handing->control_bytes + offer->control_bytes <= LIMIT_CONTROL_BYTES &&
	       handing->data_bytes + offer->data_bytes <= LIMIT_DATA_BYTES;
}

static enum err load_pieces(struct handing *handing, uint8_t *to)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < handing->piece_count && err == ERR_OK; i++) {
		const struct piece *piece = &handing->pieces[i];

		err = part_load_into(handing->txn, piece->seq, piece->number, piece->size, &piece->digest, to);
		if (err != ERR_OK)
			front_read_failed(handing->front, err, "part", piece->seq);
		to += piece->size;
	}
	return err;
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

/* Adds one item, after sending what is there when both do not fit one frame. */
static enum err hand_item(struct handing *handing, struct peer *peer, const struct handout_item *from)
{
	struct offer offer;
	enum err err = read_item(handing, from, &offer);

	if (err == ERR_OK && !fits(handing, &offer) && handing->handout.n_items > 0) {
		err = send(handing, peer);
		if (err != ERR_OK)
			return err;
		err = read_item(handing, from, &offer); /* the frame's memory was given up with it */
	}
	if (err == ERR_OK)
		err = add(handing, &offer);
	if (err != ERR_OK)
		front_read_failed(handing->front, err, "entry", from->seq);
	return err == ERR_NOT_FOUND ? ERR_OK : err; /* erased meanwhile: the others go on */
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
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = hand_item(&handing, peer, &items[i]);
	if (err == ERR_OK)
		err = send(&handing, peer);
	if (err != ERR_OK && peer->state == PEER_OPEN)
		peer_end(front, peer, true, "internal");
	txn_abort(handing.txn);
}

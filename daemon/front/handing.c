/* SPDX-License-Identifier: Apache-2.0 */
/* The writer authorised these items by number; here their bytes are read and sent.  What one frame cannot hold goes into the next. */
#include "contract/codec.h"
#include "front/outtake.h"
#include "ledger/entry.h"
#include "store/parts.h"

#define ITEMS_IN_FRAME 256u
#define READING_MAX (16u * 1024u * 1024u) /* decoded entries kept before a frame is sent */
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
	/* The entry that was decoded last: the recipients of one message are often neighbours. */
	uint64_t entry_seq;
	struct entry entry;
	const Pb__SubmitEntry *submit; /* NULL: none */
};

/* What one item would add, before it is added. */
struct offer {
	Pb__HandoutItem *item;
	const Pb__SubmitEntry *submit;
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
	handing->submit = NULL;
}

static enum err read_submit(struct handing *handing, uint64_t seq)
{
	const Pb__EntryBody *body;
	enum err err;

	if (handing->submit != NULL && handing->entry_seq == seq)
		return ERR_OK;
	handing->submit = NULL;
	err = entry_decode(handing->txn, seq, &handing->front->reading, &handing->entry, &body);
	if (err != ERR_OK)
		return err;
	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->order == NULL ||
	    body->submit->order->n_statements != body->submit->n_recipients)
		return ERR_CORRUPT;
	handing->submit = body->submit;
	handing->entry_seq = seq;
	return ERR_OK;
}

/* From the View's leaf to the order's hash. */
static enum err view_path(struct arena *arena, const Pb__SubmitEntry *submit, size_t recipient, ProtobufCBinaryData *ret_path)
{
	struct digest leaves[LIMIT_RECIPIENTS];
	struct digest path[MERKLE_PATH_MAX];
	size_t len;
	uint8_t *kept;

	if (submit->n_recipients > LIMIT_RECIPIENTS)
		return ERR_CORRUPT;
	for (size_t i = 0; i < submit->n_recipients; i++) {
		if (submit->recipients[i]->view_hash.len != DIGEST_BYTES)
			return ERR_CORRUPT;
		memcpy(leaves[i].bytes, submit->recipients[i]->view_hash.data, DIGEST_BYTES);
	}
	len = merkle_path(leaves, submit->n_recipients, recipient, path) * sizeof *path;
	kept = arena_copy(arena, bytes_of(path, len));
	if (kept == NULL)
		return ERR_NOMEM;
	*ret_path = pb_of_bytes(bytes_of(kept, len));
	return ERR_OK;
}

static bool is_held(const Pb__SubmitEntry__Recipient *recipient, uint32_t part)
{
	for (size_t i = 0; i < recipient->n_held; i++)
		if (recipient->held[i] == part)
			return true;
	return false;
}

/* Part numbers count over all Views of the message. */
static size_t first_part(const Pb__SubmitEntry *submit, size_t recipient)
{
	size_t first = 0;

	for (size_t i = 0; i < recipient; i++)
		first += submit->recipients[i]->n_part_sizes;
	return first;
}

static enum err add_pieces(struct handing *handing, size_t recipient, const Pb__View *view, struct offer *offer)
{
	const Pb__SubmitEntry__Recipient *to = offer->submit->recipients[recipient];
	size_t first = first_part(offer->submit, recipient);

	if (view->n_parts > LIMIT_PARTS || view->n_parts != to->n_part_sizes || first + view->n_parts > UINT16_MAX)
		return ERR_CORRUPT;
	for (uint32_t i = 0; i < view->n_parts; i++) {
		struct piece *piece = &offer->pieces[offer->piece_count];

		if (is_held(to, i))
			continue; /* ON_ACCEPT: its number stands in withheld */
		if (view->parts[i]->sha256.len != DIGEST_BYTES)
			return ERR_CORRUPT;
		*piece = (struct piece){ .seq = handing->entry_seq, .number = (uint16_t)(first + i), .size = view->parts[i]->size };
		memcpy(piece->digest.bytes, view->parts[i]->sha256.data, DIGEST_BYTES);
		offer->piece_count++;
		offer->data_bytes += piece->size;
	}
	return ERR_OK;
}

static enum err make_item(struct handing *handing, const struct handout_item *from, struct offer *offer)
{
	struct arena *arena = &handing->front->reading;
	const Pb__SignedOrder *order = offer->submit->order;
	Pb__HandoutItem *item = arena_alloc(arena, sizeof *item);
	const Pb__Statement *statement;
	enum err err;

	if (item == NULL)
		return ERR_NOMEM;
	pb__handout_item__init(item);
	item->item = from->item;
	item->statement = order->statements[from->recipient];
	item->view_index = from->recipient;
	item->view_count = (uint32_t)order->n_statements;
	item->order_index = order->index;
	item->order_path = order->path;
	item->seq = from->seq;
	item->accepted_at_us = handing->entry.header.time_us;
	item->redelivered = from->redelivered;
	item->attempts = from->attempts;
	item->after_dead_letter = from->after_dead_letter;
	item->withheld = offer->submit->recipients[from->recipient]->held;
	item->n_withheld = offer->submit->recipients[from->recipient]->n_held;
	offer->item = item;
	err = view_path(arena, offer->submit, from->recipient, &item->view_path);
	if (err == ERR_OK)
		err = CODEC_DECODE(statement, bytes_of_pb(item->statement), arena, &statement, NULL);
	if (err == ERR_OK && statement->body_case != PB__STATEMENT__BODY_VIEW)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		err = add_pieces(handing, from->recipient, statement->view, offer);
	offer->control_bytes = item->statement.len + item->view_path.len + item->order_path.len + 4 * item->n_withheld + ITEM_OVERHEAD +
			       SOURCE_OVERHEAD;
	return err == ERR_FORMAT ? ERR_CORRUPT : err; /* it was checked when it came in */
}

static enum err read_item(struct handing *handing, const struct handout_item *from, struct offer *ret_offer)
{
	enum err err = read_submit(handing, from->seq);

	if (err != ERR_OK)
		return err;
	if (from->recipient >= handing->submit->n_recipients)
		return ERR_CORRUPT;
	*ret_offer = (struct offer){ .submit = handing->submit };
	return make_item(handing, from, ret_offer);
}

static bool same_source(const Pb__HandoutSource *source, const Pb__SignedOrder *order)
{
	return bytes_equal(bytes_of_pb(source->signature), bytes_of_pb(order->signature)) &&
	       bytes_equal(bytes_of_pb(source->certificate_sha256), bytes_of_pb(order->certificate_sha256)) && source->count == order->count;
}

static enum err source_of(struct handing *handing, const Pb__SignedOrder *order, uint32_t *ret_index)
{
	size_t count = handing->handout.n_sources;
	Pb__HandoutSource *source;

	for (size_t i = count; i > 0 && count - i < SOURCES_LOOKED_AT; i--) {
		if (same_source(handing->sources[i - 1], order)) {
			*ret_index = (uint32_t)(i - 1);
			return ERR_OK;
		}
	}
	source = arena_alloc(&handing->front->reading, sizeof *source);
	if (source == NULL)
		return ERR_NOMEM;
	pb__handout_source__init(source);
	source->certificate_sha256 = order->certificate_sha256;
	source->signature = order->signature;
	source->count = order->count;
	handing->sources[count] = source;
	handing->handout.n_sources = count + 1;
	*ret_index = (uint32_t)count;
	return ERR_OK;
}

static enum err add(struct handing *handing, struct offer *offer)
{
	enum err err = source_of(handing, offer->submit->order, &offer->item->source);

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
	       handing->data_bytes + offer->data_bytes <= LIMIT_DATA_BYTES && handing->front->reading.used <= READING_MAX;
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

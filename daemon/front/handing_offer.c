/* SPDX-License-Identifier: Apache-2.0 */
/* What an item brings depends on what it is:
 *
 *   MESSAGE    the View's statement, and its parts but for those held until acceptance
 *   RELEASE    the same statement, and the parts that were held
 *   SEAL_TASK  the same statement and all parts, which are sealed to the sender as well; and a notice that says to whom
 *   NOTICE     the notice alone */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "contract/told_item.h"
#include "front/handing.h"

#define ITEM_OVERHEAD 128u /* bytes of an item's numbers and of all field heads, at most */

/* What was checked when it came in and holds against its leaf must parse: otherwise the store is damaged. */
static enum err check_body(const struct entry *entry)
{
	if (entry->header.format > LEDGER_FORMAT)
		return ERR_VERSION;
	return entry_is_erased(entry) ? ERR_NOT_FOUND : ERR_OK;
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

static bool is_brought(uint8_t what, const struct submission *submission, uint32_t part)
{
	switch (what) {
	case PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK:
		return true;
	case PB__ITEM_WHAT__ITEM_WHAT_RELEASE:
		return is_held(submission, part);
	default:
		return !is_held(submission, part);
	}
}

/* The parts it brings; the numbers of the others stand in withheld. */
static enum err add_pieces(struct arena *arena, const struct handout_item *from, struct offer *offer)
{
	const struct submission *submission = &offer->submission;
	struct submission_part parts[LIMIT_PARTS];
	uint32_t withheld[LIMIT_PARTS];
	Pb__HandoutItem *item = offer->item;
	size_t count;

	if (submission_parts(submission->statement, parts, &count) != ERR_OK || count != submission->part_count ||
	    submission->first_part + count > UINT16_MAX)
		return ERR_CORRUPT;
	for (uint32_t i = 0; i < count; i++) {
		if ((from->blocked & 1u << i) != 0 || !is_brought(from->what, submission, i)) {
			withheld[item->n_withheld++] = i;
			continue;
		}
		offer->pieces[offer->piece_count++] = (struct part_found){
			.seq = from->seq,
			.number = (uint16_t)(submission->first_part + i),
			.size = parts[i].size,
			.digest = parts[i].digest,
		};
		offer->data_bytes += parts[i].size;
	}
	if (item->n_withheld == 0)
		return ERR_OK;
	item->withheld = arena_copy(arena, bytes_of(withheld, item->n_withheld * sizeof *withheld));
	return item->withheld != NULL ? ERR_OK : ERR_NOMEM;
}

/* The View as its sender signed it, with its parts. */
static enum err add_message(struct arena *arena, const struct handout_item *from, const struct entry *entry, struct offer *offer)
{
	const struct submission *submission = &offer->submission;
	Pb__HandoutItem *item = offer->item;
	enum err err;

	if (submission_read(entry->body, from->recipient, &offer->submission) != ERR_OK)
		return ERR_CORRUPT;
	item->statement = pb_of_bytes(submission->statement);
	item->view_index = from->recipient;
	item->view_count = (uint32_t)submission->view_count;
	item->order_index = submission->order_index;
	item->order_path = pb_of_bytes(submission->order_path);
	item->seq = from->seq;
	item->accepted_at_us = entry->header.time_us;
	err = view_path(arena, submission, from->recipient, &item->view_path);
	return err == ERR_OK ? add_pieces(arena, from, offer) : err;
}

/* The site's own word, out of the entry that told it. */
static enum err add_notice(const struct handout_item *from, const struct entry *entry, Pb__HandoutItem *item)
{
	struct bytes notice;

	if (told_item_notice(entry->body, item_recipient(from->item), &notice) != ERR_OK || notice.len == 0)
		return ERR_CORRUPT;
	item->notice = pb_of_bytes(notice);
	return ERR_OK;
}

static enum err add_only_notice(const struct handout_item *from, const struct entry *entry, Pb__HandoutItem *item)
{
	item->seq = entry->header.seq;
	item->accepted_at_us = entry->header.time_us;
	return add_notice(from, entry, item);
}

static enum err add_seal_notice(struct txn *txn, const struct handout_item *from, Pb__HandoutItem *item)
{
	struct entry entry;
	enum err err = entry_read(txn, item_seq(from->item), &entry);

	if (err == ERR_OK)
		err = check_body(&entry);
	return err == ERR_OK ? add_notice(from, &entry, item) : err;
}

static size_t control_bytes(const Pb__HandoutItem *item)
{
	return item->statement.len + item->view_path.len + item->order_path.len + item->notice.len + 4 * item->n_withheld + ITEM_OVERHEAD;
}

uint64_t offer_seq(const struct handout_item *from)
{
	return from->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE ? item_seq(from->item) : from->seq;
}

enum err offer_read(struct txn *txn, struct arena *arena, const struct handout_item *from, const struct entry *entry, struct offer *ret_offer)
{
	Pb__HandoutItem *item = arena_alloc(arena, sizeof *item);
	enum err err = check_body(entry);

	if (err != ERR_OK)
		return err;
	if (item == NULL)
		return ERR_NOMEM;
	pb__handout_item__init(item);
	item->item = from->item;
	item->what = from->what;
	item->about = from->about;
	item->redelivered = from->redelivered;
	item->attempts = from->attempts;
	item->after_dead_letter = from->after_dead_letter;
	ret_offer->item = item;
	ret_offer->piece_count = 0;
	ret_offer->data_bytes = 0;
	if (from->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		err = add_only_notice(from, entry, item);
	else
		err = add_message(arena, from, entry, ret_offer);
	if (err == ERR_OK && from->what == PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK)
		err = add_seal_notice(txn, from, item);
	ret_offer->control_bytes = control_bytes(item);
	return err;
}

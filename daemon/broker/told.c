/* SPDX-License-Identifier: Apache-2.0 */
/* broker/told.c - see told.h for the contract. */
#include "broker/told.h"

#include "contract/merkle.h"
#include "contract/submission.h"
#include "ledger/entry.h"

/* ---- decide ---- */

static Pb__Told *new_told(struct world *world, Pb__ItemWhat what, uint32_t agency, Pb__Urgency lane)
{
	Pb__Told *told = world_alloc(world, 1, sizeof(*told));

	if (told == NULL)
		return NULL;
	pb__told__init(told);
	told->what = what;
	told->agency = agency;
	told->lane = lane;
	return told;
}

static enum err pack_notice(struct world *world, const Pb__SiteNotice *notice, Pb__Told *told)
{
	size_t size = codec_size(&notice->base);
	uint8_t *bytes = world_alloc(world, size, 1);

	if (bytes == NULL)
		return ERR_NOMEM;
	codec_pack_into(&notice->base, bytes, size);
	told->notice = pb_of_bytes(bytes_of(bytes, size));
	told->statement_bytes += (uint32_t)size;
	return ERR_OK;
}

static enum err keep_hash(struct world *world, const struct digest *hash, Pb__Told *told)
{
	return pb_keep(world->arena, digest_bytes(hash), &told->hash);
}

enum err told_notice(struct world *world, uint32_t agency, Pb__Urgency lane, uint64_t thread, const Pb__SiteNotice *notice,
		     Pb__Told **ret_told)
{
	Pb__Told *told = new_told(world, PB__ITEM_WHAT__ITEM_WHAT_NOTICE, agency, lane);
	struct digest hash;
	enum err err = told == NULL ? ERR_NOMEM : pack_notice(world, notice, told);

	if (err != ERR_OK)
		return err;
	hash = merkle_leaf(bytes_of_pb(told->notice));
	told->thread = thread;
	err = keep_hash(world, &hash, told);
	if (err == ERR_OK)
		*ret_told = told;
	return err;
}

/* The submission of a message's item; ERR_NOT_FOUND once it was erased. */
static enum err read_submission(struct txn *txn, const struct delivery *of, struct submission *ret_submission)
{
	struct entry entry;
	enum err err = entry_read(txn, of->seq, &entry);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (entry.header.format > LEDGER_FORMAT)
		return ERR_VERSION;
	if (entry_is_erased(&entry))
		return ERR_NOT_FOUND;
	return submission_read(entry.body, of->recipient, ret_submission) == ERR_OK ? ERR_OK : ERR_CORRUPT;
}

static bool is_held(const struct submission *submission, size_t part)
{
	for (size_t i = 0; i < submission->held_count; i++)
		if (submission->held[i] == part)
			return true;
	return false;
}

/* Bytes of the parts that an item of this message brings. */
static enum err count_parts(const struct submission *submission, bool all, uint32_t *ret_bytes)
{
	struct submission_part parts[LIMIT_PARTS];
	uint32_t bytes = 0;
	size_t count;

	if (submission_parts(submission->statement, parts, &count) != ERR_OK)
		return ERR_CORRUPT;
	for (size_t i = 0; i < count; i++)
		if (all || is_held(submission, i))
			bytes += parts[i].size;
	*ret_bytes = bytes;
	return ERR_OK;
}

/* An item that brings parts of a message delivered before. */
static enum err about_message(struct world *world, const struct delivery *of, const struct submission *submission, bool all, Pb__Told *told)
{
	enum err err = count_parts(submission, all, &told->part_bytes);

	told->thread = submission->thread;
	told->about = of->item;
	told->sender = of->sender;
	told->statement_bytes = (uint32_t)submission->statement.len;
	return err == ERR_OK ? keep_hash(world, &of->view_hash, told) : err;
}

enum err told_release(struct world *world, const struct delivery *of, Pb__Told **ret_told)
{
	struct submission submission;
	Pb__Told *told;
	enum err err = read_submission(world->txn, of, &submission);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && (submission.held_count == 0 || of->state == DELIVERY_UNDELIVERABLE))) {
		*ret_told = NULL; /* what was given up is so with all its parts */
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	told = new_told(world, PB__ITEM_WHAT__ITEM_WHAT_RELEASE, of->agency, (Pb__Urgency)of->lane);
	if (told == NULL)
		return ERR_NOMEM;
	told->quarantined = of->state == DELIVERY_QUARANTINED; /* nobody knows who wrote it */
	err = about_message(world, of, &submission, false, told);
	if (err == ERR_OK)
		*ret_told = told;
	return err;
}

enum err told_seal_task(struct world *world, const struct delivery *of, uint32_t sender_agency, const Pb__SiteNotice *notice,
			Pb__Told **ret_told)
{
	struct submission submission;
	Pb__Told *told;
	enum err err = read_submission(world->txn, of, &submission);

	if (err == ERR_NOT_FOUND) {
		*ret_told = NULL;
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	told = new_told(world, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK, sender_agency, (Pb__Urgency)of->lane);
	if (told == NULL)
		return ERR_NOMEM;
	err = about_message(world, of, &submission, true, told);
	if (err == ERR_OK)
		err = pack_notice(world, notice, told);
	if (err == ERR_OK)
		*ret_told = told;
	return err;
}

/* ---- apply ---- */

void told_queue_row(const struct leaf_header *header, size_t first, const Pb__Told *told, size_t index, struct queue_row *ret_row)
{
	*ret_row = (struct queue_row){
		.item = item_number(header->seq, first + index),
		.thread = told->thread,
		.about = told->about,
		.agency = told->agency,
		.sender = told->sender,
		.part_bytes = told->part_bytes,
		.statement_bytes = told->statement_bytes,
		.lane = (uint8_t)told->lane,
		.state = told->quarantined ? DELIVERY_QUARANTINED : DELIVERY_WAITING,
		.what = (uint8_t)told->what,
		.accepted_at_us = header->time_us,
	};
	memcpy(ret_row->view_hash.bytes, told->hash.data, DIGEST_BYTES);
}

static bool is_whole(const Pb__Told *told)
{
	bool is_notice = told->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE;

	return told->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE && told->hash.len == DIGEST_BYTES && is_notice == (told->about == 0);
}

/* The message remembers what was told about it, the newest first: traces lead from one to the other. */
static enum err chain(struct txn *txn, struct queue_row *row)
{
	struct delivery message;
	enum err err = delivery_get(txn, row->about, &message);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	row->told = message.told;
	message.told = row->item;
	delivery_put(txn, &message);
	return ERR_OK;
}

enum err told_apply(struct txn *txn, const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count)
{
	if (!told_fits(first, count))
		return ERR_CORRUPT;
	for (size_t i = 0; i < count; i++) {
		struct queue_row row;
		enum err err = ERR_OK;

		if (!is_whole(told[i]))
			return ERR_CORRUPT;
		told_queue_row(header, first, told[i], i, &row);
		if (row.about != 0)
			err = chain(txn, &row);
		if (err != ERR_OK)
			return err;
		queue_row_append(txn, &row);
	}
	return ERR_OK;
}

const char *address_for(const struct world *world, uint32_t reader, uint32_t agency)
{
	const struct registry_agency *known = registry_agency(world->registry, agency);
	const struct registry_agency *asker = registry_agency(world->registry, reader);

	if (known == NULL || asker == NULL)
		return "";
	if (agency == reader || !known->confidential || known->proxy == reader)
		return known->address;
	known = registry_agency(world->registry, known->proxy);
	return known == NULL || known->confidential ? "" : known->address;
}

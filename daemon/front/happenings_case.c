/* SPDX-License-Identifier: Apache-2.0 */
/* front/happenings_case.c - see happenings.h: what concerns a whole case: its protection, who looked at its envelopes, its erasure. */
#include "contract/codec.h"
#include "front/happenings.h"
#include "ledger/entry.h"

static enum err mark(struct happenings *happenings, const struct leaf_header *header, const Pb__MarkCaseEntry *entry)
{
	Pb__Happening *row = happening_new(happenings, header);

	if (row == NULL)
		return ERR_NOMEM;
	row->protected_ = entry->protected_;
	return entry->order == NULL ? ERR_CORRUPT : reader_name(happenings->reader, entry->order->agency, &row->by);
}

static enum err access_of(struct happenings *happenings, const struct leaf_header *header, const Pb__AccessEntry *entry)
{
	Pb__Happening *row = happening_new(happenings, header);

	if (row == NULL)
		return ERR_NOMEM;
	row->note = entry->command;
	if (entry->n_message_ids == 1)
		row->message_id = entry->message_ids[0];
	if (happenings->reader->agency == 0 && entry->operator_ != NULL)
		row->operator_ = entry->operator_->login;
	return ERR_OK;
}

enum err happenings_erased(struct happenings *happenings, uint64_t seq)
{
	struct entry entry;
	Pb__Happening *row;
	enum err err = entry_read(happenings->reader->txn, seq, &entry);

	if (err != ERR_OK || happenings->thread != NULL)
		return err;
	row = happening_new(happenings, &entry.header);
	if (row == NULL)
		return ERR_NOMEM;
	row->erased = true;
	return ERR_OK;
}

static enum err erase(struct happenings *happenings, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	Pb__Happening *row = happening_new(happenings, header);

	if (row == NULL)
		return ERR_NOMEM;
	row->note = entry->reason;
	row->erased = true;
	if (happenings->reader->agency == 0 && entry->operator_ != NULL)
		row->operator_ = entry->operator_->login;
	return ERR_OK;
}

enum err happenings_of_case(struct happenings *happenings, const struct leaf_header *header, const Pb__EntryBody *body)
{
	if (happenings->thread != NULL)
		return ERR_OK;
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_MARK_CASE:
		return mark(happenings, header, body->mark_case);
	case PB__ENTRY_BODY__BODY_ACCESS:
		return access_of(happenings, header, body->access);
	case PB__ENTRY_BODY__BODY_ERASE:
		return erase(happenings, header, body->erase);
	default:
		return ERR_OK;
	}
}

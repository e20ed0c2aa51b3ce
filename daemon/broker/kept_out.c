/* SPDX-License-Identifier: Apache-2.0 */
/* broker/kept_out.c - see kept_out.h for the contract. */
#include "broker/kept_out.h"

#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "contract/told_item.h"
#include "frame.pb-c.h"
#include "ledger/entry.h"

static enum err case_of_notice(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct bytes *ret_case)
{
	const Pb__SiteNotice *notice;
	struct bytes packed;
	struct entry entry;
	enum err err = entry_read(txn, item_seq(delivery->item), &entry);

	if (err != ERR_OK)
		return err;
	if (entry_is_erased(&entry))
		return ERR_NOT_FOUND;
	if (told_item_notice(entry.body, item_recipient(delivery->item), &packed) != ERR_OK)
		return ERR_CORRUPT;
	err = CODEC_DECODE(site_notice, packed, arena, &notice, NULL);
	if (err == ERR_OK)
		*ret_case = bytes_of_pb(notice->case_id);
	return err == ERR_FORMAT ? ERR_CORRUPT : err;
}

static enum err case_of_message(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct bytes *ret_case)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(txn, delivery->seq, arena, &entry, &body);

	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		return ERR_CORRUPT;
	if (err == ERR_OK)
		*ret_case = bytes_of_pb(body->submit->case_id);
	return err;
}

enum err case_of_item(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct bytes *ret_case)
{
	if (delivery->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		return case_of_notice(txn, delivery, arena, ret_case);
	return case_of_message(txn, delivery, arena, ret_case);
}

enum err kept_out_item(struct txn *txn, struct bytes address, const struct delivery *delivery, struct arena *arena, bool *ret_kept_out)
{
	struct bytes case_id;
	enum err err = case_of_item(txn, delivery, arena, &case_id);

	*ret_kept_out = false;
	if (err == ERR_OK)
		err = kept_out_of(txn, address, case_id, ret_kept_out);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

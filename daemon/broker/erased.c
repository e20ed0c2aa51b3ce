/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erased.c - see erased.h for the contract. */
#include "broker/erased.h"

#include <string.h>

#include "base/id.h"
#include "broker/lookup.h"
#include "broker/submit_check.h"
#include "ledger/entry.h"
#include "store/keys.h"

#define ROW_BYTES (8 + 1)

struct erased_mark erased_mark(enum erased_what what, uint32_t agency, struct bytes id)
{
	uint8_t text[1 + 4 + ID_BYTES] = { (uint8_t)what };
	size_t len = id.len < ID_BYTES ? id.len : ID_BYTES;
	struct erased_mark mark;
	struct digest digest;

	be32_put(text + 1, agency);
	if (len > 0)
		memcpy(text + 5, id.data, len);
	digest = digest_of(bytes_of(text, 5 + len));
	memcpy(mark.bytes, digest.bytes, ERASED_MARK_BYTES);
	return mark;
}

static struct erased_mark mark_number(enum erased_what what, uint32_t agency, uint64_t number)
{
	uint8_t id[8];

	be64_put(id, number);
	return erased_mark(what, agency, bytes_of(id, sizeof(id)));
}

struct erased_mark erased_mark_item(uint32_t agency, uint64_t item)
{
	return mark_number(ERASED_ITEM, agency, item);
}

struct erased_mark erased_mark_entry(uint32_t agency, uint64_t seq)
{
	return mark_number(ERASED_ENTRY, agency, seq);
}

void erased_put(struct txn *txn, struct bytes mark, const struct erasure *erasure)
{
	uint8_t row[ROW_BYTES];

	be64_put(row, erasure->seq);
	row[8] = (uint8_t)erasure->kept_years;
	txn_put(txn, TABLE_ERASED, mark, bytes_of(row, sizeof(row)));
}

enum err erased_get(struct txn *txn, const struct erased_mark *mark, struct erasure *ret_erasure)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_ERASED, bytes_of(mark->bytes, ERASED_MARK_BYTES), &value);

	if (err != ERR_OK)
		return err;
	if (value.len != ROW_BYTES)
		return ERR_CORRUPT;
	*ret_erasure = (struct erasure){ .seq = be64_get(value.data), .kept_years = value.data[8] };
	return ERR_OK;
}

enum err erased_message(struct txn *txn, uint32_t agency, struct bytes message_id, struct erasure *ret_erasure)
{
	struct erased_mark mark = erased_mark(ERASED_SENT, agency, message_id);
	enum err err = erased_get(txn, &mark, ret_erasure);

	if (err != ERR_NOT_FOUND)
		return err;
	mark = erased_mark(ERASED_RECEIVED, agency, message_id);
	return erased_get(txn, &mark, ret_erasure);
}

struct objection erased_object(const struct erasure *erasure, const char *subject)
{
	if (erasure->kept_years == 0)
		return OBJECT(ERASED, .subject = subject);
	return OBJECT(KEEPING_OVER, .subject = subject, .bound = erasure->kept_years);
}

struct objection erased_object_operator(const struct erasure *erasure, const char *subject)
{
	struct objection objection = erased_object(erasure, subject);

	objection.value = (int64_t)erasure->seq;
	return objection;
}

enum err erased_entry(struct txn *txn, uint64_t seq, bool *ret_erased)
{
	struct entry entry;
	enum err err = entry_read(txn, seq, &entry);

	if (err == ERR_OK)
		*ret_erased = entry_is_erased(&entry);
	return err;
}

enum err erased_passes(struct txn *txn, uint64_t item)
{
	bool erased = false;
	enum err err = erased_entry(txn, item_seq(item), &erased);

	if (err == ERR_OK && !erased)
		err = ERR_CORRUPT;
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err replace(enum err found, const struct erasure *erasure, struct objection *objection, const char *subject)
{
	if (found == ERR_OK)
		*objection = erased_object(erasure, subject);
	return found == ERR_NOT_FOUND ? ERR_OK : found;
}

enum err erased_instead(struct world *world, const struct signer *signer, struct objection *objection)
{
	const Pb__View *view = submit_view(signer, 0);
	struct erasure erasure;

	if (objection->code != REFUSE(UNKNOWN_MESSAGE) || view->thread_id.len != ID_BYTES)
		return ERR_OK;
	return replace(erased_message(world->txn, signer->agency->number, bytes_of_pb(view->thread_id), &erasure), &erasure, objection, "thread_id");
}

enum err erased_item_instead(struct world *world, const struct signer *signer, uint64_t item, struct objection *objection)
{
	struct erased_mark mark = erased_mark_item(signer->agency->number, item);
	struct erasure erasure;

	if (objection->code != REFUSE(UNKNOWN_ITEM))
		return ERR_OK;
	return replace(erased_get(world->txn, &mark, &erasure), &erasure, objection, NULL);
}

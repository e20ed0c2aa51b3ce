/* SPDX-License-Identifier: Apache-2.0 */
/* A segment goes to whom a message that names it was handed, and back to whom it came from.  To know its digest is not enough: Views, and
 * with them digests, stand in receipts that travel further than the messages. */
#include "broker/kept_out.h"
#include "broker/rows_consents.h"
#include "contract/codec.h"
#include "front/item_view.h"
#include "front/reads.h"
#include "store/parts.h"

static bool names(const Pb__View *view, struct bytes digest)
{
	for (size_t i = 0; i < view->n_blobs; i++)
		if (bytes_equal(bytes_of_pb(view->blobs[i]->sha256), digest))
			return true;
	return false;
}

/* Whether the consent that the item rests on, if any, still covers all that it tells: a segment is part of it. */
static enum err check_consent(struct asking *asking, const struct delivery *delivery)
{
	struct disclosure_fault fault;
	struct condition condition;
	struct consent_row row;
	struct basis_agency facts = { 0 };
	struct agency agency;
	char *address;
	enum err err = condition_get(asking->txn, delivery->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? delivery->about : delivery->item, &condition);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err; /* it rests on none */
	err = consent_get(asking->txn, bytes_of(condition.consent.bytes, ID_BYTES), asking->arena, &row);
	if (err == ERR_OK)
		err = agency_by_number(asking->txn, condition.agency, asking->arena, &agency);
	if (err == ERR_OK)
		err = agency_address(asking->txn, asking->front->site, condition.agency, asking->arena, &address);
	if (err != ERR_OK)
		return err;
	facts.address = address;
	facts.categories = (const char *const *)agency.record->categories;
	facts.category_count = agency.record->n_categories;
	if (condition.agency == row.registered_by) {
		row.consent.scope.agencies = &facts.address;
		row.consent.scope.agency_count = 1;
	}
	row.consent.from_us = 0; /* it had begun, as for a hand-out */
	if (condition.blocked != 0)
		return ERR_NOT_FOUND; /* withheld for good, whatever covers it by now */
	for (size_t i = 0; i < condition.part_count; i++)
		if (consent_covers(&row.consent, &facts, condition.classes[i], broker_wall_us(asking->front->broker), &fault) != ERR_OK)
			return ERR_NOT_FOUND;
	return ERR_OK;
}

/* Whether the asking agency may still know of the case that the item is of. */
static enum err check_case(struct asking *asking, const struct delivery *delivery)
{
	bool kept_out = false;
	char *self;
	enum err err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);

	if (err == ERR_OK)
		err = kept_out_item(asking->txn, bytes_of_text(self), delivery, asking->arena, &kept_out);
	return err == ERR_OK && kept_out ? ERR_NOT_FOUND : err;
}

/* Whether the item was handed to the asking agency and names the segment. */
static enum err check_item(struct asking *asking, uint64_t item, struct bytes digest)
{
	struct delivery delivery;
	struct item_view seen;
	enum err err = delivery_get(asking->txn, item, &delivery);

	if (err == ERR_OK && (delivery.agency != asking->peer->agency || delivery.handouts == 0))
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = check_case(asking, &delivery);
	if (err == ERR_OK)
		err = check_consent(asking, &delivery);
	if (err == ERR_OK)
		err = item_view(asking->txn, &delivery, asking->arena, &seen);
	return err == ERR_OK && (seen.view == NULL || !names(seen.view, digest)) ? ERR_NOT_FOUND : err;
}

enum err read_blob(struct asking *asking, const Pb__Read *read)
{
	struct bytes digest = bytes_of_pb(read->blob_sha256);
	struct blob_head head;
	struct digest named;
	uint64_t number;
	enum err err = ERR_OK;

	if (digest.len != DIGEST_BYTES)
		return ERR_NOT_FOUND;
	if (read->blob_item != 0)
		err = check_item(asking, read->blob_item, digest);
	if (err != ERR_OK)
		return err;
	memcpy(named.bytes, digest.data, DIGEST_BYTES);
	err = blob_find(asking->txn, &named, &number);
	if (err == ERR_OK)
		err = blob_head(asking->txn, number, &head);
	if (err == ERR_OK && read->blob_item == 0 && head.agency != asking->peer->agency)
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = blob_load(asking->txn, number, &head, &asking->kept);
	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_BLOB_SIZE;
	asking->result.blob_size = head.size;
	asking->data = buf_bytes(&asking->kept);
	return ERR_OK;
}

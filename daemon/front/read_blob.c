/* SPDX-License-Identifier: Apache-2.0 */
/* A segment goes to whom a message that names it was handed, and back to whom it came from.  To know its digest is not enough: Views, and
 * with them digests, stand in receipts that travel further than the messages. */
#include "broker/lookup.h"
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

/* Whether the item was handed to the asking agency and names the segment. */
static enum err check_item(struct asking *asking, uint64_t item, struct bytes digest)
{
	struct delivery delivery;
	struct item_view seen;
	enum err err = delivery_get(asking->txn, item, &delivery);

	if (err == ERR_OK && (delivery.agency != asking->peer->agency || delivery.handouts == 0))
		err = ERR_NOT_FOUND;
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

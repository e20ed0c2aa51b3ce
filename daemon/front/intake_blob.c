/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"
#include "front/intake.h"
#include "front/refusals.h"

static void refuse(struct front *front, struct peer *peer, uint64_t number, const Pb__Refusal *refusal)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__BlobStored stored = PB__BLOB_STORED__INIT;

	stored.number = number;
	stored.refusal = (Pb__Refusal *)(uintptr_t)refusal;
	message.body_case = PB__FROM_BROKER__BODY_BLOB_STORED;
	message.blob_stored = &stored;
	reply_send(front, peer, &message, NULL);
}

static void refuse_overloaded(struct front *front, struct peer *peer, uint64_t number)
{
	const Pb__Refusal refusal = refusal_overloaded((int64_t)flow_bytes(&front->pending), (int64_t)front->config.pending_bytes_max);

	front->tally.overloaded++;
	refuse(front, peer, number, &refusal);
}

static bool holds(struct front *front, const Pb__BlobPut *put, struct bytes bytes, struct digest *ret_digest, Pb__Refusal *ret_refusal)
{
	if (front_is_closing(front))
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, NULL, 0, 0);
	else if (bytes.len == 0 || bytes.len > LIMIT_BLOB_BYTES)
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "data", (int64_t)bytes.len, LIMIT_BLOB_BYTES);
	else if (put->size != bytes.len)
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "blob_put.size", put->size, (int64_t)bytes.len);
	else if (*ret_digest = digest_of(bytes), !bytes_equal(digest_bytes(ret_digest), bytes_of_pb(put->sha256)))
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST, "data", 0, 0);
	else
		return true;
	return false;
}

void intake_blob(struct front *front, struct frame *frame, struct peer *peer, const Pb__BlobPut *put)
{
	struct held *held = held_new(front, INBOUND_BLOB, peer);
	Pb__Refusal refusal = refusal_overloaded(0, 0);
	struct digest digest;

	if (held == NULL) {
		refuse(front, peer, put->number, &refusal);
		return;
	}
	held_take_data(held, frame);
	if (!held_charge(front, held, false)) { /* before it costs a digest */
		refuse_overloaded(front, peer, put->number);
		held_free(held);
		return;
	}
	if (!holds(front, put, frame_bytes(&held->data), &digest, &refusal)) {
		refuse(front, peer, put->number, &refusal);
		held_free(held);
		return;
	}
	held->inbound.blob.number = put->number;
	held->inbound.blob.digest = digest;
	held->inbound.blob.bytes = frame_bytes(&held->data);
	if (held_offer(front, held, false) != ERR_OK)
		refuse_overloaded(front, peer, put->number);
}

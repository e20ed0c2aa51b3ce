/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"
#include "contract/refusal.h"
#include "front/fault.h"
#include "front/hello.h"
#include "front/intake.h"
#include "front/reads.h"
#include "front/refusals.h"

/* What came cannot be understood, or may not be said now.  A session ends with it: one line each is no flood. */
static void refuse_frame(struct front *front, const struct frame *frame, struct peer *peer, const Pb__Refusal *refusal)
{
	front->tally.bad_frames++;
	if (peer == NULL) {
		log_debug("frame_refused", "session=none code=%s subject=%s", refusal_code(refusal->code), refusal->subject);
		reply_stranger(front, frame->routing, refusal);
		return;
	}
	log_info("frame_refused", "session=%016llx code=%s subject=%s value=%lld bound=%lld", (unsigned long long)peer->number,
		 refusal_code(refusal->code), refusal->subject, (long long)refusal->value, (long long)refusal->bound);
	peer_expel(front, peer, refusal, "bad_frame");
}

static void pong(struct front *front, struct peer *peer, uint64_t ping)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;

	message.body_case = PB__FROM_BROKER__BODY_PONG;
	message.pong = ping;
	reply_send(front, peer, &message, NULL);
}

/* Totals: one that is smaller than the last came late or twice. */
static void credit(struct peer *peer, const Pb__Credit *credit)
{
	if (credit->items > peer->credit_items)
		peer->credit_items = credit->items;
	if (credit->bytes > peer->credit_bytes)
		peer->credit_bytes = credit->bytes;
}

static void from_peer(struct front *front, struct frame *frame, struct peer *peer, const Pb__FromClient *message)
{
	const Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "body", message->body_case, 0);

	switch (message->body_case) {
	case PB__FROM_CLIENT__BODY_BATCH:
		if (!fault_cuts(front, peer))
			intake_batch(front, frame, peer, message->batch);
		break;
	case PB__FROM_CLIENT__BODY_CREDIT:
		credit(peer, message->credit);
		peer_offer_credit(front, peer);
		fault_repeats(front, peer);
		break;
	case PB__FROM_CLIENT__BODY_BLOB_PUT:
		intake_blob(front, frame, peer, message->blob_put);
		break;
	case PB__FROM_CLIENT__BODY_READ:
		read_answer(front, peer, message->read);
		break;
	case PB__FROM_CLIENT__BODY_PING:
		pong(front, peer, message->ping);
		break;
	case PB__FROM_CLIENT__BODY_BYE:
		peer_end(front, peer, true, "bye");
		break;
	default: /* a second Hello, or to enrol a device that is enrolled */
		refuse_frame(front, frame, peer, &refusal);
		break;
	}
}

/* Its Enrol is with the writer.  It is the agency's only once that is durable: until then it reads nothing and sends nothing more. */
static void from_enrolling(struct front *front, struct frame *frame, struct peer *peer, const Pb__FromClient *message)
{
	const Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_NO_HELLO, NULL, 0, 0);

	if (message->body_case == PB__FROM_CLIENT__BODY_BYE)
		peer_end(front, peer, true, "bye");
	else
		refuse_frame(front, frame, peer, &refusal);
}

static void from_stranger(struct front *front, const struct frame *frame, const Pb__FromClient *message)
{
	const Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_NO_HELLO, NULL, 0, 0);

	switch (message->body_case) {
	case PB__FROM_CLIENT__BODY_HELLO:
		hello(front, frame, message->hello);
		break;
	case PB__FROM_CLIENT__BODY_ENROL:
		intake_enrol(front, frame, message->enrol);
		break;
	case PB__FROM_CLIENT__BODY_BYE: /* its session has ended already */
		break;
	default:
		refuse_frame(front, frame, NULL, &refusal);
		break;
	}
}

static bool has_data(const Pb__FromClient *message)
{
	return message->body_case == PB__FROM_CLIENT__BODY_BATCH || message->body_case == PB__FROM_CLIENT__BODY_BLOB_PUT;
}

/* Into the scratch arena.  ret_refusal is set unless it gives ERR_OK; its subject is fault's path. */
static enum err decode(struct front *front, struct frame *frame, const Pb__FromClient **ret_message, struct codec_fault *fault,
		       Pb__Refusal *ret_refusal)
{
	struct bytes control = frame_bytes(&frame->control);
	enum err err = ERR_OK;

	arena_reset(&front->scratch);
	if (control.len > LIMIT_CONTROL_BYTES) {
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "control", (int64_t)control.len, LIMIT_CONTROL_BYTES);
		return ERR_TOO_LARGE;
	}
	err = CODEC_DECODE(from_client, control, &front->scratch, ret_message, fault);
	if (err != ERR_OK)
		*ret_refusal = refusal_of(err == ERR_TOO_LARGE ? PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY :
								 PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, fault->path, 0, 0);
	if (err == ERR_OK && !has_data(*ret_message) && zmq_msg_size(&frame->data) > 0) {
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "data", (int64_t)zmq_msg_size(&frame->data), 0);
		err = ERR_FORMAT;
	}
	return err;
}

static void dispatch_known(struct front *front, struct frame *frame, struct peer *peer)
{
	const Pb__Refusal busy = refusal_overloaded(0, 0);
	const Pb__FromClient *message;
	struct codec_fault fault;
	Pb__Refusal refusal;

	if (peer != NULL && peer->state == PEER_LEAVING) {
		reply_stranger(front, frame->routing, &busy); /* until the writer has heard of its end */
		return;
	}
	if (decode(front, frame, &message, &fault, &refusal) != ERR_OK) {
		refuse_frame(front, frame, peer, &refusal);
		return;
	}
	if (peer == NULL) {
		from_stranger(front, frame, message);
		return;
	}
	peer->heard_us = front->mono_us;
	if (peer->state == PEER_ENROLLING) {
		from_enrolling(front, frame, peer, message);
		return;
	}
	if (peer->credit_due)
		peer_offer_credit(front, peer); /* whoever speaks may have read */
	from_peer(front, frame, peer, message);
}

void dispatch(struct front *front, struct frame *frame)
{
	struct peer *peer = peer_by_routing(&front->peers, frame->routing);

	if (frame->identity == NULL || (peer != NULL && strcmp(frame->identity, peer->identity) != 0)) {
		front->tally.thrown_away++;
		guard_cut(&front->guard, frame->fd, 0);
	} else {
		dispatch_known(front, frame, peer);
	}
	frame_free(frame);
}

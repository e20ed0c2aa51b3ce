/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/admin_serve.h"
#include "front/proof.h"

enum err admin_checkpoint(struct admin_call *call)
{
	struct bytes note;
	uint64_t size;
	enum err err = admin_reading(call);

	if (err == ERR_OK)
		err = checkpoint_newest(call->txn, 0, &note, &size);
	if (err != ERR_OK)
		return err;
	call->reply.body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
	call->reply.checkpoint = arena_text(&call->arena, note);
	return call->reply.checkpoint != NULL ? ERR_OK : ERR_NOMEM;
}

/* That the entry stands in the log, not what it says: its body is no operator's to read without leaving a trace. */
enum err admin_prove(struct admin_call *call, uint64_t seq)
{
	Pb__ReceiptProof *proof = arena_alloc(&call->arena, sizeof *proof);
	struct bytes note;
	struct entry entry;
	uint64_t size;
	enum err err;

	if (proof == NULL)
		return ERR_NOMEM;
	err = admin_reading(call);
	if (err == ERR_OK)
		err = checkpoint_newest(call->txn, 0, &note, &size);
	if (err == ERR_OK)
		err = entry_read(call->txn, seq, &entry);
	if (err == ERR_OK)
		err = proof_of_entry(call->txn, &entry, NULL, size, false, &call->arena, proof);
	if (err != ERR_OK)
		return err;
	proof->checkpoint = arena_text(&call->arena, note);
	if (proof->checkpoint == NULL)
		return ERR_NOMEM;
	call->reply.body_case = PB__ADMIN_REPLY__BODY_PROOF;
	call->reply.proof = proof;
	return ERR_OK;
}

static enum err any(void *context, uint64_t seq)
{
	(void)context;
	(void)seq;
	return ERR_OK;
}

/* Which message a short code is of; nothing of it is shown. */
static enum err admin_code(struct admin_call *call, uint64_t tail)
{
	uint8_t message_id[16];
	enum err err = admin_reading(call);

	if (err == ERR_OK)
		err = message_by_code(call->txn, tail, any, NULL, message_id);
	if (err == ERR_OK)
		err = pb_keep(&call->arena, bytes_of(message_id, sizeof message_id), &call->reply.found);
	else if (err == ERR_NOT_FOUND)
		err = ERR_OK;
	if (err == ERR_OK)
		call->reply.body_case = PB__ADMIN_REPLY__BODY_FOUND;
	return err;
}

static enum err read_envelopes(struct admin_call *call, const Pb__AdminRequest *asked)
{
	switch (asked->body_case) {
	case PB__ADMIN_REQUEST__BODY_QUEUE_LIST:
		return admin_queue_list(call, asked->queue_list);
	case PB__ADMIN_REQUEST__BODY_QUEUE_SHOW:
		return admin_queue_show(call, bytes_of_pb(asked->queue_show), asked->agency);
	case PB__ADMIN_REQUEST__BODY_OVERDUE:
		return admin_overdue(call, asked->overdue);
	case PB__ADMIN_REQUEST__BODY_REVIEW_LIST:
		return admin_reviews(call, asked->review_list);
	case PB__ADMIN_REQUEST__BODY_PROVISIONS:
		return admin_provisions(call, asked->provisions);
	case PB__ADMIN_REQUEST__BODY_DISCLOSURE:
		return admin_disclosure(call, asked->disclosure);
	default:
		return admin_trace(call, bytes_of_pb(asked->trace));
	}
}

/* The message that was asked for; empty: none by its id. */
static struct bytes named_in(const Pb__AdminRequest *asked)
{
	if (asked->body_case == PB__ADMIN_REQUEST__BODY_TRACE)
		return bytes_of_pb(asked->trace);
	return asked->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_SHOW ? bytes_of_pb(asked->queue_show) : bytes_of(NULL, 0);
}

/* Readings that show envelopes: the entry that says so is durable before anything is shown. */
static enum err recorded_reading(struct admin_call *call)
{
	const ProtobufCMessage *copy; /* the request goes with the writer's inbound, and may be gone after */
	uint64_t seq;
	enum err err = codec_copy(&call->request->base, &call->arena, &copy);

	if (err != ERR_OK)
		return err;
	call->named = named_in((const Pb__AdminRequest *)copy);
	call->named_as = ERASED_SENT;
	if (!admin_to_writer(call))
		return ERR_OK; /* its refusal is the reply */
	seq = call->reply.seq;
	pb__admin_reply__init(&call->reply);
	err = read_envelopes(call, (const Pb__AdminRequest *)copy);
	call->reply.seq = seq;
	return err;
}

/* What cannot be taken back is looked at first. */
static enum err look_or_write(struct admin_call *call)
{
	const Pb__AdminRequest *request = call->request;

	if (request->body_case == PB__ADMIN_REQUEST__BODY_ERASE && request->erase->look)
		return admin_erase_look(call, bytes_of_pb(request->erase->case_id));
	if (request->body_case == PB__ADMIN_REQUEST__BODY_HAND_OVER && request->hand_over->look)
		return admin_hand_over_look(call, request->hand_over);
	admin_to_writer(call);
	return ERR_OK;
}

static enum err answer(struct admin_call *call)
{
	const Pb__AdminRequest *request = call->request;

	switch (request->body_case) {
	case PB__ADMIN_REQUEST__BODY_STATUS:
		return admin_status(call);
	case PB__ADMIN_REQUEST__BODY_DIRECTORY_SHOW:
		return admin_directory_show(call);
	case PB__ADMIN_REQUEST__BODY_CALENDAR_SHOW:
		return admin_calendar_show(call);
	case PB__ADMIN_REQUEST__BODY_CHECKPOINT:
		return admin_checkpoint(call);
	case PB__ADMIN_REQUEST__BODY_PROVE:
		return admin_prove(call, request->prove);
	case PB__ADMIN_REQUEST__BODY_FIND_CODE:
		return admin_code(call, request->find_code);
	case PB__ADMIN_REQUEST__BODY_QUEUE_LIST:
	case PB__ADMIN_REQUEST__BODY_QUEUE_SHOW:
	case PB__ADMIN_REQUEST__BODY_TRACE:
	case PB__ADMIN_REQUEST__BODY_OVERDUE:
	case PB__ADMIN_REQUEST__BODY_REVIEW_LIST:
	case PB__ADMIN_REQUEST__BODY_PROVISIONS:
	case PB__ADMIN_REQUEST__BODY_DISCLOSURE:
		return recorded_reading(call);
	case PB__ADMIN_REQUEST__BODY_DEV_FAULT:
		return admin_dev_fault(call, request->dev_fault);
	case PB__ADMIN_REQUEST__BODY_ENROL_REQUEST:
		return admin_enrol(call, request->enrol_request);
	case PB__ADMIN_REQUEST__BODY_ERASE:
	case PB__ADMIN_REQUEST__BODY_HAND_OVER:
		return look_or_write(call);
	case PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD:
	case PB__ADMIN_REQUEST__BODY_AGENCY_ADD:
	case PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE:
	case PB__ADMIN_REQUEST__BODY_QUEUE_ACT:
	case PB__ADMIN_REQUEST__BODY_CALENDAR_LOAD:
	case PB__ADMIN_REQUEST__BODY_CLOCK_CONFIRM:
	case PB__ADMIN_REQUEST__BODY_CLOCK_MOVE:
	case PB__ADMIN_REQUEST__BODY_REVIEWED:
		admin_to_writer(call);
		return ERR_OK;
	default:
		return ERR_NOT_FOUND;
	}
}

static const char *command_word(Pb__AdminRequest__BodyCase body)
{
	const ProtobufCMessageDescriptor *type = &pb__admin_request__descriptor;

	for (unsigned i = 0; i < type->n_fields; i++)
		if (type->fields[i].id == (uint32_t)body)
			return type->fields[i].name;
	return "none";
}

void admin_answer(struct admin_call *call)
{
	const char *command = command_word(call->request->body_case);
	unsigned uid = call->operator.uid;
	enum err err = answer(call);

	log_info("operator", "command=%s uid=%u entry=%llu refused=%s", command, uid, (unsigned long long)call->reply.seq,
		 call->reply.body_case == PB__ADMIN_REPLY__BODY_REFUSAL || err != ERR_OK ? "yes" : "no");
	if (err == ERR_OK)
		return;
	if (err == ERR_NOT_FOUND)
		admin_refuse_absent(call);
	else {
		front_read_failed(call->front, err, command, 0);
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL, err_name(err), 0, 0);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/news.c - notices: what agencies hear without having asked. */
#include "broker/batch.h"
#include "broker/verbs.h"
#include "ledger/entry.h"

#define DEAD_LETTERS_TOLD 100u /* to a session that opens; `queue` tells the rest */

/* A notice to one session, or to all of an agency (session 0). */
static enum err add_notice(struct batch *batch, enum outbound_type type, uint64_t session, uint32_t agency, Pb__NoticeKind kind,
			   struct outbound **ret_outbound, Pb__Notice **ret_notice)
{
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->news, type, session, agency, &frame);
	Pb__Notice *notice;

	if (outbound == NULL)
		return ERR_NOMEM;
	notice = arena_alloc(&outbound->arena, sizeof(*notice));
	if (notice == NULL)
		return ERR_NOMEM;
	pb__notice__init(notice);
	notice->kind = kind;
	frame->body_case = PB__FROM_BROKER__BODY_NOTICE;
	frame->notice = notice;
	*ret_outbound = outbound;
	*ret_notice = notice;
	return ERR_OK;
}

/* ---- dead letters ---- */

static void note_one(void *context, const struct session *session)
{
	(void)session;
	*(bool *)context = true;
}

static bool is_listening(const struct batch *batch, uint32_t agency)
{
	bool listening = false;

	sessions_of(batch->broker->sessions, agency, note_one, &listening);
	return listening;
}

static enum err message_id_of(struct batch *batch, uint64_t seq, uint8_t ret_id[16])
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(batch->world.txn, seq, &batch->scratch, &entry, &body);

	if (err == ERR_OK && (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->message_id.len != 16))
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		memcpy(ret_id, body->submit->message_id.data, 16);
	arena_reset(&batch->scratch);
	return err;
}

static enum err tell_dead(struct batch *batch, const struct delivery *delivery, uint64_t session)
{
	const struct registry_agency *recipient = registry_agency(batch->broker->registry, delivery->agency);
	struct outbound *outbound;
	Pb__Notice *notice;
	uint8_t id[16];
	enum err err = recipient == NULL ? ERR_CORRUPT : message_id_of(batch, delivery->seq, id);

	if (err != ERR_OK)
		return err;
	err = add_notice(batch, OUTBOUND_FRAME, session, delivery->sender, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, &outbound, &notice);
	if (err != ERR_OK)
		return err;
	notice->reason = (Pb__RefuseReason)delivery->reason;
	notice->recipient = arena_text(&outbound->arena, bytes_of_text(recipient->address));
	return notice->recipient == NULL ? ERR_NOMEM : pb_keep(&outbound->arena, bytes_of(id, sizeof(id)), &notice->message_id);
}

enum err news_dead(struct batch *batch, uint64_t item, uint64_t session)
{
	struct delivery delivery;
	enum err err = delivery_get(batch->world.txn, item, &delivery);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (delivery.sender == 0)
		return ERR_OK; /* the site's own word: the operator alone sees that it is dead */
	if (session == 0 && !is_listening(batch, delivery.sender))
		return ERR_OK; /* it is told when it comes back */
	return tell_dead(batch, &delivery, session);
}

struct telling {
	struct batch *batch;
	uint64_t session;
	enum err err;
};

static void tell_one(void *context, uint64_t item)
{
	struct telling *telling = context;

	if (telling->err == ERR_OK)
		telling->err = news_dead(telling->batch, item, telling->session);
}

enum err news_dead_letters(struct batch *batch, const struct session *session)
{
	struct telling telling = { .batch = batch, .session = session->number };

	mailbox_each_dead(batch->broker->mailbox, session->agency, DEAD_LETTERS_TOLD, tell_one, &telling);
	return telling.err;
}

/* ---- bindings ---- */

static enum err tell_binding(struct batch *batch, const struct device *device)
{
	const struct registry_agency *agency = registry_agency(batch->broker->registry, device->agency);
	struct outbound *outbound;
	Pb__Binding *binding;
	Pb__Notice *notice;
	enum err err;

	if (agency == NULL)
		return ERR_CORRUPT;
	err = add_notice(batch, OUTBOUND_FRAME, 0, device->agency, PB__NOTICE_KIND__NOTICE_KIND_BINDING, &outbound, &notice);
	if (err != ERR_OK)
		return err;
	binding = arena_alloc(&outbound->arena, sizeof(*binding));
	if (binding == NULL)
		return ERR_NOMEM;
	pb__binding__init(binding);
	notice->binding = binding;
	binding->agency = arena_text(&outbound->arena, bytes_of(agency->address, agency->id_len));
	binding->device_name = arena_text(&outbound->arena, bytes_of_text(device->name));
	if (binding->agency == NULL || binding->device_name == NULL)
		return ERR_NOMEM;
	binding->device = device->device;
	binding->seq = device->seq;
	binding->bound_at_us = device->bound_at_us;
	binding->ends_at_us = device->ends_at_us;
	binding->compromised = device->compromised;
	err = pb_keep(&outbound->arena, device->signing_certificate, &binding->signing_certificate);
	return err != ERR_OK ? err : pb_keep(&outbound->arena, device->sealing_certificate, &binding->sealing_certificate);
}

static enum err tell_device(struct batch *batch, uint32_t agency, uint32_t number)
{
	struct device device;
	enum err err = device_get(batch->world.txn, agency, number, &device);

	return err != ERR_OK ? err : tell_binding(batch, &device);
}

enum err news_bound(struct batch *batch, const Pb__BindEntry *entry)
{
	return tell_device(batch, entry->agency, entry->device);
}

struct closing {
	struct batch *batch;
	const Pb__UnbindEntry *entry;
	enum err err;
};

static void close_if_unbound(void *context, const struct session *session)
{
	struct closing *closing = context;

	for (size_t i = 0; closing->err == ERR_OK && i < closing->entry->n_devices; i++)
		if (closing->entry->devices[i] == session->device)
			closing->err = news_close(closing->batch, session->number, session->agency, REFUSE(REVOKED));
}

enum err news_unbound(struct batch *batch, const Pb__UnbindEntry *entry)
{
	struct closing closing = { .batch = batch, .entry = entry };
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_devices; i++)
		err = tell_device(batch, entry->agency, entry->devices[i]);
	if (err != ERR_OK)
		return err;
	sessions_of(batch->broker->sessions, entry->agency, close_if_unbound, &closing);
	return closing.err;
}

/* ---- the end of a session, and what concerns everyone ---- */

/* The front then reports the session's end, which returns its leases. */
enum err news_close(struct batch *batch, uint64_t session, uint32_t agency, Pb__RefusalCode code)
{
	struct outbound *outbound;
	Pb__Notice *notice;
	Pb__Refusal *refusal;
	enum err err = add_notice(batch, OUTBOUND_CLOSE, session, agency, PB__NOTICE_KIND__NOTICE_KIND_CLOSING, &outbound, &notice);

	if (err != ERR_OK)
		return err;
	refusal = arena_alloc(&outbound->arena, sizeof(*refusal));
	if (refusal == NULL)
		return ERR_NOMEM;
	pb__refusal__init(refusal);
	refusal->code = code;
	notice->refusal = refusal;
	return batch_effect(batch, &(struct effect){ .type = EFFECT_CLOSE, .session = session });
}

enum err news_changes(struct batch *batch)
{
	struct outbound *outbound;
	Pb__Notice *notice;
	enum err err;

	if (batch->version != 0) {
		err = add_notice(batch, OUTBOUND_FRAME, 0, 0, PB__NOTICE_KIND__NOTICE_KIND_DIRECTORY, &outbound, &notice);
		if (err != ERR_OK)
			return err;
		notice->version = batch->version;
	}
	return !batch->keys_changed || outbox_add(&batch->news, OUTBOUND_KEYS, 0, 0) != NULL ? ERR_OK : ERR_NOMEM;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_suit.c - to whom an item goes that some device of its agency could not open: to a session of one that may, whoever's turn
 * it is; while none of these asks for anything it rests, and nothing but it and its thread waits for that. */
#include "broker/batch.h"
#include "broker/openers.h"

#define MISFIT_REST 5u /* as after so many failures: 16 s, or a lease */

struct seeking {
	const struct openers *openers;
	uint64_t session; /* 0: none yet */
};

static void seek(void *context, const struct session *session)
{
	struct seeking *seeking = context;

	if (seeking->session == 0 && session_has_credit(session) && openers_have(seeking->openers, session->device))
		seeking->session = session->number;
}

static enum err set_aside(struct batch *batch, uint64_t item)
{
	mailbox_lease(batch->broker->mailbox, item);
	return batch_effect(batch, &(struct effect){ .type = EFFECT_REST, .item = item, .number = MISFIT_REST });
}

enum err batch_suit(struct batch *batch, const struct mailbox_item *item, bool taken, struct session **session, enum suit *ret_suit)
{
	struct broker *broker = batch->broker;
	struct openers openers = { 0 };
	struct seeking seeking = { .openers = &openers };
	enum err err = openers_get(batch->world.txn, item->item, &openers);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	openers_in_force(broker->registry, item->agency, &openers);
	*ret_suit = SUIT_TAKE;
	if (openers.count == 0 || openers_have(&openers, (*session)->device))
		return ERR_OK;
	*ret_suit = SUIT_STOP;
	if (taken)
		return ERR_OK;
	*ret_suit = SUIT_AGAIN;
	sessions_of(broker->sessions, item->agency, seek, &seeking);
	if (seeking.session == 0)
		return set_aside(batch, item->item);
	*session = sessions_find(broker->sessions, seeking.session);
	return ERR_OK;
}

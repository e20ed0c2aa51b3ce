/* SPDX-License-Identifier: Apache-2.0 */
/* broker/request_close.c - rule: who asked says what became of it all, in a View to itself that nobody is handed.  Not while somebody still
 * works on it, or has not answered: such legs are withdrawn first. */
#include "broker/leg_change.h"
#include "broker/requests.h"
#include "broker/submit_check.h"
#include "contract/request_standing.h"

static struct objection judge(const struct leg_change *change, Pb__Outcome outcome)
{
	Pb__LegState states[LEG_CHANGE_STATES];
	size_t count = leg_change_states(change, states);
	struct request_standing standing = request_standing_of(change->request.take, states, count, change->request.outcome);

	switch (request_close_check(&standing, states, count, outcome)) {
	case REQUEST_CLOSE_LEGS_OPEN:
		return OBJECT(NOT_NOW, .subject = "request.legs_open");
	case REQUEST_CLOSE_OVER:
		return OBJECT(NOT_NOW, .subject = "request.over");
	case REQUEST_CLOSE_OUTCOME:
		return OBJECT(INCOMPLETE, .subject = "request.outcome");
	case REQUEST_CLOSE_OK:
	default:
		return (struct objection){ 0 };
	}
}

enum err request_close_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	const Pb__View *view = submit_view(signer, 0);
	struct leg_change change;
	struct telling telling;
	enum err err = ERR_NOT_FOUND;

	if (signer->order->statement_count != 1 || strcmp(view->recipient, view->sender) != 0) {
		*ret_objection = OBJECT(MALFORMED, .subject = "recipient");
		return ERR_OK;
	}
	if (view->thread_id.len == MESSAGE_ID_BYTES)
		err = request_by_asker(world->txn, view->thread_id.data, signer->agency->number, &change.request);
	if (err == ERR_OK)
		err = leg_change_read(world, change.request.request, &change);
	if (err == ERR_NOT_FOUND)
		*ret_objection = OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	*ret_objection = judge(&change, view->close);
	if (ret_objection->code != 0)
		return ERR_OK;
	change.request.outcome = view->close;
	entry->recipients[0]->silent = true;
	telling_begin(world, &change.request, 1, &telling);
	return leg_change_settle(world, &change, &telling, &entry->request);
}

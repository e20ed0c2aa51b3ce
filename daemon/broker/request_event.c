/* SPDX-License-Identifier: Apache-2.0 */
/* broker/request_event.c - rule: a request all of whose legs ended without doing what was asked for waits for its sender's decision.  When
 * that is due the sender is told again, and so every two business days; from the second time on its coordinator hears of it too. */
#include "broker/leg_change.h"
#include "broker/leg_event.h"
#include "broker/requests.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"

#define DECISION_DUE PB__NOTICE_WHAT__NOTICE_WHAT_DECISION_DUE

static enum err tell_due(struct telling *telling, const struct request *request, uint32_t agency)
{
	Pb__SiteNotice notice;

	pb__site_notice__init(&notice);
	notice.what = DECISION_DUE;
	notice.due_at_us = request->due_at_us;
	notice.times = request->steps + 1; /* it was told when it became due */
	return tell(telling, agency, NULL, &notice);
}

static enum err advance(struct world *world, struct request *request, Pb__RequestEventEntry *entry)
{
	Pb__RequestAfter *after = world_alloc(world, 1, sizeof(*after));
	struct reckoned next;
	enum err err = request_clock_decision(world, request_asker(request), world->now_us, &next);

	if (after == NULL)
		return ERR_NOMEM;
	if (err != ERR_OK)
		return err;
	pb__request_after__init(after);
	after->request = request->request;
	after->state = request->state;
	after->due_at_us = request->due_at_us;
	after->timer_at_us = next.us;
	after->steps = request->steps + 1;
	after->outcome = request->outcome;
	after->provisional = request->provisional;
	entry->request = after;
	return ERR_OK;
}

enum err request_timer_decide(struct world *world, uint64_t number, struct decision *ret_decision)
{
	Pb__RequestEventEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct request request;
	struct telling telling;
	enum err err = request_get(world->txn, number, &request);

	if (entry == NULL)
		return ERR_NOMEM;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	pb__request_event_entry__init(entry);
	telling_begin(world, &request, 0, &telling);
	err = tell_due(&telling, &request, request_asker(&request));
	if (err == ERR_OK && request.steps > 0)
		err = tell_due(&telling, &request, coordinator_of(world, request_asker(&request)));
	if (err == ERR_OK)
		err = advance(world, &request, entry);
	if (err == ERR_OK)
		err = telling_list(&telling, &entry->told, &entry->n_told);
	return err == ERR_OK ? decide_entry(world, PB__ENTRY_BODY__BODY_REQUEST_EVENT, entry, ret_decision) : err;
}

enum err request_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__RequestEventEntry *entry)
{
	struct request request;
	enum err err;

	if (entry->request == NULL)
		return ERR_CORRUPT;
	err = told_apply(txn, header, 0, entry->told, entry->n_told);
	if (err == ERR_OK)
		err = request_get(txn, entry->request->request, &request);
	if (err == ERR_OK)
		err = case_note(txn, bytes_of(request.case_id, request.has_case ? CASE_ID_BYTES : 0), header->seq, entry->request->acting);
	if (err == ERR_OK && !request.has_case)
		thread_note(txn, bytes_of(NULL, 0), told_thread(bytes_of(request.message_id, MESSAGE_ID_BYTES)), header->seq);
	return err == ERR_OK ? request_apply(txn, header, entry->request) : err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

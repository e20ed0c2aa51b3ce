/* SPDX-License-Identifier: Apache-2.0 */
/* broker/agency_event.c - rule: a mailbox in which something waits, and into which nobody looked for so much of its agency's open time,
 * is told once: to the agency's coordinator; of a confidential agency to its proxy, which alone knows it.  It is told again only after the
 * agency has taken something and fallen silent anew.  Closed hours do not count: who is not there at night is not silent. */
#include "broker/business_time.h"
#include "broker/rows.h"
#include "broker/rows_polls.h"
#include "broker/told.h"
#include "broker/verbs.h"

/* When silence began: it last took something, or the oldest that waits came since. */
static int64_t silent_since(const struct poll_row *poll, int64_t oldest_us)
{
	return poll->handed_at_us > oldest_us ? poll->handed_at_us : oldest_us;
}

enum err agency_event_due(struct world *world, uint32_t agency, int64_t oldest_us, int64_t *ret_due_us)
{
	const struct registry_agency *found = registry_agency(world->registry, agency);
	struct calendar calendar;
	struct reckoned due;
	struct poll_row poll;
	enum err err;

	*ret_due_us = INT64_MAX;
	if (found == NULL || found->closed)
		return ERR_OK;
	err = poll_row_get(world->txn, agency, &poll);
	if (err != ERR_OK || poll.told_seq != 0)
		return err;
	err = calendar_of(world, agency, &calendar);
	if (err == ERR_OK)
		err = calendar_after_open_time(&calendar, silent_since(&poll, oldest_us), world->rules->unpolled_us, &due);
	if (err == ERR_OK)
		*ret_due_us = due.us;
	return err == ERR_NOT_FOUND || err == ERR_RANGE ? ERR_OK : err; /* a desk that never opens */
}

/* Whom to tell; 0: nobody. */
static uint32_t listener(const struct world *world, uint32_t agency)
{
	const struct registry_agency *found = registry_agency(world->registry, agency);

	return found->confidential ? found->proxy : found->coordinator == agency ? 0 : found->coordinator;
}

static enum err tell(struct world *world, Pb__AgencyEventEntry *entry)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	uint32_t to = listener(world, entry->agency);

	if (to == 0)
		return ERR_OK;
	entry->told = world_alloc(world, 1, sizeof(*entry->told));
	if (entry->told == NULL)
		return ERR_NOMEM;
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_NOT_POLLED;
	notice.at_us = world->now_us;
	notice.agency = (char *)(uintptr_t)registry_agency(world->registry, entry->agency)->address;
	notice.number = entry->waiting;
	entry->n_told = 1;
	return told_notice(world, to, PB__URGENCY__URGENCY_URGENT, entry->agency, &notice, &entry->told[0]);
}

enum err agency_event_decide(struct world *world, uint32_t agency, uint64_t waiting, struct decision *ret_decision)
{
	Pb__AgencyEventEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct poll_row poll;
	enum err err = entry != NULL ? poll_row_get(world->txn, agency, &poll) : ERR_NOMEM;

	if (err != ERR_OK)
		return err;
	pb__agency_event_entry__init(entry);
	entry->agency = agency;
	entry->last_seen_us = poll.handed_at_us;
	entry->waiting = waiting;
	err = tell(world, entry);
	return err == ERR_OK ? decide_entry(world, PB__ENTRY_BODY__BODY_AGENCY_EVENT, entry, ret_decision) : err;
}

enum err agency_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__AgencyEventEntry *entry)
{
	poll_row_put(txn, entry->agency, &(struct poll_row){ .handed_at_us = entry->last_seen_us, .told_seq = header->seq });
	return told_apply(txn, header, 0, entry->told, entry->n_told);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_keep_out.c - rule: an agency that is kept out of a case has no leg in it from then on, whatever it had done on it, and who asked
 * has its turn again.  To who is kept out nothing is said; to the other, that the agency cannot take part. */
#include "broker/leg_event.h"
#include "broker/leg_event_draft.h"
#include "broker/leg_parts.h"
#include "broker/rows_cases.h"

static enum err is_kept_out(const struct leg_event *event, uint32_t agency, bool *ret_kept_out)
{
	const struct registry_agency *entry = registry_agency(event->world->registry, agency);
	const struct request *request = &event->change.request;

	*ret_kept_out = false;
	if (entry == NULL || !request->has_case)
		return ERR_OK;
	return kept_out_of(event->world->txn, bytes_of_text(entry->address), bytes_of(request->case_id, CASE_ID_BYTES), ret_kept_out);
}

struct kept_out_pair {
	bool sender, agency, heard;
};

static enum err look(const struct leg_event *event, struct kept_out_pair *ret_pair)
{
	const struct leg *leg = event->leg;
	bool acting = false;
	enum err err = is_kept_out(event, leg->asker, &ret_pair->sender);

	if (err == ERR_OK)
		err = is_kept_out(event, leg->agency, &ret_pair->agency);
	if (err == ERR_OK && leg->acting != 0)
		err = is_kept_out(event, leg->acting, &acting);
	ret_pair->agency = ret_pair->agency || acting;
	return err == ERR_OK ? leg_was_heard_of(event->world, leg, &ret_pair->heard) : err;
}

static enum err tell_other(struct leg_event *event, const struct kept_out_pair *pair)
{
	uint32_t holder = event->leg->acting != 0 ? event->leg->acting : event->leg->agency;
	enum err err = ERR_OK;

	if (!pair->sender)
		err = tell_plain(&event->telling, event->leg->asker, event->leg, PB__NOTICE_WHAT__NOTICE_WHAT_BLOCKED);
	if (err == ERR_OK && !pair->agency && pair->heard)
		err = tell_plain(&event->telling, holder, event->leg, PB__NOTICE_WHAT__NOTICE_WHAT_BLOCKED);
	return err;
}

enum err leg_keep_out_decide(struct world *world, uint64_t leg, struct decision *ret_decision)
{
	struct leg_event event;
	struct kept_out_pair pair;
	enum err err = leg_event_begin(world, leg, &event);

	if (err == ERR_OK)
		err = look(&event, &pair);
	if (err != ERR_OK)
		return err;
	if (!pair.sender && !pair.agency) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	/* What was handed out is where it is; nothing more comes, and that is what the leg ends of. */
	err = leg_event_act(&event, PB__LEG_ACTION__LEG_ACTION_BLOCK, PB__PARTY__PARTY_BROKER, NEED_PARTS_WAITING | NEED_NOTHING_DELIVERED,
			    PB__REASON__REASON_CANNOT_TAKE_PART);
	if (err == ERR_OK)
		err = tell_other(&event, &pair);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : leg_event_or_nothing(err, ret_decision);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - a refusal must have a reason: each code is held against the model as it was when the order's turn came. */
#include "contract/limits.h"
#include "announcements.h"
#include "cases.h"
#include "conferences.h"
#include "consents.h"
#include "erasures.h"
#include "legs.h"
#include "meetings.h"
#include "statements.h"

#define MS_US 1000

static bool any_recipient(const struct letter *letter, bool (*holds)(const struct letter *letter, size_t index))
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (holds(letter, i))
			return true;
	return false;
}

static bool is_unknown(const struct letter *letter, size_t index)
{
	const struct desk *to = letter->to[index], *from = letter->from->desk;

	return to->closed || (to->confidential && to->proxy != from) || (from->confidential && from->proxy != to);
}

static bool is_not_enrolled(const struct letter *letter, size_t index)
{
	return letter->to[index]->bound == 0;
}

static bool takes_no_such(const struct letter *letter, size_t index)
{
	return (letter->to[index]->kinds & UINT32_C(1) << letter->kind) == 0;
}

static bool is_stale(const struct letter *letter, size_t index)
{
	const struct desk *to = letter->to[index], *from = letter->from->desk;

	return letter->sealed_to[index] != to->bound || (letter->sealed_from & ~from->bound) != 0;
}

static bool is_full(const struct letter *letter, size_t index)
{
	return letter->urgency != PB__URGENCY__URGENCY_DANGER && letter->to[index]->living >= sim_running->site.options.mailbox_items_max;
}

static bool is_out_of_time(const struct sim *sim, const struct letter *letter)
{
	int64_t made = letter->made_at_us / MS_US * MS_US, now = sim->site.clocks.wall_us;

	return made < now - (int64_t)LIMIT_ID_AGE_S * 1000000 || made > now + (int64_t)LIMIT_ID_AHEAD_S * 1000000;
}

static bool submit_reason(struct sim *sim, const struct deed *deed, Pb__RefusalCode code)
{
	const struct letter *letter = deed->letter;

	if (judge_consent(sim, letter, code) || judge_meeting(sim, letter, code) || judge_act(sim, letter, code) ||
	    judge_conference(sim, letter, code) || judge_announcement(sim, letter, code) || judge_erased(sim, letter, code))
		return true;
	switch (code) {
	case REFUSE(UNKNOWN_MESSAGE):
		return !case_may_name(sim, letter);
	case REFUSE(SAFETY):
		return case_keeps_out_named(sim, letter);
	case REFUSE(ID_TIME):
		return is_out_of_time(sim, letter);
	case REFUSE(CONFLICT):
		return letter->accepted && letter->altered != deed->altered;
	case REFUSE(UNKNOWN_AGENCY):
		return letter->from->desk->closed || any_recipient(letter, is_unknown);
	case REFUSE(NOT_ENROLLED):
		return letter->parts > 0 && any_recipient(letter, is_not_enrolled);
	case REFUSE(KIND_NOT_TAKEN):
		return letter->parts > 0 && any_recipient(letter, takes_no_such);
	case REFUSE(STALE_KEY):
		return letter->parts > 0 && any_recipient(letter, is_stale);
	case REFUSE(MAILBOX_FULL):
		return letter->parts > 0 && any_recipient(letter, is_full);
	case REFUSE(EXPIRED):
		return letter->expires_at_us != 0 && letter->expires_at_us <= sim->site.clocks.wall_us;
	case REFUSE(STORE_FULL):
		return sim->no_room && letter->said.action != PB__LEG_ACTION__LEG_ACTION_WITHDRAW;
	default:
		return false;
	}
}

static bool item_reason(struct sim *sim, const struct frame *frame, const struct deed *deed, Pb__RefusalCode code)
{
	for (size_t i = 0; i < deed->count; i++) {
		const struct item *item = map_get(&sim->items, deed->items[i]);

		if (item == NULL || item->gone) {
			if (code == REFUSE(UNKNOWN_ITEM) || (item != NULL && erased_code(code)))
				return true;
			continue;
		}
		if (code == REFUSE(UNKNOWN_ITEM) && item->to != frame->by->desk)
			return true;
		if (memcmp(item->hash.bytes, deed->hashes[i].bytes, DIGEST_BYTES) != 0 &&
		    code == (item->last_handout_seq != 0 ? REFUSE(CONFLICT) : REFUSE(UNKNOWN_ITEM)))
			return true;
		if (code == REFUSE(UNKNOWN_ITEM) && deed->kind == DEED_REFUSE &&
		    (item->last_handout_seq <= item->failed_seq || item->state == DELIVERY_DEAD || item->ended_seq != 0))
			return true;
	}
	return false;
}

static bool device_reason(const struct frame *frame, const struct deed *deed, Pb__RefusalCode code)
{
	uint64_t others = frame->by->desk->bound;
	unsigned count = 0;

	for (; others != 0; others &= others - 1)
		count++;
	if (code == REFUSE(TOO_MANY_DEVICES))
		return deed->kind == DEED_BIND && count >= LIMIT_DEVICES;
	if (code == REFUSE(CONFLICT))
		return deed->kind == DEED_BIND && deed->fresh->keys.device != 0; /* bound before, by this order itself */
	if (code != REFUSE(NOT_YOURS))
		return false;
	if (deed->kind == DEED_BIND)
		return deed->device != frame->by->keys.device;
	for (size_t i = 0; i < frame->by->desk->place_count; i++)
		if (frame->by->desk->places[i]->bound && frame->by->desk->places[i]->keys.device == deed->device)
			return false;
	return true;
}

void judge_refused(struct sim *sim, const struct frame *frame, const struct deed *deed, const Pb__Refusal *refusal)
{
	Pb__RefusalCode code = refusal->code;
	bool right;

	if (code == REFUSE(REVOKED))
		right = !frame->by->bound;
	else if (!frame->by->bound)
		right = false; /* whose keys are revoked is told nothing else */
	else if (deed->kind == DEED_SUBMIT)
		right = submit_reason(sim, deed, code);
	else if (deed->kind == DEED_BIND || deed->kind == DEED_UNBIND)
		right = device_reason(frame, deed, code);
	else if (deed->kind >= DEED_PURGED)
		right = judge_statement(sim, frame, deed, code);
	else
		right = item_reason(sim, frame, deed, code);
	HOLDS(right, "an order of kind %d (message %llu) of %s is refused with %d (%s, %lld, %lld) for no reason", deed->kind,
	      (ull)(deed->letter == NULL ? 0 : deed->letter->number), frame->by->desk->id, code, refusal->subject, (long long)refusal->value,
	      (long long)refusal->bound);
}

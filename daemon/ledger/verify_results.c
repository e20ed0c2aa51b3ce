/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_results.c - what an entry leaves behind it: whatever is open has a holder and a due time, what ended has no timer, and who
 * has a part in it is named. */
#include "base/id.h"
#include "contract/codec.h"
#include "contract/conference_states.h"
#include "contract/limits.h"
#include "contract/request_states.h"
#include "ledger/verify_walk.h"

#define SEATS_MAX 32u /* of a conference, those left to a delegate included */

struct results {
	struct verify *verify;
	uint64_t seq;
};

#define FOUND(results, ...) verify_found((results)->verify, "entry", (results)->seq, 0, __VA_ARGS__)

/* ---- legs and requests ---- */

static void check_leg(const struct results *results, const Pb__LegAfter *leg)
{
	bool open = leg != NULL && leg_is_open(leg->state);

	if (leg == NULL)
		return;
	if (open != (leg->timer_at_us != 0) || open != (leg->due_at_us != 0) || (open && leg->holder == PB__PARTY__PARTY_UNSPECIFIED))
		FOUND(results, "leaves a leg in state %d without exactly one holder and one timer", (int)leg->state);
}

/* It has a clock of its own while its sender is to decide, and at no other time. */
static void check_request(const struct results *results, const Pb__RequestAfter *request)
{
	bool due = request != NULL && request->state == PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE;

	if (request == NULL)
		return;
	if (request->state == PB__REQUEST_STATE__REQUEST_STATE_UNSPECIFIED)
		FOUND(results, "leaves a request in no state");
	if (due != (request->timer_at_us != 0) || due != (request->due_at_us != 0))
		FOUND(results, "leaves a request in state %d with a timer that it has not, or without the one that it has", (int)request->state);
}

/* ---- conferences and action items ---- */

static bool is_id(ProtobufCBinaryData id)
{
	return id.len == ID_BYTES;
}

static const char *fault_of_item(const Pb__ActionItemAfter *item)
{
	bool open = action_item_is_open(item->state);

	if (item->owner == 0 || item->convener == 0)
		return "without its owner, or who assigned it";
	if (!is_id(item->thread_id) || (item->case_id.len != 0 && !is_id(item->case_id)))
		return "of no thread, or of what is no case";
	if (open != (item->timer_at_us != 0) || open != (item->holder != PB__PARTY__PARTY_UNSPECIFIED))
		return "without exactly one holder and one timer";
	return open && item->due_at_us == 0 ? "that is never due" : NULL;
}

static void check_items(const struct results *results, Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *fault = fault_of_item(items[i]);

		if (items[i]->item / LIMIT_RECIPIENTS > results->seq)
			fault = "that no entry before it assigned";
		if (fault != NULL)
			FOUND(results, "leaves an action item in state %d %s", (int)items[i]->state, fault);
	}
}

static bool sits_twice(const Pb__ConferenceAfter *conference, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (conference->seats[i]->agency == conference->seats[index]->agency)
			return true;
	return false;
}

static const char *fault_of_seats(const Pb__ConferenceAfter *conference)
{
	if (conference->n_seats == 0 || conference->n_seats > SEATS_MAX)
		return "with no seats, or too many";
	for (size_t i = 0; i < conference->n_seats; i++) {
		bool left = conference->seats[i]->answer == PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED;

		if (conference->seats[i]->agency == 0 || sits_twice(conference, i))
			return "with a seat of nobody, or two of one agency";
		if (left != (conference->seats[i]->delegated_to != 0))
			return "with a seat that was left to nobody";
	}
	return NULL;
}

static const char *fault_of_conference(const Pb__ConferenceAfter *conference)
{
	bool open = conference_is_open(conference->state);

	if (!is_id(conference->conference_id) || (conference->case_id.len != 0 && !is_id(conference->case_id)))
		return "without its id, or with that of no case";
	if (conference->convener == 0 || conference->kind == PB__CONFERENCE_KIND__CONFERENCE_KIND_UNSPECIFIED)
		return "without its convener or its kind";
	if (open != (conference->timer_at_us != 0) || (open && conference->due_at_us == 0))
		return "without exactly one timer";
	if (conference->ends_at_us != 0 && conference->ends_at_us < conference->starts_at_us)
		return "that ends before it begins";
	return fault_of_seats(conference);
}

static void check_conference(const struct results *results, const Pb__ConferenceAfter *conference)
{
	const char *fault = conference == NULL ? NULL : fault_of_conference(conference);

	if (conference == NULL)
		return;
	if (fault == NULL && conference->conference >= results->seq)
		fault = "that no entry before it opened";
	if (fault != NULL)
		FOUND(results, "leaves a conference in state %d %s", (int)conference->state, fault);
	check_items(results, conference->items, conference->n_items);
}

static void check_conference_event(const struct results *results, const Pb__ConferenceEventEntry *event)
{
	if (event->conference == NULL && event->n_items == 0)
		FOUND(results, "says nothing of the conference or the action item that it is about");
	if (event->conference != NULL && event->conference->conference == 0)
		FOUND(results, "opens a conference, which its convener alone does");
	if (event->handed_over >= results->seq && event->handed_over != 0)
		FOUND(results, "goes on with another by a word that no entry before it says");
	check_conference(results, event->conference);
	check_items(results, event->items, event->n_items);
}

/* ---- recalls ---- */

/* purged: what is left of each is over; else that it is asked for. */
static void check_purges(const struct results *results, Pb__ActionItemAfter *const *items, size_t count, bool purged)
{
	check_items(results, items, count);
	for (size_t i = 0; i < count; i++)
		if (!items[i]->purge || (purged && action_item_is_open(items[i]->state)))
			FOUND(results, "leaves a purge in state %d %s", (int)items[i]->state, items[i]->purge ? "that it confirms" : "that is none");
}

static void check_purged(const struct results *results, const Pb__PurgedEntry *purged)
{
	if (purged->order == NULL || purged->n_items == 0)
		FOUND(results, "confirms a purge without its order, or none");
	check_purges(results, purged->items, purged->n_items, true);
}

/* ---- what operators looked at ---- */

static void check_reviewed(const struct results *results, const Pb__ReviewedEntry *reviewed)
{
	if (reviewed->operator_ == NULL || reviewed->n_seqs == 0)
		FOUND(results, "says that something was reviewed, but not what or by whom");
	for (size_t i = 0; i < reviewed->n_seqs; i++)
		if (reviewed->seqs[i] >= results->seq)
			FOUND(results, "says that an entry was reviewed that is not before it");
}

static void check_hand_over(const struct results *results, const Pb__HandOverEntry *entry)
{
	if (entry->operator_ == NULL || entry->agency == 0 || entry->to == 0 || entry->agency == entry->to)
		FOUND(results, "hands turns over, but not whose, to whom or by whom");
}

static void check_access(const struct results *results, const Pb__AccessEntry *access)
{
	if (access->case_id.len != 0 && !is_id(access->case_id))
		FOUND(results, "names what is no case");
}

/* ---- all ---- */

static void check_submit(const struct results *results, const Pb__SubmitEntry *submit)
{
	for (size_t i = 0; i < submit->n_recipients; i++)
		check_leg(results, submit->recipients[i]->leg);
	check_request(results, submit->request);
	check_conference(results, submit->conference);
	check_purges(results, submit->purges, submit->n_purges, false);
}

static void check_leg_event(const struct results *results, const Pb__LegEventEntry *event)
{
	if (event->leg == NULL)
		FOUND(results, "says nothing of the leg that it is about");
	check_leg(results, event->leg);
	check_request(results, event->request);
}

static void check_request_event(const struct results *results, const Pb__RequestEventEntry *event)
{
	if (event->request == NULL)
		FOUND(results, "says nothing of the request that it is about");
	check_request(results, event->request);
}

void verify_results(struct verify *verify, uint64_t seq, const Pb__EntryBody *body)
{
	struct results results = { verify, seq };

	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		check_submit(&results, body->submit);
		break;
	case PB__ENTRY_BODY__BODY_LEG_EVENT:
		check_leg_event(&results, body->leg_event);
		break;
	case PB__ENTRY_BODY__BODY_REQUEST_EVENT:
		check_request_event(&results, body->request_event);
		break;
	case PB__ENTRY_BODY__BODY_CONFERENCE_EVENT:
		check_conference_event(&results, body->conference_event);
		break;
	case PB__ENTRY_BODY__BODY_REVIEWED:
		check_reviewed(&results, body->reviewed);
		break;
	case PB__ENTRY_BODY__BODY_HAND_OVER:
		check_hand_over(&results, body->hand_over);
		break;
	case PB__ENTRY_BODY__BODY_ACCESS:
		check_access(&results, body->access);
		break;
	case PB__ENTRY_BODY__BODY_PURGED:
		check_purged(&results, body->purged);
		break;
	case PB__ENTRY_BODY__BODY_PIECE:
		if (body->piece->since >= seq || body->piece->chore == PB__CHORE__CHORE_UNSPECIFIED)
			FOUND(&results, "goes on with what no entry before it asked for");
		break;
	case PB__ENTRY_BODY__BODY_NOTICES:
		if (body->notices->n_told == 0)
			FOUND(&results, "tells nothing");
		break;
	default:
		break;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency left that closed, and nobody could be found for: counted by what becomes of it where the named one goes on, no envelope. */
#include "broker/conferences.h"
#include "broker/lookup.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "contract/request_states.h"
#include "front/admin_serve.h"
#include "front/open_legs.h"

struct left {
	struct admin_call *call;
	struct agency from, to;
	const char *to_address;
	Pb__TurnsLeft *turns;
	enum party { PARTY_UNKNOWN, PARTY_FREE, PARTY_HIDDEN } *parties; /* by number */
	size_t numbers;
};

/* What stands against it, of one turn. */
enum bar { BAR_NONE, BAR_KEPT_OUT, BAR_PROXY };

/* Who is in hiding deals with its proxy alone.  Looked up once for each agency. */
static enum err look_at_party(const struct left *left, uint32_t party, enum bar *bar)
{
	enum party met = PARTY_UNKNOWN;
	enum party *known = party < left->numbers ? &left->parties[party] : &met;
	struct agency agency;

	if (*known == PARTY_UNKNOWN) {
		enum err err = agency_by_number(left->call->txn, party, &left->call->arena, &agency);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		*known = agency.record->confidential && strcmp(agency.record->proxy, left->to.record->id) != 0 ? PARTY_HIDDEN : PARTY_FREE;
	}
	if (*known == PARTY_HIDDEN)
		*bar = BAR_PROXY;
	return ERR_OK;
}

/* case_id NULL: of none. */
static enum err look_at_case(const struct left *left, const uint8_t *case_id, enum bar *ret_bar)
{
	bool kept_out = false;
	enum err err = kept_out_of(left->call->txn, bytes_of_text(left->to_address), bytes_of(case_id, case_id == NULL ? 0 : ID_BYTES), &kept_out);

	*ret_bar = kept_out ? BAR_KEPT_OUT : BAR_NONE;
	return err;
}

/* As broker/successor.c judges; leg NULL: the whole of the request. */
static enum err look_at_request(const struct left *left, const struct request *request, const struct leg *leg, enum bar *ret_bar)
{
	struct leg legs[LIMIT_LEGS];
	enum err err = legs_of_request(left->call->txn, request, legs);

	if (err == ERR_OK)
		err = look_at_case(left, request->has_case ? request->case_id : NULL, ret_bar);
	if (err == ERR_OK)
		err = look_at_party(left, request->sender, ret_bar);
	for (size_t i = 0; err == ERR_OK && i < request->leg_count; i++)
		if (leg == NULL || leg->leg == legs[i].leg)
			err = look_at_party(left, legs[i].agency, ret_bar);
	return err;
}

/* One more that goes on, or stays for what stands against it. */
static void count_one(const struct left *left, enum bar bar, uint64_t *goes_on)
{
	++*(bar == BAR_NONE ? goes_on : bar == BAR_KEPT_OUT ? &left->turns->stay : &left->turns->stay_hidden);
}

/* Nobody had taken it. */
static bool comes_back(const struct left *left, const struct leg *leg)
{
	struct leg_act act = { .state = leg->state, .holder = leg->holder, .action = PB__LEG_ACTION__LEG_ACTION_CLOSE_AGENCY,
			       .by = PB__PARTY__PARTY_BROKER, .reason = PB__REASON__REASON_AGENCY_CLOSED };
	struct transition_refusal refused;
	struct leg_step step;

	return (leg->agency == left->from.number || leg->acting == left->from.number) && leg_decide(&act, &step, &refused) == ERR_OK && step.ended;
}

/* Its turn, or what ends since it is not there to take it. */
static bool is_its(const struct left *left, const struct leg *leg)
{
	return leg_holder_agency(leg) == left->from.number || comes_back(left, leg);
}

static enum err count_leg(const struct left *left, const struct leg *leg)
{
	bool its = leg->agency == left->from.number || leg->acting == left->from.number;
	struct request request;
	enum bar bar = BAR_NONE;
	enum err err = request_get(left->call->txn, leg->request, &request);

	if (err == ERR_OK) /* what it asked is judged as a whole */
		err = look_at_request(left, &request, its ? leg : NULL, &bar);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (comes_back(left, leg))
		left->turns->back++;
	else
		count_one(left, bar, &left->turns->legs);
	return ERR_OK;
}

/* A request that it asked and others work on: once, and not where a turn in it is its own, which was counted as that. */
static enum err count_waiting(const struct left *left, const struct leg *leg)
{
	struct leg legs[LIMIT_LEGS];
	struct request request;
	enum bar bar = BAR_NONE;
	enum err err = request_get(left->call->txn, leg->request, &request);

	if (err == ERR_OK)
		err = legs_of_request(left->call->txn, &request, legs);
	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++)
		if (legs[i].timer_at_us != 0 && (legs[i].leg < leg->leg || is_its(left, &legs[i])))
			return ERR_OK;
	if (err == ERR_OK)
		err = look_at_request(left, &request, NULL, &bar);
	if (err == ERR_OK)
		count_one(left, bar, &left->turns->waiting);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err count_request(const struct left *left, uint64_t number)
{
	struct request request;
	enum bar bar = BAR_NONE;
	enum err err = request_get(left->call->txn, number, &request);

	if (err == ERR_OK)
		err = look_at_request(left, &request, NULL, &bar);
	if (err == ERR_OK)
		count_one(left, bar, &left->turns->requests);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* As broker/conference_hand_on.c judges; *goes_on has one more where it does. */
static enum err count_conference(const struct left *left, uint64_t number, uint64_t *goes_on)
{
	struct conference conference;
	enum bar bar = BAR_NONE;
	enum err err = conference_get(left->call->txn, number, &conference);

	if (err == ERR_OK)
		err = look_at_case(left, conference.has_case ? conference.case_id : NULL, &bar);
	for (size_t i = 0; err == ERR_OK && i < conference.seat_count; i++)
		err = look_at_party(left, conference.seats[i].agency, &bar);
	if (err == ERR_OK)
		count_one(left, bar, goes_on);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err count_item(const struct left *left, uint64_t number)
{
	struct action_item item;
	enum bar bar = BAR_NONE;
	enum err err = action_item_get(left->call->txn, number, &item);

	if (err == ERR_OK && !item.purge)
		return count_conference(left, item.thread, &left->turns->items);
	if (err == ERR_OK)
		err = look_at_case(left, item.has_case ? item.case_id : NULL, &bar);
	if (err == ERR_OK)
		err = look_at_party(left, item.convener, &bar);
	if (err == ERR_OK)
		count_one(left, bar, &left->turns->items);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err count(void *context, const struct open_turn *turn)
{
	const struct left *left = context;

	if (turn->leg != NULL && !is_its(left, turn->leg))
		return turn->leg->asker == left->from.number ? count_waiting(left, turn->leg) : ERR_OK;
	if (turn->leg == NULL && turn->holder != left->from.number)
		return ERR_OK;
	switch (turn->kind) {
	case PB__TIMER_KIND__TIMER_KIND_LEG:
		return count_leg(left, turn->leg);
	case PB__TIMER_KIND__TIMER_KIND_REQUEST:
		return count_request(left, turn->number);
	case PB__TIMER_KIND__TIMER_KIND_CONFERENCE:
		return count_conference(left, turn->number, &left->turns->conferences);
	default:
		return count_item(left, turn->number);
	}
}

/* As broker/case_hand_on.c judges. */
static enum err count_case(void *context, struct bytes case_id, const struct case_row *row)
{
	const struct left *left = context;
	enum bar bar = BAR_NONE;
	enum err err = ERR_OK;

	if (case_owner(row) != left->from.number)
		return ERR_OK;
	err = look_at_case(left, case_id.data, &bar);
	for (size_t i = 0; err == ERR_OK && i < row->member_count; i++)
		err = look_at_party(left, case_member(row, i), &bar);
	if (err == ERR_OK)
		count_one(left, bar, &left->turns->cases);
	return err;
}

static enum err found_one(void *context, const struct device *device)
{
	(void)context;
	(void)device;
	return ERR_EXISTS;
}

/* By its id, or its address at this site, as an operator types it. */
static enum err named(const struct left *left, const char *typed, struct agency *ret_agency)
{
	const char *site = strchr(typed, '@');

	if (site != NULL && strcmp(site + 1, left->call->front->site) != 0)
		return ERR_NOT_FOUND;
	return agency_by_id(left->call->txn, bytes_of(typed, strcspn(typed, "@")), &left->call->arena, ret_agency);
}

static enum err refuse(struct admin_call *call, Pb__RefusalCode code, const char *subject)
{
	admin_refuse(call, code, subject, 0, 0);
	return ERR_REFUSED;
}

/* As broker/hand_over.c checks when it is done; ERR_REFUSED: answered. */
static enum err check(struct left *left, const Pb__AdminHandOver *asked)
{
	struct admin_call *call = left->call;
	enum err err = named(left, asked->agency, &left->from);

	if (err == ERR_NOT_FOUND)
		return refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, asked->agency);
	if (err == ERR_OK && !left->from.closed)
		return refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_AGENCY_OPEN, asked->agency);
	if (err == ERR_OK)
		err = named(left, asked->to, &left->to);
	if (err == ERR_NOT_FOUND || (err == ERR_OK && left->to.closed))
		return refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, asked->to);
	if (err == ERR_OK && left->to.record->confidential)
		return refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, "confidential_goes_on");
	if (err == ERR_OK && left->from.record->confidential && strcmp(left->from.record->proxy, left->to.record->id) != 0)
		return refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, "past_the_proxy");
	if (err == ERR_OK)
		err = device_each(call->txn, left->to.number, found_one, NULL);
	if (err == ERR_OK)
		return refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_NOT_ENROLLED, asked->to);
	return err == ERR_EXISTS ? ERR_OK : err;
}

/* Where a protection leaves nothing that it could go on with, it is no answer to whose turn it is. */
static const char *refused_for(const Pb__TurnsLeft *turns)
{
	uint64_t goes_on = turns->legs + turns->requests + turns->waiting + turns->back + turns->conferences + turns->items + turns->cases;

	if (turns->stay + turns->stay_hidden == 0 || goes_on > 0)
		return NULL;
	return turns->stay_hidden > 0 ? "past_the_proxy" : "kept_out_of_cases";
}

enum err admin_hand_over_look(struct admin_call *call, const Pb__AdminHandOver *asked)
{
	struct left left = { .call = call, .turns = arena_alloc(&call->arena, sizeof *left.turns) };
	char *address;
	enum err err = left.turns == NULL ? ERR_NOMEM : admin_reading(call);

	if (err == ERR_OK)
		err = check(&left, asked);
	if (err == ERR_OK)
		err = agency_address(call->txn, call->front->site, left.to.number, &call->arena, &address);
	if (err != ERR_OK)
		return err == ERR_REFUSED ? ERR_OK : err;
	left.to_address = address;
	left.numbers = call->front->pulses.count;
	left.parties = arena_calloc(&call->arena, left.numbers + 1, sizeof *left.parties);
	if (left.parties == NULL)
		return ERR_NOMEM;
	pb__turns_left__init(left.turns);
	err = open_turns_each(call->txn, count, &left);
	if (err == ERR_OK)
		err = cases_each(call->txn, bytes_of(NULL, 0), count_case, &left);
	if (err != ERR_OK)
		return err;
	if (refused_for(left.turns) != NULL) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, refused_for(left.turns), 0, 0);
		return ERR_OK;
	}
	call->reply.body_case = PB__ADMIN_REPLY__BODY_TURNS_LEFT;
	call->reply.turns_left = left.turns;
	return ERR_OK;
}

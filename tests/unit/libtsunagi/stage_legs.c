/* SPDX-License-Identifier: Apache-2.0 */
/* stage_legs.c - where requests stand, worked out anew of all that was submitted whenever somebody asks: the stage keeps no legs.
 *
 * A leg is received as soon as it is submitted.  The rest goes by the contract's table, everything given. */
#include "contract/codec.h"
#include "contract/request_states.h"
#include "stage.h"
#include "unit.h"

struct legs {
	struct arena *arena;
	const char *reader;
	Pb__LegShown *rows[256];
	size_t count;
};

static bool same(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bytes_equal(bytes_of_pb(a), bytes_of_pb(b));
}

static void open_leg(struct legs *legs, const Pb__View *view)
{
	Pb__LegShown *leg = arena_alloc(legs->arena, sizeof *leg);

	require(leg != NULL && legs->count < 256);
	pb__leg_shown__init(leg);
	leg->leg = legs->count + 1;
	leg->request_id = view->message_id;
	leg->case_id = view->case_id;
	leg->ask = view->ask;
	leg->take = view->take;
	leg->urgency = view->urgency;
	leg->from = view->sender;
	leg->to = view->recipient;
	leg->basis = view->basis;
	leg->state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	leg->holder = PB__PARTY__PARTY_RECIPIENT;
	if (view->n_parts > 0) {
		leg->classes = view->parts[0]->classes;
		leg->n_classes = view->parts[0]->n_classes;
	}
	legs->rows[legs->count++] = leg;
}

static bool is_about(const Pb__LegShown *leg, const Pb__View *view)
{
	if (!same(leg->request_id, view->thread_id))
		return false;
	return (strcmp(leg->to, view->sender) == 0 && strcmp(leg->from, view->recipient) == 0) ||
	       (strcmp(leg->from, view->sender) == 0 && strcmp(leg->to, view->recipient) == 0);
}

static void act(struct legs *legs, const Pb__View *view)
{
	for (size_t i = 0; i < legs->count; i++) {
		Pb__LegShown *leg = legs->rows[i];
		struct leg_act doing = { .state = leg->state, .holder = leg->holder, .given = ~UINT32_C(0) };
		struct transition_refusal refusal;
		struct leg_step step;

		if (view->close != 0 && same(leg->request_id, view->thread_id))
			leg->closed_with = view->close;
		if (view->leg_act == NULL || !is_about(leg, view))
			continue;
		doing.action = view->leg_act->action;
		doing.reason = view->leg_act->reason;
		doing.outcome = view->leg_act->outcome;
		doing.by = strcmp(leg->from, view->sender) == 0 ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT;
		check_err(leg_decide(&doing, &step, &refusal), ERR_OK); /* a library that asks for more did not look */
		leg->state = step.state;
		leg->holder = step.holder;
		leg->reason = view->leg_act->reason;
		leg->outcome = view->leg_act->outcome;
		leg->next_agency = view->leg_act->next_agency;
	}
}

static void replay(struct stage *stage, struct legs *legs)
{
	for (size_t i = 0; i < stage->item_count; i++) {
		const Pb__Statement *statement = NULL;
		const Pb__View *view = NULL;

		require_ok(CODEC_DECODE(statement, stage->items[i].statement, legs->arena, &statement, NULL));
		view = statement->view;
		if (view->kind == PB__KIND__KIND_REQUEST && view->thread_id.len == 0)
			open_leg(legs, view);
		else if (view->kind == PB__KIND__KIND_REQUEST)
			act(legs, view);
	}
}

static bool wanted(const struct legs *legs, const Pb__LegShown *leg, const Pb__LegQuery *query)
{
	bool sent = strcmp(leg->from, legs->reader) == 0;

	if (!sent && strcmp(leg->to, legs->reader) != 0)
		return false;
	if (query->request_id.len > 0 && !same(query->request_id, leg->request_id))
		return false;
	if (query->mine_to_move && leg->holder != (sent ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT))
		return false;
	return leg->leg > query->after && (query->ended || leg_is_open(leg->state));
}

/* As the table has it for the reader's part. */
static void put_allowed(struct legs *legs, Pb__LegShown *leg)
{
	bool sent = strcmp(leg->from, legs->reader) == 0;
	uint32_t set = leg_actions_allowed(leg->state, sent ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT);

	leg->allowed = arena_calloc(legs->arena, 32, sizeof *leg->allowed);
	for (unsigned action = 0; action < 32; action++)
		if ((set >> action & 1) != 0)
			leg->allowed[leg->n_allowed++] = (Pb__LegAction)action;
}

void stage_read_legs(struct stage *stage, const struct stage_frame *frame, Pb__ReadResult *result)
{
	const Pb__LegQuery *query = frame->message->read->legs;
	struct legs legs = { .arena = frame->arena, .reader = stage->agencies[frame->session->agency - 1].address };
	Pb__LegListing *listing = arena_alloc(frame->arena, sizeof *listing);
	size_t limit = query->limit == 0 ? 100 : query->limit;

	replay(stage, &legs);
	pb__leg_listing__init(listing);
	listing->legs = arena_calloc(frame->arena, legs.count + 1, sizeof *listing->legs);
	for (size_t i = 0; i < legs.count; i++) {
		if (!wanted(&legs, legs.rows[i], query))
			continue;
		if (listing->n_legs == limit) {
			listing->more_after = listing->legs[listing->n_legs - 1]->leg;
			break;
		}
		put_allowed(&legs, legs.rows[i]);
		listing->legs[listing->n_legs++] = legs.rows[i];
	}
	if (listing->n_legs == 0 && query->request_id.len > 0)
		return; /* the refusal stands */
	result->result_case = PB__READ_RESULT__RESULT_LEGS;
	result->legs = listing;
}

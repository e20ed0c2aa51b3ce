/* SPDX-License-Identifier: Apache-2.0 */
/* legs.h - requests and their legs as the model knows them: moved by the contract's table alone, each open one with a holder and one timer. */
#pragma once
#include "contract/request_standing.h"
#include "contract/request_states.h"
#include "sim.h"

#define M_LEGS 12u /* of one request: five asked, two redirects, and room */

struct m_leg {
	uint64_t number;
	struct m_request *request;
	struct desk *desk;       /* that was asked */
	uint32_t acting;         /* number of the coordinator that holds it for a closed agency; 0: none */
	Pb__LegState state;
	Pb__Party holder;
	const struct item *item; /* that brings its message; NULL: nobody has sealed it yet */
	struct desk *next;       /* REDIRECTED: to whom, until that leg is opened */
	bool released;           /* its ON_ACCEPT parts */
	int64_t timer_at_us;     /* 0: it ended */
	uint32_t steps;          /* of its clock: each is done once */
	bool provisional;        /* its due time counts days that nobody knows of */
};

struct m_request {
	uint64_t seq;
	const struct letter *opening;
	struct desk *sender;
	Pb__Take take;
	Pb__Urgency urgency;
	struct m_leg *legs[M_LEGS];
	size_t count;
	Pb__RequestState state;
	Pb__Outcome closed;
	int64_t timer_at_us;
	uint32_t steps;
	bool gone;               /* erased with its case */
	bool provisional;
	uint32_t acting;         /* for its sender, who is no more; 0: nobody */
};

struct legs {
	struct m_leg **all;
	size_t count, room;
	struct m_request **requests;
	size_t request_count, request_room;
	struct map by_number;
	struct map by_seq;       /* requests */
	struct map by_item;      /* messages' items to legs */
	uint64_t acts[LEG_ACTION_COUNT];
	uint64_t ends[LEG_STATE_COUNT];
	uint64_t reckoned;       /* anew, once holidays were known */
};

/* ---- legs.c ---- */
struct m_leg *leg_new(struct sim *sim, struct m_request *request, uint64_t number, struct desk *desk);
struct m_request *request_new(struct sim *sim, uint64_t seq, const struct letter *opening);
struct m_request *request_of_thread(struct sim *sim, const struct letter *thread, const struct desk *sender); /* NULL: none */
struct m_leg *leg_meant(const struct m_request *request, uint32_t agency, const struct said *said); /* its own or one it holds; NULL: none */
bool leg_is_anothers(const struct m_request *request, uint32_t agency, const struct said *said);        /* it has one, for which another acts */
size_t legs_that_fit(const struct m_request *request, uint32_t agency, const struct said *said);     /* several: one must be named */
bool leg_is_lost(const struct m_leg *leg); /* another took the request to any one */
size_t request_leg_states(const struct m_request *request, Pb__LegState states[2 * M_LEGS]); /* those about to be opened, too */
struct request_standing request_stands(const struct m_request *request);
void legs_free(struct sim *sim);

/* What an act by a letter's View says and has, for the table. */
struct leg_act legs_act(const struct letter *letter, const struct m_leg *leg);
Pb__Party legs_party(Pb__LegAction action);
bool legs_redirect_allowed(const struct m_leg *leg, const struct desk *next);

/* ---- follow_legs.c ---- */
void follow_request_opened(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter);
void follow_leg_acts(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter);
void follow_received(struct sim *sim, uint64_t seq, const Pb__AcknowledgeEntry *entry);
void follow_leg_event(struct sim *sim, const struct leaf_header *header, const Pb__LegEventEntry *entry);
bool leg_parts_from_case(struct sim *sim, const struct m_leg *leg); /* who has it, or who asked, is kept out of its case */
bool follow_reckoned(struct sim *sim, uint64_t seq, bool provisional, uint32_t steps, uint32_t now); /* a due time, once holidays are known */
void follow_request_event(struct sim *sim, const struct leaf_header *header, const Pb__RequestEventEntry *entry);

/* ---- walk_legs.c ---- */
bool walk_act(struct sim *sim, struct place *by, struct letter *letter); /* false: there is nothing to act on */

/* ---- judge_legs.c ---- */
bool judge_act(struct sim *sim, const struct letter *letter, Pb__RefusalCode code);

/* ---- whole_legs.c ---- */
void whole_legs(struct sim *sim, struct txn *txn);

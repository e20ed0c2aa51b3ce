/* SPDX-License-Identifier: Apache-2.0 */
/* action_items.h - action items as the model knows them: what conferences assign, and what a recall asks to be destroyed.  Each open one has a
 * holder and one timer, whose steps are done once (P4). */
#pragma once
#include "sim.h"

struct m_action_item {
	uint64_t number;
	uint32_t owner, convener; /* agencies */
	bool purge;
	uint64_t case_number;     /* 0: none */
	Pb__ActionItemState state;
	Pb__Party holder;
	int64_t timer_at_us;      /* 0: it ended */
	uint32_t steps;
	bool provisional;
	bool gone;                /* erased with its case */
};

struct m_action_item *action_item_of(struct sim *sim, uint64_t number); /* NULL: there is none */
void action_item_take(struct sim *sim, uint64_t seq, uint64_t number, const Pb__ActionItemAfter *after); /* as the entry leaves it, new or not */

uint64_t action_item_case(struct sim *sim, uint64_t number); /* 0: it is of none, or there is none */
bool action_item_was_erased(struct sim *sim, uint64_t number);

/* What a recall asks for; what the clock does to those that there are. */
void follow_purges(struct sim *sim, uint64_t seq, Pb__ActionItemAfter *const *items, size_t count);
void follow_overdue_items(struct sim *sim, uint64_t seq, Pb__ActionItemAfter *const *items, size_t count);

uint64_t action_items_open(const struct sim *sim);
void action_items_free(struct sim *sim);

/* ---- purges ---- */
bool purges_some(struct sim *sim, const struct desk *owner, uint64_t *ret_number); /* mostly an open one; owner NULL: anybody's */
bool purge_is_of(struct sim *sim, uint64_t number, const struct desk *owner);
bool purge_may_end(struct sim *sim, uint64_t number); /* one that there is */

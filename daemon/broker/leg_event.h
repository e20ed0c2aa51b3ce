/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_event.h - what becomes of a leg or a request without a word from its parties: time, a delivery that fails, another's
 * acceptance, an agency that is no more, consent.  Each is one entry, or DECISION_NOTHING where the leg has moved on meanwhile. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/world.h"

struct naming; /* successor.h */

/* leg_timer.c: the leg's timer is due. */
enum err leg_timer_decide(struct world *world, uint64_t leg, struct decision *ret_decision);

/* request_event.c: the timer of a request that awaits its sender's decision is due. */
enum err request_timer_decide(struct world *world, uint64_t request, struct decision *ret_decision);

/* request_hand_on.c: its sender is no more, or who acted for it; nothing where it is there, nobody waits, or nobody can act. */
enum err request_hand_on_decide(struct world *world, uint64_t request, const struct naming *named, struct decision *ret_decision);

/* leg_reckon.c: holidays are known now that were not; nothing where that changes nothing */
enum err leg_reckon_decide(struct world *world, uint64_t leg, struct decision *ret_decision);
enum err request_reckon_decide(struct world *world, uint64_t request, struct decision *ret_decision);

/* leg_delivery.c: of the leg whose message that item brings, if any.
 *
 * dead     it became a dead letter: the sender's turn, who is told
 * requeue  an operator put it back: the recipient's turn again
 * expire   an operator gave it up */
enum err leg_dead_letter_decide(struct world *world, uint64_t item, struct decision *ret_decision);
enum err leg_requeue_decide(struct world *world, uint64_t item, struct decision *ret_decision);
enum err leg_expire_decide(struct world *world, uint64_t item, struct decision *ret_decision);

/* leg_event.c: another leg of a request to any one took it */
enum err leg_take_elsewhere_decide(struct world *world, uint64_t leg, struct decision *ret_decision);

/* leg_seal.c: a redirect opens a leg for the next agency; a compromised key of who is asked makes the sender seal again */
enum err leg_open_decide(struct world *world, uint64_t redirected, struct decision *ret_decision);
enum err leg_reseal_decide(struct world *world, uint64_t leg, struct decision *ret_decision);

/* leg_event.c: its agency is no more */
enum err leg_close_agency_decide(struct world *world, uint64_t leg, const struct naming *named, struct decision *ret_decision);

/* leg_keep_out.c: the owner of its case keeps its agency, or who asked, out of the case; nothing where neither is */
enum err leg_keep_out_decide(struct world *world, uint64_t leg, struct decision *ret_decision);

/* leg_event.c: consent ended.
 *
 *   parts  indexes of the View's parts that are never handed out from now on; count 0: all of it, for nothing of it was */
enum err leg_block_decide(struct world *world, uint64_t leg, Pb__Reason reason, const uint32_t *parts, size_t count,
			  struct decision *ret_decision);

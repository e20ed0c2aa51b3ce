/* SPDX-License-Identifier: Apache-2.0 */
/* broker/consent_act.h - a consent's life: what an agency does to it by a message to itself, and what time does (rules/consent.h). */
#pragma once
#include "broker/rows_consents.h"
#include "broker/world.h"

/* What an agency does to a consent by a message to itself; and what of a message rests on one.
 *
 * REGISTER opens the consent, whose id is the message's; NARROW and WITHDRAW stand in its thread.  Nothing for other messages; else fills
 * the entry's consent.  The case was looked at.  ret_objection: code 0: nothing. */
enum err consent_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);
enum err consent_act_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);

/* Its timer, numbered by the entry that registered it: it ran out. */
enum err consent_timer_decide(struct world *world, uint64_t seq, struct decision *ret_decision);

/* What the site tells about it. */
enum err consent_notices_decide(struct world *world, const struct consent_row *row, Pb__Told **told, size_t count, struct decision *ret_decision);
enum err consent_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConsentEventEntry *entry);

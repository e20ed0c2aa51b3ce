/* SPDX-License-Identifier: Apache-2.0 */
/* broker/requests.h - what a message of kind REQUEST does beside being delivered: it opens a request, acts on legs, or closes one.
 *
 * decide fills the results into an entry whose recipients stand; apply writes them. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/rows.h"
#include "broker/world.h"

/* Whether the message acts on what its thread opened, and is no request itself. */
static inline bool view_acts_on_request(const Pb__View *view)
{
	return view->leg_act != NULL || view->close != PB__OUTCOME__OUTCOME_UNSPECIFIED;
}

/* submit_request.c: opens a leg for each recipient, or hands the message to one of the two below.  Nothing for other kinds. */
enum err submit_request_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);
enum err submit_request_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);

/* leg_act.c: what sender and recipient do */
enum err leg_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);

/* request_close.c: the sender closes the whole of it */
enum err request_close_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);

/* ---- results become rows ---- */

/* leg_apply.c.  told: item that the same entry puts into a mailbox for this leg (RELEASE, SEAL_TASK); 0: none. */
enum err leg_apply(struct txn *txn, const struct leaf_header *header, const Pb__LegAfter *after, uint64_t told);
void leg_apply_opened(struct txn *txn, const struct leaf_header *header, const Pb__LegAfter *after, struct leg *leg); /* its row is the caller's */
enum err request_apply(struct txn *txn, const struct leaf_header *header, const Pb__RequestAfter *after);

/* SEAL: the View number index of the entry is what the leg's message is from now on. */
enum err leg_apply_sealed(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry__Recipient *recipient, size_t index);

/* The first item of that kind that an entry tells; 0: none.  first: the entry's Views. */
uint64_t told_item_of(const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count, Pb__ItemWhat what);

/* leg_event.c, request_event.c */
enum err leg_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__LegEventEntry *entry);
enum err request_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__RequestEventEntry *entry);

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/basis_check.h - whether what a message rests on reaches its recipients, and goes on reaching them (domain, "Basis", "Consent").
 *
 * A consent is looked at when a message is submitted, redirected or delegated, and again, part by part, at every hand-out, always as its
 * row stands in the same transaction: what it no longer covers is handed to nobody, in whatever order things came. */
#pragma once
#include "broker/rows_consents.h"
#include "broker/world.h"

/* Each View's basis reaches from the signer to its recipient, for all that its parts tell; fills what the entry keeps of it.  Recipients
 * stand in the entry.  What tells nothing, and what goes to its sender alone, rests on nothing.  ret_objection: code 0: nothing. */
enum err basis_check(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);

/* Whether what that View rests on, and tells, may go on to a further agency: the next of a redirect, a delegate.  sender: of the View. */
enum err basis_check_further(struct world *world, const Pb__View *view, const struct registry_agency *sender,
			     const struct registry_agency *further, struct objection *ret_objection);

/* Whoever is to have a request next must be one whom its basis reaches, for all that the leg's own message tells, before the sender is
 * asked to seal to it.  Of an act on a leg by one whose leg it is: to others nothing may be said of the request.
 *   item  of the leg's message; 0: it has none */
enum err basis_check_redirect(struct world *world, const Pb__View *act, uint64_t item, struct objection *ret_objection);

/* consent_cover.c: ERR_OK; ERR_REFUSED with the fault; else what the store said.  Who registered it was told by the person: it is covered
 * for what the consent is about. */
enum err consent_cover(struct world *world, const struct consent_row *row, const struct registry_agency *recipient, class_set classes,
		       struct disclosure_fault *ret_fault);

/* The parts of an item, as bits, that are not covered now, those blocked before included. */
enum err consent_uncovered(struct world *world, const struct condition *condition, uint8_t *ret_parts);

/* An agency as the directory has it; borrowed from the registry. */
struct basis_agency agency_facts(const struct registry_agency *agency);

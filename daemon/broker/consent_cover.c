/* SPDX-License-Identifier: Apache-2.0 */
/* broker/consent_cover.c - what a consent, as it stands, covers; see basis_check.h for the contract. */
#include "broker/basis_check.h"
#include "broker/lookup.h"

struct basis_agency agency_facts(const struct registry_agency *agency)
{
	return (struct basis_agency){
		.address = agency->address,
		.categories = agency->categories,
		.category_count = agency->category_count,
	};
}

enum err consent_cover(struct world *world, const struct consent_row *row, const struct registry_agency *recipient, class_set classes,
		       struct disclosure_fault *ret_fault)
{
	struct basis_agency facts = { .address = recipient->address };
	struct consent consent = row->consent;
	const char *const self[] = { recipient->address };
	enum err err;

	if (recipient->number == row->registered_by) {
		consent.scope.agencies = self;
		consent.scope.agency_count = 1;
	}
	err = consent_covers(&consent, &facts, classes, world->now_us, ret_fault);
	if (err != ERR_REFUSED || consent.scope.category_count == 0)
		return err;
	facts = agency_facts(recipient); /* not by its name: by what it is, perhaps */
	return consent_covers(&consent, &facts, classes, world->now_us, ret_fault);
}

enum err consent_uncovered(struct world *world, const struct condition *condition, uint8_t *ret_parts)
{
	const struct registry_agency *agency = registry_agency(world->registry, condition->agency);
	uint8_t parts = condition->blocked;
	struct disclosure_fault fault;
	struct consent_row row;
	enum err err = consent_get(world->txn, bytes_of(condition->consent.bytes, ID_BYTES), world->arena, &row);

	if (err == ERR_NOT_FOUND) { /* erased: nothing rests on it any more */
		*ret_parts = UINT8_MAX;
		return ERR_OK;
	}
	if (err != ERR_OK || agency == NULL)
		return err != ERR_OK ? err : ERR_CORRUPT;
	row.consent.from_us = 0; /* it had begun when the message was taken in: a clock set back since does not undo that */
	for (size_t i = 0; i < condition->part_count; i++) {
		err = consent_cover(world, &row, agency, condition->classes[i], &fault);
		if (err == ERR_REFUSED)
			parts = (uint8_t)(parts | 1u << i);
		else if (err != ERR_OK)
			return err;
	}
	*ret_parts = parts;
	return ERR_OK;
}

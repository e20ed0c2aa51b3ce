/* SPDX-License-Identifier: Apache-2.0 */
/* broker/successor.c - see successor.h for the contract. */
#include "broker/successor.h"

#include "broker/rows_cases.h"
#include "broker/leg_tell.h"

#define COORDINATORS_MAX 8u /* how far up one is looked for: two may name each other */

enum err can_act_in(struct world *world, const struct request *request, uint32_t agency, bool *ret_can)
{
	const struct registry_agency *entry = registry_agency(world->registry, agency);
	bool kept_out = false;
	enum err err = ERR_OK;

	if (entry != NULL && request->has_case)
		err = kept_out_of(world->txn, bytes_of_text(entry->address), bytes_of(request->case_id, CASE_ID_BYTES), &kept_out);
	*ret_can = entry != NULL && !entry->closed && entry->device_count > 0 && !kept_out;
	return err;
}

enum err successor_of(struct world *world, const struct request *request, uint32_t agency, uint32_t *ret_agency)
{
	bool can = false;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && !can && agency != 0 && i < COORDINATORS_MAX; i++) {
		agency = coordinator_of(world, agency);
		err = can_act_in(world, request, agency, &can);
	}
	*ret_agency = can ? agency : 0;
	return err;
}

/* Domain: first line (一次総合相談). */
static bool is_first_line(const struct registry_agency *agency)
{
	static const char *const categories[] = { "hikikomori_support", "child_youth_consultation" };

	for (size_t i = 0; i < agency->category_count; i++)
		for (size_t k = 0; k < sizeof(categories) / sizeof(*categories); k++)
			if (strcmp(agency->categories[i], categories[k]) == 0)
				return true;
	return false;
}

enum err first_line_for(struct world *world, const struct request *request, uint32_t *ret_agency)
{
	bool can = false;
	enum err err = ERR_OK;

	*ret_agency = 0;
	for (uint32_t number = 1; err == ERR_OK && !can && number <= registry_last_number(world->registry); number++) {
		const struct registry_agency *agency = registry_agency(world->registry, number);

		if (agency == NULL || !is_first_line(agency))
			continue;
		err = can_act_in(world, request, number, &can);
		*ret_agency = can ? number : 0;
	}
	return err;
}

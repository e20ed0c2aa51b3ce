/* SPDX-License-Identifier: Apache-2.0 */
/* broker/successor.c - see successor.h for the contract. */
#include "broker/successor.h"

#include "broker/rows_cases.h"
#include "broker/leg_tell.h"

#define COORDINATORS_MAX 8u /* how far up one is looked for: two may name each other */

static struct bytes case_of(const struct request *request)
{
	return bytes_of(request->case_id, request->has_case ? CASE_ID_BYTES : 0);
}

static enum err can_act(struct world *world, struct bytes case_id, uint32_t agency, bool *ret_can)
{
	const struct registry_agency *entry = registry_agency(world->registry, agency);
	bool kept_out = false;
	enum err err = entry == NULL ? ERR_OK : kept_out_of(world->txn, bytes_of_text(entry->address), case_id, &kept_out);

	*ret_can = entry != NULL && !entry->closed && entry->device_count > 0 && !kept_out;
	return err;
}

enum err can_act_in(struct world *world, const struct request *request, uint32_t agency, bool *ret_can)
{
	return can_act(world, case_of(request), agency, ret_can);
}

/* Whether that party, if it is confidential, deals with who would go on: also one that closed, whose people hide still. */
static bool deals_with(const struct world *world, uint32_t party, const struct registry_agency *next)
{
	const struct registry_agency *agency = registry_agency(world->registry, party);

	return agency == NULL || !agency->confidential || registry_may_correspond(agency, next);
}

enum err may_go_on(struct world *world, const struct going_on *in, uint32_t agency, bool *ret_may)
{
	const struct registry_agency *next = registry_agency(world->registry, agency);
	enum err err = can_act(world, in->case_id, agency, ret_may);

	if (err != ERR_OK || !*ret_may)
		return err;
	*ret_may = !next->confidential;
	for (size_t i = 0; i < in->count; i++)
		*ret_may = *ret_may && deals_with(world, in->parties[i], next);
	return ERR_OK;
}

/* Who asks speaks to all that were asked, who was asked to who asks alone. */
static enum err can_go_on(struct world *world, const struct succession *of, uint32_t next, bool *ret_can)
{
	const struct request *request = of->request;
	uint32_t parties[1 + LIMIT_LEGS] = { request->sender };
	struct leg legs[LIMIT_LEGS];
	size_t count = 1;
	enum err err = legs_of_request(world->txn, request, legs);

	*ret_can = false;
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < request->leg_count; i++)
		if (of->leg == 0 || of->leg == legs[i].leg)
			parties[count++] = legs[i].agency;
	return may_go_on(world, &(struct going_on){ case_of(request), parties, count }, next, ret_can);
}

enum err successor_of(struct world *world, const struct succession *of, uint32_t *ret_agency)
{
	uint32_t agency = of->agency;
	bool can = false;
	enum err err = of->named == 0 ? ERR_OK : can_go_on(world, of, of->named, &can);

	if (can)
		agency = of->named;
	for (size_t i = 0; err == ERR_OK && !can && agency != 0 && i < COORDINATORS_MAX; i++) {
		agency = coordinator_of(world, agency);
		err = can_go_on(world, of, agency, &can);
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

enum err first_line_for(struct world *world, const struct succession *of, uint32_t *ret_agency)
{
	bool can = false;
	enum err err = ERR_OK;

	*ret_agency = 0;
	for (uint32_t number = 1; err == ERR_OK && !can && number <= registry_last_number(world->registry); number++) {
		const struct registry_agency *agency = registry_agency(world->registry, number);

		if (agency == NULL || !is_first_line(agency))
			continue;
		err = can_go_on(world, of, number, &can);
		*ret_agency = can ? number : 0;
	}
	return err;
}

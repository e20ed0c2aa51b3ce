/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "broker/lookup.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "front/reads.h"
#include "rules/safety.h"

/* The deny-list as the owner gave it. */
static enum err kept_out(struct asking *asking, const struct case_row *row, Pb__CaseShown *shown)
{
	char text[CASE_KEPT_OUT_BYTES];

	shown->kept_out = arena_calloc(asking->arena, row->kept_out_count, sizeof *shown->kept_out);
	if (shown->kept_out == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < row->kept_out_count; i++) {
		case_kept_out(row, i, text);
		shown->kept_out[i] = arena_text(asking->arena, bytes_of_text(text));
		if (shown->kept_out[i] == NULL)
			return ERR_NOMEM;
	}
	shown->n_kept_out = row->kept_out_count;
	return ERR_OK;
}

static bool is_kept_out(const struct case_row *row, const char *address)
{
	char text[CASE_KEPT_OUT_BYTES];

	for (size_t i = 0; row->protected && i < row->kept_out_count; i++) {
		case_kept_out(row, i, text);
		if (strcmp(text, address) == 0)
			return true;
	}
	return false;
}

static bool shown_already(const Pb__CaseShown *shown, const char *name)
{
	for (size_t i = 0; i < shown->n_members; i++)
		if (strcmp(shown->members[i], name) == 0)
			return true;
	return false;
}

/* All of them to the owner; to others the owner and themselves: nobody is told who else was asked. */
static enum err members(struct asking *asking, const struct case_row *row, const char *address, Pb__CaseShown *shown)
{
	uint32_t reader = asking->peer->agency;
	bool owns = case_owner(row) == reader;

	shown->members = arena_calloc(asking->arena, row->member_count, sizeof *shown->members);
	if (shown->members == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < row->member_count; i++) {
		uint32_t number = case_member(row, i);
		const char *name;
		enum err err;

		if (!owns && number != reader && i > 0)
			continue;
		err = agency_shown_as(asking->txn, asking->front->site, number, address, asking->arena, &name);
		if (err != ERR_OK)
			return err;
		if (i == 0 && name != NULL)
			shown->owner = (char *)(uintptr_t)name;
		if (name != NULL && !shown_already(shown, name))
			shown->members[shown->n_members++] = (char *)(uintptr_t)name;
	}
	return ERR_OK;
}

enum err case_known_to(struct asking *asking, struct bytes case_id, const char *address, struct case_row *ret_row)
{
	enum err err = case_id.len == ID_BYTES ? case_get(asking->txn, case_id, ret_row) : ERR_NOT_FOUND;

	if (err == ERR_OK && (!case_has_member(ret_row, asking->peer->agency) || is_kept_out(ret_row, address)))
		return ERR_NOT_FOUND;
	return err;
}

enum err read_case(struct asking *asking, struct bytes case_id)
{
	Pb__CaseShown *shown = arena_alloc(asking->arena, sizeof *shown);
	struct case_row row;
	char *self;
	enum err err;

	if (shown == NULL)
		return ERR_NOMEM;
	pb__case_shown__init(shown);
	err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);
	if (err == ERR_OK)
		err = case_known_to(asking, case_id, self, &row);
	if (err == ERR_OK)
		err = members(asking, &row, self, shown);
	if (err == ERR_OK && case_owner(&row) == asking->peer->agency)
		err = kept_out(asking, &row, shown);
	if (err == ERR_OK)
		err = pb_keep(asking->arena, case_id, &shown->case_id);
	if (err != ERR_OK)
		return err;
	shown->protected_ = row.protected;
	asking->result.result_case = PB__READ_RESULT__RESULT_CASE_SHOWN;
	asking->result.case_shown = shown;
	return ERR_OK;
}

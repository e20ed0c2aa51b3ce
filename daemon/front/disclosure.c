/* SPDX-License-Identifier: Apache-2.0 */
#include "front/disclosure.h"

#include <string.h>

#include "broker/lookup.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "front/happenings.h"
#include "front/provisions.h"
#include "ledger/entry.h"

#define PROVISIONS_MOST 512u
#define ARENA_MOST (32u * 1024u * 1024u)

struct telling {
	struct happenings happenings;
	Pb__Disclosure *disclosure;
	uint64_t last;
};

/* ---- the case ---- */

static bool is_listed(const Pb__CaseShown *shown, const char *name)
{
	for (size_t i = 0; i < shown->n_members; i++)
		if (strcmp(shown->members[i], name) == 0)
			return true;
	return false;
}

static enum err put_case(const struct reader *reader, struct bytes case_id, const struct case_row *row, Pb__Disclosure *disclosure)
{
	Pb__CaseShown *shown = arena_alloc(reader->arena, sizeof *shown);
	enum err err = shown == NULL ? ERR_NOMEM : ERR_OK;

	if (err != ERR_OK)
		return err;
	pb__case_shown__init(shown);
	disclosure->case_shown = shown;
	shown->protected_ = row->protected;
	shown->members = arena_calloc(reader->arena, row->member_count, sizeof *shown->members);
	if (shown->members == NULL)
		return ERR_NOMEM;
	err = pb_keep(reader->arena, case_id, &shown->case_id);
	if (err == ERR_OK)
		err = reader_name(reader, case_owner(row), &shown->owner);
	for (size_t i = 0; err == ERR_OK && i < row->member_count; i++) {
		char *name;

		err = reader_name(reader, case_member(row, i), &name);
		if (err == ERR_OK && !is_listed(shown, name))
			shown->members[shown->n_members++] = name;
	}
	return err;
}

/* ---- what was provided ---- */

/* One item, and what was released of its message later. */
static enum err add_provisions(struct telling *telling, uint64_t item)
{
	Pb__Disclosure *disclosure = telling->disclosure;
	enum err err = ERR_OK;

	while (err == ERR_OK && item != 0 && disclosure->n_provisions < PROVISIONS_MOST) {
		struct delivery delivery;

		err = delivery_get(telling->happenings.reader->txn, item, &delivery);
		if (err != ERR_OK)
			break;
		item = delivery.told;
		err = provision_show(telling->happenings.reader, &delivery, &disclosure->provisions[disclosure->n_provisions]);
		if (err == ERR_OK)
			disclosure->n_provisions++;
		else if (err == ERR_NOT_FOUND)
			err = ERR_OK;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err add_provided(struct telling *telling, uint64_t seq)
{
	struct reader *reader = (struct reader *)(uintptr_t)telling->happenings.reader;
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(reader->txn, seq, reader->arena, &entry, &body);

	if (err != ERR_OK || body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	for (size_t i = 0; err == ERR_OK && i < body->submit->n_recipients && i < LIMIT_RECIPIENTS; i++)
		if (!body->submit->recipients[i]->silent)
			err = add_provisions(telling, item_number(seq, i));
	return err;
}

/* ERR_BUSY ends the walk: the answer is full. */
static enum err visit(void *context, uint64_t seq)
{
	struct telling *telling = context;
	enum err err;

	if (telling->disclosure->n_provisions > PROVISIONS_MOST / 2 || telling->happenings.reader->arena->used > ARENA_MOST)
		return ERR_BUSY;
	err = happenings_add(&telling->happenings, seq);
	if (err == ERR_OK)
		err = add_provided(telling, seq);
	if (err == ERR_OK)
		telling->last = seq;
	return err;
}

enum err disclosure_page(struct reader *reader, const Pb__DisclosureQuery *query, Pb__Disclosure *ret_disclosure)
{
	struct bytes case_id = bytes_of_pb(query->case_id);
	struct telling telling = { .disclosure = ret_disclosure };
	struct case_row row;
	enum err err = case_id.len == ID_BYTES ? case_get(reader->txn, case_id, &row) : ERR_NOT_FOUND;

	pb__disclosure__init(ret_disclosure);
	if (err == ERR_OK && reader->agency != 0 && case_owner(&row) != reader->agency)
		err = ERR_NOT_FOUND;
	if (err != ERR_OK)
		return err;
	reader->owns = true;
	ret_disclosure->provisions = arena_calloc(reader->arena, PROVISIONS_MOST, sizeof *ret_disclosure->provisions);
	err = ret_disclosure->provisions == NULL ? ERR_NOMEM : put_case(reader, case_id, &row, ret_disclosure);
	if (err == ERR_OK)
		err = happenings_begin(reader, NULL, &telling.happenings);
	if (err == ERR_OK)
		err = case_entries_each(reader->txn, case_id, query->after == 0 || query->after == UINT64_MAX ? query->after : query->after + 1, visit, &telling);
	ret_disclosure->happenings = telling.happenings.rows;
	ret_disclosure->n_happenings = telling.happenings.count;
	if (err == ERR_BUSY)
		ret_disclosure->more_after = telling.last;
	return err == ERR_BUSY ? ERR_OK : err;
}

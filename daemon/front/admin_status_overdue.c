/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds what is late, counted for `status`: agencies and numbers, no envelope. */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/admin_serve.h"
#include "front/open_legs.h"

#define HOLDERS_TOLD 10u
#define HOLDERS_KEPT 1024u
#define TURNS_COUNTED 200000u /* looked at: beyond so many that are open the counts are of those whose timers are due first */

struct counting {
	struct admin_call *call;
	int64_t now_us;
	size_t looked_at, count;
	struct {
		uint32_t agency;
		uint64_t legs, others;
		int64_t oldest_us;
	} rows[HOLDERS_KEPT];
};

static enum err count(void *context, const struct open_turn *turn)
{
	struct counting *counting = context;
	size_t at = 0;

	if (counting->looked_at++ == TURNS_COUNTED)
		return ERR_BUSY;
	if (!turn_is_late(turn, counting->now_us))
		return ERR_OK;
	while (at < counting->count && counting->rows[at].agency != turn->holder)
		at++;
	if (at == HOLDERS_KEPT)
		return ERR_OK;
	if (at == counting->count) {
		counting->rows[at].agency = turn->holder;
		counting->rows[at].legs = counting->rows[at].others = 0;
		counting->rows[at].oldest_us = turn->due_at_us;
		counting->count++;
	}
	if (turn->leg != NULL)
		counting->rows[at].legs++;
	else
		counting->rows[at].others++;
	if (turn->due_at_us < counting->rows[at].oldest_us)
		counting->rows[at].oldest_us = turn->due_at_us;
	return ERR_OK;
}

/* The holder of what is latest, taken out of the rows. */
static size_t latest(const struct counting *counting)
{
	size_t found = 0;

	for (size_t i = 1; i < counting->count; i++)
		if (counting->rows[i].oldest_us < counting->rows[found].oldest_us)
			found = i;
	return found;
}

static enum err tell_holder(struct counting *counting, Pb__Status *status)
{
	struct arena *arena = &counting->call->arena;
	struct agency agency;
	Pb__HolderOverdue *row = arena_alloc(arena, sizeof *row);
	size_t at = latest(counting);
	enum err err = row != NULL ? agency_by_number(counting->call->txn, counting->rows[at].agency, arena, &agency) : ERR_NOMEM;

	if (err != ERR_OK)
		return err;
	pb__holder_overdue__init(row);
	row->agency = agency.record->confidential ? pb_of_text("*") : agency.record->id;
	row->legs = counting->rows[at].legs;
	row->others = counting->rows[at].others;
	row->oldest_due_at_us = counting->rows[at].oldest_us;
	status->overdue[status->n_overdue++] = row;
	counting->rows[at] = counting->rows[--counting->count];
	return ERR_OK;
}

enum err admin_status_overdue(struct admin_call *call, Pb__Status *status)
{
	struct counting *counting = arena_calloc(&call->arena, 1, sizeof *counting);
	enum err err = ERR_NOMEM;

	status->overdue = arena_calloc(&call->arena, HOLDERS_TOLD, sizeof *status->overdue);
	if (counting == NULL || status->overdue == NULL)
		return err;
	counting->call = call;
	counting->now_us = broker_wall_us(call->front->broker);
	err = open_turns_each(call->txn, count, counting);
	if (err == ERR_BUSY)
		err = ERR_OK;
	while (err == ERR_OK && counting->count > 0 && status->n_overdue < HOLDERS_TOLD)
		err = tell_holder(counting, status);
	return err;
}

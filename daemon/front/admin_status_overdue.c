/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds what is late, and what is left to nobody, counted for `status`: agencies and numbers, no envelope. */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/admin_serve.h"
#include "front/admin_telling.h"
#include "front/open_legs.h"

#define HOLDERS_TOLD 10u
#define HOLDERS_KEPT 1024u
#define ABSENT_TOLD 10u
#define TURNS_COUNTED 200000u /* looked at: beyond so many that are open the counts are of those whose timers are due first */

/* An agency that closed, or has no device any more, and has turns that went on to nobody. */
struct absent {
	int64_t turns, meetings; /* parts of requests and requests; conferences and action items */
	bool confidential, closed;
	const char *id; /* in the arena */
};

struct counting {
	struct admin_call *call;
	int64_t now_us;
	size_t looked_at, count;
	struct absent *absent;
	size_t absent_count;
	uint32_t *gone; /* by number: GONE_…, else GONE_YES and its place in absent */
	size_t numbers;
	struct {
		uint32_t agency;
		uint64_t legs, others;
		int64_t oldest_us;
	} rows[HOLDERS_KEPT];
};

enum { GONE_UNKNOWN, GONE_NO, GONE_YES };

static void add_absent(struct counting *counting, const struct agency *agency)
{
	struct absent *absent = &counting->absent[counting->absent_count];

	counting->gone[agency->number] = GONE_YES + (uint32_t)counting->absent_count++;
	absent->confidential = agency->record->confidential;
	absent->closed = agency->closed;
	absent->id = agency->record->id;
}

static enum err found_one(void *context, const struct device *device)
{
	(void)context;
	(void)device;
	return ERR_EXISTS;
}

/* Looked up once for each agency. */
static enum err note_gone(struct counting *counting, uint32_t number)
{
	struct agency agency;
	enum err err = agency_by_number(counting->call->txn, number, &counting->call->arena, &agency);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	err = agency.closed ? ERR_OK : device_each(counting->call->txn, number, found_one, NULL);
	if (err == ERR_EXISTS)
		counting->gone[number] = GONE_NO;
	else if (err == ERR_OK)
		add_absent(counting, &agency);
	return err == ERR_EXISTS ? ERR_OK : err;
}

static void add_turn(struct absent *absent, const struct open_turn *turn)
{
	if (turn->kind == PB__TIMER_KIND__TIMER_KIND_LEG || turn->kind == PB__TIMER_KIND__TIMER_KIND_REQUEST)
		absent->turns++;
	else
		absent->meetings++;
}

static enum err count_absent(struct counting *counting, const struct open_turn *turn)
{
	uint32_t number = turn->holder;
	enum err err = ERR_OK;

	if (number >= counting->numbers)
		return ERR_OK;
	if (counting->gone[number] == GONE_UNKNOWN)
		err = note_gone(counting, number);
	if (err == ERR_OK && counting->gone[number] >= GONE_YES)
		add_turn(&counting->absent[counting->gone[number] - GONE_YES], turn);
	return err;
}

static enum err count(void *context, const struct open_turn *turn)
{
	struct counting *counting = context;
	size_t at = 0;
	enum err err;

	if (counting->looked_at++ == TURNS_COUNTED)
		return ERR_BUSY;
	err = count_absent(counting, turn);
	if (err != ERR_OK)
		return err;
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

/* Who is there without a device comes back to what it has; who closed does not, and nobody is reminded: that is not left to be noticed by
 * chance, and an operator hands it over. */
enum { TURNS_OF_NOBODY, CONFERENCES_OF_NOBODY, TURNS_WITHOUT_DEVICE, ABSENCES };

static int64_t count_of(const struct absent *absent, unsigned what)
{
	if (what == TURNS_WITHOUT_DEVICE)
		return absent->closed ? 0 : absent->turns + absent->meetings;
	if (!absent->closed)
		return 0;
	return what == TURNS_OF_NOBODY ? absent->turns : absent->meetings;
}

/* What fails comes first and whole: so many agencies by name, and of the others how many turns there are. */
static enum err tell_kind(const struct counting *counting, unsigned what, struct telling *telling)
{
	static const char *const codes[ABSENCES][2] = {
		{ "turns_of_nobody", "turns_of_nobody_more" },
		{ "conferences_of_nobody", "conferences_of_nobody_more" },
		{ "turns_without_device", "turns_without_device_more" },
	};
	bool failing = what != TURNS_WITHOUT_DEVICE;
	size_t told = 0;
	int64_t more = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < counting->absent_count; i++) {
		const struct absent *absent = &counting->absent[i];
		int64_t turns = count_of(absent, what);

		if (turns > 0 && told++ < ABSENT_TOLD)
			err = status_add(telling, codes[what][0], absent->confidential ? "*" : absent->id, turns, 0, failing);
		else
			more += turns;
	}
	return err == ERR_OK && more > 0 ? status_add(telling, codes[what][1], "", more, 0, failing) : err;
}

static enum err tell_absent(const struct counting *counting, struct telling *telling)
{
	enum err err = ERR_OK;

	for (unsigned what = 0; err == ERR_OK && what < ABSENCES; what++)
		err = tell_kind(counting, what, telling);
	return err;
}

enum err admin_status_overdue(struct telling *telling)
{
	struct admin_call *call = telling->call;
	Pb__Status *status = telling->status;
	struct counting *counting = arena_calloc(&call->arena, 1, sizeof *counting);
	enum err err = ERR_NOMEM;

	status->overdue = arena_calloc(&call->arena, HOLDERS_TOLD, sizeof *status->overdue);
	if (counting == NULL || status->overdue == NULL)
		return err;
	counting->numbers = call->front->pulses.count;
	counting->gone = arena_calloc(&call->arena, counting->numbers + 1, sizeof *counting->gone);
	counting->absent = arena_calloc(&call->arena, counting->numbers + 1, sizeof *counting->absent);
	if (counting->gone == NULL || counting->absent == NULL)
		return err;
	counting->call = call;
	counting->now_us = broker_wall_us(call->front->broker);
	err = open_turns_each(call->txn, count, counting);
	if (err == ERR_BUSY)
		err = ERR_OK;
	while (err == ERR_OK && counting->count > 0 && status->n_overdue < HOLDERS_TOLD)
		err = tell_holder(counting, status);
	return err == ERR_OK ? tell_absent(counting, telling) : err;
}

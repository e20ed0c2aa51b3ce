/* SPDX-License-Identifier: Apache-2.0 */
/* What a status says of time: whether the machine's clock is believed, and how long the file of holidays lasts. */
#include "base/clock.h"
#include "broker/lookup.h"
#include "broker/rows.h"
#include "broker/rows_clock.h"
#include "broker/rows_polls.h"
#include "contract/civil_time.h"
#include "front/admin_telling.h"
#include "ledger/entry.h"
#include "rules/holidays.h"

#define DUE_COUNTED 10000u

static enum err count_due(struct txn *txn, int64_t until_us, uint64_t *ret_due)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	*ret_due = 0;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK && *ret_due < DUE_COUNTED; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		err = timer_decode(key, &timer);
		if (err != ERR_OK || timer.due_at_us > until_us)
			break;
		(*ret_due)++;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err status_clock(struct telling *telling)
{
	struct admin_call *call = telling->call;
	const struct broker_gauges *gauges = &telling->gauges;
	Pb__ClockState *state = arena_alloc(&call->arena, sizeof *state);
	struct clock_row row;
	enum err err = state != NULL ? clock_row_get(call->txn, &row) : ERR_NOMEM;

	if (err != ERR_OK)
		return err;
	pb__clock_state__init(state);
	state->frozen = gauges->clock_frozen;
	state->wall_us = broker_wall_us(call->front->broker);
	state->moved_us = gauges->clock_moved_us;
	state->moving = gauges->clock_moving;
	telling->status->clock = state;
	if (!state->frozen)
		return ERR_OK;
	state->jumped_us = gauges->clock_off_us;
	state->since_us = row.since_us;
	err = count_due(call->txn, state->wall_us, &state->due);
	if (err != ERR_OK)
		return err;
	return status_add(telling, state->jumped_us < 0 ? "clock_back" : "clock_ahead", "",
			   state->jumped_us < 0 ? -state->jumped_us : state->jumped_us, 0, true);
}

/* Told from HOLIDAYS_ALARM_DAYS before the first day that the file does not speak of; failing from that day on. */
enum err status_holidays(struct telling *telling)
{
	int32_t until = telling->gauges.holidays_until;
	int64_t now_us = broker_wall_us(telling->call->front->broker);
	int offset;
	int64_t ends_us;
	enum err err;

	telling->status->holidays_until = until;
	if (telling->status->directory_version == 0)
		return ERR_OK; /* nobody's days are counted yet */
	if (until == 0)
		return status_add(telling, "holidays_none", "", 0, 0, false);
	err = directory_zone_get(telling->call->txn, &offset);
	if (err != ERR_OK)
		return err;
	ends_us = civil_time_us((struct civil_time){ .day = civil_day_of((struct civil_date){ until + 1, 1, 1 }) }, offset);
	if (now_us < ends_us - HOLIDAYS_ALARM_DAYS * CIVIL_DAY_MINUTES * CIVIL_MINUTE_US)
		return ERR_OK;
	return status_add(telling, now_us < ends_us ? "holidays_ending" : "holidays_ended", "", ends_us, now_us, now_us >= ends_us);
}

enum err status_unpolled(struct telling *telling, uint32_t agency, const char *name)
{
	struct poll_row poll;
	struct entry entry;
	int64_t since_us;
	enum err err = poll_row_get(telling->call->txn, agency, &poll);

	if (err != ERR_OK || poll.told_seq == 0)
		return err;
	err = entry_read(telling->call->txn, poll.told_seq, &entry);
	if (err != ERR_OK)
		return err;
	since_us = poll.handed_at_us != 0 ? poll.handed_at_us : entry.header.time_us; /* it never took anything */
	return status_add(telling, "unread", name, broker_wall_us(telling->call->front->broker) - since_us, 0, true);
}

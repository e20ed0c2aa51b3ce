/* SPDX-License-Identifier: Apache-2.0 */
/* One screen for an operator: numbers, and every condition worth a word with its value and bound.  The words are the reader's. */
#include <stdio.h>

#include "base/clock.h"
#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/codec.h"
#include "front/admin_telling.h"
#include "ledger/entry.h"
#include "store/compact.h"

#define CONDITIONS_MOST 40u
#define UNREAD_TOLD_MOST 10u
#define UNREAD_FAILS_US (15 * 60 * INT64_C(1000000))  /* a mailbox that fills and nobody polls */
#define OLD_TOLD_US (10 * 60 * INT64_C(1000000))
#define OLD_FAILS_US (24 * 3600 * INT64_C(1000000))
#define ROOT_TOLD_US (90 * 86400 * INT64_C(1000000))  /* before the site's certificate ends */

enum err status_add(struct telling *telling, const char *code, const char *subject, int64_t value, int64_t bound, bool failing)
{
	struct arena *arena = &telling->call->arena;
	Pb__Condition *condition = arena_alloc(arena, sizeof *condition);
	char *kept = arena_text(arena, bytes_of_text(subject));

	if (condition == NULL || kept == NULL)
		return ERR_NOMEM;
	if (telling->status->n_conditions == CONDITIONS_MOST)
		return ERR_OK;
	pb__condition__init(condition);
	condition->code = pb_of_text(code);
	condition->subject = kept;
	condition->value = value;
	condition->bound = bound;
	condition->failing = failing;
	telling->status->conditions[telling->status->n_conditions++] = condition;
	return ERR_OK;
}

/* ---- conditions ---- */

/* More than four fifths of its bound, however small that is. */
static bool is_high(uint64_t value, uint64_t bound)
{
	return value > bound - bound / 5;
}

static enum err tell_room(struct telling *telling)
{
	const struct store_room *room = &telling->room;
	enum err err = ERR_OK;

	if (room->tight) {
		bool map = room->used_bytes + room->reserve_bytes >= room->map_bytes;

		telling->status->accepting = false;
		err = map ? status_add(telling, "store_full", "", (int64_t)room->used_bytes, (int64_t)room->map_bytes, true) :
			    status_add(telling, "disk_low", "", (int64_t)room->disk_free_bytes, (int64_t)telling->call->front->reserve_size, true);
	} else if (is_high(room->used_bytes, room->map_bytes)) {
		err = status_add(telling, "store_low", "", (int64_t)room->used_bytes, (int64_t)room->map_bytes, false);
	}
	return err;
}

/* What was erased stands in the file's free pages until it is written anew. */
static enum err tell_erased(struct telling *telling)
{
	enum err err = admin_reading(telling->call);

	if (err == ERR_OK)
		err = store_compact_due(telling->call->txn);
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	return err == ERR_OK ? status_add(telling, "erased_until_restart", "", 0, 0, false) : err;
}

static enum err tell_flow(struct telling *telling)
{
	struct front *front = telling->call->front;
	size_t connections = atomic_load(&front->connections);
	size_t pending = flow_bytes(&front->pending);
	size_t most = atomic_load(&front->pending.limit);
	enum err err = ERR_OK;

	if (is_high(connections, front->connections_max))
		err = status_add(telling, "connections_high", "", (int64_t)connections, (int64_t)front->connections_max, false);
	if (err == ERR_OK && is_high(pending, most))
		err = status_add(telling, "overloaded", "", (int64_t)pending, (int64_t)most, false);
	if (err == ERR_OK && front_is_closing(front)) {
		telling->status->accepting = false;
		err = status_add(telling, "stopping", "", 0, 0, true);
	}
	return err;
}

static enum err tell_queues(struct telling *telling)
{
	const struct broker_gauges *gauges = &telling->gauges;
	int64_t age_us = gauges->oldest_waiting_us != 0 ? broker_wall_us(telling->call->front->broker) - gauges->oldest_waiting_us : 0;
	enum err err = ERR_OK;

	if (gauges->dead > 0)
		err = status_add(telling, "dead_letters", "", (int64_t)gauges->dead, 0, false);
	if (err == ERR_OK && gauges->frozen > 0)
		err = status_add(telling, "frozen", "", (int64_t)gauges->frozen, 0, false);
	if (err == ERR_OK && gauges->quarantined > 0)
		err = status_add(telling, "quarantined", "", (int64_t)gauges->quarantined, 0, false);
	if (err == ERR_OK && age_us > OLD_TOLD_US)
		err = status_add(telling, "oldest_unacknowledged", "", age_us, OLD_FAILS_US, age_us > OLD_FAILS_US);
	return err;
}

static enum err tell_certificate(struct telling *telling)
{
	struct front *front = telling->call->front;
	int64_t from_us, until_us;
	int64_t now_us = clock_wall_us();

	certificate_validity(front->keys->certificate, &from_us, &until_us);
	if (until_us <= now_us)
		return status_add(telling, "certificate_expired", front->site, until_us, now_us, true);
	if (until_us - now_us < ROOT_TOLD_US)
		return status_add(telling, "certificate_expiring", front->site, until_us, now_us, false);
	return ERR_OK;
}

/* Confidential agencies are counted like any other, and never named. */
static enum err tell_agency(struct telling *telling, const struct agency *agency, size_t *told)
{
	struct front *front = telling->call->front;
	uint64_t waiting = broker_waiting(front->broker, agency->number);
	int64_t seen_us = pulse_seen(&front->pulses, agency->number);
	int64_t since_us = seen_us != 0 ? seen_us : front->started_at_us;
	const char *name = agency->record->confidential ? "*" : agency->record->id;
	enum err err = ERR_OK;

	if (waiting >= front->mailbox_items)
		err = status_add(telling, "mailbox_full", name, (int64_t)waiting, (int64_t)front->mailbox_items, true);
	else if (is_high(waiting, front->mailbox_items))
		err = status_add(telling, "mailbox_high", name, (int64_t)waiting, (int64_t)front->mailbox_items, false);
	if (err == ERR_OK && waiting > 0)
		err = status_unpolled(telling, agency->number, name);
	if (err != ERR_OK || waiting == 0 || pulse_readers(&front->pulses, agency->number) > 0 || (*told)++ >= UNREAD_TOLD_MOST)
		return err;
	return status_add(telling, "no_reader", name, (int64_t)waiting, 0, broker_wall_us(telling->call->front->broker) - since_us > UNREAD_FAILS_US);
}

/* ---- numbers ---- */

static enum err count_device(void *context, const struct device *device)
{
	uint32_t *devices = context;

	(void)device;
	(*devices)++;
	return ERR_OK;
}

static enum err count_agencies(struct telling *telling)
{
	struct admin_call *call = telling->call;
	size_t told = 0;
	enum err err = ERR_OK;

	for (uint32_t number = 1; err == ERR_OK && number < call->front->pulses.count; number++) {
		uint32_t devices = 0;
		struct agency agency;

		err = agency_by_number(call->txn, number, &call->arena, &agency);
		if (err != ERR_OK || agency.closed)
			continue;
		telling->status->agencies++;
		err = device_each(call->txn, number, count_device, &devices);
		telling->status->enrolled += devices > 0;
		if (err == ERR_OK)
			err = tell_agency(telling, &agency, &told);
	}
	err = err == ERR_NOT_FOUND ? ERR_OK : err; /* numbers have no gaps: the first that is missing is past the last */
	if (err == ERR_OK && telling->status->agencies == 0)
		err = status_add(telling, "no_directory", "", 0, 0, false);
	else if (err == ERR_OK && telling->status->enrolled == 0)
		err = status_add(telling, "no_agency", "", 0, 0, false);
	return err;
}

/* The daemon's own memory: what is shared with files, such as the store's pages, is the page cache's. */
static uint64_t memory_bytes(void)
{
	unsigned long long size, resident, shared;
	FILE *file = fopen("/proc/self/statm", "re");
	int read;

	if (file == NULL)
		return 0;
	read = fscanf(file, "%llu %llu %llu", &size, &resident, &shared);
	fclose(file);
	return read == 3 ? (resident - shared) * 4096u : 0;
}

static enum err fill_lanes(struct telling *telling)
{
	static const Pb__Urgency lanes[] = { PB__URGENCY__URGENCY_DANGER, PB__URGENCY__URGENCY_URGENT, PB__URGENCY__URGENCY_SOON,
					     PB__URGENCY__URGENCY_ROUTINE };
	struct arena *arena = &telling->call->arena;
	Pb__Status *status = telling->status;

	status->lanes = arena_calloc(arena, sizeof lanes / sizeof *lanes, sizeof *status->lanes);
	if (status->lanes == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++) {
		Pb__LaneCount *lane = arena_alloc(arena, sizeof *lane);

		if (lane == NULL)
			return ERR_NOMEM;
		pb__lane_count__init(lane);
		lane->lane = lanes[i];
		lane->waiting = telling->gauges.waiting[lanes[i]];
		status->lanes[status->n_lanes++] = lane;
	}
	return ERR_OK;
}

static void fill_gauges(struct telling *telling)
{
	struct front *front = telling->call->front;
	Pb__Status *status = telling->status;

	status->site = front->site;
	status->version = pb_of_text(TSUNAGI_VERSION);
	status->epoch = front->epoch;
	status->now_us = broker_wall_us(telling->call->front->broker);
	status->started_at_us = front->started_at_us;
	status->entries = telling->gauges.entries;
	status->entries_per_second = telling->gauges.entries_per_second;
	status->leased = telling->gauges.leased;
	status->frozen = telling->gauges.frozen;
	status->quarantined = telling->gauges.quarantined;
	status->dead = telling->gauges.dead;
	status->oldest_unacknowledged_at_us = telling->gauges.oldest_waiting_us;
	status->sessions = atomic_load(&front->open_peers);
	status->store_bytes = telling->room.used_bytes;
	status->store_limit_bytes = telling->room.map_bytes;
	status->disk_free_bytes = telling->room.disk_free_bytes;
	status->reserve_bytes = telling->room.reserve_bytes;
	status->memory_bytes = memory_bytes();
	status->accepting = true;
}

static enum err fill_tables(struct telling *telling)
{
	struct admin_call *call = telling->call;
	struct bytes note;
	uint64_t size;
	enum err err = admin_reading(call);

	if (err == ERR_OK)
		err = checkpoint_newest(call->txn, 0, &note, &size);
	if (err == ERR_OK)
		err = directory_version_get(call->txn, &telling->status->directory_version);
	if (err == ERR_OK)
		err = count_agencies(telling);
	if (err == ERR_OK)
		err = admin_status_overdue(telling);
	if (err == ERR_OK)
		err = status_clock(telling);
	if (err == ERR_OK)
		err = status_holidays(telling);
	if (err != ERR_OK)
		return err;
	telling->status->checkpoint = arena_text(&call->arena, note);
	return telling->status->checkpoint != NULL ? ERR_OK : ERR_NOMEM;
}

enum err admin_status(struct admin_call *call)
{
	struct telling telling = { .call = call, .status = arena_alloc(&call->arena, sizeof *telling.status) };
	enum err err;

	if (telling.status == NULL)
		return ERR_NOMEM;
	pb__status__init(telling.status);
	telling.status->conditions = arena_calloc(&call->arena, CONDITIONS_MOST, sizeof *telling.status->conditions);
	if (telling.status->conditions == NULL)
		return ERR_NOMEM;
	broker_gauges(call->front->broker, &telling.gauges);
	telling.room = telling.gauges.room;
	err = store_look_at_room(call->front->store, &telling.room);
	telling.room.tight = telling.room.tight || telling.gauges.room.tight; /* what the writer goes by */
	if (err != ERR_OK)
		return err;
	fill_gauges(&telling);
	err = fill_lanes(&telling);
	if (err == ERR_OK)
		err = tell_room(&telling);
	if (err == ERR_OK)
		err = tell_erased(&telling);
	if (err == ERR_OK)
		err = tell_flow(&telling);
	if (err == ERR_OK)
		err = tell_queues(&telling);
	if (err == ERR_OK)
		err = tell_certificate(&telling);
	if (err == ERR_OK)
		err = fill_tables(&telling);
	if (err != ERR_OK)
		return err;
	call->reply.body_case = PB__ADMIN_REPLY__BODY_STATUS;
	call->reply.status = telling.status;
	return ERR_OK;
}

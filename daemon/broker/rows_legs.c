/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_legs.c - see rows_legs.h for the contract. */
#include "broker/rows_legs.h"

#define LEG_BYTES 107
#define LEG_ITEM_BYTES 8
#define REQUEST_BYTES 74 /* and 8 for each leg */
#define FLAG_HELD 1u
#define FLAG_PROVISIONAL 2u
#define FLAG_CASE 4u

/* ---- legs ---- */

static void leg_encode(const struct leg *leg, uint8_t to[LEG_BYTES])
{
	be64_put(to, leg->request);
	be64_put(to + 8, leg->item);
	be64_put(to + 16, leg->told);
	be64_put(to + 24, leg->opened_by);
	be32_put(to + 32, leg->agency);
	be32_put(to + 36, leg->sender);
	be32_put(to + 40, leg->acting);
	be32_put(to + 44, leg->next_agency);
	be32_put(to + 48, leg->steps);
	to[52] = (uint8_t)leg->state;
	to[53] = (uint8_t)leg->holder;
	to[54] = (uint8_t)leg->clock;
	to[55] = (uint8_t)leg->urgency;
	to[56] = (uint8_t)leg->reason;
	to[57] = (uint8_t)leg->outcome;
	to[58] = (uint8_t)((leg->held ? FLAG_HELD : 0) | (leg->provisional ? FLAG_PROVISIONAL : 0));
	be64_put(to + 59, (uint64_t)leg->since_us);
	be64_put(to + 67, (uint64_t)leg->clock_from_us);
	be64_put(to + 75, (uint64_t)leg->due_at_us);
	be64_put(to + 83, (uint64_t)leg->timer_at_us);
	be64_put(to + 91, (uint64_t)leg->seen_at_us);
	be64_put(to + 99, (uint64_t)leg->last_word_us);
}

bool leg_row_is_leg(struct bytes value)
{
	return value.len == LEG_BYTES;
}

enum err leg_decode(struct bytes key, struct bytes value, struct leg *ret_leg)
{
	const uint8_t *from = value.data;

	if (key.len != 8 || value.len != LEG_BYTES)
		return ERR_CORRUPT;
	*ret_leg = (struct leg){
		.leg = be64_get(key.data),
		.request = be64_get(from),
		.item = be64_get(from + 8),
		.told = be64_get(from + 16),
		.opened_by = be64_get(from + 24),
		.agency = be32_get(from + 32),
		.sender = be32_get(from + 36),
		.acting = be32_get(from + 40),
		.next_agency = be32_get(from + 44),
		.steps = be32_get(from + 48),
		.state = (Pb__LegState)from[52],
		.holder = (Pb__Party)from[53],
		.clock = (Pb__ClockKind)from[54],
		.urgency = (Pb__Urgency)from[55],
		.reason = (Pb__Reason)from[56],
		.outcome = (Pb__Outcome)from[57],
		.held = (from[58] & FLAG_HELD) != 0,
		.provisional = (from[58] & FLAG_PROVISIONAL) != 0,
		.since_us = (int64_t)be64_get(from + 59),
		.clock_from_us = (int64_t)be64_get(from + 67),
		.due_at_us = (int64_t)be64_get(from + 75),
		.timer_at_us = (int64_t)be64_get(from + 83),
		.seen_at_us = (int64_t)be64_get(from + 91),
		.last_word_us = (int64_t)be64_get(from + 99),
	};
	return ERR_OK;
}

void agency_leg_put(struct txn *txn, uint32_t agency, uint64_t leg)
{
	struct key key = key_u32_u64(agency, leg);

	txn_put(txn, TABLE_AGENCY_LEGS, key_bytes(&key), bytes_of(NULL, 0));
}

void leg_put(struct txn *txn, const struct leg *leg)
{
	struct key key = key_u64(leg->leg);
	uint8_t row[LEG_BYTES];

	leg_encode(leg, row);
	txn_put(txn, TABLE_LEGS, key_bytes(&key), bytes_of(row, sizeof(row)));
}

void leg_append(struct txn *txn, const struct leg *leg)
{
	struct key key = key_u64(leg->leg);
	uint8_t row[LEG_BYTES];

	leg_encode(leg, row);
	txn_append(txn, TABLE_LEGS, key_bytes(&key), bytes_of(row, sizeof(row)));
	agency_leg_put(txn, leg->sender, leg->leg);
	agency_leg_put(txn, leg->agency, leg->leg);
}

void leg_item_append(struct txn *txn, uint64_t item, uint64_t leg)
{
	struct key key = key_u64(item);
	uint8_t row[LEG_ITEM_BYTES];

	be64_put(row, leg);
	txn_append(txn, TABLE_LEGS, key_bytes(&key), bytes_of(row, sizeof(row)));
}

enum err leg_get(struct txn *txn, uint64_t leg, struct leg *ret_leg)
{
	struct key key = key_u64(leg);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_LEGS, key_bytes(&key), &value);

	if (err == ERR_OK && value.len == LEG_ITEM_BYTES)
		return ERR_NOT_FOUND;
	return err != ERR_OK ? err : leg_decode(key_bytes(&key), value, ret_leg);
}

enum err leg_of_item(struct txn *txn, uint64_t item, struct leg *ret_leg)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_LEGS, key_bytes(&key), &value);

	if (err == ERR_OK && value.len == LEG_ITEM_BYTES) {
		err = leg_get(txn, be64_get(value.data), ret_leg);
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	}
	return err != ERR_OK ? err : leg_decode(key_bytes(&key), value, ret_leg);
}

/* ---- requests ---- */

static size_t request_encode(const struct request *request, uint8_t to[REQUEST_BYTES + 8 * LIMIT_LEGS])
{
	memcpy(to, request->message_id, MESSAGE_ID_BYTES);
	memcpy(to + 16, request->case_id, CASE_ID_BYTES);
	be32_put(to + 32, request->sender);
	to[36] = (uint8_t)request->ask;
	to[37] = (uint8_t)request->take;
	to[38] = (uint8_t)request->urgency;
	to[39] = (uint8_t)request->state;
	to[40] = (uint8_t)request->outcome;
	to[41] = (uint8_t)((request->has_case ? FLAG_CASE : 0) | (request->provisional ? FLAG_PROVISIONAL : 0));
	be32_put(to + 42, request->report_days);
	be32_put(to + 46, request->steps);
	be64_put(to + 50, (uint64_t)request->since_us);
	be64_put(to + 58, (uint64_t)request->due_at_us);
	be64_put(to + 66, (uint64_t)request->timer_at_us);
	for (size_t i = 0; i < request->leg_count; i++)
		be64_put(to + REQUEST_BYTES + 8 * i, request->legs[i]);
	return REQUEST_BYTES + 8 * request->leg_count;
}

enum err request_decode(struct bytes key, struct bytes value, struct request *ret_request)
{
	const uint8_t *from = value.data;

	if (key.len != 8 || value.len < REQUEST_BYTES || (value.len - REQUEST_BYTES) % 8 != 0 ||
	    (value.len - REQUEST_BYTES) / 8 > LIMIT_LEGS)
		return ERR_CORRUPT;
	*ret_request = (struct request){
		.request = be64_get(key.data),
		.sender = be32_get(from + 32),
		.ask = (Pb__Ask)from[36],
		.take = (Pb__Take)from[37],
		.urgency = (Pb__Urgency)from[38],
		.state = (Pb__RequestState)from[39],
		.outcome = (Pb__Outcome)from[40],
		.has_case = (from[41] & FLAG_CASE) != 0,
		.provisional = (from[41] & FLAG_PROVISIONAL) != 0,
		.report_days = be32_get(from + 42),
		.steps = be32_get(from + 46),
		.since_us = (int64_t)be64_get(from + 50),
		.due_at_us = (int64_t)be64_get(from + 58),
		.timer_at_us = (int64_t)be64_get(from + 66),
		.leg_count = (value.len - REQUEST_BYTES) / 8,
	};
	memcpy(ret_request->message_id, from, MESSAGE_ID_BYTES);
	memcpy(ret_request->case_id, from + 16, CASE_ID_BYTES);
	for (size_t i = 0; i < ret_request->leg_count; i++)
		ret_request->legs[i] = be64_get(from + REQUEST_BYTES + 8 * i);
	return ERR_OK;
}

static struct bytes request_row(const struct request *request, uint8_t to[REQUEST_BYTES + 8 * LIMIT_LEGS])
{
	return bytes_of(to, request_encode(request, to));
}

void request_append(struct txn *txn, const struct request *request)
{
	struct key key = key_u64(request->request);
	uint8_t row[REQUEST_BYTES + 8 * LIMIT_LEGS];

	txn_append(txn, TABLE_REQUESTS, key_bytes(&key), request_row(request, row));
}

void request_put(struct txn *txn, const struct request *request)
{
	struct key key = key_u64(request->request);
	uint8_t row[REQUEST_BYTES + 8 * LIMIT_LEGS];

	txn_put(txn, TABLE_REQUESTS, key_bytes(&key), request_row(request, row));
}

enum err request_get(struct txn *txn, uint64_t request, struct request *ret_request)
{
	struct key key = key_u64(request);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_REQUESTS, key_bytes(&key), &value);

	return err != ERR_OK ? err : request_decode(key_bytes(&key), value, ret_request);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/request_row.c - see request_row.h for the contract.
 *
 * REQUESTS: the request's numbers, its message's id, its case's where it has one; then each leg's number (u64) and its other numbers. */
#include "broker/request_row.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A field more goes to the end; one that is no longer needed keeps its place. */
static const struct sparse_field request_fields[] = {
	SPARSE_FIELD(struct request, has_case, 1),
	SPARSE_FIELD(struct request, provisional, 1),
	SPARSE_FIELD(struct request, sender, 4),
	SPARSE_FIELD(struct request, ask, 1),
	SPARSE_FIELD(struct request, take, 1),
	SPARSE_FIELD(struct request, urgency, 1),
	SPARSE_FIELD(struct request, state, 1),
	SPARSE_FIELD(struct request, outcome, 1),
	SPARSE_FIELD(struct request, report_days, 4),
	SPARSE_FIELD(struct request, steps, 4),
	SPARSE_FIELD(struct request, since_us, 8),
	SPARSE_FIELD(struct request, due_at_us, 8),
	SPARSE_FIELD(struct request, timer_at_us, 8),
	SPARSE_FIELD(struct request, acting, 4),
	SPARSE_FIELD(struct request, co_support, 1),
};

/* Neither its request nor who sent that: these are the row's.  The item is kept as that which tells it from the leg's own number, by
 * which most are delivered. */
static const struct sparse_field leg_fields[] = {
	SPARSE_FIELD(struct leg, item, 8),
	SPARSE_FIELD(struct leg, told, 8),
	SPARSE_FIELD(struct leg, opened_by, 8),
	SPARSE_FIELD(struct leg, agency, 4),
	SPARSE_FIELD(struct leg, acting, 4),
	SPARSE_FIELD(struct leg, next_agency, 4),
	SPARSE_FIELD(struct leg, steps, 4),
	SPARSE_FIELD(struct leg, state, 1),
	SPARSE_FIELD(struct leg, holder, 1),
	SPARSE_FIELD(struct leg, clock, 1),
	SPARSE_FIELD(struct leg, urgency, 1),
	SPARSE_FIELD(struct leg, reason, 1),
	SPARSE_FIELD(struct leg, outcome, 1),
	SPARSE_FIELD(struct leg, held, 1),
	SPARSE_FIELD(struct leg, provisional, 1),
	SPARSE_FIELD(struct leg, since_us, 8),
	SPARSE_FIELD(struct leg, clock_from_us, 8),
	SPARSE_FIELD(struct leg, due_at_us, 8),
	SPARSE_FIELD(struct leg, timer_at_us, 8),
	SPARSE_FIELD(struct leg, seen_at_us, 8),
	SPARSE_FIELD(struct leg, last_word_us, 8),
	SPARSE_FIELD(struct leg, respond_by_us, 8),
};

/* ---- a request's row ---- */

static bool take_bytes(struct bytes *row, uint8_t *to, size_t len)
{
	if (row->len < len)
		return false;
	memcpy(to, row->data, len);
	*row = bytes_of(row->data + len, row->len - len);
	return true;
}

static bool take_leg(struct bytes *row, const struct request *request, struct leg *ret_leg)
{
	uint8_t number[8];

	*ret_leg = (struct leg){ .request = request->request, .sender = request->sender, .asker = request_asker(request) };
	if (!take_bytes(row, number, sizeof(number)) || !sparse_take(leg_fields, COUNT(leg_fields), row, ret_leg))
		return false;
	ret_leg->leg = be64_get(number);
	ret_leg->item ^= ret_leg->leg;
	return true;
}

enum err request_decode(struct bytes key, struct bytes value, struct request *ret_request, struct leg *legs)
{
	struct request request = { 0 };

	if (key.len != 8 || !sparse_take(request_fields, COUNT(request_fields), &value, &request))
		return ERR_CORRUPT;
	request.request = be64_get(key.data);
	if (!take_bytes(&value, request.message_id, MESSAGE_ID_BYTES) ||
	    (request.has_case && !take_bytes(&value, request.case_id, CASE_ID_BYTES)))
		return ERR_CORRUPT;
	while (value.len > 0) {
		struct leg leg;

		if (request.leg_count == LIMIT_LEGS || !take_leg(&value, &request, &leg))
			return ERR_CORRUPT;
		if (legs != NULL)
			legs[request.leg_count] = leg;
		request.legs[request.leg_count++] = leg.leg;
	}
	*ret_request = request;
	return ERR_OK;
}

static void put_leg(const struct leg *leg, uint8_t **at)
{
	struct leg kept = *leg;

	be64_put(*at, leg->leg);
	*at += 8;
	kept.item ^= leg->leg;
	sparse_put(leg_fields, COUNT(leg_fields), &kept, at);
}

struct bytes request_encode(const struct request *request, const struct leg *legs, uint8_t to[REQUEST_ROW_BYTES])
{
	uint8_t *at = to;

	sparse_put(request_fields, COUNT(request_fields), request, &at);
	memcpy(at, request->message_id, MESSAGE_ID_BYTES);
	at += MESSAGE_ID_BYTES;
	if (request->has_case) {
		memcpy(at, request->case_id, CASE_ID_BYTES);
		at += CASE_ID_BYTES;
	}
	for (size_t i = 0; i < request->leg_count; i++)
		put_leg(&legs[i], &at);
	return bytes_of(to, (size_t)(at - to));
}

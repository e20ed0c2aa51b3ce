/* SPDX-License-Identifier: Apache-2.0 */
/* broker/request_row.c - see request_row.h for the contract.
 *
 * REQUESTS: the request's numbers, its message's id, its case's where it has one; then each leg's number (u64) and its other numbers. */
#include "broker/request_row.h"

/* Member, and its bytes in the row.  A field more goes to the end; one that is no longer needed keeps its place. */
#define REQUEST_FIELDS(X) \
	X(has_case, 1)    \
	X(provisional, 1) \
	X(sender, 4)      \
	X(ask, 1)         \
	X(take, 1)        \
	X(urgency, 1)     \
	X(state, 1)       \
	X(outcome, 1)     \
	X(report_days, 4) \
	X(steps, 4)       \
	X(since_us, 8)    \
	X(due_at_us, 8)   \
	X(timer_at_us, 8) \
	X(acting, 4)      \
	X(co_support, 1)

/* Neither its request nor who sent that: these are the row's.  The item is kept as that which tells it from the leg's own number, by
 * which most are delivered. */
#define LEG_FIELDS(X)       \
	X(item, 8)          \
	X(told, 8)          \
	X(opened_by, 8)     \
	X(agency, 4)        \
	X(acting, 4)        \
	X(next_agency, 4)   \
	X(steps, 4)         \
	X(state, 1)         \
	X(holder, 1)        \
	X(clock, 1)         \
	X(urgency, 1)       \
	X(reason, 1)        \
	X(outcome, 1)       \
	X(held, 1)          \
	X(provisional, 1)   \
	X(since_us, 8)      \
	X(clock_from_us, 8) \
	X(due_at_us, 8)     \
	X(timer_at_us, 8)   \
	X(seen_at_us, 8)    \
	X(last_word_us, 8)  \
	X(respond_by_us, 8)

#define X(member, bytes) +1
_Static_assert((REQUEST_FIELDS(X)) <= SPARSE_FIELDS_MAX && (LEG_FIELDS(X)) <= SPARSE_FIELDS_MAX, "a bit each");
#undef X

/* ---- their numbers ---- */

static uint8_t *put_request_fields(const struct request *request, uint8_t *to)
{
	struct sparse_put put = sparse_begin(to);

#define X(member, bytes) sparse_put(&put, (uint64_t)request->member, bytes);
	REQUEST_FIELDS(X)
#undef X
	return sparse_end(&put);
}

static bool take_request_fields(struct bytes *row, struct request *request)
{
	struct sparse_take take = sparse_open(*row);

#define X(member, bytes) request->member = (__typeof__(request->member))sparse_take(&take, bytes);
	REQUEST_FIELDS(X)
#undef X
	return sparse_close(&take, row);
}

static uint8_t *put_leg_fields(const struct leg *leg, uint8_t *to)
{
	struct sparse_put put = sparse_begin(to);

#define X(member, bytes) sparse_put(&put, (uint64_t)leg->member, bytes);
	LEG_FIELDS(X)
#undef X
	return sparse_end(&put);
}

static bool take_leg_fields(struct bytes *row, struct leg *leg)
{
	struct sparse_take take = sparse_open(*row);

#define X(member, bytes) leg->member = (__typeof__(leg->member))sparse_take(&take, bytes);
	LEG_FIELDS(X)
#undef X
	return sparse_close(&take, row);
}

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
	if (!take_bytes(row, number, sizeof(number)) || !take_leg_fields(row, ret_leg))
		return false;
	ret_leg->leg = be64_get(number);
	ret_leg->item ^= ret_leg->leg;
	return true;
}

enum err request_decode(struct bytes key, struct bytes value, struct request *ret_request, struct leg *legs)
{
	struct request request = { 0 };

	if (key.len != 8 || !take_request_fields(&value, &request))
		return ERR_CORRUPT;
	request.request = be64_get(key.data);
	if (!take_bytes(&value, request.message_id, MESSAGE_ID_BYTES) ||
	    (request.has_case && !take_bytes(&value, request.case_id, CASE_ID_BYTES)))
		return ERR_CORRUPT;
	while (value.len > 0) {
		struct leg passed;
		struct leg *leg = legs != NULL ? &legs[request.leg_count] : &passed;

		if (request.leg_count == LIMIT_LEGS || !take_leg(&value, &request, leg))
			return ERR_CORRUPT;
		request.legs[request.leg_count++] = leg->leg;
	}
	*ret_request = request;
	return ERR_OK;
}

static uint8_t *put_leg(const struct leg *leg, uint8_t *to)
{
	struct leg kept = *leg;

	be64_put(to, leg->leg);
	kept.item ^= leg->leg;
	return put_leg_fields(&kept, to + 8);
}

struct bytes request_encode(const struct request *request, const struct leg *legs, uint8_t to[REQUEST_ROW_BYTES])
{
	uint8_t *at = put_request_fields(request, to);

	memcpy(at, request->message_id, MESSAGE_ID_BYTES);
	at += MESSAGE_ID_BYTES;
	if (request->has_case) {
		memcpy(at, request->case_id, CASE_ID_BYTES);
		at += CASE_ID_BYTES;
	}
	for (size_t i = 0; i < request->leg_count; i++)
		at = put_leg(&legs[i], at);
	return bytes_of(to, (size_t)(at - to));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_legs.c - see rows_legs.h for the contract. */
#include "broker/rows_legs.h"

#define PATH_BYTES (8 + 8) /* of LEGS: request, leg */

static enum err row_get(struct txn *txn, uint64_t number, struct request *ret_request, struct leg *legs)
{
	struct key key = key_u64(number);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_REQUESTS, key_bytes(&key), &value);

	return err != ERR_OK ? err : request_decode(key_bytes(&key), value, ret_request, legs);
}

static void row_put(struct txn *txn, const struct request *request, const struct leg *legs)
{
	struct key key = key_u64(request->request);
	uint8_t row[REQUEST_ROW_BYTES];

	txn_put(txn, TABLE_REQUESTS, key_bytes(&key), request_encode(request, legs, row));
}

/* For a change: that there is none is damage. */
static bool row_get_to_change(struct txn *txn, uint64_t number, struct request *ret_request, struct leg legs[LIMIT_LEGS])
{
	enum err err = row_get(txn, number, ret_request, legs);

	if (err != ERR_OK)
		txn_fail(txn, err == ERR_NOT_FOUND ? ERR_CORRUPT : err);
	return err == ERR_OK;
}

/* ---- requests ---- */

void request_append(struct txn *txn, const struct request *request, const struct leg *legs)
{
	struct key key = key_u64(request->request);
	uint8_t row[REQUEST_ROW_BYTES];

	txn_append(txn, TABLE_REQUESTS, key_bytes(&key), request_encode(request, legs, row));
}

void request_put(struct txn *txn, const struct request *request)
{
	struct leg legs[LIMIT_LEGS];
	struct request former;
	struct request changed = *request;

	if (!row_get_to_change(txn, request->request, &former, legs))
		return;
	changed.leg_count = former.leg_count;
	row_put(txn, &changed, legs);
}

enum err request_get(struct txn *txn, uint64_t request, struct request *ret_request)
{
	return row_get(txn, request, ret_request, NULL);
}

enum err legs_of_request(struct txn *txn, const struct request *request, struct leg legs[LIMIT_LEGS])
{
	struct request now;
	enum err err = row_get(txn, request->request, &now, legs);

	return err == ERR_NOT_FOUND || (err == ERR_OK && now.leg_count != request->leg_count) ? ERR_CORRUPT : err;
}

/* ---- legs ---- */

void leg_item_append(struct txn *txn, uint64_t item, const struct leg *leg)
{
	struct key key = key_u64(item);
	uint8_t row[PATH_BYTES];

	be64_put(row, leg->request);
	be64_put(row + 8, leg->leg);
	txn_append(txn, TABLE_LEGS, key_bytes(&key), bytes_of(row, sizeof(row)));
}

void leg_append(struct txn *txn, const struct leg *leg)
{
	struct leg legs[LIMIT_LEGS];
	struct request request;

	if (!row_get_to_change(txn, leg->request, &request, legs))
		return;
	if (request.leg_count == LIMIT_LEGS) {
		txn_fail(txn, ERR_CORRUPT);
		return;
	}
	legs[request.leg_count++] = *leg;
	row_put(txn, &request, legs);
	leg_item_append(txn, leg->leg, leg);
	agency_leg_put(txn, leg->sender, leg->leg);
	agency_leg_put(txn, leg->agency, leg->leg);
	agency_leg_put(txn, request.acting, leg->leg);
}

/* ERR_NOT_FOUND: there is no such request, or it has no such leg. */
static enum err leg_in(struct txn *txn, uint64_t request, uint64_t leg, struct leg_row *ret_row)
{
	enum err err = row_get(txn, request, &ret_row->request, ret_row->legs);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < ret_row->request.leg_count; i++) {
		if (ret_row->legs[i].leg == leg) {
			ret_row->leg = &ret_row->legs[i];
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

static enum err row_of_item(struct txn *txn, uint64_t item, struct leg_row *ret_row)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = leg_in(txn, item_seq(item), item, ret_row);

	if (err == ERR_NOT_FOUND) {
		err = txn_get(txn, TABLE_LEGS, key_bytes(&key), &value);
		if (err != ERR_OK)
			return err;
		err = value.len == PATH_BYTES ? leg_in(txn, be64_get(value.data), be64_get(value.data + 8), ret_row) : ERR_CORRUPT;
		err = err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	}
	return err;
}

enum err leg_of_item(struct txn *txn, uint64_t item, struct leg *ret_leg)
{
	struct leg_row row;
	enum err err = row_of_item(txn, item, &row);

	if (err == ERR_OK)
		*ret_leg = *row.leg;
	return err;
}

enum err leg_row_get(struct txn *txn, uint64_t leg, struct leg_row *ret_row)
{
	enum err err = row_of_item(txn, leg, ret_row);

	return err == ERR_OK && ret_row->leg->leg != leg ? ERR_NOT_FOUND : err; /* an item's number, no leg's */
}

enum err leg_get(struct txn *txn, uint64_t leg, struct leg *ret_leg)
{
	struct leg_row row;
	enum err err = leg_row_get(txn, leg, &row);

	if (err == ERR_OK)
		*ret_leg = *row.leg;
	return err;
}

void leg_row_put(struct txn *txn, const struct leg_row *row)
{
	row_put(txn, &row->request, row->legs);
}

/* ---- for an erasure ---- */

enum err leg_path_drop(struct txn *txn, uint64_t item)
{
	struct key key = key_u64(item);

	txn_forget(txn, TABLE_LEGS, key_bytes(&key));
	return ERR_OK;
}

static void leg_forget(struct txn *txn, const struct leg *leg)
{
	agency_leg_forget(txn, leg->sender, leg->leg);
	agency_leg_forget(txn, leg->agency, leg->leg);
	agency_leg_forget(txn, leg->acting, leg->leg);
	agency_leg_forget(txn, leg->asker, leg->leg);
	if (leg->timer_at_us != 0)
		timer_drop(txn, &(struct timer_row){ leg->timer_at_us, PB__TIMER_KIND__TIMER_KIND_LEG, leg->leg });
}

enum err request_row_drop(struct txn *txn, uint64_t number)
{
	struct key key = key_u64(number);
	struct leg legs[LIMIT_LEGS];
	struct request request;
	enum err err = row_get(txn, number, &request, legs);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	for (size_t i = 0; i < request.leg_count; i++)
		leg_forget(txn, &legs[i]);
	if (request.timer_at_us != 0)
		timer_drop(txn, &(struct timer_row){ request.timer_at_us, PB__TIMER_KIND__TIMER_KIND_REQUEST, number });
	txn_delete(txn, TABLE_REQUESTS, key_bytes(&key));
	return ERR_OK;
}

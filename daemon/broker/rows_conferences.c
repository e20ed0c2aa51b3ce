/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_conferences.c - the rows of conferences and their seats; see rows_conferences.h and conferences.h for the contract. */
#include "broker/rows_conferences.h"

#include "broker/row_fields.h"

#define HEAD_BYTES (2 * ID_BYTES + 6 + 3 * 4 + 6 * 8 + 2)
#define SEAT_BYTES (4 + 1 + 4)
#define ROW_MAX (HEAD_BYTES + CONFERENCE_SEATS_MAX * SEAT_BYTES + CONFERENCE_ITEMS_MAX * 8)

static size_t encode(const struct conference *conference, uint8_t to[ROW_MAX])
{
	uint8_t *at = to;

	row_put_id(&at, conference->id);
	row_put_id(&at, conference->case_id);
	row_put_u8(&at, (uint8_t)(conference->has_case | conference->provisional << 1));
	row_put_u8(&at, (uint8_t)conference->kind);
	row_put_u8(&at, (uint8_t)conference->law);
	row_put_u8(&at, (uint8_t)conference->state);
	row_put_u8(&at, (uint8_t)conference->lane);
	row_put_u8(&at, 0); /* not used yet */
	row_put_u32(&at, conference->convener);
	row_put_u32(&at, conference->steps);
	row_put_u32(&at, conference->sequence);
	row_put_time(&at, conference->starts_at_us);
	row_put_time(&at, conference->ends_at_us);
	row_put_time(&at, conference->due_at_us);
	row_put_time(&at, conference->timer_at_us);
	row_put_time(&at, conference->clock_from_us);
	row_put_time(&at, conference->ended_at_us);
	row_put_u8(&at, (uint8_t)conference->seat_count);
	row_put_u8(&at, (uint8_t)conference->item_count);
	for (size_t i = 0; i < conference->seat_count; i++) {
		row_put_u32(&at, conference->seats[i].agency);
		row_put_u8(&at, (uint8_t)conference->seats[i].answer);
		row_put_u32(&at, conference->seats[i].delegated_to);
	}
	for (size_t i = 0; i < conference->item_count; i++)
		row_put_u64(&at, conference->items[i]);
	return (size_t)(at - to);
}

static void decode_head(const uint8_t **at, struct conference *conference)
{
	uint8_t flags;

	row_get_id(at, conference->id);
	row_get_id(at, conference->case_id);
	flags = row_get_u8(at);
	conference->has_case = (flags & 1) != 0;
	conference->provisional = (flags & 2) != 0;
	conference->kind = (Pb__ConferenceKind)row_get_u8(at);
	conference->law = (Pb__Law)row_get_u8(at);
	conference->state = (Pb__ConferenceState)row_get_u8(at);
	conference->lane = (Pb__Urgency)row_get_u8(at);
	(void)row_get_u8(at);
	conference->convener = row_get_u32(at);
	conference->steps = row_get_u32(at);
	conference->sequence = row_get_u32(at);
	conference->starts_at_us = row_get_time(at);
	conference->ends_at_us = row_get_time(at);
	conference->due_at_us = row_get_time(at);
	conference->timer_at_us = row_get_time(at);
	conference->clock_from_us = row_get_time(at);
	conference->ended_at_us = row_get_time(at);
	conference->seat_count = row_get_u8(at);
	conference->item_count = row_get_u8(at);
}

static enum err decode(uint64_t number, struct bytes value, struct conference *ret_conference)
{
	struct conference conference = { .number = number };
	const uint8_t *at = value.data;

	if (value.len < HEAD_BYTES)
		return ERR_CORRUPT;
	decode_head(&at, &conference);
	if (conference.seat_count > CONFERENCE_SEATS_MAX || conference.item_count > CONFERENCE_ITEMS_MAX ||
	    value.len != HEAD_BYTES + conference.seat_count * SEAT_BYTES + conference.item_count * 8)
		return ERR_CORRUPT;
	for (size_t i = 0; i < conference.seat_count; i++) {
		conference.seats[i].agency = row_get_u32(&at);
		conference.seats[i].answer = (Pb__ConferenceAnswer)row_get_u8(&at);
		conference.seats[i].delegated_to = row_get_u32(&at);
	}
	for (size_t i = 0; i < conference.item_count; i++)
		conference.items[i] = row_get_u64(&at);
	*ret_conference = conference;
	return ERR_OK;
}

enum err conference_get(struct txn *txn, uint64_t number, struct conference *ret_conference)
{
	struct key key = key_u64(number);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CONFERENCES, key_bytes(&key), &value);

	return err != ERR_OK ? err : decode(number, value, ret_conference);
}

/* ---- writing ---- */

static void put_seat_row(struct txn *txn, uint32_t agency, uint64_t number)
{
	struct key key = row_key_u32_u64(agency, number);

	txn_put(txn, TABLE_SEATS, key_bytes(&key), bytes_of(NULL, 0));
}

static void drop_seat_row(struct txn *txn, uint32_t agency, uint64_t number)
{
	struct key key = row_key_u32_u64(agency, number);

	txn_delete(txn, TABLE_SEATS, key_bytes(&key));
}

/* The index rows follow what changed: most acts change no seat. */
static void move_seats(struct txn *txn, const struct conference *was, const struct conference *now)
{
	for (size_t i = 0; was != NULL && i < was->seat_count; i++) {
		const struct seat *seat = conference_seat(now, was->seats[i].agency);

		if (seat_is_held(&was->seats[i]) && (seat == NULL || !seat_is_held(seat)))
			drop_seat_row(txn, was->seats[i].agency, now->number);
	}
	for (size_t i = 0; i < now->seat_count; i++) {
		const struct seat *seat = was == NULL ? NULL : conference_seat(was, now->seats[i].agency);

		if (seat_is_held(&now->seats[i]) && (seat == NULL || !seat_is_held(seat)))
			put_seat_row(txn, now->seats[i].agency, now->number);
	}
}

static void move_timer(struct txn *txn, int64_t was_us, int64_t now_us, uint64_t number)
{
	if (was_us == now_us)
		return;
	if (was_us != 0)
		timer_drop(txn, &(struct timer_row){ was_us, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, number });
	if (now_us != 0)
		timer_put(txn, &(struct timer_row){ now_us, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, number });
}

enum err conference_row_put(struct txn *txn, const struct conference *conference)
{
	struct key key = key_u64(conference->number);
	struct conference was;
	uint8_t row[ROW_MAX];
	enum err err = conference_get(txn, conference->number, &was);
	bool known = err == ERR_OK;

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	move_seats(txn, known ? &was : NULL, conference);
	move_timer(txn, known ? was.timer_at_us : 0, conference->timer_at_us, conference->number);
	txn_put(txn, TABLE_CONFERENCES, key_bytes(&key), bytes_of(row, encode(conference, row)));
	return ERR_OK;
}

enum err conference_row_drop(struct txn *txn, uint64_t number)
{
	struct key key = key_u64(number);
	struct conference was;
	enum err err = conference_get(txn, number, &was);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	for (size_t i = 0; i < was.seat_count; i++)
		if (seat_is_held(&was.seats[i]))
			drop_seat_row(txn, was.seats[i].agency, number);
	move_timer(txn, was.timer_at_us, 0, number);
	txn_delete(txn, TABLE_CONFERENCES, key_bytes(&key));
	return ERR_OK;
}

/* ---- reading ---- */

enum err message_find(struct txn *txn, const uint8_t id[ID_BYTES], enum err (*find)(struct txn *txn, uint64_t seq, void *to), void *to)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_MESSAGES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, bytes_of(id, ID_BYTES), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		uint64_t seq;

		if (key.len < ID_BYTES || memcmp(key.data, id, ID_BYTES) != 0) {
			err = ERR_NOT_FOUND;
			break;
		}
		err = message_row_decode(value, &seq);
		if (err == ERR_OK)
			err = find(txn, seq, to);
		if (err != ERR_NOT_FOUND)
			break;
	}
	cursor_close(cursor);
	return err;
}

static enum err take(struct txn *txn, uint64_t seq, void *to)
{
	return conference_get(txn, seq, to);
}

/* Another message may have the same id, from another sender: the row that is a conference is the one that is meant, and
 * conference_act.c sees to it that there is but one. */
enum err conference_by_id(struct txn *txn, const uint8_t id[ID_BYTES], struct conference *ret_conference)
{
	return message_find(txn, id, take, ret_conference);
}

const struct seat *conference_seat(const struct conference *conference, uint32_t agency)
{
	for (size_t i = 0; i < conference->seat_count; i++)
		if (conference->seats[i].agency == agency)
			return &conference->seats[i];
	return NULL;
}

bool seat_is_held(const struct seat *seat)
{
	return seat->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED;
}

bool seat_takes_part(const struct seat *seat)
{
	return seat_is_held(seat) && seat->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED;
}

/* The greatest key of that agency below before, or one below all of its own. */
static enum err last_of(struct cursor *cursor, uint32_t agency, uint64_t before, struct bytes *ret_key)
{
	struct key past = before == 0 ? row_key_u32_u64(agency + 1, 0) : row_key_u32_u64(agency, before);
	struct bytes value;
	enum err err = cursor_seek(cursor, key_bytes(&past), ret_key, &value);

	return err == ERR_OK ? cursor_previous(cursor, ret_key, &value) : cursor_last(cursor, ret_key, &value);
}

enum err conference_each(struct txn *txn, uint32_t agency, uint64_t before, enum err (*each)(void *context, uint64_t number), void *context)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_SEATS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = last_of(cursor, agency, before, &key); err == ERR_OK; err = cursor_previous(cursor, &key, &value)) {
		if (key.len != 12 || be32_get(key.data) != agency)
			break;
		err = each(context, be64_get(key.data + 4));
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err conference_meeting_of(struct txn *txn, const uint8_t id[ID_BYTES], uint32_t a, uint32_t b, struct meeting_of *ret_meeting)
{
	struct conference conference;
	const struct seat *seat;
	enum err err = conference_by_id(txn, id, &conference);

	*ret_meeting = (struct meeting_of){ 0 };
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	seat = conference_seat(&conference, a);
	ret_meeting->a_knows = (seat != NULL && seat_is_held(seat)) || conference.convener == a;
	ret_meeting->a_member = seat != NULL && seat_takes_part(seat);
	ret_meeting->has_case = conference.has_case;
	memcpy(ret_meeting->case_id, conference.case_id, ID_BYTES);
	seat = conference_seat(&conference, b);
	ret_meeting->b_member = seat != NULL && seat_takes_part(seat);
	ret_meeting->meeting = (struct basis_meeting){ true, conference.kind, conference.state, conference.law };
	return ERR_OK;
}

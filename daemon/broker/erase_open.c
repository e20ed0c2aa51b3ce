/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_open.c - see erase_survey.h: what of a case or thread somebody still has to do with. */
#include <stdio.h>

#include "broker/conferences.h"
#include "broker/erase_rows.h"
#include "broker/erase_survey.h"
#include "broker/lookup_legs.h"
#include "broker/rows.h"
#include "broker/rows_consents.h"
#include "contract/json.h"
#include "contract/request_states.h"
#include "store/keys.h"

#define CONSENT_ARENA_BYTES (1024u * 1024u)
#define AGENCY_ARENA_BYTES (1024u * 1024u)

static void put_open(struct erase_survey *survey, const char *what, const ProtobufCEnumDescriptor *states, int state)
{
	const char *name = json_word(states, state);
	char word[sizeof(survey->kinds[0].word)];
	size_t at = 0;

	survey->open++;
	snprintf(word, sizeof(word), "%s.%s", what, name != NULL ? name : "?");
	while (at < survey->kind_count && strcmp(survey->kinds[at].word, word) != 0)
		at++;
	if (at == ERASE_OPEN_KINDS)
		return;
	if (at == survey->kind_count)
		memcpy(survey->kinds[survey->kind_count++].word, word, sizeof(word));
	survey->kinds[at].count++;
}

/* What is said to a request, a conference or an announcement that grew out of a thread without a case stands under its own id: while there is
 * one, nothing of either goes, for neither is whole without the other. */
static enum err note_grown(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	static const enum table tables[] = { TABLE_REQUESTS, TABLE_CONFERENCES, TABLE_ANNOUNCEMENTS };
	struct key key = key_u64(seq);
	enum err err = ERR_OK;

	if (survey->scope.case_id.len > 0 || seq == survey->scope.opener)
		return ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < sizeof(tables) / sizeof(*tables); i++) {
		struct bytes value;

		err = txn_get(txn, tables[i], key_bytes(&key), &value);
		survey->waiting += err == ERR_OK;
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}

static enum err note_request(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct leg legs[LIMIT_LEGS];
	struct request request;
	enum err err = request_get(txn, seq, &request);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (request.timer_at_us != 0)
		put_open(survey, "request", &pb__request_state__descriptor, (int)request.state);
	err = legs_of_request(txn, &request, legs);
	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++)
		if (leg_is_open(legs[i].state))
			put_open(survey, "leg", &pb__leg_state__descriptor, (int)legs[i].state);
	return err;
}

static enum err note_conference(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct conference conference;
	enum err err = conference_get(txn, seq, &conference);

	if (err == ERR_OK && conference.timer_at_us != 0)
		put_open(survey, "conference", &pb__conference_state__descriptor, (int)conference.state);
	if (err == ERR_OK && conference.ends_at_us > survey->ended_us)
		survey->ended_us = conference.ends_at_us;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err note_assigned(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct erase_numbers numbers;
	enum err err = erase_numbers(txn, TABLE_ACTION_ITEMS, seq, &numbers);

	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++) {
		struct action_item item;

		err = action_item_get(txn, numbers.items[i], &item);
		if (err == ERR_OK && item.timer_at_us != 0)
			put_open(survey, item.purge ? "purge" : "action_item", &pb__action_item_state__descriptor, (int)item.state);
	}
	return err;
}

/* For one that the directory no longer names nothing waits: it would be kept for ever. */
static enum err note_recipient(struct txn *txn, struct erase_survey *survey, uint32_t number)
{
	struct agency agency;
	struct arena arena;
	enum err err;

	arena_init(&arena, AGENCY_ARENA_BYTES);
	err = agency_by_number(txn, number, &arena, &agency);
	survey->waiting += err == ERR_OK && !agency.closed;
	arena_free(&arena);
	return err;
}

static enum err note_waiting(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct erase_numbers numbers;
	enum err err = erase_numbers(txn, TABLE_QUEUE, seq, &numbers);

	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++) {
		struct queue_row row;

		err = queue_row_get(txn, numbers.items[i], &row);
		if (err == ERR_OK && row.state != DELIVERY_UNDELIVERABLE)
			err = note_recipient(txn, survey, row.agency);
	}
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* One without an end does not hold back what has rested for years: else it would be kept for ever. */
static enum err note_consent(struct txn *txn, struct erase_survey *survey, const Pb__EntryBody *body)
{
	struct consent_row row;
	struct arena arena;
	enum err err;

	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->consent == NULL)
		return ERR_OK;
	arena_init(&arena, CONSENT_ARENA_BYTES);
	err = consent_get(txn, bytes_of_pb(body->submit->consent->consent_id), &arena, &row);
	survey->in_force += err == ERR_OK && row.consent.state == PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE && row.consent.scope.until_us != 0;
	arena_free(&arena);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err erase_note_open(struct txn *txn, struct erase_survey *survey, uint64_t seq, const Pb__EntryBody *body)
{
	enum err err = note_grown(txn, survey, seq);

	if (err == ERR_OK)
		err = note_request(txn, survey, seq);
	if (err == ERR_OK)
		err = note_conference(txn, survey, seq);
	if (err == ERR_OK)
		err = note_assigned(txn, survey, seq);
	if (err == ERR_OK)
		err = note_waiting(txn, survey, seq);
	return err == ERR_OK ? note_consent(txn, survey, body) : err;
}

void erase_survey_open(const struct erase_survey *survey, struct buf *out)
{
	for (size_t i = 0; i < survey->kind_count; i++)
		buf_printf(out, "%s%s=%llu", i > 0 ? " " : "", survey->kinds[i].word, (unsigned long long)survey->kinds[i].count);
}

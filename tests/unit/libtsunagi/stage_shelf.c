/* SPDX-License-Identifier: Apache-2.0 */
/* stage_shelf.c - see stage.h: conferences, consents, cases and announcements as a test puts them there, and what was said about them. */
#include <jansson.h>

#include "base/id.h"
#include "contract/codec.h"
#include "contract/json.h"
#include "stage.h"
#include "unit.h"

#define SHELF_BYTES (1u << 20)

/* Of what a test and the stage's thread both touch. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- what is shown ---- */

static const Pb__ReadResult *shelved(const struct stage *stage, size_t place, struct arena *arena)
{
	const Pb__ReadResult *result = NULL;

	if (stage->shelf[place].len > 0)
		require_ok(CODEC_DECODE(read_result, buf_bytes(&stage->shelf[place]), arena, &result, NULL));
	return result;
}

/* Of one kind is shown once: the place of the kind, or a free one. */
static size_t place_of(const struct stage *stage, const Pb__ReadResult *result, struct arena *arena)
{
	size_t empty = STAGE_SHELF;

	for (size_t i = 0; i < STAGE_SHELF; i++) {
		const Pb__ReadResult *other = shelved(stage, i, arena);

		if (other != NULL && other->result_case == result->result_case)
			return i;
		if (other == NULL && empty == STAGE_SHELF)
			empty = i;
	}
	require(empty < STAGE_SHELF);
	return empty;
}

void stage_show(struct stage *stage, const char *json)
{
	json_t *read = json_loads(json, 0, NULL);
	const ProtobufCMessage *message = NULL;
	const Pb__ReadResult *result = NULL;
	struct arena arena;
	size_t place = 0;

	arena_init(&arena, 4 * SHELF_BYTES);
	unit_context("%s", json);
	require(read != NULL);
	require_ok(json_to_message(read, &pb__read_result__descriptor, &arena, &message, NULL, NULL));
	result = (const Pb__ReadResult *)message;
	pthread_mutex_lock(&lock);
	place = place_of(stage, result, &arena);
	buf_free(&stage->shelf[place]);
	buf_init(&stage->shelf[place], SHELF_BYTES);
	require_ok(codec_pack(&result->base, &stage->shelf[place]));
	pthread_mutex_unlock(&lock);
	json_decref(read);
	arena_free(&arena);
}

/* ---- asking ---- */

static bool same(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bytes_equal(bytes_of_pb(a), bytes_of_pb(b));
}

/* Of all that is shown, the one that was asked for. */
static bool pick_conference(Pb__ConferenceListing *listing, ProtobufCBinaryData id)
{
	for (size_t i = 0; id.len > 0 && i < listing->n_conferences; i++)
		if (same(listing->conferences[i]->conference_id, id)) {
			listing->conferences[0] = listing->conferences[i];
			listing->n_conferences = 1;
			return true;
		}
	return id.len == 0;
}

/* Small pages, so that there are several.  An action item leads on by its number, a conference by how many stand behind it. */
static void page_items(Pb__ConferenceListing *listing, uint64_t after)
{
	size_t first = 0;

	while (first < listing->n_items && listing->items[first]->item <= after)
		first++;
	listing->items += first;
	listing->n_items -= first;
	if (listing->n_items > STAGE_PAGE) {
		listing->n_items = STAGE_PAGE;
		listing->more_after = listing->items[STAGE_PAGE - 1]->item;
	}
}

static void page_conferences(Pb__ConferenceListing *listing, uint64_t after)
{
	size_t first = after == 0 ? 0 : listing->n_conferences - after;

	listing->conferences += first;
	listing->n_conferences -= first;
	if (listing->n_conferences > STAGE_PAGE) {
		listing->more_after = listing->n_conferences - STAGE_PAGE;
		listing->n_conferences = STAGE_PAGE;
	}
}

static bool page(Pb__ConferenceListing *listing, const Pb__Read *read)
{
	if (read->what_case == PB__READ__WHAT_ACTION_ITEMS)
		page_items(listing, read->after);
	else if (read->conference_id.len == 0)
		page_conferences(listing, read->after);
	return true;
}

static bool answers(const Pb__ReadResult *result, const Pb__Read *read)
{
	struct id id;

	switch (read->what_case) {
	case PB__READ__WHAT_CONFERENCE_ID:
		return result->result_case == PB__READ_RESULT__RESULT_CONFERENCES && pick_conference(result->conferences, read->conference_id) &&
		       page(result->conferences, read);
	case PB__READ__WHAT_ACTION_ITEMS:
		return result->result_case == PB__READ_RESULT__RESULT_CONFERENCES && page(result->conferences, read);
	case PB__READ__WHAT_CONSENT_ID:
		return result->result_case == PB__READ_RESULT__RESULT_CONSENT && same(result->consent->consent_id, read->consent_id);
	case PB__READ__WHAT_CASE_ID:
		return result->result_case == PB__READ_RESULT__RESULT_CASE_SHOWN && same(result->case_shown->case_id, read->case_id);
	case PB__READ__WHAT_ANNOUNCEMENT_ID:
		return result->result_case == PB__READ_RESULT__RESULT_ANNOUNCEMENT && same(result->announcement->announcement_id, read->announcement_id);
	case PB__READ__WHAT_FIND_CODE:
		return result->result_case == PB__READ_RESULT__RESULT_FOUND_ID && id_from_bytes(bytes_of_pb(result->found_id), &id) == ERR_OK &&
		       id_tail(&id) == read->find_code;
	case PB__READ__WHAT_REVIEWS:
		return result->result_case == PB__READ_RESULT__RESULT_REVIEWS;
	case PB__READ__WHAT_PROVISIONS:
		return result->result_case == PB__READ_RESULT__RESULT_PROVISIONS && read->provisions->after == 0;
	case PB__READ__WHAT_DISCLOSURE:
		return result->result_case == PB__READ_RESULT__RESULT_DISCLOSURE && read->disclosure->after == 0;
	default:
		return false;
	}
}

void stage_read_shelf(struct stage *stage, const struct stage_frame *frame, Pb__ReadResult *result)
{
	uint64_t number = result->number;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < STAGE_SHELF; i++) {
		const Pb__ReadResult *shown = shelved(stage, i, frame->arena);

		if (shown == NULL || !answers(shown, frame->message->read))
			continue;
		*result = *shown;
		result->number = number;
		if (atomic_load(&stage->lie) == LIE_SAME_PAGE && result->result_case == PB__READ_RESULT__RESULT_CONFERENCES)
			result->conferences->more_after = frame->message->read->after == 0 ? 1 : frame->message->read->after;
	}
	pthread_mutex_unlock(&lock);
}

/* ---- what was said ---- */

void stage_keep_said(struct stage *stage, struct bytes statement)
{
	pthread_mutex_lock(&lock);
	buf_free(&stage->said);
	buf_init(&stage->said, LIMIT_STATEMENT_BYTES);
	buf_put(&stage->said, statement);
	pthread_mutex_unlock(&lock);
}

const Pb__Statement *stage_said(struct stage *stage, struct arena *arena)
{
	const Pb__Statement *statement = NULL;

	pthread_mutex_lock(&lock);
	if (stage->said.len > 0)
		require_ok(CODEC_DECODE(statement, buf_bytes(&stage->said), arena, &statement, NULL));
	pthread_mutex_unlock(&lock);
	return statement;
}

const Pb__View *stage_view(struct stage *stage, size_t nth, struct arena *arena)
{
	const Pb__Statement *statement = NULL;
	size_t first = stage->item_count;

	while (first > 0 && stage->items[first - 1].seq == stage->items[stage->item_count - 1].seq)
		first--;
	if (first + nth >= stage->item_count)
		return NULL;
	require_ok(CODEC_DECODE(statement, stage->items[first + nth].statement, arena, &statement, NULL));
	return statement->view;
}

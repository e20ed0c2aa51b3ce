/* SPDX-License-Identifier: Apache-2.0 */
#include "front/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "broker/lookup.h"
#include "contract/json.h"
#include "contract/limits.h"
#include "rules/safety.h"

#define TOLD_SHOWN 8u /* about one item, the newest first: releases and tasks to seal again */
#define STATIONS_MAX (1 + (3 + 4 * TOLD_SHOWN) * LIMIT_RECIPIENTS)

struct tracing {
	struct txn *txn;
	struct arena *arena;
	const char *reader; /* its id; empty: an operator */
	Pb__Station **stations;
	size_t count;
};

/* As the reader may know it: a confidential agency is its proxy to all others, operators included. */
static enum err agency_name(struct tracing *tracing, uint32_t number, char **ret_name)
{
	struct agency agency;
	const char *name;
	enum err err = agency_by_number(tracing->txn, number, tracing->arena, &agency);

	if (err != ERR_OK)
		return err;
	name = safety_shown_as(&(struct safety_agency){ agency.record->id, agency.record->confidential, agency.record->proxy }, tracing->reader);
	*ret_name = pb_of_text(name != NULL ? name : "*");
	return ERR_OK;
}

static enum err set_reader(struct tracing *tracing, uint32_t viewer)
{
	struct agency agency;
	enum err err = viewer == 0 ? ERR_NOT_FOUND : agency_by_number(tracing->txn, viewer, tracing->arena, &agency);

	tracing->reader = err == ERR_OK ? agency.record->id : "";
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* What entry seq did with the item; the note is a stable word or empty. */
static enum err add(struct tracing *tracing, uint64_t seq, char *agency, uint64_t item, const char *note)
{
	Pb__Station *station = arena_alloc(tracing->arena, sizeof *station);
	char *kept = arena_text(tracing->arena, bytes_of_text(note));
	struct entry entry;
	const char *what;
	enum err err;

	if (station == NULL || kept == NULL)
		return ERR_NOMEM;
	err = entry_read(tracing->txn, seq, &entry);
	if (err != ERR_OK)
		return err;
	what = json_word(&pb__entry_type__descriptor, entry.header.type);
	pb__station__init(station);
	station->what = pb_of_text(what != NULL ? what : "");
	station->agency = agency;
	station->at_us = entry.header.time_us;
	station->seq = seq;
	station->item = item;
	station->note = kept;
	tracing->stations[tracing->count++] = station;
	return ERR_OK;
}

/* Handed out, failed, ended: as far as it came.  mark: what it is when it is no message itself, or empty. */
static enum err add_stations(struct tracing *tracing, const struct delivery *delivery, char *agency, const char *mark)
{
	uint64_t item = delivery->item;
	char note[96];
	enum err err = ERR_OK;

	if (delivery->handouts > 0) {
		snprintf(note, sizeof note, "%s", mark);
		if (delivery->handouts > 1)
			snprintf(note, sizeof note, "%s%stimes=%u", mark, *mark != '\0' ? " " : "", delivery->handouts);
		err = add(tracing, delivery->last_handout_seq, agency, item, note);
	}
	if (err == ERR_OK && delivery->failed_seq != 0) {
		/* A session that was lost gave none. */
		const char *reason = delivery->reason != 0 ? json_word(&pb__refuse_reason__descriptor, delivery->reason) : NULL;

		snprintf(note, sizeof note, "%s%sattempts=%u%s%s", mark, *mark != '\0' ? " " : "", delivery->attempts,
			 reason != NULL ? " reason=" : "", reason != NULL ? reason : "");
		err = add(tracing, delivery->failed_seq, agency, item, note);
	}
	if (err == ERR_OK && delivery->ended_seq != 0)
		err = add(tracing, delivery->ended_seq, agency, item, mark);
	return err;
}

static bool is_shown(const struct delivery *told, uint32_t viewer)
{
	return viewer == 0 || told->agency == viewer || told->sender == viewer;
}

/* What the site told about an item, from the newest on. */
static enum err add_told(struct tracing *tracing, uint64_t item, uint32_t viewer)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && item != 0 && i < TOLD_SHOWN; i++) {
		struct delivery told;
		char *agency = NULL;
		const char *mark;

		err = delivery_get(tracing->txn, item, &told);
		if (err != ERR_OK)
			break;
		item = told.told;
		if (!is_shown(&told, viewer))
			continue;
		mark = told.what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? "release" : "seal_task";
		err = agency_name(tracing, told.agency, &agency);
		if (err == ERR_OK)
			err = add(tracing, item_seq(told.item), agency, told.item, mark);
		if (err == ERR_OK)
			err = add_stations(tracing, &told, agency, mark);
	}
	return err;
}

static enum err add_delivery(struct tracing *tracing, uint64_t item, uint32_t viewer)
{
	struct delivery delivery;
	char *agency = NULL;
	enum err err = delivery_get(tracing->txn, item, &delivery);

	if (err == ERR_OK)
		err = agency_name(tracing, delivery.agency, &agency);
	if (err == ERR_OK)
		err = add_stations(tracing, &delivery, agency, "");
	return err == ERR_OK ? add_told(tracing, delivery.told, viewer) : err;
}

static int by_seq(const void *a, const void *b)
{
	const Pb__Station *first = *(Pb__Station *const *)a;
	const Pb__Station *second = *(Pb__Station *const *)b;

	if (first->seq != second->seq)
		return first->seq < second->seq ? -1 : 1;
	return (first->item > second->item) - (first->item < second->item);
}

static bool has_part(const Pb__SubmitEntry *submit, uint32_t viewer)
{
	if (viewer == 0 || submit->order->agency == viewer)
		return true;
	for (size_t i = 0; i < submit->n_recipients; i++)
		if (submit->recipients[i]->agency == viewer)
			return true;
	return false;
}

/* What the message did to a request, in the entry's own results. */
static void note_act(const Pb__SubmitEntry *submit, char *note, size_t room)
{
	const Pb__LegAfter *leg = submit->n_recipients > 0 ? submit->recipients[0]->leg : NULL;
	const char *word = leg != NULL && leg->action != PB__LEG_ACTION__LEG_ACTION_SUBMIT ? json_word(&pb__leg_action__descriptor, (int)leg->action) : NULL;

	note[0] = '\0';
	if (word != NULL)
		snprintf(note, room, "act=%s", word);
}

static enum err add_all(struct tracing *tracing, uint64_t seq, const Pb__SubmitEntry *submit, uint32_t viewer)
{
	bool sees_all = viewer == 0 || submit->order->agency == viewer;
	char *sender = NULL;
	char note[64];
	enum err err = agency_name(tracing, submit->order->agency, &sender);

	note_act(submit, note, sizeof note);
	if (err == ERR_OK)
		err = add(tracing, seq, sender, 0, note);
	for (size_t i = 0; i < submit->n_recipients && i < LIMIT_RECIPIENTS && err == ERR_OK; i++)
		if (!submit->recipients[i]->silent && (sees_all || submit->recipients[i]->agency == viewer))
			err = add_delivery(tracing, item_number(seq, i), viewer);
	return err;
}

enum err trace_build(struct txn *txn, uint64_t seq, uint32_t viewer, struct arena *arena, Pb__Trace *ret_trace)
{
	struct tracing tracing = { .txn = txn, .arena = arena };
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(txn, seq, arena, &entry, &body);

	if (err != ERR_OK)
		return err;
	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->order == NULL)
		return ERR_CORRUPT;
	if (!has_part(body->submit, viewer))
		return ERR_NOT_FOUND;
	tracing.stations = arena_calloc(arena, STATIONS_MAX, sizeof *tracing.stations);
	if (tracing.stations == NULL)
		return ERR_NOMEM;
	err = set_reader(&tracing, viewer);
	if (err == ERR_OK)
		err = add_all(&tracing, seq, body->submit, viewer);
	if (err != ERR_OK)
		return err;
	qsort(tracing.stations, tracing.count, sizeof *tracing.stations, by_seq);
	pb__trace__init(ret_trace);
	ret_trace->message_id = body->submit->message_id;
	ret_trace->stations = tracing.stations;
	ret_trace->n_stations = tracing.count;
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/closed_desks.c - see precautions.h: an urgent request to a desk that is closed when its answer is due. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contract/civil_time.h"
#include "contract/json.h"
#include "contract/opening_hours.h"
#include "libtsunagi/precautions.h"

#define OFFERS_MOST 3u
#define LOOKED_AHEAD_DAYS 366

struct desks {
	struct tsg_client *client;
	const struct draft *draft;
	int64_t due_us;
	int offset_minutes;
	struct civil_time due;
	struct holiday_list holidays;
};

static enum err read_holidays(const Pb__DirectorySnapshot *snapshot, struct arena *arena, struct holiday_list *ret_holidays)
{
	int32_t *days = arena_calloc(arena, snapshot->n_holidays + 1, sizeof *days);
	size_t count = 0;

	if (days == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < snapshot->n_holidays; i++)
		if (civil_day_parse(bytes_of_text(snapshot->holidays[i]), &days[count]) == ERR_OK)
			count++;
	*ret_holidays = (struct holiday_list){ days, count };
	return ERR_OK;
}

/* Minutes from the due time until it opens: 0: it is open then; -1: not within a year, or not known. */
static int64_t closed_for(const struct desks *desks, const Pb__Agency *agency)
{
	struct opening_hours hours;

	if (opening_hours_compile(agency->hours, &hours) != ERR_OK)
		return -1;
	return opening_hours_until_open(&hours, &desks->holidays, desks->due.day, desks->due.minute, LOOKED_AHEAD_DAYS);
}

/* Agencies that the directory's rules would choose for such a need, and that are open when the answer is due. */
static json_t *offers(struct desks *desks)
{
	const struct routing *routing = NULL;
	struct routing_outcome outcome;
	struct routing_scratch *scratch = NULL;
	struct arena arena;
	json_t *list = json_array();
	Pb__Need need;
	enum err err = site_directory_routing(desks->client->directory, &routing);

	arena_init(&arena, ROUTING_ARENA_BYTES);
	draft_need(desks->draft, &need);
	need.at_us = desks->due_us;
	if (err == ERR_OK)
		scratch = routing_scratch_new(routing, &arena);
	if (scratch != NULL) {
		err = routing_route(routing, &need, desks->client->bundle->agency, desks->due_us, scratch, &outcome);
		if (err == ERR_RANGE) { /* the sheet's ward is a text of its own */
			need.ward = (char *)(uintptr_t)"";
			err = routing_route(routing, &need, desks->client->bundle->agency, desks->due_us, scratch, &outcome);
		}
	}
	for (size_t i = 0; scratch != NULL && err == ERR_OK && i < outcome.choice_count && json_array_size(list) < OFFERS_MOST; i++)
		if ((outcome.choices[i].cautions & (ROUTING_CAUTION_CLOSED | ROUTING_CAUTION_FULL)) == 0 &&
		    !draft_names(desks->draft, outcome.choices[i].agency->id, desks->client->bundle->site))
			json_array_append_new(list, json_string(outcome.choices[i].agency->id));
	arena_free(&arena);
	return list;
}

/* What is open at any hour, for when the rules lead nowhere open. */
static void add_always_open(struct desks *desks, json_t *list)
{
	const Pb__DirectorySnapshot *snapshot = site_directory_snapshot(desks->client->directory);

	for (size_t i = 0; i < snapshot->file->n_agencies && json_array_size(list) == 0; i++) {
		const Pb__Agency *agency = snapshot->file->agencies[i];

		if (agency->hours != NULL && agency->hours->always && !agency->confidential && strcmp(agency->sector, "protection") != 0 &&
		    strcmp(agency->id, desks->client->bundle->agency) != 0 && !draft_names(desks->draft, agency->id, desks->client->bundle->site))
			json_array_append_new(list, json_string(agency->id));
	}
}

/* To the minute, as a desk's clock shows it: "2026-11-30 09:00"; time is RFC 3339. */
static void put_minute(const char *time, struct buf *text)
{
	buf_printf(text, "%.10s %.5s", time, time + 11);
}

static void put_sentence(const char *agency, const char *due, const char *opens, const json_t *offers, struct buf *text)
{
	bool japanese = language_of_environment() == LANGUAGE_JA;

	buf_printf(text, japanese ? "%s は回答の期限(" : "%s is closed when the answer is due (", agency);
	put_minute(due, text);
	buf_put_text(text, japanese ? ")に閉まっています" : ")");
	if (opens != NULL) {
		buf_put_text(text, japanese ? "。次に開くのは " : "; it opens at ");
		put_minute(opens, text);
		buf_put_text(text, japanese ? " です。" : ".");
	} else {
		buf_put_text(text, japanese ? "。" : ".");
	}
	for (size_t i = 0; i < json_array_size(offers); i++)
		buf_printf(text, i > 0 ? ", %s" : japanese ? "その時に開いている機関:%s" : " Open then: %s", json_string_value(json_array_get(offers, i)));
	if (json_array_size(offers) > 0)
		buf_put_text(text, japanese ? "。" : ".");
}

static json_t *warning(struct desks *desks, const Pb__Agency *agency, int64_t minutes)
{
	json_t *list = offers(desks), *json = NULL;
	json_t *due = json_time(desks->due_us);
	json_t *opens = minutes > 0 ? json_time(desks->due_us - desks->due.us + minutes * CIVIL_MINUTE_US) : NULL;
	struct buf text;

	add_always_open(desks, list);
	buf_init(&text, 4096);
	put_sentence(agency->id, json_string_value(due), json_string_value(opens), list, &text);
	json = json_pack("{s:s, s:s, s:O, s:O*, s:O, s:s}", "code", "CLOSED_AT_DUE", "agency", agency->id, "due", due, "opens_at", opens, "offers", list, "text",
			 text.err == ERR_OK ? buf_text(&text) : "");
	buf_free(&text);
	json_decref(list);
	json_decref(due);
	json_decref(opens);
	return json;
}

static json_t *look_at(struct desks *desks)
{
	const struct draft *draft = desks->draft;
	json_t *warnings = NULL;

	for (size_t i = 0; i < draft->to_count; i++) {
		size_t len = strcspn(draft->to[i], "@");
		const Pb__Agency *agency = site_directory_agency(desks->client->directory, bytes_of(draft->to[i], len));
		int64_t minutes = agency == NULL ? 0 : closed_for(desks, agency);

		if (minutes == 0)
			continue;
		if (warnings == NULL)
			warnings = json_array();
		json_array_append_new(warnings, warning(desks, agency, minutes));
	}
	return warnings;
}

json_t *closed_desks(struct tsg_client *client, const struct draft *draft, int64_t now_us)
{
	const Pb__DirectorySnapshot *snapshot = site_directory_snapshot(client->directory);
	struct desks desks = { .client = client, .draft = draft };
	struct arena arena;
	json_t *warnings = NULL;

	if (snapshot == NULL || civil_zone(snapshot->file->zone, &desks.offset_minutes) != ERR_OK)
		return NULL;
	desks.due_us = now_us + ROUTING_URGENT_MINUTES * CIVIL_MINUTE_US;
	if (draft->head->respond_by_us != 0 && draft->head->respond_by_us < desks.due_us)
		desks.due_us = draft->head->respond_by_us; /* it brings the answer forward, and never puts it off */
	desks.due = civil_time_of(desks.due_us, desks.offset_minutes);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (read_holidays(snapshot, &arena, &desks.holidays) == ERR_OK)
		warnings = look_at(&desks);
	arena_free(&arena);
	return warnings;
}

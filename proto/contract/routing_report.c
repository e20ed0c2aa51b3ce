/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_report.c - see routing_report.h for the contract. */
#include "contract/routing_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "contract/json.h"
#include "contract/routing_index.h"
#include "contract/routing_texts.h"

#define FAULT_BYTES 8192u

/* ---- an answer as JSON ---- */

static const char *name_of(const Pb__Agency *agency, enum language language)
{
	const Pb__Names *names = agency->names;

	if (names == NULL)
		return agency->id;
	if (language == LANGUAGE_EN && *names->en != '\0')
		return names->en;
	return *names->ja != '\0' ? names->ja : agency->id;
}

static const char *text_or_null(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : text;
}

static json_t *cautions_json(unsigned cautions, enum language language)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ROUTING_CAUTIONS; i++) {
		enum routing_caution caution = (enum routing_caution)(1u << i);

		if ((cautions & (1u << i)) != 0)
			json_array_append_new(list, json_pack("{s:s, s:s}", "code", routing_caution_code(caution), "text",
							      routing_caution_text(caution, language)));
	}
	return list;
}

static json_t *choice_json(const struct routing *routing, const struct routing_choice *choice, enum language language)
{
	const Pb__Explanation *because = choice->rule->because;
	const Pb__Agency *agency = choice->agency;
	char address[LIMIT_ADDRESS + 1];

	snprintf(address, sizeof address, "%.63s@%.63s", agency->id, routing->snapshot->file->site);
	return json_pack("{s:s, s:s, s:s, s:s*, s:s, s:s, s:o, s:o*}", "agency", agency->id, "address", address, "name", name_of(agency, language),
			 "phone", agency->contact == NULL ? NULL : text_or_null(agency->contact->phone), "rule", choice->rule->id, "because",
			 language == LANGUAGE_JA ? because->ja : because->en, "cautions", cautions_json(choice->cautions, language), "opens_at",
			 choice->opens_at_us == 0 ? NULL : json_time(choice->opens_at_us));
}

static json_t *passed_json(const struct routing_passed *passed, enum language language)
{
	return json_pack("{s:s, s:s, s:s*, s:s, s:s}", "agency", passed->agency->id, "name", name_of(passed->agency, language), "rule",
			 passed->rule == NULL ? NULL : passed->rule->id, "reason", routing_pass_code(passed->why), "text",
			 routing_pass_text(passed->why, language));
}

static json_t *counts_json(const struct routing_outcome *outcome)
{
	json_t *counts = json_object();

	for (int i = ROUTING_CHOSEN + 1; i < ROUTING_PASSES; i++)
		if (outcome->counts[i] > 0)
			json_object_set_new(counts, routing_pass_code((enum routing_pass)i), json_integer((json_int_t)outcome->counts[i]));
	return counts;
}

static json_t *passed_over_json(const struct routing *routing, const struct routing_scratch *scratch, const struct routing_outcome *outcome,
				bool all, enum language language)
{
	json_t *list = json_array();
	struct routing_passed passed;
	size_t position = 0, left_off = 0;

	while (routing_next_passed(routing, scratch, &position, &passed)) {
		if (!all && (passed.why == ROUTING_PASS_CATEGORY || json_array_size(list) == ROUTING_PASSED_SHOWN))
			left_off++;
		else
			json_array_append_new(list, passed_json(&passed, language));
	}
	return json_pack("{s:o, s:o, s:I}", "counts", counts_json(outcome), "agencies", list, "left_off", (json_int_t)left_off);
}

json_t *routing_report(const struct routing *routing, const struct routing_scratch *scratch, const struct routing_outcome *outcome,
		       const Pb__Need *need, bool all, enum language language)
{
	json_t *choices = json_array();

	for (size_t i = 0; i < outcome->choice_count; i++)
		json_array_append_new(choices, choice_json(routing, &outcome->choices[i], language));
	return json_pack("{s:s, s:s, s:I, s:o, s:b, s:s*, s:o, s:o}", "type", "route", "site", routing->snapshot->file->site, "directory_version",
			 (json_int_t)routing->snapshot->version, "at", json_time(outcome->at_us), "fell_back", outcome->fell_back ? 1 : 0,
			 "danger", need->urgency == PB__URGENCY__URGENCY_DANGER ? routing_danger_text(language) : NULL, "choices", choices,
			 "passed_over", passed_over_json(routing, scratch, outcome, all, language));
}

/* ---- a need from JSON ---- */

struct telling {
	struct buf text;
	enum language language;
};

static void on_fault(void *context, const struct json_fault *fault)
{
	struct telling *telling = context;

	buf_printf(&telling->text, "%s%s: %s", telling->text.len > 0 ? "; " : "", fault->path,
		   telling->language == LANGUAGE_JA ? fault->reason_ja : fault->reason);
}

static void tell_wards(const struct routing *routing, struct telling *telling, const char *ward)
{
	const char *const *areas;
	size_t count = routing_areas(routing, &areas);

	buf_printf(&telling->text,
		   telling->language == LANGUAGE_JA ? "ward: 「%.64s」という地域は名簿にありません(あるのは"
						    : "ward: the directory has no area \"%.64s\" (it has",
		   ward);
	for (size_t i = 0; i < count && telling->text.len < FAULT_BYTES / 2; i++)
		buf_printf(&telling->text, "%s %.64s", i > 0 ? "," : "", areas[i]);
	buf_printf(&telling->text, telling->language == LANGUAGE_JA ? ")。市外のときは \"outside\": true です" : "); outside the city: \"outside\": true");
}

static enum err route_and_report(const struct routing *routing, const Pb__Need *need, const char *asking, int64_t now_us, bool all,
				 struct arena *arena, struct telling *telling, json_t **ret_report)
{
	struct routing_scratch *scratch = routing_scratch_new(routing, arena);
	struct routing_outcome outcome;
	enum err err = scratch == NULL ? ERR_NOMEM : routing_route(routing, need, asking, now_us, scratch, &outcome);

	if (err == ERR_RANGE) {
		tell_wards(routing, telling, need->ward);
		return ERR_FORMAT;
	}
	if (err != ERR_OK)
		return err;
	*ret_report = routing_report(routing, scratch, &outcome, need, all, telling->language);
	return *ret_report == NULL ? ERR_NOMEM : ERR_OK;
}

enum err routing_answer(const struct routing *routing, const json_t *need, const char *asking, int64_t now_us, bool all,
			enum language language, json_t **ret_report, char **ret_fault)
{
	struct telling telling = { .language = language };
	const ProtobufCMessage *message = NULL;
	struct arena arena;
	enum err err;

	buf_init(&telling.text, FAULT_BYTES);
	arena_init(&arena, ROUTING_ARENA_BYTES);
	err = json_to_message(need, &pb__need__descriptor, &arena, &message, on_fault, &telling);
	if (err == ERR_OK)
		err = route_and_report(routing, (const Pb__Need *)message, asking, now_us, all, &arena, &telling, ret_report);
	if (err == ERR_FORMAT) {
		*ret_fault = strdup(telling.text.len > 0 && telling.text.err == ERR_OK ? buf_text(&telling.text) : "");
		if (*ret_fault == NULL)
			err = ERR_NOMEM;
	}
	arena_free(&arena);
	buf_free(&telling.text);
	return err;
}

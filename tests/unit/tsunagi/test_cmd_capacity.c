/* SPDX-License-Identifier: Apache-2.0 */
/* capacity and confirm as an agency types them: what is said to the site, what is shown, and what is not understood. */
#include <jansson.h>
#include <string.h>

#include "contract/wareki.h"
#include "desk.h"
#include "tsunagi/standing_print.h"
#include "tsunagi/words.h"
#include "unit.h"

static struct desk desk;
static struct arena arena;

static void begin(void)
{
	desk = desk_begin();
	arena_init(&arena, 1u << 20);
}

static void end(void)
{
	arena_free(&arena);
	desk_end(&desk);
}

static const struct said *run(const char *words)
{
	return desk_run(&desk, false, "%s --as %s", words, desk.link->path);
}

static const Pb__SayStanding *said_of_it(void)
{
	const Pb__Statement *statement = stage_said(desk.stage, &arena);

	return statement == NULL || statement->body_case != PB__STATEMENT__BODY_SAY_STANDING ? NULL : statement->say_standing;
}

static void check_places(const Pb__SayStanding *said, const char *service, Pb__Places places)
{
	size_t found = 0;

	unit_context("%s", service);
	for (size_t i = 0; i < said->n_places; i++) {
		if (strcmp(said->places[i]->service, service) != 0)
			continue;
		check_int(said->places[i]->places, places);
		found++;
	}
	check_uint(found, 1);
}

static void test_said(void)
{
	const Pb__SayStanding *said;

	begin();
	run("capacity shien=full ibasho=waitlist youth=open *=waitlist");
	check_int(desk.outcome, OUTCOME_DONE);
	said = said_of_it();
	require(said != NULL);
	check_uint(said->n_places, 4);
	check_places(said, "shien", PB__PLACES__PLACES_FULL);
	check_places(said, "ibasho", PB__PLACES__PLACES_WAITLIST);
	check_places(said, "youth", PB__PLACES__PLACES_OPEN);
	check_places(said, "", PB__PLACES__PLACES_WAITLIST); /* the agency as a whole */
	check_text(said->confirmed_on, "");
	run("capacity =full");
	said = said_of_it();
	require(said != NULL);
	check_uint(said->n_places, 1);
	check_places(said, "", PB__PLACES__PLACES_FULL);
	end();
}

static void test_shown_alone(void)
{
	begin();
	check(strstr(run("capacity")->out, "Entry confirmed on: never") != NULL);
	check_int(desk.outcome, OUTCOME_DONE);
	check(said_of_it() == NULL); /* it is asked, nothing is said */
	end();
}

static void test_confirm(void)
{
	const Pb__SayStanding *said;
	char day[WAREKI_DATE];

	begin();
	run("confirm");
	check_int(desk.outcome, OUTCOME_DONE);
	said = said_of_it();
	require(said != NULL);
	check_uint(said->n_places, 0);
	check_ok(wareki_parse(bytes_of_text(said->confirmed_on), day)); /* a day */
	end();
}

/* Nothing is said of a list of which one word is not understood. */
static void test_not_understood(void)
{
	static const char *const words[] = { "capacity shien=full ibasho", "capacity shien=full ibasho=some", "capacity ibasho=",
					     "capacity ibasho=FULL", "capacity ibasho=full,",
					     "capacity a-service-whose-name-is-longer-than-any-that-a-directory-can-hold-in-it=full" };

	begin();
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		run(words[i]);
		unit_context("%s", words[i]);
		check_int(desk.outcome, OUTCOME_USAGE);
	}
	check(said_of_it() == NULL);
	end();
}

static void test_refused(void)
{
	begin();
	atomic_store(&desk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_SERVICE);
	atomic_store(&desk.stage->refuse_count, 1);
	run("capacity ibasho=full");
	check_int(desk.outcome, OUTCOME_REFUSED);
	end();
}

/* ---- as it is shown ---- */

static json_t *standing;

static void show(void)
{
	standing_print(standing);
}

static void test_printed(void)
{
	const char *text;

	standing = json_pack("{s:[{s:s,s:{s:s,s:s},s:s},{s:s,s:s}],s:s,s:s}", "services", "service", "ibasho", "names", "ja", "居場所", "en", "A place",
			     "places", "WAITLIST", "service", "shien", "places", "OPEN", "places", "FULL", "confirmed_on", "2026-11-29");
	text = said_by(false, show)->out;
	check(strstr(text, "ibasho") != NULL && strstr(text, "A place") != NULL && strstr(text, "waitlist") != NULL);
	check(strstr(text, "The agency as a whole: full") != NULL && strstr(text, "Entry confirmed on: 2026-11-29") != NULL);
	words_start(LANGUAGE_JA);
	text = said_by(false, show)->out;
	check(strstr(text, "居場所") != NULL && strstr(text, "待機あり") != NULL && strstr(text, "受入可") != NULL && strstr(text, "機関全体:満員") != NULL);
	words_start(LANGUAGE_EN);
	json_decref(standing);
}

UNIT_SUITE("tsunagi/cmd_capacity",
	{ "said", test_said },
	{ "shown alone", test_shown_alone },
	{ "confirmed", test_confirm },
	{ "not understood", test_not_understood },
	{ "refused", test_refused },
	{ "as it is shown", test_printed });

/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency does to a conference: who hears of each act, on what it rests, what it says in its envelope, and how it fails. */
#include "acting.h"
#include "base/id.h"
#include "unit.h"

#define TALK "01960000-0000-7000-8000-00000000c0f1"
#define CASE "01960000-0000-7000-8000-00000000cafe"
#define BASIS "{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"plan\"}"
#define WORDS ",\"text\":\"少し待ちたい\",\"text_classes\":[\"EMPLOYMENT\"]"
#define PLAN "\"conference\":{\"title\":\"支援方針\",\"agenda\":\"次の一歩\",\"text_classes\":[\"EMPLOYMENT\"]%s}"
#define SEAT(who, more) "{\"agency\":\"" who "@chiba-city\"" more "}"
#define SHOWN(convener, more, seats)                                                                                                                  \
	"{\"conference_id\":\"" TALK "\",\"kind\":\"CASE\",\"convener\":\"" convener "@chiba-city\",\"state\":\"CONVENED\",\"holder\":\"CONVENER\"," \
	"\"basis\":" BASIS more ",\"seats\":[" seats "]}"
#define OF(id) "{\"conference_id\":\"" id "\",\"state\":\"CLOSED\",\"convener\":\"desk@chiba-city\"}"
#define LISTING(conferences) "{\"conferences\":{\"conferences\":[" conferences "]}}"
#define ALL SEAT("link", "") "," SEAT("desk", ",\"answer\":\"DECLINED\"") "," SEAT("third", "")
#define OF_A_CASE ",\"case_id\":\"" CASE "\""

static struct talk talk;

static void begin(const char *listing)
{
	talk = talk_begin();
	if (listing != NULL)
		stage_show(talk.stage, listing);
}

static const Pb__ConferenceAct *act_sent(struct arena *arena)
{
	const Pb__View *view = stage_view(talk.stage, 0, arena);

	require(view != NULL && view->conference_act != NULL);
	return view->conference_act;
}

static void test_read(void)
{
	json_t *json = NULL;
	struct id id;
	char code[ID_CODE_TEXT];

	begin(LISTING(SHOWN("link", OF_A_CASE, ALL) ",{\"conference_id\":\"" CASE "\",\"state\":\"CLOSED\",\"convener\":\"desk@chiba-city\"}"));
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.list\"}");
	check_uint(json_array_size(json_object_get(json, "conferences")), 1); /* nobody's turn: over */
	json_decref(json);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.list\",\"ended\":true}");
	check_uint(json_array_size(json_object_get(json, "conferences")), 2);
	json_decref(json);
	require_ok(id_parse(TALK, &id));
	id_code(&id, code);
	for (size_t i = 0; i < 2; i++) {
		json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.show\",\"id\":\"%s\"}", i == 0 ? TALK : code);
		check_text(acting_text(json, "conference_id"), TALK);
		check_text(acting_text(json, "code"), code);
		check_text(acting_text(json, "state_text"), "convened");
		check_text(acting_text(json_array_get(json_object_get(json, "seats"), 1), "answer_text"), "will not attend");
		json_decref(json);
	}
	talk_end(&talk);
}

/* One of several pages, by its code too. */
static void test_pages(void)
{
	json_t *json = NULL;
	struct id id;
	char code[ID_CODE_TEXT];

	begin(LISTING(OF(CASE) "," OF("01960000-0000-7000-8000-000000000001") "," OF("01960000-0000-7000-8000-000000000002") ","
		      OF("01960000-0000-7000-8000-000000000003") "," OF(TALK)));
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.list\",\"ended\":true}");
	require(json_array_size(json_object_get(json, "conferences")) == 5);
	check_text(acting_text(json_array_get(json_object_get(json, "conferences"), 0), "conference_id"), CASE);
	check_text(acting_text(json_array_get(json_object_get(json, "conferences"), 4), "conference_id"), TALK);
	json_decref(json);
	require_ok(id_parse(TALK, &id));
	id_code(&id, code);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.show\",\"id\":\"%s\"}", code);
	check_text(acting_text(json, "conference_id"), TALK);
	json_decref(json);
	atomic_store(&talk.stage->lie, LIE_SAME_PAGE); /* would be read for ever */
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"conference.list\"}");
	talk_end(&talk);
}

/* The table of who hears: everybody with a seat of what is fixed, whoever did not decline of what is said, the convener of an answer. */
static void test_who_hears(void)
{
	static const struct {
		const char *word, *more, *convened, *joined; /* recipients when link convened, and when desk did and link has a seat */
	} rows[] = {
		{ "convene", ",\"starts_at\":\"2027-01-05T10:00:00+09:00\",\"ends_at\":\"2027-01-05T11:00:00+09:00\"", "desk third", "desk third" },
		{ "cancel", ",\"reason\":\"TOO_FEW_PARTICIPANTS\"", "desk third", "desk third" },
		{ "close", "", "desk third", "desk third" },
		{ "dissent", WORDS, "third", "desk third" }, /* the convener hears whatever it answered itself */
		{ "materials", WORDS, "third", "desk third" },
		{ "answer", ",\"answer\":\"ACCEPTED\"", "link", "desk" }, /* to oneself: there is nobody else to tell */
		{ "answer", ",\"answer\":\"DELEGATED\",\"next_agency\":\"third\"", "third", "desk third" },
	};

	begin(NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t ours = 0; ours < 2; ours++) {
			json_t *json = NULL;

			stage_show(talk.stage, ours ? LISTING(SHOWN("link", "", ALL)) : LISTING(SHOWN("desk", "", ALL)));
			json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.%s\",\"id\":\"" TALK "\"%s}", rows[i].word, rows[i].more);
			check_text(acting_text(json, "state"), "accepted");
			check_text(acting_text(json, "conference.conference_id"), TALK);
			check_text(acting_recipients(&talk), ours ? rows[i].convened : rows[i].joined);
			json_decref(json);
		}
	talk_end(&talk);
}

/* Who gave its seat away has none, and hears nothing; who took it does. */
static void test_delegated_seats(void)
{
	begin(LISTING(SHOWN("link", "", SEAT("link", "") "," SEAT("desk", ",\"answer\":\"DELEGATED\",\"delegated_to\":\"third@chiba-city\"") "," SEAT("third", ""))));
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"conference.close\",\"id\":\"" TALK "\"}"));
	check_text(acting_recipients(&talk), "third");
	talk_end(&talk);
}

/* An act without words tells nobody anything; words rest on what the conference was proposed on, or on what is named. */
static void test_on_what_it_rests(void)
{
	static const struct {
		const char *word, *more;
		Pb__Basis basis;
	} rows[] = {
		{ "close", "", PB__BASIS__BASIS_ANONYMOUS },
		{ "dissent", WORDS, PB__BASIS__BASIS_PUBLIC_DUTY },
		{ "dissent", WORDS ",\"basis\":{\"basis\":\"SUPPORT_MEETING\",\"law\":\"SELF_RELIANCE_9\",\"meeting_id\":\"" TALK "\"}", PB__BASIS__BASIS_SUPPORT_MEETING },
	};

	begin(LISTING(SHOWN("link", OF_A_CASE, ALL)));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const Pb__View *view = NULL;
		struct arena arena;

		arena_init(&arena, 16u << 20);
		json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"conference.%s\",\"id\":\"" TALK "\"%s}", rows[i].word, rows[i].more));
		view = stage_view(talk.stage, 0, &arena);
		require(view != NULL && view->basis != NULL);
		check_int(view->basis->basis, rows[i].basis);
		check_uint(view->case_id.len, ID_BYTES);
		check_uint(view->thread_id.len, ID_BYTES);
		check_uint(view->n_parts, i == 0 ? 0 : 1);
		arena_free(&arena);
	}
	talk_end(&talk);
}

/* What is to be chased stands in the envelope: owner and day, never the words. */
static void test_minutes(void)
{
	const Pb__ConferenceAct *act = NULL;
	struct arena arena;

	arena_init(&arena, 16u << 20);
	begin(LISTING(SHOWN("link", "", ALL)));
	json_decref(acting(talk.sender, TSG_OK,
			   "{\"action\":\"conference.minutes\",\"id\":\"" TALK "\"," PLAN "}",
			   ",\"action_items\":[{\"owner\":\"third\",\"text\":\"電話する\",\"due_on\":\"令和9年1月5日\"},"
			   "{\"owner\":\"desk@chiba-city\",\"text\":\"訪ねる\",\"due_on\":\"2027-02-01\"}]"));
	act = act_sent(&arena);
	require(act->n_items == 2);
	check_text(act->items[0]->owner, "third@chiba-city");
	check_text(act->items[0]->due_on, "2027-01-05");
	check_text(act->items[1]->owner, "desk@chiba-city");
	check(memmem(talk.stage->items[0].statement.data, talk.stage->items[0].statement.len, "電話", strlen("電話")) == NULL);
	arena_free(&arena);
	talk_end(&talk);
}

static void test_proposals(void)
{
	const Pb__View *view = NULL;
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	begin(NULL);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.propose\",\"to\":[\"desk\",\"third\"],\"basis\":" BASIS ",\"case\":\"" CASE "\"," PLAN "}",
		      ",\"starts_at\":\"2027-01-05T10:00:00+09:00\",\"ends_at\":\"2027-01-05T11:00:00+09:00\"");
	check_text(acting_text(json, "state"), "accepted");
	check(json_object_get(json, "conference") == NULL); /* nothing shows it yet: the receipt stands by itself */
	json_decref(json);
	view = stage_view(talk.stage, 1, &arena);
	require(view != NULL && view->conference_act != NULL);
	check_int(view->conference_act->kind, PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE);
	check(view->conference_act->starts_at_us != 0);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"conference.propose\",\"to\":[\"desk\"],\"kind\":\"SUPPORT_MEETING\",\"law\":\"SELF_RELIANCE_9\"," PLAN "}", ""));
	view = stage_view(talk.stage, 0, &arena);
	require(view != NULL && view->basis != NULL);
	check_int(view->basis->basis, PB__BASIS__BASIS_SUPPORT_MEETING); /* it rests on itself */
	check_int(view->basis->law, PB__LAW__LAW_SELF_RELIANCE_9);
	arena_free(&arena);
	talk_end(&talk);
}

/* A retry with its key is the same act, also when the conference has gone on meanwhile. */
static void test_again(void)
{
	json_t *first = NULL, *again = NULL;

	begin(LISTING(SHOWN("link", "", ALL)));
	first = acting(talk.sender, TSG_OK, "{\"action\":\"conference.close\",\"id\":\"" TALK "\",\"key\":\"c-1\"}");
	again = acting(talk.sender, TSG_OK, "{\"action\":\"conference.close\",\"id\":\"" TALK "\",\"key\":\"c-1\"}");
	check_text(acting_text(again, "message_id"), acting_text(first, "message_id"));
	check(json_is_true(json_object_get(again, "duplicate")));
	json_decref(first);
	json_decref(again);
	acting_fails(&talk, talk.sender, TSG_REFUSED, "KEY_CONFLICT", "{\"action\":\"conference.cancel\",\"id\":\"" TALK "\",\"key\":\"c-1\"}");
	talk_end(&talk);
}

static void test_failures(void)
{
	begin(LISTING(SHOWN("link", "", ALL)));
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_CONFERENCE", "{\"action\":\"conference.show\",\"id\":\"" CASE "\"}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_CONFERENCE", "{\"action\":\"conference.close\",\"id\":\"nonsense\"}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_CONFERENCE", "{\"action\":\"conference.close\",\"id\":\"\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"conference.close\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"conference.close\",\"id\":7}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_ACTION", "{\"action\":\"conference.dance\",\"id\":\"" TALK "\"}");
	acting_fails(&talk, talk.sender, TSG_REFUSED, "MESSAGE", "{\"action\":\"conference.answer\",\"id\":\"" TALK "\",\"answer\":\"PERHAPS\"}");
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW);
	atomic_store(&talk.stage->refuse_count, 1);
	acting_fails(&talk, talk.sender, TSG_REFUSED, "NOT_NOW", "{\"action\":\"conference.close\",\"id\":\"" TALK "\"}");
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"conference.list\"}");
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"conference.show\",\"id\":\"" TALK "\"}");
	talk_end(&talk);
}

/* ---- as a calendar ---- */

static bool in_calendar(const json_t *json, const char *part)
{
	return strstr(acting_text(json, "text"), part) != NULL;
}

#define DATED ",\"starts_at\":\"2027-01-05T10:00:00+09:00\",\"ends_at\":\"2027-01-05T11:30:00+09:00\",\"sequence\":2"
#define KEPT ",\"conference\":{\"title\":\"支援方針\",\"place\":\"きぼーる\",\"agenda\":\"次の一歩\"}"

static void test_calendar(void)
{
	json_t *json = NULL;

	begin(LISTING(SHOWN("link", DATED, ALL)));
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.ics\",\"id\":\"" TALK "\"" KEPT "}");
	check_text(acting_text(json, "type"), "calendar");
	check(in_calendar(json, "UID:" TALK));
	check(in_calendar(json, "DTSTART;TZID=Asia/Tokyo:20270105T100000"));
	check(in_calendar(json, "DTEND;TZID=Asia/Tokyo:20270105T113000"));
	check(in_calendar(json, "SUMMARY:支援方針"));
	check(in_calendar(json, "LOCATION:きぼーる"));
	check(in_calendar(json, "STATUS:CONFIRMED"));
	check(in_calendar(json, "SEQUENCE:2"));
	check(in_calendar(json, "ORGANIZER"));
	check(in_calendar(json, "tsunagi:third@chiba-city"));
	check(!in_calendar(json, "tsunagi:desk@chiba-city")); /* which said that it stays away */
	check(!in_calendar(json, "次の一歩"));
	json_decref(json);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.ics\",\"id\":\"" TALK "\"}");
	check(in_calendar(json, "SUMMARY:会議"));
	check(!in_calendar(json, "LOCATION"));
	json_decref(json);
	talk_end(&talk);
}

/* Whatever was kept: of a protected case no place leaves, and the site alone says what is protected. */
static void test_calendar_of_a_protected_case(void)
{
	json_t *json = NULL;

	begin(LISTING(SHOWN("link", DATED ",\"protected\":true", ALL)));
	json = acting(talk.sender, TSG_OK, "{\"action\":\"conference.ics\",\"id\":\"" TALK "\"" KEPT "}");
	check(json_is_true(json_object_get(json, "protected")));
	check(in_calendar(json, "SUMMARY:支援方針"));
	check(!in_calendar(json, "LOCATION"));
	check(!in_calendar(json, "きぼーる"));
	json_decref(json);
	talk_end(&talk);
}

static void test_calendar_without_a_date(void)
{
	begin(LISTING(SHOWN("link", "", ALL)));
	check(acting(talk.sender, TSG_REFUSED, "{\"action\":\"conference.ics\",\"id\":\"" TALK "\"}") == NULL);
	check(strstr(tsg_last_error(talk.sender), "NO_DATE") != NULL);
	check(acting(talk.sender, TSG_USAGE, "{\"action\":\"conference.ics\"}") == NULL);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_conference",
	{ "a calendar as the site has it", test_calendar },
	{ "no place of a protected case", test_calendar_of_a_protected_case },
	{ "no calendar without a date", test_calendar_without_a_date },
	{ "listed and shown, by id and by code", test_read },
	{ "more than one page", test_pages },
	{ "who hears of each act", test_who_hears },
	{ "a seat that was given away", test_delegated_seats },
	{ "on what an act rests", test_on_what_it_rests },
	{ "minutes and whom they charge", test_minutes },
	{ "proposals", test_proposals },
	{ "a retry", test_again },
	{ "what cannot be done", test_failures });

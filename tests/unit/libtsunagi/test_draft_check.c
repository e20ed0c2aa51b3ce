/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a message that concern more than one field, each just kept and just broken. */
#include "libtsunagi/draft.h"

#include <stdio.h>

#include "base/clock.h"
#include "unit.h"

#define NOW_US INT64_C(1790000000000000)
#define PUBLIC "\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"}"
#define ANONYMOUS "\"basis\":{\"basis\":\"ANONYMOUS\"}"
#define NOTE "\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}"
#define CHECKS "\"family_relation\":\"a\",\"psychiatric\":\"b\",\"person_consent\":\"c\",\"whose_wish\":\"d\""
#define TOPICS "\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\"}]"
#define REFERRAL TOPICS ",\"referral_reason\":\"r\",\"expected_support\":\"e\",\"not_seen\":\"n\",\"text_classes\":[\"IDENTITY\"]"
#define CASE "\"case\":\"01960000-0000-7000-8000-000000000000\""

/* The fields that a message's problems name, joined by spaces; "" when it may be sent. */
static const char *faults(const char *text)
{
	static char joined[2000];
	struct problems problems = { 0 };
	struct draft draft;
	json_t *json = json_loads(text, 0, NULL), *list = NULL, *row = NULL;
	size_t index = 0;
	enum err err = ERR_OK;

	unit_context("%s", text);
	require(json != NULL);
	err = draft_read(json, NOW_US, &draft, &problems);
	joined[0] = '\0';
	list = problems_json(&problems);
	json_array_foreach(list, index, row) {
		size_t used = strlen(joined);

		snprintf(joined + used, sizeof joined - used, "%s%s", used == 0 ? "" : " ", json_string_value(json_object_get(row, "field")));
	}
	check_err(err, *joined == '\0' ? ERR_OK : ERR_REFUSED);
	json_decref(list);
	json_decref(json);
	draft_free(&draft);
	problems_free(&problems);
	return joined;
}

/* Each kind has its own content, and no other's. */
static void test_kinds_and_contents(void)
{
	static const struct {
		const char *kind, *content, *field;
	} rows[] = {
		{ "REQUEST", "\"ask\":\"REFER\",\"sheet\":{\"ward\":\"x\",\"text_classes\":[\"IDENTITY\"]}", "sheet" },
		{ "CONFERENCE", "\"conference\":{}", "conference" },
		{ "CONSENT", "\"consent\":{}", "consent" },
		{ "NOTE", NOTE, "note" },
		{ "ANNOUNCEMENT", "\"announcement\":{\"title\":\"t\"}", "announcement" },
	};
	char text[600];

	for (size_t kind = 0; kind < sizeof rows / sizeof rows[0]; kind++)
		for (size_t content = 0; content < sizeof rows / sizeof rows[0]; content++) {
			snprintf(text, sizeof text, "{\"kind\":\"%s\",\"to\":[\"a\"]," PUBLIC ",%s}", rows[kind].kind, rows[content].content);
			/* Its own content may lack something; another's is refused by the name of the one that is missing. */
			if (kind == content)
				check(strcmp(faults(text), rows[kind].field) != 0);
			else
				check(strstr(faults(text), rows[kind].field) != NULL);
		}
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\"]," PUBLIC "," NOTE "}"), "");
}

static void test_asks(void)
{
	check_text(faults("{\"kind\":\"REQUEST\",\"to\":[\"a\"]," PUBLIC ",\"sheet\":{\"ward\":\"x\"}}"), "ask");
	check_text(faults("{\"kind\":\"NOTE\",\"ask\":\"REFER\",\"to\":[\"a\"]," PUBLIC "," NOTE "}"), "ask");
	check_text(faults("{\"kind\":\"NOTE\",\"take\":\"ALL\",\"to\":[\"a\"]," PUBLIC "," NOTE "}"), "ask");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"a\"]," ANONYMOUS ",\"sheet\":{\"ward\":\"x\"," TOPICS "}}"), "");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"a\"]," ANONYMOUS ",\"sheet\":{\"ward\":\"x\"}}"), "sheet.topics");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"a\"]," ANONYMOUS "," CASE ",\"sheet\":{\"ward\":\"x\"," TOPICS "}}"), "case");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"a\"]," PUBLIC ",\"sheet\":{\"ward\":\"x\"," TOPICS "}}"), "basis.basis");
}

/* What the contract's table wants of each ask comes back as problems of the sheet; every row of it is tried beside the table. */
static void test_needs_of_asks(void)
{
	static const struct {
		const char *ask, *basis, *sheet, *fields;
	} rows[] = {
		{ "REFER", PUBLIC, REFERRAL, "" },
		{ "REFER", PUBLIC, "\"ward\":\"x\"", "sheet.topics sheet.referral_reason sheet.expected_support sheet.not_seen" },
		{ "REFER", ANONYMOUS, TOPICS, "" },
		{ "ACCOMPANY", PUBLIC, "\"ward\":\"x\"", "sheet.occasion.what sheet.occasion.place sheet.occasion.held_on" },
		{ "OUTREACH", ANONYMOUS, TOPICS, "basis.basis" },
		{ "DISPATCH_SUPPORTER", PUBLIC, "\"ward\":\"x\"", "sheet.supporter.number sheet.occasion.what sheet.occasion.held_on" },
		{ "ADVISE", PUBLIC, "\"ward\":\"x\"", "sheet.inquiry.question" },
		{ "INFORM", PUBLIC, "\"ward\":\"x\"", "sheet.inquiry.question sheet.inquiry.purpose" },
		{ "RESOLVE_CONCERN", PUBLIC, "\"ward\":\"x\"", "sheet.concern.agency sheet.concern.facts sheet.concern.hope urgency" },
	};
	char text[1200];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(text, sizeof text, "{\"kind\":\"REQUEST\",\"ask\":\"%s\",\"to\":[\"a\"],%s,\"sheet\":{%s}}", rows[i].ask, rows[i].basis,
			 rows[i].sheet);
		check_text(faults(text), rows[i].fields);
	}
}

/* Nobody is visited before each of these was considered; one missing is one named. */
static void test_outreach(void)
{
	static const char *const fields[] = { "family_relation", "psychiatric", "knows_date", "person_consent", "whose_wish", "can_come" };
	static const char *const values[] = { "x", "x", "YES", "x", "x", "NO" };
	char text[1200], checks[400], expected[80];

	for (size_t missing = 0; missing <= 6; missing++) { /* 6: none */
		checks[0] = '\0';
		for (size_t i = 0; i < 6; i++) {
			size_t used = strlen(checks);

			if (i != missing)
				snprintf(checks + used, sizeof checks - used, "%s\"%s\":\"%s\"", used == 0 ? "" : ",", fields[i], values[i]);
		}
		snprintf(text, sizeof text, "{\"kind\":\"REQUEST\",\"ask\":\"OUTREACH\",\"to\":[\"a\"]," PUBLIC ",\"sheet\":{\"text_classes\":[\"FAMILY\"],\"outreach\":{%s}}}",
			 checks);
		snprintf(expected, sizeof expected, "sheet.outreach.%s", missing < 6 ? fields[missing] : "");
		check_text(faults(text), missing < 6 ? expected : "");
	}
	snprintf(text, sizeof text,
		 "{\"kind\":\"REQUEST\",\"ask\":\"OUTREACH\",\"to\":[\"a\"]," PUBLIC
		 ",\"sheet\":{\"text_classes\":[\"FAMILY\"],\"outreach\":{" CHECKS ",\"knows_date\":\"NO\",\"can_come\":\"YES\"}}}");
	check_text(faults(text), "sheet.outreach.can_come");
	/* Asked for otherwise, nothing of it is needed. */
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"]," PUBLIC ",\"sheet\":{" REFERRAL "}}"), "");
}

static void test_recipients(void)
{
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\",\"b\",\"c\"]," PUBLIC "," NOTE "}"), "");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\",\"b\",\"a\"]," PUBLIC "," NOTE "}"), "to");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\",\"a\",\"b\",\"b\"]," PUBLIC "," NOTE "}"), "to"); /* told once */
}

/* A time is ahead or it is not: now has passed. */
static void test_times(void)
{
	static const struct {
		int64_t us;
		bool ahead;
	} rows[] = { { NOW_US - 1000000, false }, { NOW_US, false }, { NOW_US + 1000000, true } };
	char text[600], time[CLOCK_TEXT];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		clock_format(rows[i].us, 540, time);
		snprintf(text, sizeof text, "{\"kind\":\"NOTE\",\"to\":[\"a\"],\"expires_at\":\"%s\"," PUBLIC "," NOTE "}", time);
		check_text(faults(text), rows[i].ahead ? "" : "expires_at");
		snprintf(text, sizeof text, "{\"kind\":\"NOTE\",\"to\":[\"a\"],\"respond_by\":\"%s\"," PUBLIC "," NOTE "}", time);
		check_text(faults(text), rows[i].ahead ? "" : "respond_by");
	}
}

static void test_announcements(void)
{
	check_text(faults("{\"kind\":\"ANNOUNCEMENT\",\"to\":[\"a\"],\"announcement\":{\"title\":\"t\"}}"), "");
	check_text(faults("{\"kind\":\"ANNOUNCEMENT\",\"to\":[\"a\"]," CASE ",\"announcement\":{\"title\":\"t\"}}"), "case");
	check(*faults("{\"kind\":\"NOTE\",\"to\":[\"a\"]," NOTE "}") != '\0'); /* only an announcement goes without a basis */
}

/* What names a person needs a basis that may tell it. */
static void test_disclosure(void)
{
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"]," PUBLIC ",\"sheet\":{\"person\":{\"name\":\"x\"}," REFERRAL "}}"), "");
	check(*faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"]," ANONYMOUS ",\"sheet\":{\"person\":{\"name\":\"x\"}}}") != '\0');
	check(*faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"],\"sheet\":{\"person\":{\"name\":\"x\"}}}") != '\0');
	check(*faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"]," PUBLIC ",\"sheet\":{\"history\":\"free text without its classes\"}}") != '\0');
}

/* The series in its place, and ' as the quotes of JSON. */
static void put_message(const char *content, const char *series, char *text, size_t size)
{
	const char *place = strstr(content, "%s");

	snprintf(text, size, "%.*s%s%s", (int)(place - content), content, series, place + 2);
	for (char *at = text; *at != '\0'; at++)
		*at = *at == '\'' ? '"' : *at;
}

/* What is held again and again says when: of a conference and of what an announcement tells of alike. */
static void test_series(void)
{
	static const struct {
		const char *series, *field; /* "": it is one */
	} rows[] = {
		{ "'step':'WEEKLY','weekday':3,'starts_on':'2026-06-03'", "" },
		{ "'step':'MONTHLY','day':31,'starts_on':'2026-06-03'", "" },
		{ "'step':'MONTHLY','weekday':4,'nth':5,'starts_on':'2026-06-03'", "" },
		{ "'step':'EVERY_OTHER_MONTH','weekday':2,'nth':2,'starts_on':'2026-06-03','until_on':'2027-03-31'", "" },
		{ "'step':'WEEKLY','weekday':8,'starts_on':'2026-06-03'", "weekday" },
		{ "'step':'WEEKLY','weekday':3", "starts_on" },
		{ "'step':'WEEKLY','weekday':3,'starts_on':'2026-06-03','until_on':'2026-06-01'", "until_on" },
		{ "'step':'MONTHLY','starts_on':'2026-06-03'", "day" },
	};
	static const char *const contents[] = { "{'kind':'ANNOUNCEMENT','to':['a'],'announcement':{'title':'t','text':'x','series':{%s}}}",
						"{'kind':'CONFERENCE','to':['a'],'basis':{'basis':'PUBLIC_DUTY','law':'SELF_RELIANCE_9','reason':'r'},"
						"'conference':{'title':'t','text_classes':['EMPLOYMENT'],'series':{%s}}}" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t kind = 0; kind < 2; kind++) {
			char text[600], expected[80] = "";

			put_message(contents[kind], rows[i].series, text, sizeof text);
			if (*rows[i].field != '\0')
				snprintf(expected, sizeof expected, "%s.series.%s", kind == 0 ? "announcement" : "conference", rows[i].field);
			check_text(faults(text), expected);
		}
}

UNIT_SUITE("libtsunagi/draft_check",
	{ "what is held again", test_series },
	{ "kinds and contents", test_kinds_and_contents },
	{ "asks", test_asks },
	{ "what each ask needs", test_needs_of_asks },
	{ "outreach", test_outreach },
	{ "recipients", test_recipients },
	{ "times", test_times },
	{ "announcements", test_announcements },
	{ "disclosure", test_disclosure });

/* SPDX-License-Identifier: Apache-2.0 */
/* The lists that are kept for the law, as the library gives them: with names that it alone adds, within bounds, and how they fail. */
#include "acting.h"
#include "unit.h"

#define CASE_ID "01960000-0000-7000-8000-0000000000ca"
#define OTHER "01960000-0000-7000-8000-00000000000b"

static struct talk talk;

static void show(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void show(const char *format, ...)
{
	char json[4000];
	va_list list;

	va_start(list, format);
	vsnprintf(json, sizeof json, format, list);
	va_end(list);
	stage_show(talk.stage, json);
}

static const json_t *row(const json_t *listing, const char *name, size_t index)
{
	return json_array_get(json_object_get(listing, name), index);
}

static void test_review(void)
{
	json_t *listing;

	talk = talk_begin();
	show("{\"reviews\":{\"reviews\":[{\"seq\":7,\"at\":\"2026-11-22T19:50:12+09:00\",\"message_id\":\"" OTHER "\",\"from\":\"link@chiba-city\",\"danger\":true}]}}");
	listing = acting(talk.sender, TSG_OK, "{\"action\":\"review\",\"since\":\"2026-11-01T00:00:00+09:00\",\"reviewed\":true}");
	check_text(acting_text(listing, "type"), "reviews");
	check_text(acting_text(row(listing, "reviews", 0), "message_id"), OTHER);
	check(*acting_text(row(listing, "reviews", 0), "code") != '\0');
	check_int(json_integer_value(json_object_get(listing, "more_after")), 0);
	json_decref(listing);
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_WORD", "{\"action\":\"review\",\"since\":\"yesterday\"}");
	talk_end(&talk);
}

/* What we gave and what we got, each with the person's name where this device knows it. */
static void test_provisions(void)
{
	struct receipt sent;
	json_t *listing;

	talk = talk_begin();
	sent = talk_send(&talk, "ROUTINE", NULL);
	show("{\"provisions\":{\"provisions\":[{\"item\":17,\"message_id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"classes\":[\"IDENTITY\"]},"
	     "{\"item\":18,\"message_id\":\"" OTHER "\",\"from\":\"%s\",\"to\":\"%s\"}]}}",
	     sent.message_id, talk.link->address, talk.desk->address, talk.desk->address, talk.link->address);
	listing = acting(talk.sender, TSG_OK, "{\"action\":\"provisions\"}");
	require(json_array_size(json_object_get(listing, "provisions")) == 2);
	check_text(acting_text(row(listing, "provisions", 0), "direction"), "GIVEN");
	check_text(acting_text(row(listing, "provisions", 0), "person_name"), "例田 はるか");
	check_text(acting_text(row(listing, "provisions", 1), "direction"), "RECEIVED");
	check_text(acting_text(row(listing, "provisions", 1), "person_name"), "");
	json_decref(listing);
	talk_end(&talk);
}

static void test_disclosure(void)
{
	json_t *report;

	talk = talk_begin();
	show("{\"disclosure\":{\"case_shown\":{\"case_id\":\"" CASE_ID "\",\"owner\":\"link@chiba-city\"},"
	     "\"provisions\":[{\"item\":17,\"message_id\":\"" OTHER "\"}],\"happenings\":[{\"seq\":3,\"what\":\"SUBMIT\",\"message_id\":\"" OTHER "\"}]}}");
	report = acting(talk.sender, TSG_OK, "{\"action\":\"disclosure\",\"case\":\"" CASE_ID "\"}");
	check_text(acting_text(report, "case.owner"), "link@chiba-city");
	check(*acting_text(row(report, "provisions", 0), "code") != '\0');
	check_text(acting_text(row(report, "happenings", 0), "what"), "SUBMIT");
	json_decref(report);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"disclosure\",\"case\":\"none\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"disclosure\"}");
	talk_end(&talk);
}

/* What is another's case, or none, is not there; what answers something else is told. */
static void test_not_there(void)
{
	talk = talk_begin();
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_MESSAGE", "{\"action\":\"disclosure\",\"case\":\"" CASE_ID "\"}");
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_records",
	{ "review", test_review },
	{ "provisions", test_provisions },
	{ "disclosure", test_disclosure },
	{ "not there", test_not_there });

/* SPDX-License-Identifier: Apache-2.0 */
/* provisions: as lines for people, whole as a table for office tools, to a file that is never written over; what is left out is named. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "contract/codec.h"
#include "fake_daemon.h"
#include "tsunagi/records.h"
#include "tsunagi/words.h"
#include "unit.h"

#define PAGE_MOST 256u

static struct {
	uint64_t rows;      /* how many there are */
	const char *reason; /* of each */
	unsigned questions;
	int64_t since_us, until_us;
	uint32_t largest, last; /* pages asked for */
} daemon_has;

static struct fake_daemon *daemon;
static enum outcome outcome;

static Pb__ProvisionShown *row_of(uint64_t number, struct arena *arena)
{
	static const Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION };
	Pb__ProvisionShown *row = arena_alloc(arena, sizeof *row);
	Pb__BasisClaim *claim = arena_alloc(arena, sizeof *claim);

	pb__provision_shown__init(row);
	pb__basis_claim__init(claim);
	claim->basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	claim->law = PB__LAW__LAW_SELF_RELIANCE_9;
	claim->reason = pb_of_text(daemon_has.reason);
	row->item = number;
	row->at_us = 1764400000000000;
	row->from = pb_of_text("link@chiba-city");
	row->to = pb_of_text("desk@chiba-city");
	row->basis = claim;
	row->classes = (Pb__DisclosureClass *)(uintptr_t)classes;
	row->n_classes = 1;
	row->released = number == 2;
	return row;
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	const Pb__ProvisionQuery *query = request->provisions;
	Pb__ProvisionListing *listing = arena_alloc(arena, sizeof *listing);

	(void)context;
	require(request->body_case == PB__ADMIN_REQUEST__BODY_PROVISIONS);
	daemon_has.questions++;
	daemon_has.since_us = query->since_us;
	daemon_has.until_us = query->until_us;
	daemon_has.last = query->limit;
	daemon_has.largest = query->limit > daemon_has.largest ? query->limit : daemon_has.largest;
	pb__provision_listing__init(listing);
	listing->provisions = arena_calloc(arena, query->limit, sizeof *listing->provisions);
	for (uint64_t at = query->after; at < daemon_has.rows && listing->n_provisions < query->limit; at++)
		listing->provisions[listing->n_provisions++] = row_of(at + 1, arena);
	listing->more_after = query->after + listing->n_provisions < daemon_has.rows ? query->after + listing->n_provisions : 0;
	reply->body_case = PB__ADMIN_REPLY__BODY_PROVISIONS;
	reply->provisions = listing;
}

static void begin(uint64_t rows, const char *reason)
{
	memset(&daemon_has, 0, sizeof daemon_has);
	daemon_has.rows = rows;
	daemon_has.reason = reason;
	daemon = fake_daemon_start(answer, NULL);
}

static const struct said *run(bool json, const char *words)
{
	const struct said *said = fake_run(daemon, json, &outcome, "provisions %s", words);

	unit_context("provisions %s", words);
	return said;
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

static void test_for_people(void)
{
	const char *text;

	begin(2, "support plan");
	text = run(false, "")->out;
	check_int(outcome, OUTCOME_DONE);
	check(strstr(text, "link@chiba-city → desk@chiba-city") != NULL && strstr(text, "support plan") != NULL);
	check(strstr(text, "(on acceptance)") != NULL && strstr(text, "there is more") == NULL);
	words_start(LANGUAGE_JA);
	check(strstr(run(false, "")->out, "(受諾後の開示)") != NULL);
	words_start(LANGUAGE_EN);
	daemon_has.rows = 0;
	check(strstr(run(false, "")->out, "Nothing was provided.") != NULL);
	fake_daemon_stop(daemon);
}

static void test_stretch(void)
{
	json_t *listing;

	begin(600, "plan");
	run(true, "--since 2025-11-29T09:00:00+09:00 --until 2025-11-30T09:00:00+09:00");
	check_int(daemon_has.since_us, INT64_C(1764374400000000));
	check_int(daemon_has.until_us, INT64_C(1764460800000000));
	check_uint(daemon_has.questions, 3); /* page by page */
	check_uint(daemon_has.largest, PAGE_MOST);
	listing = json_loads(run(true, "--after 10 --limit 60")->out, 0, NULL);
	check_uint(json_array_size(json_object_get(listing, "provisions")), 60);
	check_int(json_integer_value(json_object_get(json_array_get(json_object_get(listing, "provisions"), 0), "item")), 11);
	check_int(json_integer_value(json_object_get(listing, "more_after")), 70);
	json_decref(listing);
	run(false, "--limit 300");
	check_uint(daemon_has.last, 300 - PAGE_MOST);
	check(strstr(run(false, "--limit 5")->out, "there is more: --after 5") != NULL);
	fake_daemon_stop(daemon);
}

/* A record is kept whole: more than the list for people shows, unless a limit is asked for, and then what is left is told. */
static void test_whole_table(void)
{
	const struct said *said;

	begin(RECORDS_LIMIT + 100, "plan");
	said = run(false, "--csv --out /dev/null");
	check_int(outcome, OUTCOME_REFUSED); /* it is there already */
	check(strstr(said->err, "/dev/null") != NULL);
	check_uint(daemon_has.questions, 5);
	said = run(false, "--csv --limit 3");
	check_int(outcome, OUTCOME_DONE);
	check_uint(lines(said->out), 4); /* and its titles */
	check(strstr(said->err, "There is more: --after 3") != NULL);
	fake_daemon_stop(daemon);
}

static void test_file(void)
{
	char path[300];
	struct buf content;

	begin(2, "plan");
	snprintf(path, sizeof path, "%s/record.csv", unit_folder());
	for (int again = 0; again < 2; again++) {
		char words[400];

		snprintf(words, sizeof words, "--csv --out %s", path);
		run(true, words);
		check_int(outcome, again == 0 ? OUTCOME_DONE : OUTCOME_REFUSED); /* a record is never written over */
		daemon_has.rows = 7;
	}
	buf_init(&content, 1u << 20);
	require_ok(file_read(path, &content));
	check_uint(lines(buf_text(&content)), 3);
	check(memcmp(content.data, "\xef\xbb\xbf", 3) == 0); /* as office tools want it */
	buf_free(&content);
	fake_daemon_stop(daemon);
}

/* What an encoding lacks is named and left out whole. */
static void test_encoding(void)
{
	const struct said *said;

	begin(1, "𠮷田さんの件"); /* not in CP932 */
	said = run(false, "--csv --encoding cp932");
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(lines(said->out), 1);
	check(strstr(said->err, "does not exist in CP932") != NULL && strstr(said->err, "--encoding utf-8") != NULL);
	said = run(false, "--csv");
	check_int(outcome, OUTCOME_DONE);
	check(strstr(said->out, "𠮷田さんの件") != NULL);
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_provisions",
	{ "for people", test_for_people },
	{ "a stretch of them", test_stretch },
	{ "the whole table", test_whole_table },
	{ "to a file", test_file },
	{ "in another encoding", test_encoding });

/* SPDX-License-Identifier: Apache-2.0 */
/* A further device of the same agency, admitted by one that is. */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "conversation.h"
#include "libtsunagi/fields.h"
#include "unit.h"

struct added {
	struct talk talk;
	char bundle[600], request[600], answer[600];
	char *told;
};

static struct added begin(const char *address)
{
	struct added added = { .talk = talk_begin() };
	char *json = NULL;

	snprintf(added.bundle, sizeof added.bundle, "%s/second.bundle", unit_folder());
	snprintf(added.request, sizeof added.request, "%s/second.request", unit_folder());
	snprintf(added.answer, sizeof added.answer, "%s/second.answer", unit_folder());
	require(tsg_enrol_request(address, "second", added.bundle, added.request, &json) == TSG_OK);
	tsg_free(json);
	talk_know_directory(&added.talk);
	return added;
}

static int add(struct added *added)
{
	json_t *action = json_pack("{s:s, s:s, s:s}", "action", "device_add", "request_file", added->request, "answer_file", added->answer);
	char *text = json_dumps(action, JSON_COMPACT);
	int result = TSG_OK;

	tsg_free(added->told);
	added->told = NULL;
	result = tsg_act_json(added->talk.sender, text, strlen(text), &added->told);
	free(text);
	json_decref(action);
	return result;
}

static bool error_says(const struct added *added, const char *text)
{
	return strstr(tsg_last_error(added->talk.sender), text) != NULL;
}

static void end(struct added *added)
{
	tsg_free(added->told);
	talk_end(&added->talk);
}

static void test_added(void)
{
	struct added added = begin("link@" STAGE_SITE);
	struct bundle *first = NULL, *second = NULL;
	const char *reason = NULL;
	char *json = NULL;

	check_int(add(&added), TSG_OK);
	check(added.told != NULL && strstr(added.told, "\"device_added\"") != NULL && strstr(added.told, "\"device\":2") != NULL);
	check_int(tsg_enrol_answer(added.bundle, added.answer, &json), TSG_OK);
	tsg_free(json);
	require_ok(bundle_read(added.bundle, &second, &reason));
	require_ok(bundle_read(added.talk.link->path, &first, &reason));
	check_ok(bundle_check(second, clock_wall_us()));
	check_uint(second->device, 2);
	check_text(second->endpoints[0], added.talk.stage->endpoint);
	/* Each knows the other's binding as its own people's. */
	check(bundle_knows(first, certificate_digest(second->signing_certificate), certificate_digest(second->sealing[0].certificate)));
	check(bundle_knows(second, certificate_digest(first->signing_certificate), certificate_digest(first->sealing[0].certificate)));
	bundle_free(first);
	bundle_free(second);
	end(&added);
}

static void test_of_another_agency(void)
{
	struct added added = begin("desk@" STAGE_SITE);

	check_int(add(&added), TSG_REFUSED);
	check(error_says(&added, "another than this device's"));
	check(access(added.answer, F_OK) != 0);
	check_uint(stage_tally(added.talk.stage, TALLY_BOUND), 0);
	end(&added);
}

static void test_requests_that_are_none(void)
{
	static const char *const fields[] = { "agency", "device_name", "curve_key", "signing_request", "sealing_request" };
	struct added added = begin("link@" STAGE_SITE);
	json_t *good = NULL;

	require_ok(json_file_read(added.request, "tsunagi-request", &good));
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		json_t *bad = json_deep_copy(good);

		unit_context("%s", fields[i]);
		json_object_set_new(bad, fields[i], json_integer(5));
		require_ok(json_file_write(added.request, bad));
		check_int(add(&added), TSG_REFUSED);
		check(error_says(&added, "INVITATION"));
		json_decref(bad);
	}
	unit_context("not there");
	require(unlink(added.request) == 0);
	check_int(add(&added), TSG_NOT_FOUND);
	check(access(added.answer, F_OK) != 0);
	check_uint(stage_tally(added.talk.stage, TALLY_BOUND), 0);
	json_decref(good);
	end(&added);
}

static void test_refused_by_the_broker(void)
{
	struct added added = begin("link@" STAGE_SITE);

	atomic_store(&added.talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY_DEVICES);
	atomic_store(&added.talk.stage->refuse_count, 1);
	check_int(add(&added), TSG_REFUSED);
	check(error_says(&added, "TOO_MANY_DEVICES"));
	check(access(added.answer, F_OK) != 0);
	check_int(add(&added), TSG_OK); /* and then it takes it */
	end(&added);
}

/* Bound, and the broker shows something else: no answer is written that could not be used. */
static void test_a_false_entry(void)
{
	struct added added = begin("link@" STAGE_SITE);

	atomic_store(&added.talk.stage->lie, LIE_NO_SUCH_RESULT);
	check(add(&added) != TSG_OK);
	check(error_says(&added, "no binding came"));
	check(access(added.answer, F_OK) != 0);
	end(&added);
}

/* An order that is not answered in time, answered later, is forgotten without harm. */
static void test_answered_too_late(void)
{
	struct added added = begin("link@" STAGE_SITE);
	int sent;

	atomic_store(&added.talk.stage->lie, LIE_SILENT);
	tsg_client_set_timeout(added.talk.sender, 300);
	check_int(add(&added), TSG_TIMEOUT);
	check(error_says(&added, "NO_ANSWER"));
	check(access(added.answer, F_OK) != 0);
	atomic_store(&added.talk.stage->lie, LIE_NONE);
	atomic_store(&added.talk.stage->hang_up, true); /* what is unanswered is said again in the next session */
	stage_wait(added.talk.stage, TALLY_BOUND, 1);
	tsg_client_set_timeout(added.talk.sender, 5000);
	sent = talk_send(&added.talk, "SOON", NULL).result;
	check(sent == TSG_OK || sent == TSG_IN_OUTBOX); /* the session may end while it waits */
	if (sent == TSG_IN_OUTBOX)
		talk_receipt(&added.talk);
	check(stage_tally(added.talk.stage, TALLY_BOUND) >= 1);
	end(&added);
}

static void test_an_answer_that_cannot_be_written(void)
{
	struct added added = begin("link@" STAGE_SITE);

	snprintf(added.answer, sizeof added.answer, "%s/none/answer", unit_folder());
	check(add(&added) != TSG_OK);
	check(error_says(&added, added.answer));
	end(&added);
}

UNIT_SUITE("libtsunagi/device_add",
	{ "added", test_added },
	{ "of another agency", test_of_another_agency },
	{ "requests that are none", test_requests_that_are_none },
	{ "refused by the broker", test_refused_by_the_broker },
	{ "a false entry", test_a_false_entry },
	{ "answered too late", test_answered_too_late },
	{ "an answer that cannot be written", test_an_answer_that_cannot_be_written });

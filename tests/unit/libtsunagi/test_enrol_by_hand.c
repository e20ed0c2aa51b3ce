/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment with files: the device's request, the operator's answer. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "contract/fingerprint.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/fields.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

struct desk {
	struct stage *stage;
	char bundle[600], request[600], answer[600];
	json_t *asked;  /* the request file */
	json_t *answer_json;
	char *said;
};

static struct desk begin(void)
{
	struct desk desk = { .stage = stage_new() };

	snprintf(desk.bundle, sizeof desk.bundle, "%s/desk.bundle", unit_folder());
	snprintf(desk.request, sizeof desk.request, "%s/desk.request", unit_folder());
	snprintf(desk.answer, sizeof desk.answer, "%s/desk.answer", unit_folder());
	return desk;
}

static void end(struct desk *desk)
{
	tsg_free(desk->said);
	json_decref(desk->asked);
	json_decref(desk->answer_json);
	stage_free(desk->stage);
}

static bool said(const struct desk *desk, const char *text)
{
	return desk->said != NULL && strstr(desk->said, text) != NULL;
}

static int ask(struct desk *desk)
{
	tsg_free(desk->said);
	desk->said = NULL;
	return tsg_enrol_request("desk@" STAGE_SITE, "window 1", desk->bundle, desk->request, &desk->said);
}

/* What the operator would answer to the request in the file. */
static void make_answer(struct desk *desk)
{
	struct certificate *signing = NULL, *sealing = NULL;
	struct buf requests[2];

	require_ok(json_file_read(desk->request, "tsunagi-request", &desk->asked));
	buf_init(&requests[0], 16384);
	buf_init(&requests[1], 16384);
	require_ok(field_run(desk->asked, "signing_request", &requests[0]));
	require_ok(field_run(desk->asked, "sealing_request", &requests[1]));
	require(stage_certify(stage_authority(desk->stage), "desk@" STAGE_SITE, buf_bytes(&requests[0]), buf_bytes(&requests[1]), &signing, &sealing));
	desk->answer_json = json_pack("{s:s, s:i, s:s, s:i, s:s, s:i, s:[s], s:o, s:o, s:o, s:o, s:o, s:[{s:s, s:s}, {s:s}]}", "type", "tsunagi-answer", "version",
				      1, "site", STAGE_SITE, "epoch", 1, "agency", "desk@" STAGE_SITE, "device", 4, "endpoints", desk->stage->endpoint,
				      "broker_key", json_base64(bytes_of(desk->stage->curve_public, CURVE_BYTES)), "checkpoint_key",
				      json_base64(bytes_of(desk->stage->checkpoint_public, ED25519_BYTES)), "site_certificate",
				      json_certificate(desk->stage->root), "signing_certificate", json_certificate(signing), "sealing_certificate",
				      json_certificate(sealing), "known_bindings", "signing",
				      "1111111111111111111111111111111111111111111111111111111111111111", "sealing",
				      "2222222222222222222222222222222222222222222222222222222222222222", "signing", "not a digest");
	require(desk->answer_json != NULL);
	certificate_free(signing);
	certificate_free(sealing);
	buf_free(&requests[0]);
	buf_free(&requests[1]);
}

static int take(struct desk *desk)
{
	tsg_free(desk->said);
	desk->said = NULL;
	require_ok(json_file_write(desk->answer, desk->answer_json));
	return tsg_enrol_answer(desk->bundle, desk->answer, &desk->said);
}

static struct bundle *bundle_of(const struct desk *desk)
{
	struct bundle *bundle = NULL;
	const char *reason = NULL;

	require_ok(bundle_read(desk->bundle, &bundle, &reason));
	return bundle;
}

static void test_asked_and_answered(void)
{
	struct desk desk = begin();
	struct digest known[2];
	struct bundle *bundle = NULL;

	require(ask(&desk) == TSG_OK);
	check(said(&desk, "\"state\":\"requested\"") && said(&desk, "desk@chiba-city"));
	bundle = bundle_of(&desk);
	check(bundle->pending);
	bundle_free(bundle);
	make_answer(&desk);
	check_int(take(&desk), TSG_OK);
	check(said(&desk, "\"state\":\"enrolled\"") && said(&desk, "\"device\":4"));
	bundle = bundle_of(&desk);
	check(!bundle->pending);
	check_uint(bundle->device, 4);
	check_text(bundle->device_name, "window 1");
	check_ok(bundle_check(bundle, clock_wall_us()));
	memset(&known[0], 0x11, sizeof known[0]);
	memset(&known[1], 0x22, sizeof known[1]);
	check(bundle_knows(bundle, &known[0], &known[1])); /* the agency's other device; the row that is none is left out */
	bundle_free(bundle);
	end(&desk);
}

/* The request holds nothing secret, and the fingerprint is of what stands in it. */
static void test_the_request(void)
{
	struct desk desk = begin();
	struct bundle *bundle = NULL;
	struct buf requests[2], text;
	char print[FINGERPRINT_TEXT];
	json_t *secret = NULL;

	require(ask(&desk) == TSG_OK);
	require_ok(json_file_read(desk.request, "tsunagi-request", &desk.asked));
	check_text(field_text(desk.asked, "agency"), "desk@" STAGE_SITE);
	check_text(field_text(desk.asked, "device_name"), "window 1");
	buf_init(&requests[0], 16384);
	buf_init(&requests[1], 16384);
	require_ok(field_run(desk.asked, "signing_request", &requests[0]));
	require_ok(field_run(desk.asked, "sealing_request", &requests[1]));
	fingerprint(buf_bytes(&requests[0]), buf_bytes(&requests[1]), print);
	check(said(&desk, print));
	bundle = bundle_of(&desk);
	buf_init(&text, 65536);
	require_ok(file_read(desk.request, &text));
	secret = json_base64(bytes_of(bundle->curve_secret, CURVE_BYTES));
	require(buf_text(&text) != NULL);
	check(strstr(buf_text(&text), json_string_value(secret)) == NULL);
	check(strstr(buf_text(&text), "PRIVATE") == NULL);
	json_decref(secret);
	bundle_free(bundle);
	buf_free(&requests[0]);
	buf_free(&requests[1]);
	buf_free(&text);
	end(&desk);
}

/* The same keys again, so that an answer to the first request still fits. */
static void test_asked_twice(void)
{
	struct desk desk = begin();
	struct bundle *first = NULL, *second = NULL;

	require(ask(&desk) == TSG_OK);
	first = bundle_of(&desk);
	make_answer(&desk);
	require(ask(&desk) == TSG_OK);
	second = bundle_of(&desk);
	check_bytes(bytes_of(second->curve_public, CURVE_BYTES), bytes_of(first->curve_public, CURVE_BYTES));
	check_int(take(&desk), TSG_OK);
	check_int(ask(&desk), TSG_REFUSED); /* enrolled: no further request with this file */
	check(said(&desk, "BUNDLE_EXISTS"));
	check_int(take(&desk), TSG_REFUSED); /* and no second answer */
	check(said(&desk, "BUNDLE_EXISTS"));
	bundle_free(first);
	bundle_free(second);
	end(&desk);
}

static void test_answers_that_do_not_fit(void)
{
	static const struct {
		const char *field;
		const char *value; /* JSON; NULL: missing */
		int result;
		const char *told;
	} rows[] = {
		{ "type", "\"tsunagi-invitation\"", TSG_IO, "FILE" },
		{ "version", "2", TSG_REFUSED, "version" },
		{ "agency", "\"link@chiba-city\"", TSG_REFUSED, "agency" },
		{ "site", "\"other\"", TSG_REFUSED, "agency" },
		{ "endpoints", "[]", TSG_REFUSED, "endpoints" },
		{ "broker_key", NULL, TSG_REFUSED, "broker_key" },
		{ "checkpoint_key", "\"\"", TSG_REFUSED, "checkpoint_key" },
		{ "site_certificate", NULL, TSG_REFUSED, "site_certificate" },
		{ "signing_certificate", NULL, TSG_REFUSED, "signing_certificate" },
		{ "sealing_certificate", "\"x\"", TSG_REFUSED, "sealing_certificate" },
	};
	struct desk desk = begin();
	json_t *good = NULL;

	require(ask(&desk) == TSG_OK);
	make_answer(&desk);
	good = json_deep_copy(desk.answer_json);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bundle *bundle = NULL;

		unit_context("%s %s", rows[i].field, rows[i].value == NULL ? "missing" : rows[i].value);
		json_decref(desk.answer_json);
		desk.answer_json = json_deep_copy(good);
		if (rows[i].value == NULL)
			json_object_del(desk.answer_json, rows[i].field);
		else
			json_object_set_new(desk.answer_json, rows[i].field, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		check_int(take(&desk), rows[i].result);
		check(said(&desk, rows[i].told));
		bundle = bundle_of(&desk);
		check(bundle->pending);
		bundle_free(bundle);
	}
	unit_context("swapped certificates");
	json_decref(desk.answer_json);
	desk.answer_json = json_deep_copy(good);
	json_object_set(desk.answer_json, "signing_certificate", json_object_get(good, "sealing_certificate"));
	json_object_set(desk.answer_json, "sealing_certificate", json_object_get(good, "signing_certificate"));
	check_int(take(&desk), TSG_NOT_AUTHENTIC);
	check(said(&desk, "ANSWER"));
	unit_context("the right one after all");
	json_decref(desk.answer_json);
	desk.answer_json = good;
	check_int(take(&desk), TSG_OK);
	end(&desk);
}

static void test_files_that_are_not_there(void)
{
	struct desk desk = begin();

	check_int(tsg_enrol_answer(desk.bundle, desk.answer, &desk.said), TSG_NOT_FOUND);
	check(said(&desk, "FILE_MISSING"));
	require(ask(&desk) == TSG_OK);
	tsg_free(desk.said);
	desk.said = NULL;
	check_int(tsg_enrol_answer(desk.bundle, desk.answer, &desk.said), TSG_NOT_FOUND);
	check(said(&desk, desk.answer));
	tsg_free(desk.said);
	desk.said = NULL;
	require(chmod(desk.bundle, 0644) == 0);
	check_int(tsg_enrol_answer(desk.bundle, desk.answer, &desk.said), TSG_IO);
	check(said(&desk, "BUNDLE"));
	tsg_free(desk.said);
	desk.said = NULL;
	require(chmod(desk.bundle, 0600) == 0);
	check(tsg_enrol_request("desk@" STAGE_SITE, "d", desk.bundle, "/no/such/folder/request", &desk.said) != TSG_OK);
	check(said(&desk, "\"error\""));
	end(&desk);
}

static void test_called_wrongly(void)
{
	char *text = NULL;

	check_int(tsg_enrol_request(NULL, "d", "b", "r", &text), TSG_USAGE);
	check_int(tsg_enrol_request("a@b", NULL, "b", "r", &text), TSG_USAGE);
	check_int(tsg_enrol_request("a@b", "d", NULL, "r", &text), TSG_USAGE);
	check_int(tsg_enrol_request("a@b", "d", "b", NULL, &text), TSG_USAGE);
	check_int(tsg_enrol_request("a@b", "d", "b", "r", NULL), TSG_USAGE);
	check_int(tsg_enrol_answer(NULL, "a", &text), TSG_USAGE);
	check_int(tsg_enrol_answer("b", NULL, &text), TSG_USAGE);
	check_int(tsg_enrol_answer("b", "a", NULL), TSG_USAGE);
	check(text == NULL);
}

UNIT_SUITE("libtsunagi/enrol_by_hand",
	{ "asked and answered", test_asked_and_answered },
	{ "the request", test_the_request },
	{ "asked twice", test_asked_twice },
	{ "answers that do not fit", test_answers_that_do_not_fit },
	{ "files that are not there", test_files_that_are_not_there },
	{ "called wrongly", test_called_wrongly });

/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment over the network, against a broker that tells the truth and against one that does not. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "libtsunagi/fields.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

struct scene {
	struct stage *stage;
	json_t *invitation;
	char path[600];   /* of the invitation */
	char bundle[600]; /* to be written */
	char *said;
};

static struct scene begin(void)
{
	struct scene scene = { .stage = stage_new() };

	stage_agency(scene.stage, "link");
	scene.invitation = stage_invite(scene.stage, "new");
	snprintf(scene.path, sizeof scene.path, "%s/new.invitation", unit_folder());
	snprintf(scene.bundle, sizeof scene.bundle, "%s/device.bundle", unit_folder());
	return scene;
}

static int enrol(struct scene *scene, int timeout_ms)
{
	tsg_free(scene->said);
	scene->said = NULL;
	require_ok(json_file_write(scene->path, scene->invitation));
	return tsg_enrol(scene->path, "window 3", scene->bundle, timeout_ms, &scene->said);
}

static bool said(const struct scene *scene, const char *text)
{
	return scene->said != NULL && strstr(scene->said, text) != NULL;
}

/* What is told only when the time is over, which is short; again when a busy machine had not come so far by then. */
static int enrol_until_said(struct scene *scene, int timeout_ms, const char *text)
{
	int result = enrol(scene, timeout_ms);

	for (unsigned turn = 0; turn < 50 && !said(scene, text); turn++)
		result = enrol(scene, timeout_ms);
	return result;
}

/* The broker has bound the keys, and its answer never comes. */
static void lose_the_answer(struct scene *scene)
{
	atomic_store(&scene->stage->lie, LIE_ENROL_LOST);
	stage_start(scene->stage);
	do
		require(enrol(scene, 500) == TSG_UNREACHABLE);
	while (stage_tally(scene->stage, TALLY_BOUND) == 0);
}

static void end(struct scene *scene)
{
	tsg_free(scene->said);
	json_decref(scene->invitation);
	stage_free(scene->stage);
}

/* NULL unless the file is a bundle that can be used. */
static struct bundle *whole(const struct scene *scene)
{
	struct bundle *bundle = NULL;
	const char *reason = NULL;

	if (bundle_read(scene->bundle, &bundle, &reason) != ERR_OK || bundle->pending) {
		bundle_free(bundle);
		return NULL;
	}
	return bundle;
}

static void test_enrolled(void)
{
	struct scene scene = begin();
	struct bundle *bundle = NULL;
	tsg_client *client = NULL;
	char *status = NULL;

	stage_start(scene.stage);
	check_int(enrol(&scene, UNIT_PATIENCE_MS), TSG_OK);
	check(said(&scene, "\"state\":\"enrolled\"") && said(&scene, "\"agency\":\"new@chiba-city\"") && said(&scene, "window 3"));
	bundle = whole(&scene);
	require(bundle != NULL);
	check_uint(bundle->device, 1);
	check_uint(bundle->epoch, 1);
	check_ok(bundle_check(bundle, clock_wall_us()));
	bundle_free(bundle);
	check_uint(stage_tally(scene.stage, TALLY_BOUND), 1);
	require(tsg_client_open(scene.bundle, NULL, &client) == TSG_OK);
	for (unsigned turn = 0; turn < 3000 && stage_tally(scene.stage, TALLY_HELLOS) == 0; turn++)
		tsg_client_dispatch(client, 20);
	check(stage_tally(scene.stage, TALLY_HELLOS) > 0);
	tsg_client_status_json(client, &status);
	check(status != NULL && strstr(status, "new@chiba-city") != NULL);
	tsg_free(status);
	tsg_client_close(client);
	end(&scene);
}

/* An enrolled device's bundle is not enrolled over. */
static void test_only_once(void)
{
	struct scene scene = begin();

	stage_start(scene.stage);
	require(enrol(&scene, UNIT_PATIENCE_MS) == TSG_OK);
	check_int(enrol(&scene, 2000), TSG_REFUSED);
	check(said(&scene, "BUNDLE_EXISTS"));
	check_uint(stage_tally(scene.stage, TALLY_BOUND), 1);
	end(&scene);
}

/* An answer that does not hold is refused, and no bundle that could be used is left. */
static void test_false_answers(void)
{
	static const struct {
		enum lie lie;
		const char *why;
	} rows[] = {
		{ LIE_ENROL_OTHER_AGENCY, "another agency or site" },
		{ LIE_ENROL_OTHER_KEYS, "not those of the invitation" },
		{ LIE_ENROL_OTHER_ROOT, "not the site's" },
		{ LIE_ENROL_UNRECORDED, "does not stand in the site's ledger" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scene scene = begin();

		unit_context("%s", rows[i].why);
		atomic_store(&scene.stage->lie, (int)rows[i].lie);
		stage_start(scene.stage);
		check_int(enrol(&scene, UNIT_PATIENCE_MS), TSG_NOT_AUTHENTIC);
		check(said(&scene, "\"code\":\"ANSWER\"") && said(&scene, rows[i].why));
		check(whole(&scene) == NULL);
		end(&scene);
		remove(scene.bundle);
	}
}

static void test_the_broker_refuses(void)
{
	struct scene scene = begin();

	atomic_store(&scene.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION);
	atomic_store(&scene.stage->refuse_count, 1);
	stage_start(scene.stage);
	check_int(enrol(&scene, 3000), TSG_REFUSED);
	check(said(&scene, "\"code\":\"INVITATION\""));
	check(whole(&scene) == NULL);
	check_int(enrol(&scene, UNIT_PATIENCE_MS), TSG_OK); /* the same keys, and now it is taken */
	check(said(&scene, "\"state\":\"enrolled\""));
	end(&scene);
}

/* Bound, and the answer never came: the same call again finds the keys admitted and brings their certificates. */
static void test_a_lost_answer(void)
{
	struct scene scene = begin();
	struct bundle *bundle = NULL;

	lose_the_answer(&scene);
	check(said(&scene, "NO_WELCOME"));
	check(whole(&scene) == NULL);
	check_uint(stage_tally(scene.stage, TALLY_BOUND), 1);
	atomic_store(&scene.stage->lie, LIE_NONE);
	check_int(enrol(&scene, UNIT_PATIENCE_MS), TSG_OK); /* the invitation is used up; the device's own key opens the door */
	check(said(&scene, "\"state\":\"enrolled\""));
	bundle = whole(&scene);
	require(bundle != NULL);
	check_ok(bundle_check(bundle, clock_wall_us()));
	check_uint(stage_tally(scene.stage, TALLY_BOUND), 1);
	bundle_free(bundle);
	end(&scene);
}

/* The second way is no way around the checks: who answers must still be the site of the invitation. */
static void test_a_lost_answer_and_a_liar(void)
{
	static const enum lie lies[] = { LIE_GARBAGE_WELCOME, LIE_NO_BINDINGS, LIE_OTHER_SITE };

	for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
		struct scene scene = begin();

		unit_context("lie %d", lies[i]);
		lose_the_answer(&scene);
		atomic_store(&scene.stage->lie, (int)lies[i]);
		check_int(enrol_until_said(&scene, 1500, "\"code\":\"INVITATION\""), TSG_REFUSED); /* what the first way was told */
		check(said(&scene, "\"code\":\"INVITATION\""));
		check(whole(&scene) == NULL);
		end(&scene);
		remove(scene.bundle);
	}
}

static void test_nobody_there(void)
{
	struct scene scene = begin();

	check_int(enrol_until_said(&scene, 400, "CONNECT"), TSG_UNREACHABLE);
	check(said(&scene, "CONNECT") && said(&scene, scene.stage->endpoint));
	check_int(access(scene.bundle, F_OK), 0); /* the keys wait, pending */
	check(whole(&scene) == NULL);
	end(&scene);
}

static void test_garbage(void)
{
	struct scene scene = begin();

	atomic_store(&scene.stage->lie, LIE_ONE_FRAME);
	stage_start(scene.stage);
	check(enrol(&scene, 1500) != TSG_OK);
	check(whole(&scene) == NULL);
	end(&scene);
}

static void test_invitations_that_are_none(void)
{
	static const struct {
		const char *field;
		const char *value;
		int result;
		const char *code;
	} rows[] = {
		{ "agency", NULL, TSG_REFUSED, "INVITATION" },
		{ "agency", "\"no address\"", TSG_USAGE, "USAGE" },
		{ "type", "\"tsunagi-request\"", TSG_REFUSED, "INVITATION" },
		{ "version", "9", TSG_REFUSED, "INVITATION" },
		{ "endpoints", "[\"http://x\"]", TSG_REFUSED, "INVITATION" },
		{ "curve_secret_key", "\"AAAA\"", TSG_REFUSED, "INVITATION" },
		{ "curve_secret_key", NULL, TSG_REFUSED, "INVITATION" },
		{ "expires_at", "\"2020-01-01T00:00:00Z\"", TSG_REFUSED, "INVITATION_EXPIRED" },
	};
	struct scene scene = begin();
	json_t *good = json_deep_copy(scene.invitation);

	stage_start(scene.stage);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("%s %s", rows[i].field, rows[i].value == NULL ? "missing" : rows[i].value);
		json_decref(scene.invitation);
		scene.invitation = json_deep_copy(good);
		if (rows[i].value == NULL)
			json_object_del(scene.invitation, rows[i].field);
		else
			json_object_set_new(scene.invitation, rows[i].field, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		check_int(enrol(&scene, 2000), rows[i].result);
		check(said(&scene, rows[i].code));
		remove(scene.bundle);
	}
	check_uint(stage_tally(scene.stage, TALLY_BOUND), 0);
	json_decref(good);
	end(&scene);
}

static void test_called_wrongly(void)
{
	char *text = NULL;

	check_int(tsg_enrol(NULL, "d", "b", 10, &text), TSG_USAGE);
	check_int(tsg_enrol("i", NULL, "b", 10, &text), TSG_USAGE);
	check_int(tsg_enrol("i", "d", NULL, 10, &text), TSG_USAGE);
	check_int(tsg_enrol("i", "d", "b", 10, NULL), TSG_USAGE);
	check(text == NULL);
	check_int(tsg_enrol("/no/such/invitation", "d", "/no/such/bundle", 10, &text), TSG_NOT_FOUND);
	check(text != NULL && strstr(text, "FILE_MISSING") != NULL);
	tsg_free(text);
}

UNIT_SUITE("libtsunagi/enrol",
	{ "enrolled, and the bundle opens a session", test_enrolled },
	{ "only once", test_only_once },
	{ "false answers", test_false_answers },
	{ "the broker refuses", test_the_broker_refuses },
	{ "a lost answer", test_a_lost_answer },
	{ "a lost answer and a liar", test_a_lost_answer_and_a_liar },
	{ "nobody there", test_nobody_there },
	{ "garbage", test_garbage },
	{ "invitations that are none", test_invitations_that_are_none },
	{ "called wrongly", test_called_wrongly });

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk.h"
#include "libtsunagi/fields.h"
#include "tsunagi/words.h"
#include "unit.h"

struct scene {
	struct desk desk;
	char invitation[300], bundle[300];
};

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static struct scene begin(void)
{
	struct scene scene = { .desk = { .stage = stage_new() } };
	json_t *invitation = stage_invite(scene.desk.stage, "new");

	snprintf(scene.invitation, sizeof scene.invitation, "%s/new.invitation", unit_folder());
	snprintf(scene.bundle, sizeof scene.bundle, "%s/device.bundle", unit_folder());
	require_ok(json_file_write(scene.invitation, invitation));
	json_decref(invitation);
	unsetenv("TSUNAGI_BUNDLE");
	return scene;
}

static void end(struct scene *scene)
{
	stage_free(scene->desk.stage);
}

static void test_wrong_usage(void)
{
	static const char *const wrong[] = {
		"enrol --as b", "enrol i --request r --agency a@b --as b", "enrol i --answer a --as b", "enrol --request r --answer a --agency a@b --as b",
		"enrol --request r --as b", "enrol i", "enrol --request r --agency a@b", "enrol --answer a", "enrol i --timeout x --as b",
	};
	struct scene scene = begin();

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct said *said = desk_run(&scene.desk, true, "%s", wrong[i]);

		check_int(scene.desk.outcome, OUTCOME_USAGE);
		check_text(desk_error(said->out, "code"), "USAGE");
	}
	check(access("b", F_OK) != 0);
	end(&scene);
}

static void test_enrolled(void)
{
	struct scene scene = begin();
	struct stat status;
	const struct said *said = NULL;

	stage_start(scene.desk.stage);
	said = desk_run(&scene.desk, false, "enrol %s --device window-3 --as %s", scene.invitation, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_DONE);
	check(has(said->out, "Enrolled: new@chiba-city, device window-3") && has(said->out, "fingerprint") && has(said->out, "by telephone"));
	require(stat(scene.bundle, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	desk_run(&scene.desk, true, "ping --as %s", scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_DONE);
	said = desk_run(&scene.desk, true, "enrol %s --as %s", scene.invitation, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "BUNDLE_EXISTS");
	end(&scene);
}

static void test_for_programs_and_in_japanese(void)
{
	struct scene scene = begin();
	const struct said *said = NULL;

	stage_start(scene.desk.stage);
	said = desk_run(&scene.desk, true, "enrol %s --as %s", scene.invitation, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "device_name"), "desk-1"); /* unless it is named */
	check_text(desk_field(said->out, "bundle"), scene.bundle);
	check_text(desk_field(said->out, "state"), "enrolled");
	words_start(LANGUAGE_JA);
	said = desk_run(&scene.desk, false, "enrol --request %s.r --agency x@chiba-city --as %s.x", scene.bundle, scene.bundle);
	words_start(LANGUAGE_EN);
	check(has(said->out, "依頼の指紋") && has(said->out, "回答が届いたら"));
	end(&scene);
}

static void test_refused(void)
{
	struct scene scene = begin();
	const struct said *said = desk_run(&scene.desk, true, "enrol /no/such/file --as %s", scene.bundle);

	check_int(scene.desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "FILE_MISSING");
	said = desk_run(&scene.desk, true, "enrol %s --timeout 0.3 --as %s", scene.invitation, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_UNREACHABLE);
	check_text(desk_error(said->out, "code"), "CONNECT");
	atomic_store(&scene.desk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION);
	atomic_store(&scene.desk.stage->refuse_count, 100);
	stage_start(scene.desk.stage);
	said = desk_run(&scene.desk, true, "enrol %s --timeout 0.5 --as %s", scene.invitation, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "INVITATION");
	said = desk_run(&scene.desk, true, "send %s --as %s", desk_message(""), scene.bundle); /* pending: no use yet */
	check(scene.desk.outcome != OUTCOME_DONE);
	check_text(desk_error(said->out, "code"), "BUNDLE_PENDING");
	end(&scene);
}

static void test_by_hand(void)
{
	struct scene scene = begin();
	char request[320];
	const struct said *said = NULL;

	snprintf(request, sizeof request, "%s.request", scene.bundle);
	said = desk_run(&scene.desk, false, "enrol --request %s --agency new@chiba-city --as %s", request, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_DONE);
	check(has(said->out, request) && has(said->out, "fingerprint of the request") && has(said->out, "tsunagi enrol --answer FILE --as"));
	said = desk_run(&scene.desk, true, "enrol --request %s --agency new@chiba-city --as %s", request, scene.bundle);
	check_text(desk_field(said->out, "state"), "requested");
	check_text(desk_field(said->out, "request"), request);
	said = desk_run(&scene.desk, true, "enrol --answer %s --as %s", request, scene.bundle); /* a request is no answer */
	check_int(scene.desk.outcome, OUTCOME_REFUSED);
	check(desk_error(said->out, "code") != NULL);
	said = desk_run(&scene.desk, true, "enrol --request %s --agency nonsense --as %s.2", request, scene.bundle);
	check_int(scene.desk.outcome, OUTCOME_USAGE);
	end(&scene);
}

UNIT_SUITE("tsunagi/cmd_enrol",
	{ "wrong usage", test_wrong_usage },
	{ "enrolled", test_enrolled },
	{ "for programs, and in Japanese", test_for_programs_and_in_japanese },
	{ "refused", test_refused },
	{ "by hand", test_by_hand });

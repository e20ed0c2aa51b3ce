/* SPDX-License-Identifier: Apache-2.0 */
/* agency list, show, add, revoke and rotate, against a daemon that notes what it was asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "fake_daemon.h"
#include "unit.h"

struct desk {
	unsigned added, revoked;
	char agency[80]; /* of the last of either */
	char reason[80];
	bool compromised;
	uint8_t key[32];
	size_t key_length;
	int64_t valid_us;
	bool refuses;   /* whatever changes something */
	bool nonsense;  /* answers with what was not asked */
};

static struct desk desk;
static struct fake_daemon *daemon_;
static enum outcome outcome;

static char *text_in(struct arena *arena, const char *text)
{
	return arena_text(arena, bytes_of_text(text));
}

static Pb__AgencyState *state_of(struct arena *arena, const char *agency)
{
	Pb__AgencyState *state = arena_alloc(arena, sizeof *state);

	pb__agency_state__init(state);
	state->agency = text_in(arena, agency);
	return state;
}

static void add_device(struct arena *arena, Pb__AgencyState *state, uint32_t device, int64_t ends_at_us)
{
	Pb__Binding *binding = arena_alloc(arena, sizeof *binding);

	pb__binding__init(binding);
	binding->device = device;
	binding->device_name = text_in(arena, "desk");
	binding->seq = 40 + device;
	binding->bound_at_us = INT64_C(1780000000000000);
	binding->ends_at_us = ends_at_us;
	binding->compromised = ends_at_us != 0;
	if (state->bindings == NULL)
		state->bindings = arena_calloc(arena, 4, sizeof *state->bindings);
	state->bindings[state->n_bindings++] = binding;
}

/* "link" has a device, and one that ended; "desk" is invited; "new" is in the directory only; "old" was removed from it. */
static Pb__DirectoryView *make_view(struct arena *arena)
{
	static const char *const ids[] = { "desk", "link", "new" };
	Pb__DirectoryView *view = arena_alloc(arena, sizeof *view);
	Pb__DirectoryFile *file = arena_alloc(arena, sizeof *file);

	pb__directory_view__init(view);
	pb__directory_file__init(file);
	file->site = text_in(arena, "test-site");
	file->agencies = arena_calloc(arena, 3, sizeof *file->agencies);
	for (size_t i = 0; i < 3; i++) {
		file->agencies[i] = arena_alloc(arena, sizeof **file->agencies);
		pb__agency__init(file->agencies[i]);
		file->agencies[i]->id = text_in(arena, ids[i]);
		file->n_agencies++;
	}
	view->file = file;
	view->version = 12;
	view->agencies = arena_calloc(arena, 4, sizeof *view->agencies);
	view->agencies[0] = state_of(arena, "link");
	add_device(arena, view->agencies[0], 1, INT64_C(1790000000000000));
	add_device(arena, view->agencies[0], 2, 0);
	view->agencies[0]->waiting = 5;
	view->agencies[1] = state_of(arena, "desk");
	view->agencies[1]->invited_until_us = clock_wall_us() + INT64_C(3600000000);
	view->agencies[2] = state_of(arena, "old");
	add_device(arena, view->agencies[2], 1, INT64_C(1790000000000000));
	view->agencies[3] = state_of(arena, "new");
	view->n_agencies = 4;
	return view;
}

static void refuse(struct arena *arena, Pb__AdminReply *reply)
{
	reply->refusal = arena_alloc(arena, sizeof *reply->refusal);
	pb__refusal__init(reply->refusal);
	reply->refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL;
	reply->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	(void)context;
	if (desk.nonsense) {
		reply->body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
		reply->checkpoint = text_in(arena, "nonsense");
		return;
	}
	if (request->body_case == PB__ADMIN_REQUEST__BODY_DIRECTORY_SHOW) {
		reply->body_case = PB__ADMIN_REPLY__BODY_DIRECTORY;
		reply->directory = make_view(arena);
		return;
	}
	if (desk.refuses) {
		refuse(arena, reply);
		return;
	}
	if (request->body_case == PB__ADMIN_REQUEST__BODY_AGENCY_ADD) {
		desk.added++;
		snprintf(desk.agency, sizeof desk.agency, "%s", request->agency_add->agency);
		desk.key_length = request->agency_add->curve_key.len;
		memcpy(desk.key, request->agency_add->curve_key.data, desk.key_length < 32 ? desk.key_length : 32);
		desk.valid_us = request->agency_add->valid_us;
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE) {
		desk.revoked++;
		snprintf(desk.agency, sizeof desk.agency, "%s", request->agency_revoke->agency);
		snprintf(desk.reason, sizeof desk.reason, "%s", request->agency_revoke->reason);
		desk.compromised = request->agency_revoke->compromised;
	}
	reply->done = arena_alloc(arena, sizeof *reply->done);
	pb__admin_nothing__init(reply->done);
	reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	reply->seq = 4711;
}

static void begin(void)
{
	desk = (struct desk){ 0 };
	daemon_ = fake_daemon_start(answer, NULL);
}

static const struct said *run(bool json, const char *words)
{
	unit_context("%s", words);
	return fake_run(daemon_, json, &outcome, "%s", words);
}

static void test_list(void)
{
	const struct said *said;

	begin();
	said = run(false, "agency list");
	check(strstr(said->out, "link") != NULL && strstr(said->out, "enrolled") != NULL);
	check(strstr(said->out, "desk") != NULL && strstr(said->out, "invited") != NULL);
	check(strstr(said->out, "revoked") != NULL);
	check(strstr(said->out, "new") == NULL);
	check(strstr(run(false, "agency list --all")->out, "new") != NULL);
	said = run(true, "agency list");
	check(strstr(said->out, "\"not_enrolled\"") == NULL && strstr(said->out, "\"revoked\"") != NULL);
	check(strstr(run(true, "agency list --all")->out, "\"not_enrolled\"") != NULL);
	desk.nonsense = true;
	run(false, "agency list");
	check(outcome != OUTCOME_DONE);
	fake_daemon_stop(daemon_);
}

static void test_show(void)
{
	const struct said *said;

	begin();
	said = run(false, "agency show link");
	check(strstr(said->out, "2, desk") != NULL);
	check(strstr(said->out, ", compromised") != NULL);
	check(strstr(said->out, "by telephone") != NULL);
	check(strstr(run(false, "agency show old")->out, "no longer in the directory") != NULL);
	check(strstr(run(true, "agency show old")->out, "\"in_directory\": false") != NULL);
	check(strstr(run(true, "agency show link@test-site")->out, "\"in_directory\": true") != NULL);
	run(false, "agency show link@other-site");
	check_int(outcome, OUTCOME_NOT_THERE);
	check(strstr(run(true, "agency show nobody")->out, "UNKNOWN_AGENCY") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	fake_daemon_stop(daemon_);
}

static void test_revoke_asks_first(void)
{
	begin();
	run(false, "agency revoke link");
	check_int(outcome, OUTCOME_USAGE);
	run(false, "agency revoke link --closed --compromised --yes --reason lost");
	check_int(outcome, OUTCOME_USAGE);
	check(strstr(run(false, "agency revoke link --compromised")->out, "device 2") != NULL);
	check_int(outcome, OUTCOME_USAGE);
	run(false, "agency revoke link --compromised --yes");
	check_int(outcome, OUTCOME_USAGE);
	check(strstr(run(false, "agency revoke link --closed --reason lost")->out, "5 message(s) wait") != NULL);
	check_int(outcome, OUTCOME_USAGE);
	check_uint(desk.revoked, 0);
	check(strstr(run(false, "agency revoke link --compromised --yes --reason lost")->out, "entry 4711") != NULL);
	check_int(outcome, OUTCOME_DONE);
	check_uint(desk.revoked, 1);
	check_text(desk.agency, "link");
	check_text(desk.reason, "lost");
	check(desk.compromised);
	check(strstr(run(true, "agency revoke old@test-site --closed --yes --reason gone")->out, "\"closed\"") != NULL);
	check_text(desk.agency, "old");
	check(!desk.compromised);
	desk.refuses = true;
	run(false, "agency revoke link --closed --yes --reason gone");
	check_int(outcome, OUTCOME_REFUSED);
	fake_daemon_stop(daemon_);
}

static json_t *invitation_at(const char *path)
{
	struct stat status;
	json_t *json = json_load_file(path, 0, NULL);

	require(json != NULL && stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	check_text(json_string_value(json_object_get(json, "type")), "tsunagi-invitation");
	return json;
}

static void test_add(void)
{
	char path[300], words[400];
	json_t *invitation;

	begin();
	snprintf(path, sizeof path, "%s/new.invitation", unit_folder());
	snprintf(words, sizeof words, "agency add new --out %s --expires 2d --endpoint tcp://broker.example.jp:7411", path);
	check(strstr(run(false, words)->out, "new is invited until") != NULL);
	check_int(outcome, OUTCOME_DONE);
	check_uint(desk.added, 1);
	check_text(desk.agency, "new");
	check_uint(desk.key_length, 32);
	check_int(desk.valid_us, 48 * INT64_C(3600000000)); /* by the site's clock, which this command does not know */
	invitation = invitation_at(path);
	check_text(json_string_value(json_object_get(invitation, "agency")), "new@test-site");
	check_text(json_string_value(json_array_get(json_object_get(invitation, "endpoints"), 0)), "tcp://broker.example.jp:7411");
	check(json_object_get(invitation, "curve_secret_key") != NULL);
	json_decref(invitation);
	run(false, words); /* the file is there */
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(desk.added, 1);
	fake_daemon_stop(daemon_);
}

/* An invitation that the daemon does not know would only mislead: its file goes again. */
static void test_add_refused(void)
{
	char path[300], words[400];

	begin();
	desk.refuses = true;
	snprintf(path, sizeof path, "%s/new.invitation", unit_folder());
	snprintf(words, sizeof words, "agency add new --out %s", path);
	run(false, words);
	check_int(outcome, OUTCOME_REFUSED);
	check(access(path, F_OK) != 0);
	snprintf(words, sizeof words, "agency add new --out %s --expires yesterday", path);
	run(false, words);
	check_int(outcome, OUTCOME_USAGE);
	snprintf(words, sizeof words, "agency add new --out %s --endpoint udp://x", path);
	run(false, words);
	check_int(outcome, OUTCOME_USAGE);
	check(access(path, F_OK) != 0);
	snprintf(words, sizeof words, "agency add new --out %s/none/new.invitation", unit_folder());
	desk.refuses = false;
	run(false, words);
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(desk.added, 0);
	fake_daemon_stop(daemon_);
}

static void test_add_by_a_request_that_is_none(void)
{
	char path[300], words[700];

	begin();
	snprintf(path, sizeof path, "%s/a.request", unit_folder());
	snprintf(words, sizeof words, "agency add new --request %s --out %s/a.answer", path, unit_folder());
	check(strstr(run(true, words)->out, "REQUEST_FILE") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	require_ok(file_write(path, bytes_of_text("{}"), 0600));
	run(false, words);
	check_int(outcome, OUTCOME_REFUSED);
	require_ok(file_write(path, bytes_of_text("{\"type\":\"tsunagi-request\",\"version\":1,\"agency\":\"link@test-site\",\"device_name\":\"d\",\"curve_key\":"
						  "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"signing_request\":\"AQID\",\"sealing_request\":\"BAUG\"}"),
			      0600));
	check(strstr(run(false, words)->err, "of link@test-site, not of new") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(desk.added, 0);
	fake_daemon_stop(daemon_);
}

static void test_rotate(void)
{
	char path[300], words[500];
	json_t *invitation;

	begin();
	run(false, "agency rotate link --yes --reason lost");
	check_int(outcome, OUTCOME_USAGE);
	snprintf(path, sizeof path, "%s/link.invitation", unit_folder());
	snprintf(words, sizeof words, "agency rotate link --out %s", path);
	run(false, words);
	check_int(outcome, OUTCOME_USAGE);
	check_uint(desk.revoked + desk.added, 0);
	snprintf(words, sizeof words, "agency rotate link --out %s --compromised --yes --reason stolen", path);
	run(false, words);
	check_int(outcome, OUTCOME_DONE);
	check_uint(desk.revoked, 1);
	check_uint(desk.added, 1);
	check_text(desk.reason, "stolen");
	invitation = invitation_at(path);
	check_text(json_string_value(json_object_get(invitation, "agency")), "link@test-site");
	json_decref(invitation);
	run(false, words); /* before anything ends, it is seen that the file is there */
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(desk.revoked, 1);
	snprintf(words, sizeof words, "agency rotate old --out %s.2 --yes --reason back", path);
	run(false, words);
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(desk.revoked, 1);
	snprintf(words, sizeof words, "agency rotate new --out %s.3 --yes --reason first", path);
	run(false, words); /* nothing to end */
	check_int(outcome, OUTCOME_DONE);
	check_uint(desk.revoked, 1);
	check_uint(desk.added, 2);
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/cmd_agency",
	{ "list", test_list },
	{ "show", test_show },
	{ "revoke asks first", test_revoke_asks_first },
	{ "add", test_add },
	{ "add, and the daemon refuses", test_add_refused },
	{ "add by what is no request", test_add_by_a_request_that_is_none },
	{ "rotate", test_rotate });

/* SPDX-License-Identifier: Apache-2.0 */
/* agency add --request: a device's request answered by hand, from `enrol --request` to `enrol --answer`. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/home.h"
#include "contract/codec.h"
#include "desk.h"
#include "fake_daemon.h"
#include "libtsunagi/bundle.h"
#include "unit.h"

#define DAY_US INT64_C(86400000000)

static struct {
	struct site_keys keys; /* of the fake daemon's home */
	bool refuses, nonsense;
	unsigned asked;
	char agency[80], device_name[80];
} operator_;

static struct fake_daemon *daemon_;
static enum outcome outcome;

static ProtobufCBinaryData issue(struct arena *arena, ProtobufCBinaryData request, const char *address, enum certificate_use use)
{
	struct certificate *certificate = NULL;
	int64_t now_us = clock_wall_us();
	ProtobufCBinaryData der = { 0, NULL };

	if (check_ok(certificate_issue(operator_.keys.certificate, operator_.keys.site, bytes_of_pb(request), address, "window", use, now_us - 1000000,
				       now_us + DAY_US, &certificate)))
		der = pb_of_bytes(bytes_of(arena_copy(arena, certificate_der(certificate)), certificate_der(certificate).len));
	certificate_free(certificate);
	return der;
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Enrolled *enrolled = arena_alloc(arena, sizeof *enrolled);
	const Pb__Enrol *enrol;
	char address[160];

	(void)context;
	if (operator_.nonsense || request->body_case != PB__ADMIN_REQUEST__BODY_ENROL_REQUEST) {
		reply->body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
		reply->checkpoint = arena_text(arena, bytes_of_text("x"));
		return;
	}
	operator_.asked++;
	enrol = request->enrol_request->enrol;
	snprintf(operator_.agency, sizeof operator_.agency, "%s", request->enrol_request->agency);
	snprintf(operator_.device_name, sizeof operator_.device_name, "%s", enrol->device_name);
	snprintf(address, sizeof address, "%s@test-site", operator_.agency);
	pb__enrolled__init(enrolled);
	if (operator_.refuses) {
		enrolled->refusal = arena_alloc(arena, sizeof *enrolled->refusal);
		pb__refusal__init(enrolled->refusal);
		enrolled->refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY_DEVICES;
	} else {
		enrolled->epoch = 1;
		enrolled->device = 3;
		enrolled->signing_certificate = issue(arena, enrol->signing_request, address, CERTIFICATE_SIGNS);
		enrolled->sealing_certificate = issue(arena, enrol->sealing_request, address, CERTIFICATE_SEALED_TO);
	}
	reply->body_case = PB__ADMIN_REPLY__BODY_ENROLLED;
	reply->enrolled = enrolled;
	reply->seq = 21;
}

static void begin(void)
{
	struct home home;
	struct home_fault fault;

	memset(&operator_, 0, sizeof operator_);
	daemon_ = fake_daemon_start(answer, NULL);
	require_ok(home_at(fake_daemon_home(daemon_), &home));
	require_ok(site_keys_load(&home, &operator_.keys, &fault));
	fake_run(NULL, true, &outcome, "enrol --request %s/r --agency link@test-site --device window --as %s/b", unit_folder(), unit_folder());
	require(check_int(outcome, OUTCOME_DONE));
}

static void end(void)
{
	fake_daemon_stop(daemon_);
	site_keys_free(&operator_.keys);
}

static const struct said *add(bool json, const char *agency, const char *out)
{
	return fake_run(daemon_, json, &outcome, "agency add %s --request %s/r --out %s/%s --endpoint tcp://broker.example.jp:7411", agency, unit_folder(), unit_folder(), out);
}

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* Both sides print the same fingerprints, and the bundle at the end is one that can be used. */
static void test_from_request_to_bundle(void)
{
	const struct said *said;
	struct bundle *bundle = NULL;
	const char *reason = NULL;
	char print[200], path[300];
	struct stat status;

	begin();
	said = add(true, "link", "a");
	check_int(outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "agency"), "link@test-site");
	check(has(said->out, "\"device\": 3") && has(said->out, "\"seq\": 21"));
	check_text(operator_.agency, "link");
	check_text(operator_.device_name, "window");
	snprintf(print, sizeof print, "%s", desk_field(said->out, "fingerprint"));
	snprintf(path, sizeof path, "%s/a", unit_folder());
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	said = fake_run(NULL, true, &outcome, "enrol --answer %s --as %s/b", path, unit_folder());
	check_int(outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "fingerprint"), print);
	snprintf(path, sizeof path, "%s/b", unit_folder());
	require_ok(bundle_read(path, &bundle, &reason));
	check(!bundle->pending);
	check_uint(bundle->device, 3);
	check_text(bundle->endpoints[0], "tcp://broker.example.jp:7411");
	check_ok(bundle_check(bundle, clock_wall_us()));
	bundle_free(bundle);
	end();
}

static void test_told(void)
{
	const struct said *said;

	begin();
	said = add(false, "link@test-site", "a");
	check_int(outcome, OUTCOME_DONE);
	check(has(said->out, "link@test-site is enrolled as device 3 (entry 21)") && has(said->out, "fingerprint of the request") && has(said->out, "telephone"));
	end();
}

/* Nothing is asked of the daemon for another agency's or site's request. */
static void test_another_agencys(void)
{
	begin();
	check_text(desk_error(add(true, "desk", "a")->out, "code"), "OTHER_AGENCY");
	check_int(outcome, OUTCOME_REFUSED);
	fake_run(NULL, true, &outcome, "enrol --request %s/r --agency link@far-site --as %s/b2", unit_folder(), unit_folder());
	require(outcome == OUTCOME_DONE);
	check_text(desk_error(add(true, "link", "a")->out, "code"), "OTHER_AGENCY");
	check_uint(operator_.asked, 0);
	end();
}

static void test_refused(void)
{
	char path[300];

	begin();
	snprintf(path, sizeof path, "%s/a", unit_folder());
	operator_.refuses = true;
	check_text(desk_error(add(true, "link", "a")->out, "code"), "TOO_MANY_DEVICES");
	check_int(outcome, OUTCOME_REFUSED);
	check(access(path, F_OK) != 0);
	operator_.refuses = false;
	operator_.nonsense = true;
	check_text(desk_error(add(true, "link", "a")->out, "code"), "UNEXPECTED_ANSWER");
	check(access(path, F_OK) != 0);
	end();
}

/* The device is bound, and the file is in the way: told with what to do. */
static void test_a_file_in_the_way(void)
{
	const struct said *said;

	begin();
	said = add(true, "link", "r");
	check_int(outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "FILE_EXISTS");
	check(has(desk_error(said->out, "hint"), "agency revoke"));
	end();
}

UNIT_SUITE("tsunagi/cmd_agency_request",
	{ "from request to bundle", test_from_request_to_bundle },
	{ "told", test_told },
	{ "another agency's", test_another_agencys },
	{ "refused", test_refused },
	{ "a file in the way", test_a_file_in_the_way });

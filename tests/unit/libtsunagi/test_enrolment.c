/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/enrolment.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "contract/fingerprint.h"
#include "contract/limits.h"
#include "libtsunagi/fields.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

static struct bundle *pending(const char *address)
{
	struct bundle *bundle = NULL;

	require_ok(bundle_new(address, "desk", &bundle));
	return bundle;
}

static void test_a_site_is_read(void)
{
	struct stage *stage = stage_new();
	json_t *file = stage_invite(stage, "link");
	struct bundle *bundle = pending("link@" STAGE_SITE);

	check(enrolment_read_site(file, bundle) == NULL);
	check(enrolment_read_site(file, bundle) == NULL); /* again: nothing is kept twice */
	check_uint(bundle->endpoint_count, 1);
	check_text(bundle->endpoints[0], stage->endpoint);
	check_uint(bundle->epoch, 1);
	check_bytes(bytes_of(bundle->broker_key, CURVE_BYTES), bytes_of(stage->curve_public, CURVE_BYTES));
	check_bytes(bytes_of(bundle->checkpoint_key, ED25519_BYTES), bytes_of(stage->checkpoint_public, ED25519_BYTES));
	check(digest_equal(certificate_digest(bundle->site_certificate), certificate_digest(stage->root)));
	check(bundle->pending);
	json_decref(file);
	bundle_free(bundle);
	stage_free(stage);
}

/* Each field that is missing or wrong is named by itself, so that an operator can be told which. */
static void test_each_field_is_named(void)
{
	static const struct {
		const char *field;
		const char *value; /* JSON; NULL: the field is missing */
		const char *said;
	} rows[] = {
		{ "version", NULL, "version:" },
		{ "version", "2", "version:" },
		{ "version", "\"1\"", "version:" },
		{ "agency", NULL, "agency:" },
		{ "agency", "\"other@chiba-city\"", "agency:" },
		{ "agency", "7", "agency:" },
		{ "site", NULL, "agency:" },
		{ "site", "\"elsewhere\"", "agency:" },
		{ "endpoints", NULL, "endpoints:" },
		{ "endpoints", "[]", "endpoints:" },
		{ "endpoints", "\"tcp://a:1\"", "endpoints:" },
		{ "endpoints", "[\"udp://a:1\"]", "endpoints:" },
		{ "endpoints", "[1]", "endpoints:" },
		{ "endpoints", "[\"tcp://1:1\",\"tcp://2:1\",\"tcp://3:1\",\"tcp://4:1\",\"tcp://5:1\",\"tcp://6:1\",\"tcp://7:1\",\"tcp://8:1\",\"tcp://9:1\"]", "endpoints:" },
		{ "broker_key", NULL, "broker_key:" },
		{ "broker_key", "\"AAAA\"", "broker_key:" },
		{ "broker_key", "\"not base64 at all, and long enough for it!!\"", "broker_key:" },
		{ "checkpoint_key", NULL, "checkpoint_key:" },
		{ "checkpoint_key", "\"AAAA\"", "checkpoint_key:" },
		{ "site_certificate", NULL, "site_certificate:" },
		{ "site_certificate", "\"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n\"", "site_certificate:" },
		{ "site_certificate", "{}", "site_certificate:" },
	};
	struct stage *stage = stage_new();
	json_t *good = stage_invite(stage, "link");
	struct bundle *bundle = pending("link@" STAGE_SITE);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		json_t *file = json_deep_copy(good);
		const char *said = NULL;

		unit_context("%s %s", rows[i].field, rows[i].value == NULL ? "missing" : rows[i].value);
		if (rows[i].value == NULL)
			json_object_del(file, rows[i].field);
		else
			json_object_set_new(file, rows[i].field, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		said = enrolment_read_site(file, bundle);
		check(said != NULL && strncmp(said, rows[i].said, strlen(rows[i].said)) == 0);
		json_decref(file);
	}
	check(enrolment_read_site(good, bundle) == NULL);
	json_decref(good);
	bundle_free(bundle);
	stage_free(stage);
}

struct answered {
	struct stage *stage;
	struct bundle *bundle;
	struct certificate *signing, *sealing;
};

/* A pending bundle that knows its site, and the certificates that the site would give it. */
static struct answered answered(const char *address)
{
	struct answered all = { .stage = stage_new(), .bundle = pending(address) };
	struct buf signing, sealing;

	buf_init(&signing, LIMIT_REQUEST_BYTES);
	buf_init(&sealing, LIMIT_REQUEST_BYTES);
	require_ok(enrolment_requests(all.bundle, &signing, &sealing));
	require(stage_certify(stage_authority(all.stage), address, buf_bytes(&signing), buf_bytes(&sealing), &all.signing, &all.sealing));
	require_ok(certificate_from_der(certificate_der(all.stage->root), &all.bundle->site_certificate));
	buf_free(&signing);
	buf_free(&sealing);
	return all;
}

static void end(struct answered *all)
{
	certificate_free(all->signing);
	certificate_free(all->sealing);
	bundle_free(all->bundle);
	stage_free(all->stage);
}

static void test_adopting(void)
{
	struct answered all = answered("link@" STAGE_SITE);
	struct failure failure = { 0 };

	check_int(enrolment_adopt(all.bundle, certificate_der(all.signing), certificate_der(all.sealing), 3, clock_wall_us(), &failure), TSG_OK);
	check(!all.bundle->pending);
	check_uint(all.bundle->device, 3);
	check_ok(bundle_check(all.bundle, clock_wall_us()));
	end(&all);
}

/* What does not fit leaves the bundle pending, so that nothing is done with it. */
static void test_what_is_not_adopted(void)
{
	struct answered all = answered("link@" STAGE_SITE), other = answered("link@" STAGE_SITE), desk = answered("desk@" STAGE_SITE);
	const struct {
		const char *what;
		struct bytes signing, sealing;
	} rows[] = {
		{ "no certificate to sign with", bytes_of_text("none"), certificate_der(all.sealing) },
		{ "no certificate to seal to", certificate_der(all.signing), bytes_of_text("none") },
		{ "nothing", bytes_of(NULL, 0), bytes_of(NULL, 0) },
		{ "the two swapped", certificate_der(all.sealing), certificate_der(all.signing) },
		{ "of another root", certificate_der(other.signing), certificate_der(other.sealing) },
		{ "of another agency", certificate_der(desk.signing), certificate_der(desk.sealing) },
		{ "the root itself", certificate_der(all.stage->root), certificate_der(all.sealing) },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct failure failure = { 0 };

		unit_context("%s", rows[i].what);
		check_int(enrolment_adopt(all.bundle, rows[i].signing, rows[i].sealing, 1, clock_wall_us(), &failure), TSG_NOT_AUTHENTIC);
		check_text(failure.code, "ANSWER");
		check(all.bundle->pending);
		check_uint(all.bundle->device, 0);
	}
	end(&all);
	end(&other);
	end(&desk);
}

/* Of the right root and agency, but for keys that somebody else made. */
static void test_certificates_of_other_keys(void)
{
	struct answered all = answered("link@" STAGE_SITE);
	struct bundle *stranger = pending("link@" STAGE_SITE);
	struct certificate *signing = NULL, *sealing = NULL;
	struct failure failure = { 0 };
	struct buf requests[2];

	buf_init(&requests[0], LIMIT_REQUEST_BYTES);
	buf_init(&requests[1], LIMIT_REQUEST_BYTES);
	require_ok(enrolment_requests(stranger, &requests[0], &requests[1]));
	require(stage_certify(stage_authority(all.stage), "link@" STAGE_SITE, buf_bytes(&requests[0]), buf_bytes(&requests[1]), &signing, &sealing));
	check_int(enrolment_adopt(all.bundle, certificate_der(signing), certificate_der(sealing), 1, clock_wall_us(), &failure), TSG_NOT_AUTHENTIC);
	check_int(enrolment_adopt(all.bundle, certificate_der(all.signing), certificate_der(sealing), 1, clock_wall_us(), &failure), TSG_NOT_AUTHENTIC);
	check(strstr(failure.message, "keys made here") != NULL);
	check_int(enrolment_adopt(all.bundle, certificate_der(all.signing), certificate_der(all.sealing), 1, clock_wall_us() + 400LL * 86400 * 1000000, &failure),
		  TSG_NOT_AUTHENTIC); /* ran out */
	check(all.bundle->pending);
	certificate_free(signing);
	certificate_free(sealing);
	buf_free(&requests[0]);
	buf_free(&requests[1]);
	bundle_free(stranger);
	end(&all);
}

static const char *path_of(const char *name)
{
	static char path[600];

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	return path;
}

/* Keys that were made are gone on with: they may be known to the broker already. */
static void test_a_pending_bundle_is_taken_up(void)
{
	struct bundle *first = NULL, *second = NULL;
	struct failure failure = { 0 };
	struct stat status;

	require(enrolment_begin("link@" STAGE_SITE, "desk", path_of("b"), &first, &failure) == TSG_OK);
	require(stat(path_of("b"), &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	require(enrolment_begin("link@" STAGE_SITE, "other name", path_of("b"), &second, &failure) == TSG_OK);
	check_bytes(bytes_of(second->curve_secret, CURVE_BYTES), bytes_of(first->curve_secret, CURVE_BYTES));
	check_text(second->device_name, "desk");
	bundle_free(second);
	second = NULL;
	check_int(enrolment_begin("desk@" STAGE_SITE, "desk", path_of("b"), &second, &failure), TSG_REFUSED);
	check_text(failure.code, "BUNDLE_EXISTS");
	check(second == NULL);
	bundle_free(first);
}

static void test_a_bundle_in_use_is_not_overwritten(void)
{
	struct stage *stage = stage_new();
	struct stage_agency *link = stage_agency(stage, "link");
	struct bundle *bundle = NULL;
	struct failure failure = { 0 };
	struct buf before, after;

	buf_init(&before, 65536);
	buf_init(&after, 65536);
	require_ok(file_read(link->path, &before));
	check_int(enrolment_begin(link->address, "desk", link->path, &bundle, &failure), TSG_REFUSED);
	check_text(failure.code, "BUNDLE_EXISTS");
	require_ok(file_read(link->path, &after));
	check_bytes(buf_bytes(&after), buf_bytes(&before));
	require(chmod(link->path, 0644) == 0);
	check_int(enrolment_begin(link->address, "desk", link->path, &bundle, &failure), TSG_IO);
	check_text(failure.code, "BUNDLE_OPEN_TO_OTHERS");
	require_ok(file_write(link->path, bytes_of_text("{\"type\":\"tsunagi-bundle\"}"), 0600));
	check_int(enrolment_begin(link->address, "desk", link->path, &bundle, &failure), TSG_IO);
	check_text(failure.code, "BUNDLE");
	check(bundle == NULL);
	buf_free(&before);
	buf_free(&after);
	stage_free(stage);
}

static void test_what_cannot_begin(void)
{
	static const char *const bad[] = { "", "link", "@site", "link@", "Link@site", "link@site@x" };
	struct bundle *bundle = NULL;
	struct failure failure = { 0 };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		check_int(enrolment_begin(bad[i], "desk", path_of("b"), &bundle, &failure), TSG_USAGE);
		check_text(failure.code, "USAGE");
	}
	unit_context("a folder that is not there");
	check_int(enrolment_begin("link@site", "desk", path_of("none/b"), &bundle, &failure), TSG_NOT_FOUND);
	unit_context("a folder in its place");
	require(mkdir(path_of("taken"), 0700) == 0);
	check(enrolment_begin("link@site", "desk", path_of("taken"), &bundle, &failure) != TSG_OK);
	check(bundle == NULL);
}

/* Both sides print the same: of the requests before, of the certificates after. */
static void test_told(void)
{
	struct answered all = answered("link@" STAGE_SITE);
	char print[FINGERPRINT_TEXT];
	json_t *before = enrolment_json(all.bundle, "requested"), *after = NULL;
	struct failure failure = { 0 };

	require(enrolment_adopt(all.bundle, certificate_der(all.signing), certificate_der(all.sealing), 2, clock_wall_us(), &failure) == TSG_OK);
	after = enrolment_json(all.bundle, "enrolled");
	fingerprint(certificate_der(all.signing), certificate_der(all.sealing), print);
	check_text(json_string_value(json_object_get(before, "state")), "requested");
	check_int(json_integer_value(json_object_get(before, "device")), 0);
	check_uint(strlen(json_string_value(json_object_get(before, "fingerprint"))), strlen(print));
	check_text(json_string_value(json_object_get(after, "fingerprint")), print);
	check_text(json_string_value(json_object_get(after, "agency")), "link@" STAGE_SITE);
	check_text(json_string_value(json_object_get(after, "device_name")), "desk");
	check_text(json_string_value(json_object_get(after, "type")), "enrolment");
	check_int(json_integer_value(json_object_get(after, "device")), 2);
	json_decref(before);
	json_decref(after);
	end(&all);
}

UNIT_SUITE("libtsunagi/enrolment",
	{ "a site is read", test_a_site_is_read },
	{ "each field is named", test_each_field_is_named },
	{ "adopting", test_adopting },
	{ "what is not adopted", test_what_is_not_adopted },
	{ "certificates of other keys", test_certificates_of_other_keys },
	{ "a pending bundle is taken up", test_a_pending_bundle_is_taken_up },
	{ "a bundle in use is not overwritten", test_a_bundle_in_use_is_not_overwritten },
	{ "what cannot begin", test_what_cannot_begin },
	{ "told with the fingerprint", test_told });

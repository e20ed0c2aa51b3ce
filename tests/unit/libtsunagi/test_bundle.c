/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "libtsunagi/fields.h"
#include "stage.h"
#include "unit.h"

static void test_pending(void)
{
	char path[600];
	struct bundle *bundle = NULL, *back = NULL;
	struct stat status;
	const char *reason = NULL;

	snprintf(path, sizeof path, "%s/bundle", unit_folder());
	require_ok(bundle_new("link@chiba-city", "desk 1", &bundle));
	check_text(bundle->agency, "link");
	check_text(bundle->site, "chiba-city");
	check_err(bundle_check(bundle, clock_wall_us()), ERR_AUTH);
	check_ok(bundle_write(bundle, path));
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 07777, 0600);
	check_ok(bundle_read(path, &back, &reason));
	check(back->pending);
	check_bytes(bytes_of(back->curve_secret, 32), bytes_of(bundle->curve_secret, 32));
	check_text(back->device_name, "desk 1");
	bundle_free(bundle);
	bundle_free(back);
	bundle_free(NULL);
}

static void test_names(void)
{
	static const char *const bad[] = { "", "link", "@chiba", "link@", "Link@chiba", "link@chiba@x", "li nk@chiba", "-a@b" };
	struct bundle *bundle = NULL;
	char long_name[80];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		check_err(bundle_new(bad[i], "d", &bundle), ERR_RANGE);
	}
	memset(long_name, 'x', sizeof long_name);
	long_name[64] = '\0';
	check_err(bundle_new("a@b", long_name, &bundle), ERR_RANGE);
	check_err(bundle_new("a@b", "\xff", &bundle), ERR_RANGE);
	long_name[63] = '\0';
	check_ok(bundle_new("a@b", long_name, &bundle));
	bundle_free(bundle);
}

static void test_whole(void)
{
	struct stage *stage = stage_new();
	struct stage_agency *link = stage_agency(stage, "link");
	struct bundle *back = NULL;
	const char *reason = NULL;

	stage_rotate(stage, link);
	require_ok(bundle_read(link->path, &back, &reason));
	check_ok(bundle_check(back, clock_wall_us()));
	check_uint(back->sealing_count, 2);
	check_uint(back->endpoint_count, 1);
	check_uint(back->device, 1);
	check(digest_equal(certificate_digest(back->sealing[1].certificate), certificate_digest(link->bundle->sealing[1].certificate)));
	check(bundle_knows(back, certificate_digest(back->signing_certificate), certificate_digest(back->sealing[0].certificate)));
	check(!bundle_knows(back, certificate_digest(back->signing_certificate), certificate_digest(back->sealing[1].certificate)));
	bundle_free(back);
	stage_free(stage);
}

/* Certificates that are another's, or of other keys, do not pass. */
static void test_check(void)
{
	struct stage *stage = stage_new();
	struct bundle *link = stage_agency(stage, "link")->bundle;
	struct bundle *desk = stage_agency(stage, "desk")->bundle;
	struct certificate *kept = link->signing_certificate;

	check_ok(bundle_check(link, clock_wall_us()));
	link->signing_certificate = desk->signing_certificate;
	check_err(bundle_check(link, clock_wall_us()), ERR_AUTH);
	link->signing_certificate = link->sealing[0].certificate;
	check_err(bundle_check(link, clock_wall_us()), ERR_AUTH);
	link->signing_certificate = kept;
	kept = link->sealing[0].certificate;
	link->sealing[0].certificate = desk->sealing[0].certificate;
	check_err(bundle_check(link, clock_wall_us()), ERR_AUTH);
	link->sealing[0].certificate = kept;
	check_ok(bundle_check(link, clock_wall_us()));
	check_err(bundle_check(link, clock_wall_us() + 10LL * 365 * 86400 * 1000000), ERR_AUTH);
	stage_free(stage);
}

static void test_readable_by_others(void)
{
	struct stage *stage = stage_new();
	struct stage_agency *link = stage_agency(stage, "link");
	struct bundle *bundle = NULL;
	const char *reason = NULL;

	require(chmod(link->path, 0640) == 0);
	check_err(bundle_read(link->path, &bundle, &reason), ERR_PERMISSION);
	check_err(bundle_read("/no/such", &bundle, &reason), ERR_NOT_FOUND);
	stage_free(stage);
}

/* Every field that is missing or of another type is named, and none crashes the reader. */
static void test_damaged_files(void)
{
	struct stage *stage = stage_new();
	struct stage_agency *link = stage_agency(stage, "link");
	json_t *good = NULL;
	const char *name = NULL;
	json_t *value = NULL;
	void *next = NULL;

	require_ok(json_file_read(link->path, "tsunagi-bundle", &good));
	json_object_foreach_safe(good, next, name, value) {
		struct bundle *bundle = NULL;
		const char *reason = NULL;
		json_t *bad = json_deep_copy(good);

		unit_context("%s", name);
		json_object_set_new(bad, name, json_pack("{s:n}", "x"));
		require_ok(json_file_write(link->path, bad));
		if (bundle_read(link->path, &bundle, &reason) == ERR_OK)
			check(strcmp(name, "epoch") == 0 || strcmp(name, "device") == 0 || strcmp(name, "known_bindings") == 0);
		else
			check(reason != NULL && reason[0] != '\0');
		bundle_free(bundle);
		json_decref(bad);
	}
	json_decref(good);
	stage_free(stage);
}

static void test_known(void)
{
	struct bundle *bundle = NULL;
	struct digest digest = { { 0 } };

	require_ok(bundle_new("a@b", "d", &bundle));
	for (unsigned i = 0; i < BUNDLE_KNOWN + 10; i++) {
		digest.bytes[0] = (uint8_t)i;
		bundle_learn(bundle, &digest, &digest);
		bundle_learn(bundle, &digest, &digest);
	}
	check_uint(bundle->known_count, BUNDLE_KNOWN);
	check(bundle_knows(bundle, &digest, &digest));
	check(bundle_knows_signer(bundle, &digest));
	digest.bytes[0] = 0; /* the oldest was forgotten */
	check(!bundle_knows(bundle, &digest, &digest));
	bundle_free(bundle);
}

static void test_endpoints(void)
{
	static const char *const bad[] = { "[]", "[\"udp://x\"]", "[5]", "{}", "[\"tcp://a\",\"inproc://x\"]",
					   "[\"tcp://a\",\"tcp://a\",\"tcp://a\",\"tcp://a\",\"tcp://a\",\"tcp://a\",\"tcp://a\",\"tcp://a\",\"tcp://a\"]" };
	struct bundle *bundle = NULL;
	json_t *json = json_loads("[\"tcp://a:1\",\"ipc:///x\"]", 0, NULL);

	require_ok(bundle_new("a@b", "d", &bundle));
	check_ok(bundle_set_endpoints(bundle, json));
	check_uint(bundle->endpoint_count, 2);
	json_decref(json);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		json = json_loads(bad[i], 0, NULL);
		unit_context("%s", bad[i]);
		check_err(bundle_set_endpoints(bundle, json), ERR_RANGE);
		check_uint(bundle->endpoint_count, 2);
		json_decref(json);
	}
	bundle_free(bundle);
}

UNIT_SUITE("libtsunagi/bundle", { "pending", test_pending }, { "names", test_names }, { "whole", test_whole }, { "certificates are checked", test_check },
	   { "readable by others", test_readable_by_others }, { "damaged files", test_damaged_files }, { "known bindings", test_known },
	   { "endpoints", test_endpoints });

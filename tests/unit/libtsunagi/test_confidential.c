/* SPDX-License-Identifier: Apache-2.0 */
/* A proxy's records of the agencies behind it: whoever changes, moves or forges them gets nothing in. */
#include "libtsunagi/confidential.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "contract/limits.h"
#include "crypto/seal.h"
#include "libtsunagi/recipients.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

struct den {
	struct stage *stage;
	struct stage_agency *proxy, *shelter, *other;
	struct confidential *confidential; /* the proxy's */
	struct buf sealed;
};

static struct den begin(void)
{
	struct den den = { .stage = stage_new() };

	den.proxy = stage_agency(den.stage, "proxy");
	den.shelter = stage_agency(den.stage, "k4w7");
	den.other = stage_agency(den.stage, "other");
	den.shelter->proxy = "proxy";
	stage_publish(den.stage);
	require_ok(confidential_new(unit_folder(), den.proxy->bundle, &den.confidential));
	buf_init(&den.sealed, 1 << 20);
	stage_records(den.stage, "proxy", den.proxy->bundle->sealing[0].certificate, &den.sealed);
	return den;
}

static void end(struct den *den)
{
	buf_free(&den->sealed);
	confidential_free(den->confidential);
	stage_free(den->stage);
}

static enum err take(struct den *den, struct bytes sealed)
{
	bool complete = false;
	enum err err;

	confidential_begin(den->confidential);
	err = confidential_piece(den->confidential, sealed.len, sealed, &complete);
	check(err != ERR_OK || complete);
	return err;
}

static void test_the_proxy_knows(void)
{
	struct den den = begin();
	const Pb__Binding *bindings[LIMIT_DEVICES];
	bool complete = false;

	check_uint(confidential_version(den.confidential), 0);
	check(confidential_agency(den.confidential, bytes_of_text("k4w7")) == NULL);
	check_ok(confidential_piece(den.confidential, den.sealed.len, bytes_of(den.sealed.data, 100), &complete));
	check(!complete);
	check_uint(confidential_had(den.confidential), 100);
	check_ok(confidential_piece(den.confidential, den.sealed.len, bytes_of(den.sealed.data + 100, den.sealed.len - 100), &complete));
	check(complete);
	check_uint(confidential_version(den.confidential), 1);
	check(confidential_agency(den.confidential, bytes_of_text("k4w7"))->confidential);
	check(confidential_agency(den.confidential, bytes_of_text("k4w")) == NULL);
	check(confidential_agency(den.confidential, bytes_of_text("other")) == NULL); /* no business of these records */
	check_uint(confidential_bindings(den.confidential, "k4w7", bindings, LIMIT_DEVICES), 1);
	check(confidential_signer(den.confidential, certificate_digest(den.shelter->bundle->signing_certificate)) == bindings[0]);
	check(confidential_signer(den.confidential, certificate_digest(den.other->bundle->signing_certificate)) == NULL);
	check_uint(confidential_bindings(NULL, "k4w7", bindings, LIMIT_DEVICES), 0);
	check(confidential_agency(NULL, bytes_of_text("k4w7")) == NULL && confidential_all(NULL) == NULL);
	end(&den);
}

/* As if it stood in the directory: its library seals to it. */
static void test_sealed_to(void)
{
	struct den den = begin();
	struct site_directory *directory = NULL;
	struct recipient recipient;
	struct failure failure;
	bool complete = false;

	failure_clear(&failure);
	require_ok(site_directory_new(unit_folder(), STAGE_SITE, den.stage->checkpoint_public, &directory));
	require_ok(site_directory_piece(directory, den.stage->directory.len, buf_bytes(&den.stage->directory), &complete));
	require_ok(take(&den, buf_bytes(&den.sealed)));
	check_int(recipient_resolve("k4w7", den.proxy->bundle, directory, clock_wall_us(), &recipient, &failure), TSG_REFUSED);
	site_directory_set_behind(directory, den.confidential);
	failure_clear(&failure);
	require(recipient_resolve("k4w7", den.proxy->bundle, directory, clock_wall_us(), &recipient, &failure) == TSG_OK);
	check_text(recipient.address, "k4w7@" STAGE_SITE);
	check_uint(recipient.count, 2);
	check(digest_equal(certificate_digest(recipient.certificates[0]), certificate_digest(den.shelter->bundle->sealing[0].certificate)));
	recipient_free(&recipient);
	check(site_directory_agency(directory, bytes_of_text("other"))->confidential == false);
	check_uint(site_directory_snapshot(directory)->file->n_agencies, 2); /* what rules and lists are made from has it not */
	site_directory_free(directory);
	end(&den);
}

/* What lies on the disk is what came: sealed.  It is read again with the keys, and with keys that were replaced since. */
static void test_kept_sealed(void)
{
	struct den den = begin();
	struct buf kept;
	char path[600];

	require_ok(take(&den, buf_bytes(&den.sealed)));
	snprintf(path, sizeof path, "%s/confidential", unit_folder());
	buf_init(&kept, 1 << 20);
	require_ok(file_read(path, &kept));
	check(memmem(kept.data, kept.len, "k4w7", 4) == NULL);
	confidential_free(den.confidential);
	stage_rotate(den.stage, den.proxy);
	require_ok(confidential_new(unit_folder(), den.proxy->bundle, &den.confidential));
	check_uint(confidential_version(den.confidential), 1);
	confidential_free(den.confidential);
	kept.data[kept.len / 2] ^= 1;
	require_ok(file_write(path, buf_bytes(&kept), 0600));
	require_ok(confidential_new(unit_folder(), den.proxy->bundle, &den.confidential)); /* as good as none */
	check_uint(confidential_version(den.confidential), 0);
	confidential_free(den.confidential);
	require_ok(file_write(path, buf_bytes(&den.sealed), 0600));
	require_ok(confidential_new(unit_folder(), den.other->bundle, &den.confidential)); /* in the hands of another agency: nothing */
	check_uint(confidential_version(den.confidential), 0);
	buf_free(&kept);
	end(&den);
}

static void test_changed(void)
{
	struct den den = begin();

	for (size_t at = 0; at < den.sealed.len; at += 37) {
		unit_context("byte %zu", at);
		den.sealed.data[at] ^= 1;
		check(take(&den, buf_bytes(&den.sealed)) != ERR_OK);
		den.sealed.data[at] ^= 1;
	}
	check_uint(confidential_version(den.confidential), 0);
	check_ok(take(&den, buf_bytes(&den.sealed)));
	end(&den);
}

/* Signed for another proxy, or by nobody, though sealed to this one's key; or sealed to another's. */
static void test_not_for_us(void)
{
	struct den den = begin();
	const struct certificate *ours = den.proxy->bundle->sealing[0].certificate;
	struct buf sealed;

	buf_init(&sealed, 1 << 20);
	stage_records(den.stage, "other", ours, &sealed);
	check_err(take(&den, buf_bytes(&sealed)), ERR_AUTH);
	buf_clear(&sealed);
	require_ok(seal_to(buf_bytes(&den.stage->directory), ours, &sealed)); /* the site's own signature, on something else */
	check_err(take(&den, buf_bytes(&sealed)), ERR_AUTH);
	buf_clear(&sealed);
	stage_records(den.stage, "proxy", den.other->bundle->sealing[0].certificate, &sealed);
	check_err(take(&den, buf_bytes(&sealed)), ERR_NOT_FOUND);
	check_uint(confidential_version(den.confidential), 0);
	buf_free(&sealed);
	end(&den);
}

static void test_never_back(void)
{
	struct den den = begin();
	struct buf newer;

	buf_init(&newer, 1 << 20);
	stage_publish(den.stage);
	stage_records(den.stage, "proxy", den.proxy->bundle->sealing[0].certificate, &newer);
	check_ok(take(&den, buf_bytes(&newer)));
	check_uint(confidential_version(den.confidential), 2);
	check_ok(take(&den, buf_bytes(&den.sealed)));
	check_uint(confidential_version(den.confidential), 2);
	buf_free(&newer);
	end(&den);
}

UNIT_SUITE("libtsunagi/confidential",
	{ "the proxy knows", test_the_proxy_knows },
	{ "sealed to as if it stood in the directory", test_sealed_to },
	{ "kept sealed", test_kept_sealed },
	{ "changed", test_changed },
	{ "not for us", test_not_for_us },
	{ "never back", test_never_back });

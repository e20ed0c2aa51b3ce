/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/site_directory.h"

#include <stdio.h>
#include <unistd.h>

#include "contract/codec.h"
#include "base/file.h"
#include "stage.h"
#include "unit.h"

static struct site_directory *open_it(const struct stage *stage)
{
	struct site_directory *directory = NULL;

	require_ok(site_directory_new(unit_folder(), STAGE_SITE, stage->checkpoint_public, &directory));
	return directory;
}

static enum err feed(struct site_directory *directory, struct bytes whole, size_t step)
{
	enum err err = ERR_OK;
	bool complete = false;

	site_directory_begin(directory);
	for (size_t at = 0; at < whole.len && err == ERR_OK; at += step) {
		size_t len = whole.len - at < step ? whole.len - at : step;

		check_uint(site_directory_had(directory), at);
		err = site_directory_piece(directory, whole.len, bytes_of(whole.data + at, len), &complete);
		if (err == ERR_OK)
			check_int(complete, at + len == whole.len);
	}
	return err;
}

static void test_pieces(void)
{
	struct stage *stage = stage_new();
	struct stage_agency *desk = NULL;
	struct site_directory *directory = NULL;
	const Pb__Binding *bindings[LIMIT_DEVICES];

	stage_agency(stage, "zeta");
	desk = stage_agency(stage, "desk");
	stage_agency(stage, "alpha");
	stage_publish(stage);
	directory = open_it(stage);
	check_uint(site_directory_version(directory), 0);
	check(site_directory_agency(directory, bytes_of_text("desk")) == NULL);
	check(site_directory_signer(directory, certificate_digest(desk->bundle->signing_certificate)) == NULL);
	check_uint(site_directory_bindings(directory, "desk", bindings, LIMIT_DEVICES), 0);
	check_ok(feed(directory, buf_bytes(&stage->directory), 100));
	check_uint(site_directory_version(directory), 1);
	check_text(site_directory_agency(directory, bytes_of_text("desk"))->id, "desk");
	check(site_directory_agency(directory, bytes_of_text("des")) == NULL);
	check_uint(site_directory_bindings(directory, "desk", bindings, LIMIT_DEVICES), 1);
	check_text(bindings[0]->agency, "desk");
	check_uint(site_directory_bindings(directory, "beta", bindings, LIMIT_DEVICES), 0);
	check(site_directory_signer(directory, certificate_digest(desk->bundle->signing_certificate)) == bindings[0]);
	check(site_directory_signer(directory, certificate_digest(desk->bundle->sealing[0].certificate)) == NULL);
	site_directory_free(directory);
	/* It is kept. */
	directory = open_it(stage);
	check_uint(site_directory_version(directory), 1);
	site_directory_free(directory);
	stage_free(stage);
}

/* Any changed byte: refused, and the good one stays. */
static void test_forged(void)
{
	struct stage *stage = stage_new();
	struct site_directory *directory = NULL;

	stage_agency(stage, "desk");
	stage_publish(stage);
	directory = open_it(stage);
	require_ok(feed(directory, buf_bytes(&stage->directory), 1000));
	for (size_t at = 0; at < stage->directory.len; at += 7) {
		stage->directory.data[at] ^= 1;
		check(feed(directory, buf_bytes(&stage->directory), 1000) != ERR_OK);
		stage->directory.data[at] ^= 1;
	}
	check_uint(site_directory_version(directory), 1);
	site_directory_free(directory);
	stage_free(stage);
}

static void test_pieces_that_do_not_fit(void)
{
	struct stage *stage = stage_new();
	struct site_directory *directory = open_it(stage);
	bool complete = false;

	check_err(site_directory_piece(directory, (uint64_t)LIMIT_DIRECTORY_BYTES + 1, bytes_of_text("x"), &complete), ERR_TOO_LARGE);
	check_err(site_directory_piece(directory, 10, bytes_of(NULL, 0), &complete), ERR_FORMAT);
	check_err(site_directory_piece(directory, 3, bytes_of_text("longer"), &complete), ERR_FORMAT);
	check_ok(site_directory_piece(directory, 10, bytes_of_text("abc"), &complete));
	check_err(site_directory_piece(directory, 11, bytes_of_text("abc"), &complete), ERR_FORMAT);
	check_err(site_directory_piece(directory, 10, bytes_of_text("abcdefgh"), &complete), ERR_FORMAT);
	check(site_directory_piece(directory, 10, bytes_of_text("abcdefg"), &complete) != ERR_OK);
	check_uint(site_directory_version(directory), 0);
	site_directory_free(directory);
	stage_free(stage);
}

static void test_never_back(void)
{
	struct stage *stage = stage_new();
	struct site_directory *directory = open_it(stage);
	struct buf old;

	buf_init(&old, 100000);
	stage_agency(stage, "desk");
	stage_publish(stage);
	buf_put(&old, buf_bytes(&stage->directory));
	stage_publish(stage);
	check_ok(feed(directory, buf_bytes(&stage->directory), 1000));
	check_uint(site_directory_version(directory), 2);
	check_ok(feed(directory, buf_bytes(&old), 1000));
	check_uint(site_directory_version(directory), 2);
	buf_free(&old);
	site_directory_free(directory);
	stage_free(stage);
}

static void test_a_damaged_copy(void)
{
	struct stage *stage = stage_new();
	struct site_directory *directory = open_it(stage);
	char path[600];

	stage_agency(stage, "desk");
	stage_publish(stage);
	require_ok(feed(directory, buf_bytes(&stage->directory), 1000));
	site_directory_free(directory);
	snprintf(path, sizeof path, "%s/directory", unit_folder());
	stage->directory.data[50] ^= 1;
	require_ok(file_write(path, buf_bytes(&stage->directory), 0600));
	directory = open_it(stage);
	check_uint(site_directory_version(directory), 0);
	site_directory_free(directory);
	stage_free(stage);
}

UNIT_SUITE("libtsunagi/site_directory", { "pieces", test_pieces }, { "forged", test_forged }, { "pieces that do not fit", test_pieces_that_do_not_fit },
	   { "never back", test_never_back }, { "a damaged copy", test_a_damaged_copy });

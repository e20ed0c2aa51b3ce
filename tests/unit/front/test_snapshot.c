/* SPDX-License-Identifier: Apache-2.0 */
#include "front/snapshot.h"

#include <stdio.h>

#include "alone.h"
#include "contract/batch.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct alone alone;
static struct visitor alpha;
static struct arena arena;

static void open_with_device(void)
{
	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	visitor_hang_up(&alpha);
	alone_open(&alone, &house, &alone_roomy);
	arena_init(&arena, 1 << 24);
}

static void close_all(void)
{
	visitor_free(&alpha);
	arena_free(&arena);
	alone_close(&alone);
	house_close(&house);
}

static struct bytes current(void)
{
	struct bytes whole = { 0 };
	struct txn *txn;

	require_ok(txn_begin_read(alone.front.store, &txn));
	require_ok(snapshot_current(&alone.front, txn, &whole));
	txn_abort(txn); /* what it gave lives longer */
	return whole;
}

static const Pb__DirectorySnapshot *opened(struct bytes whole, enum err *ret_verified)
{
	const Pb__DirectorySnapshot *snapshot;
	const Pb__SignedSnapshot *sealed;
	uint8_t key[ED25519_BYTES];
	struct digest digest;

	require_ok(CODEC_DECODE(signed_snapshot, whole, &arena, &sealed, NULL));
	require_ok(ed25519_public(house.keys.checkpoint, key));
	digest = directory_signed_digest(HOUSE_SITE, bytes_of_pb(sealed->snapshot));
	*ret_verified = ed25519_verify(key, digest_bytes(&digest), bytes_of_pb(sealed->signature));
	require_ok(CODEC_DECODE(directory_snapshot, bytes_of_pb(sealed->snapshot), &arena, &snapshot, NULL));
	return snapshot;
}

static void test_signed(void)
{
	const Pb__DirectorySnapshot *snapshot;
	enum err verified;

	open_with_device();
	snapshot = opened(current(), &verified);
	check_ok(verified);
	check_uint(snapshot->file->n_agencies, 3);
	require(snapshot->n_bindings == 1);
	check_text(snapshot->bindings[0]->agency, "alpha");
	check_bytes(bytes_of_pb(snapshot->bindings[0]->sealing_certificate), certificate_der(alpha.sealing_certificate));
	check_uint(snapshot->version, alone.front.snapshot.version);
	close_all();
}

/* The same bytes for everyone, made once for as long as the directory is the same. */
static void test_made_once(void)
{
	struct bytes first, second;

	open_with_device();
	first = current();
	second = current();
	check(first.data == second.data);
	check_uint(first.len, second.len);
	alone.front.snapshot.version--; /* as if it were of an earlier directory */
	second = current();
	check(second.len > 0);
	check_uint(alone.front.snapshot.version, opened(second, &(enum err){ ERR_OK })->version);
	close_all();
}

/* A snapshot of another site's, under the same key, would not verify here. */
static void test_bound_to_its_site(void)
{
	enum err verified;

	open_with_device();
	snprintf(alone.front.config.site, sizeof alone.front.config.site, "chiba-pref");
	opened(current(), &verified);
	check_err(verified, ERR_AUTH);
	close_all();
}

static void test_before_any_directory(void)
{
	enum err err;
	struct bytes whole = { 0 };
	struct txn *txn;

	house_open(&house, NULL);
	alone_open(&alone, &house, &alone_roomy);
	require_ok(txn_begin_read(alone.front.store, &txn));
	err = snapshot_current(&alone.front, txn, &whole);
	txn_abort(txn);
	check(err == ERR_NOT_FOUND || err == ERR_OK);
	check((err == ERR_OK) == alone.front.snapshot.built); /* nothing half-made is kept */
	alone_close(&alone);
	house_close(&house);
}

UNIT_SUITE("front/snapshot",
	{ "signed by the site", test_signed },
	{ "made once", test_made_once },
	{ "bound to its site", test_bound_to_its_site },
	{ "before any directory", test_before_any_directory });

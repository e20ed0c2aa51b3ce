/* SPDX-License-Identifier: Apache-2.0 */
#include "front/keyring.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };

static void load(struct house *house, struct keyring *keyring)
{
	struct txn *txn;

	require_ok(txn_begin_read(house->store, &txn));
	require_ok(keyring_load(keyring, txn));
	txn_abort(txn);
}

static void test_empty(void)
{
	struct keyring keyring = { 0 };
	uint8_t key[CURVE_BYTES] = { 1 };
	struct house house;

	check(keyring_find(&keyring, key, 0) == NULL);
	house_open(&house, NULL);
	load(&house, &keyring);
	check(keyring_find(&keyring, key, 0) == NULL);
	check(keyring_identified(&keyring, "d:1:1:00", 0) == NULL);
	keyring_free(&keyring);
	house_close(&house);
}

static void test_devices_and_invitations(void)
{
	struct keyring keyring = { 0 };
	const struct key_entry *entry;
	struct visitor alpha, beta;
	uint8_t invitation[CURVE_BYTES], secret[CURVE_BYTES];
	int64_t now_us = clock_wall_us();
	struct house house;

	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_new(&beta, &house, "beta");
	visitor_enrol(&alpha);
	require_ok(curve_key_new(invitation, secret));
	visitor_invite(&beta, invitation);
	load(&house, &keyring);
	entry = keyring_find(&keyring, alpha.curve_public, now_us);
	require(entry != NULL);
	check_int(entry->kind, KEY_DEVICE);
	check_uint(entry->device, 1);
	entry = keyring_find(&keyring, invitation, now_us);
	require(entry != NULL);
	check_int(entry->kind, KEY_INVITATION);
	check(keyring_find(&keyring, invitation, now_us + INT64_C(120000000)) == NULL); /* run out */
	check(keyring_find(&keyring, beta.curve_public, now_us) == NULL);
	check_uint(keyring.count, 2); /* alpha's invitation was used */
	keyring_free(&keyring);
	visitor_free(&alpha);
	visitor_free(&beta);
	house_close(&house);
}

static void test_identity(void)
{
	struct keyring keyring = { 0 };
	const struct key_entry *entry;
	char identity[KEYRING_IDENTITY], other[KEYRING_IDENTITY];
	struct visitor alpha;
	struct house house;

	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	load(&house, &keyring);
	entry = keyring_find(&keyring, alpha.curve_public, 0);
	require(entry != NULL);
	key_identity(entry, identity);
	check(strncmp(identity, "d:", 2) == 0);
	check(keyring_identified(&keyring, identity, 0) == entry);
	memcpy(other, identity, sizeof other);
	other[2] = other[2] == '9' ? '8' : '9'; /* another agency's number */
	check(keyring_identified(&keyring, other, 0) == NULL);
	memcpy(other, identity, sizeof other);
	other[0] = 'i';
	check(keyring_identified(&keyring, other, 0) == NULL);
	check(keyring_identified(&keyring, "", 0) == NULL);
	check(keyring_identified(&keyring, "d:1:1:", 0) == NULL);
	check(keyring_identified(&keyring, "::::", 0) == NULL);
	keyring_free(&keyring);
	visitor_free(&alpha);
	house_close(&house);
}

/* More keys than the first room holds: each is found, with its own identity, and none that is not there. */
static void test_many_keys(void)
{
	enum { MANY = 150 };
	static uint8_t keys[MANY][CURVE_BYTES];
	struct keyring keyring = { 0 };
	int64_t now_us = clock_wall_us();
	struct visitor alpha;
	struct house house;

	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	for (size_t i = 0; i < MANY; i++) {
		uint8_t secret[CURVE_BYTES];

		if (i < 8 || i % 2 == 0)
			require_ok(curve_key_new(keys[i], secret));
		else
			memcpy(keys[i], keys[i - 1], CURVE_BYTES); /* neighbours that differ in their last bit */
		keys[i][CURVE_BYTES - 1] ^= (uint8_t)(i % 2);
		visitor_invite(&alpha, keys[i]);
	}
	load(&house, &keyring);
	check_uint(keyring.count, MANY);
	check(keyring.room >= 2 * MANY); /* half of it free, so that every search ends soon */
	for (size_t i = 0; i < MANY; i++) {
		const struct key_entry *entry = keyring_find(&keyring, keys[i], now_us);
		char identity[KEYRING_IDENTITY];

		unit_context("key %zu", i);
		require(entry != NULL);
		check_bytes(bytes_of(entry->key, CURVE_BYTES), bytes_of(keys[i], CURVE_BYTES));
		key_identity(entry, identity);
		check(keyring_identified(&keyring, identity, now_us) == entry);
		keys[i][0] ^= 1;
		check(keyring_find(&keyring, keys[i], now_us) == NULL);
	}
	keyring_free(&keyring);
	visitor_free(&alpha);
	house_close(&house);
}

/* To the microsecond: until it has run out it opens, and from then on it does not. */
static void test_run_out(void)
{
	struct key_entry entries[2] = { { .kind = KEY_INVITATION, .agency = 1, .expires_at_us = 1000 },
					{ .kind = KEY_NONE } };
	struct keyring keyring = { .entries = entries, .room = 1, .count = 1 };
	char identity[KEYRING_IDENTITY];

	check(keyring_find(&keyring, entries[0].key, 999) == &entries[0]);
	check(keyring_find(&keyring, entries[0].key, 1000) == NULL);
	key_identity(&entries[0], identity);
	check(keyring_identified(&keyring, identity, 999) == &entries[0]);
	check(keyring_identified(&keyring, identity, 1000) == NULL);
	entries[0].kind = KEY_DEVICE; /* a device's does not run out here: its certificates do */
	check(keyring_find(&keyring, entries[0].key, INT64_MAX) == &entries[0]);
}

/* The largest numbers fit an identity, and it says exactly which key it is. */
static void test_longest_identity(void)
{
	struct key_entry entry = { .kind = KEY_DEVICE, .agency = UINT32_MAX, .device = UINT32_MAX };
	struct keyring keyring = { .entries = &entry, .room = 1, .count = 1 };
	char identity[KEYRING_IDENTITY], other[KEYRING_IDENTITY + 10];

	memset(entry.key, 0xff, sizeof entry.key);
	key_identity(&entry, identity);
	check_uint(strlen(identity), strlen("d:4294967295:4294967295:") + 2 * CURVE_BYTES);
	check(keyring_identified(&keyring, identity, 0) == &entry);
	snprintf(other, sizeof other, "%s0", identity);
	check(keyring_identified(&keyring, other, 0) == NULL);
	snprintf(other, sizeof other, "x%s", identity);
	check(keyring_identified(&keyring, other, 0) == NULL);
	memcpy(other, identity, sizeof identity);
	other[strlen(other) - 1] = 'F'; /* the same key, but not as it is written */
	check(keyring_identified(&keyring, other, 0) == NULL);
}

UNIT_SUITE("front/keyring",
	{ "many keys", test_many_keys },
	{ "run out to the microsecond", test_run_out },
	{ "the longest identity", test_longest_identity },
	{ "an empty one opens nothing", test_empty },
	{ "devices and invitations", test_devices_and_invitations },
	{ "an identity names the very key", test_identity });

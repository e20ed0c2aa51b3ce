/* SPDX-License-Identifier: Apache-2.0 */
#include "front/keyring.h"

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

UNIT_SUITE("front/keyring",
	{ "an empty one opens nothing", test_empty },
	{ "devices and invitations", test_devices_and_invitations },
	{ "an identity names the very key", test_identity });

/* SPDX-License-Identifier: Apache-2.0 */
#include "front/keyring.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "broker/lookup.h"
#include "crypto/digest.h"

#define ROOM_LEAST 64u

static size_t place_of(const struct keyring *keyring, const uint8_t key[CURVE_BYTES])
{
	uint64_t mixed = (be64_get(key) ^ keyring->seed) * UINT64_C(0x9e3779b97f4a7c15);

	mixed ^= be64_get(key + 8);
	mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (size_t)(mixed >> 32) & (keyring->room - 1);
}

/* The key's entry, or the free one where it belongs; there is always a free one. */
static struct key_entry *slot_of(const struct keyring *keyring, const uint8_t key[CURVE_BYTES])
{
	size_t place = place_of(keyring, key);

	while (keyring->entries[place].kind != KEY_NONE && memcmp(keyring->entries[place].key, key, CURVE_BYTES) != 0)
		place = (place + 1) & (keyring->room - 1);
	return &keyring->entries[place];
}

static enum err grow(struct keyring *keyring)
{
	struct keyring larger = { .room = keyring->room == 0 ? ROOM_LEAST : 2 * keyring->room, .count = keyring->count };

	larger.seed = keyring->seed;
	larger.entries = calloc(larger.room, sizeof *larger.entries);
	if (larger.entries == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < keyring->room; i++)
		if (keyring->entries[i].kind != KEY_NONE)
			*slot_of(&larger, keyring->entries[i].key) = keyring->entries[i];
	free(keyring->entries);
	*keyring = larger;
	return ERR_OK;
}

static enum err add(struct keyring *keyring, const struct key_entry *entry)
{
	struct key_entry *slot;

	if (2 * (keyring->count + 1) > keyring->room) {
		enum err err = grow(keyring);

		if (err != ERR_OK)
			return err;
	}
	slot = slot_of(keyring, entry->key);
	if (slot->kind == KEY_NONE)
		keyring->count++;
	*slot = *entry;
	return ERR_OK;
}

static enum err add_device(void *context, const struct device *device)
{
	struct key_entry entry = { .kind = KEY_DEVICE, .agency = device->agency, .device = device->device };

	memcpy(entry.key, device->curve_key, CURVE_BYTES);
	return add(context, &entry);
}

static enum err add_invitation(void *context, const struct invitation *invitation)
{
	struct key_entry entry = { .kind = KEY_INVITATION, .agency = invitation->agency, .expires_at_us = invitation->expires_at_us };

	if (invitation->used)
		return ERR_OK;
	memcpy(entry.key, invitation->curve_key, CURVE_BYTES);
	return add(context, &entry);
}

enum err keyring_load(struct keyring *keyring, struct txn *txn)
{
	struct keyring fresh = { 0 };
	enum err err;

	random_bytes(&fresh.seed, sizeof fresh.seed);
	err = invitation_each(txn, add_invitation, &fresh);
	if (err == ERR_OK)
		err = device_each(txn, 0, add_device, &fresh); /* after invitations: a key that is both is a device's */
	if (err != ERR_OK) {
		keyring_free(&fresh);
		return err;
	}
	keyring_free(keyring);
	*keyring = fresh;
	return ERR_OK;
}

void keyring_free(struct keyring *keyring)
{
	free(keyring->entries);
	*keyring = (struct keyring){ 0 };
}

const struct key_entry *keyring_find(const struct keyring *keyring, const uint8_t key[CURVE_BYTES], int64_t now_us)
{
	const struct key_entry *entry;

	if (keyring->room == 0)
		return NULL;
	entry = slot_of(keyring, key);
	if (entry->kind == KEY_NONE || (entry->kind == KEY_INVITATION && entry->expires_at_us <= now_us))
		return NULL;
	return entry;
}

void key_identity(const struct key_entry *entry, char text[KEYRING_IDENTITY])
{
	char hex[2 * CURVE_BYTES + 1];

	text_hex(bytes_of(entry->key, CURVE_BYTES), hex);
	if (entry->kind == KEY_INVITATION)
		snprintf(text, KEYRING_IDENTITY, "i:%s", hex);
	else
		snprintf(text, KEYRING_IDENTITY, "d:%u:%u:%s", entry->agency, entry->device, hex);
}

const struct key_entry *keyring_identified(const struct keyring *keyring, const char *identity, int64_t now_us)
{
	const char *hex = strrchr(identity, ':');
	const struct key_entry *entry;
	char expected[KEYRING_IDENTITY];
	uint8_t key[CURVE_BYTES];

	if (hex == NULL || !text_unhex(hex + 1, key, sizeof key))
		return NULL;
	entry = keyring_find(keyring, key, now_us);
	if (entry == NULL)
		return NULL;
	key_identity(entry, expected);
	return strcmp(expected, identity) == 0 ? entry : NULL;
}

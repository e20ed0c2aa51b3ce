/* SPDX-License-Identifier: Apache-2.0 */
/* front/keyring.h - the CURVE keys that may connect: devices in force and open invitations, out of the tables.
 *
 * A key's identity is what the connection's User-Id says: "d:AGENCY:DEVICE:KEY" or "i:KEY", numbers in decimal, the key in
 * hexadecimal.  It names the key itself, so that a session made with a key that was replaced since is seen to be such. */
#pragma once
#include "crypto/signature.h"
#include "store/txn.h"

#define KEYRING_IDENTITY 96 /* its text, with the NUL */

enum key_kind { KEY_NONE, KEY_DEVICE, KEY_INVITATION };

struct key_entry {
	uint8_t key[CURVE_BYTES];
	enum key_kind kind;
	uint32_t agency;
	uint32_t device;       /* 0: an invitation */
	int64_t expires_at_us; /* invitations */
};

struct keyring {
	struct key_entry *entries; /* open addressing; KEY_NONE: free */
	size_t room;               /* a power of two, or 0 */
	size_t count;
	uint64_t seed;             /* keys are chosen by those who may want them to collide */
};

/* Loads all keys in place of what keyring holds, which stays as it was unless this returns ERR_OK.  keyring starts all zero. */
enum err keyring_load(struct keyring *keyring, struct txn *txn);
void keyring_free(struct keyring *keyring);

/* NULL unless the key may connect at now_us.  Borrowed until the next load. */
const struct key_entry *keyring_find(const struct keyring *keyring, const uint8_t key[CURVE_BYTES], int64_t now_us);

void key_identity(const struct key_entry *entry, char text[KEYRING_IDENTITY]);

/* The entry that an identity names, if it is still in force as just that; NULL otherwise. */
const struct key_entry *keyring_identified(const struct keyring *keyring, const char *identity, int64_t now_us);

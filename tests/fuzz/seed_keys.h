/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_keys.h - one fixed device of one made-up site, so that seeds sealed once open in every later run. */
#pragma once
#include "crypto/certificate.h"

#define SEED_SITE "seed-site"
#define SEED_AGENCY "fuzz"
#define SEED_ADDRESS SEED_AGENCY "@" SEED_SITE
#define SEED_NOW_US 1795000000000000 /* 2026-11-18, within all validities */

struct seed_keys {
	struct certificate *root;
	struct certificate *signing, *sealing;
	struct private_key *signing_key, *sealing_key;
	struct private_key *checkpoint_key;
	uint8_t checkpoint_public[ED25519_BYTES];
};

/* Aborts when an embedded key does not parse.  Never freed. */
const struct seed_keys *seed_keys(void);

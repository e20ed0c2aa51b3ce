/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_keys.h - one fixed device of one made-up site, so that seeds sealed once open in every later run. */
#pragma once
#include "crypto/certificate.h"

struct seed_keys {
	struct private_key *key;         /* signs and opens; a real device has two */
	struct certificate *certificate;
};

/* Aborts when the embedded key does not parse.  Never freed. */
const struct seed_keys *seed_keys(void);

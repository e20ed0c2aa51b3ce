/* SPDX-License-Identifier: Apache-2.0 */
/* site.h - a site with a root and two agencies' devices, and a foreign one that nobody here trusts; made once per run. */
#pragma once
#include "crypto/certificate.h"

#define FROM_US INT64_C(1700000000000000)
#define NOW_US INT64_C(1750000000000000)
#define UNTIL_US INT64_C(1800000000000000)

#define LINK_ADDRESS "link@chiba-city"
#define DESK_ADDRESS "desk@chiba-city"
#define DEVICE_NAME "受付の端末"

struct device {
	struct private_key *signing_key;
	struct private_key *sealing_key;
	struct certificate *signing;
	struct certificate *sealing;
};

struct site {
	struct private_key *root_key;
	struct certificate *root;
	struct device link;
	struct device desk;
};

/* Borrowed for ever. */
const struct site *home_site(void);

/* Another site whose root bears the same name and whose devices have the same addresses. */
const struct site *namesake_site(void);

/* A certificate for key; the caller's, never NULL. */
struct certificate *issue(const struct site *site, const struct private_key *key, const char *address, enum certificate_use use,
			  int64_t from_us, int64_t until_us);

/* SPDX-License-Identifier: Apache-2.0 */
/* config/home.h - the directory of a site: where its options, keys, store and sockets are, and its keys in memory.
 *
 *   tsunagid.yaml                0640  options
 *   keys/                        0700  refused when anybody else has a right to it, or to a secret in it
 *     curve.key                  0600  the broker's CURVE secret, 64 hexadecimal digits
 *     checkpoint.key             0600  Ed25519, PKCS#8 PEM: signs checkpoints and directory snapshots
 *     site.key                   0600  P-256, PKCS#8 PEM: issues the devices' certificates
 *     site.crt                   0644  the site's root certificate, PEM
 *   store/                       0700  LMDB
 *   run/                         0750  admin.sock */
#pragma once
#include <limits.h>

#include "crypto/certificate.h"

#define HOME_DEFAULT "/var/lib/tsunagi"
#define HOME_PACKAGED_OPTIONS "/etc/tsunagi/tsunagid.yaml" /* for the default home, when it has no tsunagid.yaml of its own */
#define HOME_PATH_MAX 4000 /* bytes of the home's own path: leaves room for what stands in it */

struct home {
	char root[PATH_MAX];
	char options[PATH_MAX];
	char keys[PATH_MAX];
	char curve_key[PATH_MAX];
	char checkpoint_key[PATH_MAX];
	char site_key[PATH_MAX];
	char site_certificate[PATH_MAX];
	char store[PATH_MAX];
	char run[PATH_MAX];
	char admin_socket[PATH_MAX];
};

/* Works the paths out; touches nothing but the question whether tsunagid.yaml is there.
 *   root  NULL: $TSUNAGI_HOME, else HOME_DEFAULT
 * ERR_TOO_LARGE over HOME_PATH_MAX. */
enum err home_at(const char *root, struct home *ret_home);

/* What went wrong with which file, for a person. */
struct home_fault {
	char path[PATH_MAX];
	char text[200];
};

struct site_keys {
	uint8_t curve_public[CURVE_BYTES];
	uint8_t curve_secret[CURVE_BYTES];
	struct private_key *checkpoint; /* Ed25519 */
	struct private_key *site;       /* P-256 */
	struct certificate *certificate;
};

/* Loads all keys of a home.  fault is set on failure; ret_keys on ERR_OK only, to be freed with site_keys_free.
 * ERR_PERMISSION when others could read a secret; ERR_NOT_FOUND, ERR_FORMAT, ERR_IO. */
enum err site_keys_load(const struct home *home, struct site_keys *ret_keys, struct home_fault *fault);
void site_keys_free(struct site_keys *keys); /* wipes the secrets */

struct home_plan {
	const char *site;                  /* DNS label */
	const char *local_government_code; /* six digits */
	const char *const *endpoints;      /* NULL: the default one */
	size_t endpoint_count;
	int64_t now_us;                    /* when the root certificate begins; it is valid for ten years */
	bool test_site;                    /* a throw-away site, for ever */
};

/* Makes everything that a new site needs but the store's content: directories, CURVE pair, checkpoint key, site key and root
 * certificate, and, last, tsunagid.yaml, whose presence says that the home is whole.  Never replaces a file.
 *
 * ERR_EXISTS    there is a home already, or keys that an interrupted start left: fault names the file
 * ERR_RANGE     site, code or an endpoint is none
 * ERR_NOSPC, ERR_PERMISSION, ERR_IO, ERR_NOMEM, ERR_CRYPTO; fault is set */
enum err home_create(const struct home *home, const struct home_plan *plan, struct home_fault *fault);

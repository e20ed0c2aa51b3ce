/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/bundle.h - what one device of an agency needs, in one 0600 file (JSON, type "tsunagi-bundle").
 *
 * The keys in it were made on this device and never leave it.  While an enrolment is under way the file is there already, with
 * "pending": the keys must survive a power cut between the broker's admission and our hearing of it. */
#pragma once
#include <jansson.h>

#include "crypto/certificate.h"

#define BUNDLE_ADDRESS 128
#define BUNDLE_LABEL 64
#define BUNDLE_ENDPOINTS 8
#define BUNDLE_SEALING 16 /* the current pair and those kept to open what was sealed to it */
#define BUNDLE_KNOWN 64

struct bundle_sealing {
	struct private_key *key;
	struct certificate *certificate; /* NULL while pending */
};

/* A binding of this agency that its own people made. */
struct bundle_binding {
	struct digest signing, sealing; /* of the certificates */
};

struct bundle {
	char site[BUNDLE_LABEL];
	uint32_t epoch; /* of the checkpoint at enrolment */
	char *endpoints[BUNDLE_ENDPOINTS];
	size_t endpoint_count;
	uint8_t broker_key[CURVE_BYTES];
	uint8_t checkpoint_key[ED25519_BYTES];
	struct certificate *site_certificate; /* NULL while pending */

	char address[BUNDLE_ADDRESS]; /* agency@site */
	char agency[BUNDLE_LABEL];
	uint32_t device; /* 0 while pending */
	char device_name[BUNDLE_LABEL];
	bool pending;

	uint8_t curve_public[CURVE_BYTES], curve_secret[CURVE_BYTES];
	struct private_key *signing_key;
	struct certificate *signing_certificate; /* NULL while pending */
	struct bundle_sealing sealing[BUNDLE_SEALING]; /* the current one first */
	size_t sealing_count;
	struct bundle_binding known[BUNDLE_KNOWN];
	size_t known_count;
};

/* A pending bundle with fresh keys.  ERR_RANGE when address is no agency@site or the device name is too long. */
enum err bundle_new(const char *address, const char *device_name, struct bundle **ret_bundle);
void bundle_free(struct bundle *bundle); /* wipes the keys; NULL does nothing */

/* ERR_PERMISSION when others may read it; ERR_FORMAT (ret_reason: a constant that says which field); errors as file_read. */
enum err bundle_read(const char *path, struct bundle **ret_bundle, const char **ret_reason);
enum err bundle_write(const struct bundle *bundle, const char *path);

/* ERR_RANGE when there are too many or one is too long; what was there is replaced. */
enum err bundle_set_endpoints(struct bundle *bundle, const json_t *endpoints);

/* ERR_AUTH unless both certificates were issued by this root for this bundle's address and fit the bundle's keys.  Both must have been
 * adopted into the bundle already. */
enum err bundle_check(const struct bundle *bundle, int64_t now_us);

/* Makes a further sealing pair the current one; takes key and certificate over.  The oldest is forgotten when there is no room. */
void bundle_add_sealing(struct bundle *bundle, struct private_key *key, struct certificate *certificate);

bool bundle_knows(const struct bundle *bundle, const struct digest *signing, const struct digest *sealing);
bool bundle_knows_signer(const struct bundle *bundle, const struct digest *signing);
/* The oldest is forgotten when there is no room; its own binding is always known. */
void bundle_learn(struct bundle *bundle, const struct digest *signing, const struct digest *sealing);

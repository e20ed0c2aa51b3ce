/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_confidential.c - the records of confidential agencies as a proxy's library may be given them.  The first byte chooses: records
 * that the site signed and sealed to this device, what says that it is signed, sealed to it, or what says that it is sealed. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "crypto/seal.h"
#include "crypto/signature.h"
#include "libtsunagi/confidential.h"
#include "seed_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bundle proxy_bundle(void)
{
	const struct seed_keys *keys = seed_keys();
	struct bundle bundle = { .site = SEED_SITE, .epoch = 1, .address = SEED_ADDRESS, .agency = SEED_AGENCY, .device_name = "desk", .device = 1 };

	memcpy(bundle.checkpoint_key, keys->checkpoint_public, ED25519_BYTES);
	bundle.sealing[0].key = keys->sealing_key;
	bundle.sealing[0].certificate = keys->sealing;
	bundle.sealing_count = 1;
	return bundle;
}

static void sign(struct bytes records, struct buf *out)
{
	Pb__SignedSnapshot snapshot = PB__SIGNED_SNAPSHOT__INIT;
	struct digest digest = confidential_signed_digest(SEED_SITE, SEED_AGENCY, records);
	uint8_t signature[ED25519_SIGNATURE];

	if (signature_sign_ed25519(seed_keys()->checkpoint_key, digest_bytes(&digest), signature) != ERR_OK)
		abort();
	snapshot.signature = pb_of_bytes(bytes_of(signature, sizeof(signature)));
	snapshot.snapshot = pb_of_bytes(records);
	if (codec_pack(&snapshot.base, out) != ERR_OK)
		abort();
}

/* Whatever is asked of records that hold. */
static void ask(const struct confidential *confidential)
{
	const Pb__ConfidentialRecords *records = confidential_all(confidential);
	const Pb__Binding *bindings[8];

	(void)confidential_version(confidential);
	(void)confidential_signer(confidential, &(struct digest){ { 1 } });
	for (size_t i = 0; records != NULL && i < records->n_agencies; i++) {
		const char *id = records->agencies[i]->id;

		(void)confidential_agency(confidential, bytes_of_text(id));
		(void)confidential_bindings(confidential, id, bindings, 8);
	}
	for (size_t i = 0; records != NULL && i < records->n_bindings; i++) {
		struct digest digest = digest_of(bytes_of_pb(records->bindings[i]->signing_certificate));

		(void)confidential_signer(confidential, &digest);
	}
}

/* It comes in two pieces, and is read again from the file. */
static void receive(struct bytes sealed)
{
	struct bundle bundle = proxy_bundle();
	struct confidential *confidential;
	char folder[64], path[96];
	bool complete = false;
	size_t half = sealed.len / 2;

	snprintf(folder, sizeof(folder), "/dev/shm/tsunagi-fuzz-%d", (int)getpid());
	snprintf(path, sizeof(path), "%s/confidential", folder);
	(void)mkdir(folder, 0700);
	for (int again = 0; again < 2; again++) {
		if (confidential_new(folder, &bundle, &confidential) != ERR_OK)
			abort();
		ask(confidential);
		confidential_begin(confidential);
		if ((half == 0 || confidential_piece(confidential, sealed.len, bytes_of(sealed.data, half), &complete) == ERR_OK) &&
		    confidential_piece(confidential, sealed.len, bytes_of(sealed.data + half, sealed.len - half), &complete) == ERR_OK)
			ask(confidential);
		confidential_free(confidential);
	}
	unlink(path);
	rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = bytes_of(data + 1, size - (size > 0));
	struct buf signed_records, sealed;

	if (size < 2)
		return 0;
	buf_init(&signed_records, LIMIT_DIRECTORY_BYTES);
	buf_init(&sealed, LIMIT_DIRECTORY_BYTES);
	if (data[0] % 3 == 0) {
		sign(input, &signed_records);
		input = buf_bytes(&signed_records);
	}
	if (data[0] % 3 < 2 && seal_to(input, seed_keys()->sealing, &sealed) != ERR_OK)
		abort();
	receive(data[0] % 3 < 2 ? buf_bytes(&sealed) : input);
	buf_free(&signed_records);
	buf_free(&sealed);
	return 0;
}

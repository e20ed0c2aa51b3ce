/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_orders.c - who signed an order: its path to the batch's root, and the device's signature over that.
 *
 * The entries of one batch stand side by side, so a signature that held is remembered for a while.  Certificates are known by
 * their digest and the entry that bound them; a few of them are kept ready to verify with. */
#include <inttypes.h>
#include <stdlib.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/signed_order.h"
#include "crypto/certificate.h"
#include "ledger/verify_walk.h"
#include "store/keys.h"

#define READY 512     /* certificates parsed; a power of two */
#define REMEMBERED 64 /* signatures; a power of two */
#define TABLE_LEAST 1024

struct signer {
	struct digest digest; /* of the signing certificate */
	uint64_t seq;         /* of the entry that bound it */
	uint32_t agency;
	uint32_t device;
	bool used;
};

struct held {
	struct digest certificate;
	struct digest root;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len; /* 0: nothing here yet */
};

struct signers {
	struct signer *table; /* open addressing, at most half full; a power of two */
	size_t capacity;
	size_t count;
	struct certificate *ready[READY];
	struct held held[REMEMBERED];
};

/* Digests are evenly spread by themselves. */
static size_t slot_of(const struct digest *digest, size_t slots)
{
	return be32_get(digest->bytes) & (slots - 1);
}

enum err signers_new(struct signers **ret_signers)
{
	struct signers *signers = calloc(1, sizeof *signers);

	if (signers == NULL)
		return ERR_NOMEM;
	signers->capacity = TABLE_LEAST;
	signers->table = calloc(signers->capacity, sizeof *signers->table);
	if (signers->table == NULL) {
		signers_free(signers);
		return ERR_NOMEM;
	}
	*ret_signers = signers;
	return ERR_OK;
}

void signers_free(struct signers *signers)
{
	if (signers == NULL)
		return;
	for (size_t i = 0; i < READY; i++)
		certificate_free(signers->ready[i]);
	free(signers->table);
	free(signers);
}

/* ---- certificates ---- */

/* Where the digest stands, or would stand. */
static struct signer *find(struct signer *table, size_t capacity, const struct digest *digest)
{
	size_t slot = slot_of(digest, capacity);

	while (table[slot].used && !digest_equal(&table[slot].digest, digest))
		slot = (slot + 1) & (capacity - 1);
	return &table[slot];
}

static enum err make_place(struct signers *signers)
{
	size_t capacity = signers->capacity * 2;
	struct signer *table;

	if (signers->count < signers->capacity / 2)
		return ERR_OK;
	table = calloc(capacity, sizeof *table);
	if (table == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < signers->capacity; i++)
		if (signers->table[i].used)
			*find(table, capacity, &signers->table[i].digest) = signers->table[i];
	free(signers->table);
	signers->table = table;
	signers->capacity = capacity;
	return ERR_OK;
}

void verify_binding(struct verify *verify, uint64_t seq, const Pb__BindEntry *bind)
{
	struct signers *signers = verify->signers;
	struct digest digest = digest_of(bytes_of_pb(bind->signing_certificate));
	struct signer *signer;
	enum err err = make_place(signers);

	if (err != ERR_OK) {
		verify->err = err;
		return;
	}
	signer = find(signers->table, signers->capacity, &digest);
	signers->count += !signer->used;
	*signer = (struct signer){ digest, seq, bind->agency, bind->device, true };
}

/* Out of the entry that bound it, which the walk has found good: its tree row may be damaged all the same. */
static enum err read_certificate(struct verify *verify, const struct signer *signer, struct certificate **ret_certificate)
{
	struct key key = key_u64(signer->seq);
	const Pb__EntryBody *body;
	struct entry entry;
	struct bytes row;
	enum err err = txn_get(verify->txn, TABLE_ENTRIES, key_bytes(&key), &row);

	if (err == ERR_OK)
		err = entry_parse(row, &entry);
	if (err == ERR_OK)
		err = CODEC_DECODE(entry_body, entry.body, &verify->arena, &body, NULL);
	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_BIND)
		err = ERR_CORRUPT;
	return err == ERR_OK ? certificate_from_der(bytes_of_pb(body->bind->signing_certificate), ret_certificate) : err;
}

/* Borrowed; NULL when what was bound is no certificate. */
static const struct certificate *certificate_of(struct verify *verify, const struct signer *signer)
{
	struct certificate **ready = &verify->signers->ready[slot_of(&signer->digest, READY)];
	struct certificate *certificate = NULL;

	if (*ready != NULL && digest_equal(certificate_digest(*ready), &signer->digest))
		return *ready;
	if (read_certificate(verify, signer, &certificate) != ERR_OK)
		return NULL;
	certificate_free(*ready);
	*ready = certificate;
	return certificate;
}

/* ---- orders ---- */

static bool signature_holds(struct verify *verify, const struct signer *signer, const struct digest *root, struct bytes signature)
{
	struct signers *signers = verify->signers;
	struct held *held = &signers->held[slot_of(root, REMEMBERED)];
	const struct certificate *certificate;

	if (signature.len == 0 || signature.len > sizeof held->signature)
		return false;
	if (held->len == signature.len && digest_equal(&held->root, root) && digest_equal(&held->certificate, &signer->digest) &&
	    memcmp(held->signature, signature.data, signature.len) == 0)
		return true;
	certificate = certificate_of(verify, signer);
	if (certificate == NULL)
		return false;
	if (batch_verify(verify->site, certificate, root, signature) != ERR_OK)
		return false;
	*held = (struct held){ .certificate = signer->digest, .root = *root, .len = signature.len };
	memcpy(held->signature, signature.data, signature.len);
	return true;
}

static void check_signature(struct verify *verify, uint64_t seq, const Pb__SignedOrder *order, const struct signer *signer)
{
	struct digest root;

	if (signer->agency != order->agency || signer->device != order->device)
		verify_found(verify, "entry", seq, 0, "names agency %" PRIu32 " device %" PRIu32 ", but its certificate was bound to agency %" PRIu32
			     " device %" PRIu32 " in entry %" PRIu64, order->agency, order->device, signer->agency, signer->device, signer->seq);
	else if (signed_order_root(order, &root) != ERR_OK)
		verify_found(verify, "entry", seq, 0, "the path of its order is not one of order %" PRIu32 " in a batch of %" PRIu32, order->index,
			     order->count);
	else if (!signature_holds(verify, signer, &root, bytes_of_pb(order->signature)))
		verify_found(verify, "entry", seq, 0, "the batch signature of agency %" PRIu32 " device %" PRIu32 " does not hold", order->agency,
			     order->device);
}

void verify_order(struct verify *verify, uint64_t seq, const Pb__SignedOrder *order)
{
	struct signers *signers = verify->signers;
	const struct signer *signer;
	struct digest digest;

	if (order->certificate_sha256.len != DIGEST_BYTES) {
		verify_found(verify, "entry", seq, 0, "its order names no certificate");
		return;
	}
	memcpy(digest.bytes, order->certificate_sha256.data, DIGEST_BYTES);
	signer = find(signers->table, signers->capacity, &digest);
	if (signer->used)
		check_signature(verify, seq, order, signer);
	else if (verify->entries_damaged == 0) /* else the entry that bound it may be the damaged one */
		verify_found(verify, "entry", seq, 0, "its order is signed with a certificate that no earlier entry bound");
}

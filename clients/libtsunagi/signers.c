/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/signers.c - see signers.h for the contract. */
#include "libtsunagi/signers.h"

#include <stdio.h>

#include "contract/batch.h"
#include "contract/codec.h"

void signers_clear(struct signers *signers)
{
	for (size_t i = 0; i < signers->count; i++)
		certificate_free(signers->rows[i].certificate);
	signers->count = 0;
}

struct signer *signers_find(struct signers *signers, const struct digest *digest)
{
	for (size_t i = 0; i < signers->count; i++)
		if (digest_equal(&signers->rows[i].digest, digest))
			return &signers->rows[i];
	return NULL;
}

static struct signer *make_row(struct signers *signers)
{
	struct signer *row = NULL;

	if (signers->count < SIGNERS_KEPT)
		return &signers->rows[signers->count++];
	row = &signers->rows[signers->next];
	signers->next = (signers->next + 1) % SIGNERS_KEPT;
	certificate_free(row->certificate);
	return row;
}

struct signer *signers_note(struct signers *signers, const struct digest *digest, enum signer_state state)
{
	struct signer *row = signers_find(signers, digest);

	if (row == NULL) {
		row = make_row(signers);
		*row = (struct signer){ .digest = *digest };
	}
	row->state = state;
	return row;
}

enum err signers_learn(struct signers *signers, const Pb__Binding *binding)
{
	struct certificate *certificate = NULL;
	struct signer *row = NULL;
	enum err err = certificate_from_der(bytes_of_pb(binding->signing_certificate), &certificate);

	if (err != ERR_OK)
		return err;
	row = signers_note(signers, certificate_digest(certificate), SIGNER_KNOWN);
	certificate_free(row->certificate);
	row->certificate = certificate;
	row->checked = false;
	row->device = binding->device;
	row->bound_at_us = binding->bound_at_us;
	row->ends_at_us = binding->ends_at_us;
	row->compromised = binding->compromised;
	snprintf(row->agency, sizeof row->agency, "%s", binding->agency);
	return ERR_OK;
}

void signers_forget(struct signers *signers, const struct digest *digest)
{
	struct signer *row = signers_find(signers, digest);

	if (row == NULL)
		return;
	certificate_free(row->certificate);
	*row = signers->rows[--signers->count];
	signers->next = 0;
}

void signers_ask_again(struct signers *signers)
{
	size_t kept = 0;

	for (size_t i = 0; i < signers->count; i++)
		if (signers->rows[i].state == SIGNER_KNOWN)
			signers->rows[kept++] = signers->rows[i];
	signers->count = kept;
	signers->next = 0;
}

/* The agency's id in address is the one that the certificate is bound to. */
static bool bound_to(const struct signer *signer, const char *address)
{
	size_t len = strlen(signer->agency);

	return strncmp(address, signer->agency, len) == 0 && address[len] == '@';
}

static enum err check_holder(struct signer *signer, const struct certificate *root, const char *address, int64_t at_us, const char **ret_reason)
{
	int64_t from_us = 0, until_us = 0;

	*ret_reason = "the signer's certificate is not the sender's";
	if (strcmp(certificate_subject(signer->certificate), address) != 0 || !bound_to(signer, address))
		return ERR_AUTH;
	*ret_reason = "the signer's certificate was not in force";
	certificate_validity(signer->certificate, &from_us, &until_us);
	if ((signer->ends_at_us != 0 && at_us >= signer->ends_at_us) || (signer->checked && (at_us < from_us || at_us > until_us)))
		return ERR_AUTH;
	if (signer->checked)
		return ERR_OK;
	*ret_reason = "the signer's certificate was not issued by the site";
	if (certificate_check(signer->certificate, root, CERTIFICATE_SIGNS, address, at_us) != ERR_OK)
		return ERR_AUTH;
	signer->checked = true;
	return ERR_OK;
}

enum err signers_may_have_signed(const struct signer *signer, const struct certificate *root, const char *address, int64_t at_us)
{
	bool ended = signer->ends_at_us != 0 && at_us >= signer->ends_at_us;

	if (!bound_to(signer, address) || (ended && signer->compromised))
		return ERR_AUTH;
	return certificate_check(signer->certificate, root, CERTIFICATE_SIGNS, address, at_us);
}

enum err signers_verify(struct signers *signers, struct signer *signer, const struct certificate *root, const char *address, int64_t at_us,
			const char *site, const struct digest *root_hash, struct bytes signature, const char **ret_reason)
{
	struct digest together;
	enum err err = check_holder(signer, root, address, at_us, ret_reason);

	if (err != ERR_OK)
		return err;
	digest_of_parts((const struct bytes[]){ digest_bytes(&signer->digest), digest_bytes(root_hash), signature }, 3, &together);
	if (signers->has_verified && digest_equal(&together, &signers->verified))
		return ERR_OK;
	*ret_reason = "the batch's signature does not hold";
	err = batch_verify(site, signer->certificate, root_hash, signature);
	if (err == ERR_OK) {
		signers->verified = together;
		signers->has_verified = true;
	}
	return err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/signers.h - the certificates that sign what comes to us: found in the directory or asked of the broker, kept for reuse. */
#pragma once
#include "crypto/certificate.h"
#include "directory.pb-c.h"

#define SIGNERS_KEPT 256

enum signer_state {
	SIGNER_ASKED,  /* the broker was asked */
	SIGNER_ABSENT, /* the broker knows no such certificate */
	SIGNER_KNOWN
};

struct signer {
	struct digest digest;
	enum signer_state state;
	struct certificate *certificate; /* KNOWN only */
	char agency[64];                 /* id at the site that it is bound to */
	uint32_t device;
	int64_t bound_at_us, ends_at_us; /* ends 0: in force */
	bool compromised;
	bool checked;                    /* the site's root was asked about it and its holder */
};

struct signers {
	struct signer rows[SIGNERS_KEPT];
	size_t count, next; /* next: whose turn it is to make room */
	/* The signature verified last: the messages of one batch share it. */
	struct digest verified; /* of certificate digest, root and signature */
	bool has_verified;
};

void signers_clear(struct signers *signers);

/* NULL: never heard of.  Borrowed until the next signers_ call. */
struct signer *signers_find(struct signers *signers, const struct digest *digest);

/* A row in this state, made or changed. */
struct signer *signers_note(struct signers *signers, const struct digest *digest, enum signer_state state);

/* What a binding says of its signing certificate.  ERR_FORMAT, ERR_NOMEM: nothing is noted. */
enum err signers_learn(struct signers *signers, const Pb__Binding *binding);

/* Forgets one, so that it is asked for again. */
void signers_forget(struct signers *signers, const struct digest *digest);

/* Forgets what was asked and what was absent: after a new session, and when the directory changed. */
void signers_ask_again(struct signers *signers);

/* ERR_AUTH unless a KNOWN signer may have signed a part of address at at_us or before: one that was replaced since may, one that was compromised
 * may not. */
enum err signers_may_have_signed(const struct signer *signer, const struct certificate *root, const char *address, int64_t at_us);

/* ERR_AUTH unless the signer was issued by root for address, was bound to its agency and in force at at_us, and signed root_hash for site.
 * ret_reason: a constant that says which of these does not hold. */
enum err signers_verify(struct signers *signers, struct signer *signer, const struct certificate *root, const char *address, int64_t at_us,
			const char *site, const struct digest *root_hash, struct bytes signature, const char **ret_reason);

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/arrival.h - one handed-out item: as it came, then verified, then opened.  Nothing is given to the program before both. */
#pragma once
#include "base/arena.h"
#include "contract/disclosure.h"
#include "contract/limits.h"
#include "frame.pb-c.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/signers.h"

struct arrival_part {
	bool withheld;             /* the broker keeps it back */
	struct bytes sealed;
	const Pb__Content *content; /* once opened */
	class_set found, undeclared;
};

struct arrival {
	struct arrival *next;
	struct arena arena; /* of all that is pointed to */
	uint64_t item;
	uint64_t seq;
	int64_t accepted_at_us;
	uint32_t attempts;
	bool redelivered, after_dead_letter;
	size_t cost; /* bytes of credit that it used */

	struct bytes statement;
	struct digest view_hash;
	const Pb__View *view;
	uint32_t view_index, view_count, order_index, order_count;
	struct bytes view_path, order_path;
	struct digest certificate; /* of the batch's signer */
	struct bytes signature;

	struct arrival_part parts[LIMIT_PARTS];
	size_t part_count;
	uint32_t signer_device;
	struct digest wanted; /* VERDICT_ASK_SIGNER */
};

/* Cuts a hand-out into arrivals, in its order.  ERR_FORMAT when frame and data do not fit together; ERR_NOMEM. */
enum err arrivals_of_handout(const Pb__Handout *handout, struct bytes data, struct arrival **ret_first);
void arrival_free(struct arrival *arrival); /* NULL does nothing */

enum verdict {
	VERDICT_GENUINE,
	VERDICT_ASK_SIGNER,  /* the certificate `wanted` is not known yet */
	VERDICT_NOT_AUTHENTIC,
	VERDICT_CANNOT_OPEN,
	VERDICT_FOREIGN,     /* sealed to certificates of which none is ours */
	VERDICT_FAULT        /* out of memory: says nothing about the item */
};

/* The sender's word: statement, paths, signature, signer; and that the View is for us.  ret_reason: a constant. */
enum verdict arrival_verify(struct arrival *arrival, const struct bundle *bundle, struct signers *signers, const char **ret_reason);

/* Then the parts: digest, decryption, signature, binding, classes. */
enum verdict arrival_open(struct arrival *arrival, const struct bundle *bundle, struct signers *signers, const char **ret_reason);

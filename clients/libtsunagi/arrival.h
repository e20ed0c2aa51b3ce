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
	Pb__ItemWhat what;
	uint64_t item;
	uint64_t about;                /* RELEASE, SEAL_TASK: item of the message */
	uint64_t seq;                  /* entry of the message; NOTICE: of the notice */
	int64_t accepted_at_us;
	uint32_t attempts;
	bool redelivered, after_dead_letter;
	size_t cost; /* bytes of credit that it used */

	struct bytes notice_bytes;     /* NOTICE, SEAL_TASK */
	const Pb__SiteNotice *notice;  /* the same; NULL: it is none that we understand */

	/* All that follows is the message's: a NOTICE has none of it, but a view_hash. */
	struct bytes statement;
	struct digest view_hash;       /* what an acknowledgement names; of a NOTICE the leaf hash of its bytes */
	const Pb__View *view;          /* NULL: a NOTICE */
	uint32_t view_index, view_count, order_index, order_count;
	struct bytes view_path, order_path;
	struct digest certificate; /* of the batch's signer */
	struct bytes signature;

	struct arrival_part parts[LIMIT_PARTS];
	size_t part_count;
	uint32_t signer_device;
	struct digest wanted; /* VERDICT_ASK_SIGNER */

	/* SEAL_TASK, while it is worked on */
	enum { DIRECTORY_KEPT, DIRECTORY_AWAITED, DIRECTORY_NEWEST } directory; /* by which its agency is looked up */
	int64_t not_before_us; /* monotonic */
};

/* Cuts a hand-out into arrivals, in its order.  ERR_FORMAT when frame and data do not fit together; ERR_NOMEM. */
enum err arrivals_of_handout(const Pb__Handout *handout, struct bytes data, struct arrival **ret_first);
void arrival_free(struct arrival *arrival); /* NULL does nothing */

enum verdict {
	VERDICT_GENUINE,
	VERDICT_ASK_SIGNER,  /* the certificate `wanted` is not known yet */
	VERDICT_NOT_AUTHENTIC,
	VERDICT_NOT_UNDERSTOOD, /* a notice of a form that this version does not know */
	VERDICT_CANNOT_OPEN,
	VERDICT_FOREIGN,     /* sealed to certificates of which none is ours */
	VERDICT_FAULT        /* out of memory: says nothing about the item */
};

/* The sender's word: statement, paths, signature, signer; and that the View is for us, or in a SEAL_TASK by us.  The site's word: its shape;
 * it came over a connection that only the site can hold, and stands in the ledger whose checkpoints we keep.  ret_reason: a constant. */
enum verdict arrival_verify(struct arrival *arrival, const struct bundle *bundle, struct signers *signers, const char **ret_reason);

/* Then the parts: digest, decryption, signature, binding, classes. */
enum verdict arrival_open(struct arrival *arrival, const struct bundle *bundle, struct signers *signers, const char **ret_reason);

/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify.h - walks a whole store and names everything that does not hold (promise P5): entries against their leaves, the
 * tree against its leaves, every checkpoint's root and signature, every part against its digest, times that go back, gaps. */
#pragma once
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "store/store.h"

struct verify_fault {
	const char *what;   /* "entry", "tree", "checkpoint", "part", "blob" */
	uint64_t number;    /* entry seq (of entry, tree row or part), checkpoint size, blob number */
	unsigned part;      /* for parts */
	char text[200];     /* what was found, for a person */
};

struct verify_result {
	uint64_t entries, checkpoints, parts, blobs, faults;
	uint64_t entries_erased;       /* bodies that an operator's word destroyed */
	uint64_t entries_past_keeping; /* bodies that were kept as long as they are to be */
	uint64_t parts_past_keeping;   /* that an entry names and that were; not among parts */
	struct digest root; /* of the whole tree as recomputed from the entries */
};

struct verify_hooks {
	void (*fault)(void *context, const struct verify_fault *fault);            /* every one */
	void (*progress)(void *context, uint64_t done, uint64_t of);               /* may be NULL */
	void *context;
};

/* ERR_CORRUPT when there was any fault; ERR_OK when everything holds; other errors when it could not look. */
enum err ledger_verify(struct store *store, const char *site, const uint8_t checkpoint_key[ED25519_BYTES],
		       const struct verify_hooks *hooks, struct verify_result *ret_result);

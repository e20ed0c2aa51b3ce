/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/verifying.h - a receipt file while it is verified: shared by the files that do it. */
#pragma once
#include "contract/limits.h"
#include "libtsunagi/client.h"
#include "libtsunagi/proof.h"

struct verifying {
	struct arena arena;
	json_t *checks;
	enum { PROVED, FALSE_PROOF, UNDECIDED } outcome;
	const char *undecided; /* why; a constant */
	bool japanese;
	const Pb__ReceiptProof *proof;
	const json_t *opened; /* as the file has it; NULL: it shows nothing of what was sealed */
	json_t *said;         /* what of it holds: [{"recipient","part","content"}] */
	struct checkpoint checkpoint;
	struct proved_entry entry, binding;
	char site[LIMIT_LABEL + 1];
};

/* Adds a check to the report, in the reader's language; one that does not hold makes the whole FALSE.  detail may be NULL. */
void verifying_note(struct verifying *verifying, const char *check, bool ok, const char *detail);

/* Of a submission whose signature holds: each opened part is one that it names, its key opens it, and its sender said what is inside. */
void verify_opened(struct verifying *verifying, const struct certificate *signer);

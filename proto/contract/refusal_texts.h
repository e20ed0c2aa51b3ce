/* SPDX-License-Identifier: Apache-2.0 */
/* contract/refusal_texts.h - the texts of refusals, in both languages.
 *
 * $S, $V, $B, $R stand for subject, value, bound and seconds to wait; a text in [ ] is left out where the refusal does not say
 * what is in it. */
#pragma once
#include "frame.pb-c.h"

#include "contract/language.h"

struct refusal_text {
	Pb__RefusalCode code;
	const char *message[2]; /* by enum language */
	const char *hint[2];
};

/* The row of a code; a general one for a code that this version does not know.  Never NULL. */
const struct refusal_text *refusal_texts(Pb__RefusalCode code);

/* The same for a case that is not there: UNKNOWN_MESSAGE with the subject "case_id". */
const struct refusal_text *refusal_case_texts(void);

/* The same for what is not on the review list: UNKNOWN_ITEM with the subject "review". */
const struct refusal_text *refusal_review_texts(void);

/* What a basis lacks, as a sentence without its full stop, from the word that basis_rules.h or disclosure.h gives as the reason; the
 * word itself when it is none of those. */
const char *refusal_basis_text(const char *reason, enum language language);

/* What to do about it, a whole sentence; NULL when the word is none of those. */
const char *refusal_basis_hint(const char *reason, enum language language);

/* Why a redirect is refused, from redirect_fault_word (request_standing.h), or the closing of a request (NOT_NOW and INCOMPLETE, words that
 * begin with "request."); the word itself when it is none of those. */
const char *refusal_request_text(const char *word, enum language language);

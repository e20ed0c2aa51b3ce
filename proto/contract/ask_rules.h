/* SPDX-License-Identifier: Apache-2.0 */
/* contract/ask_rules.h - what each ask of a request needs, as one table (domain: five kinds of message, outreach, dispatch).
 *
 * Free text stands in sealed parts, so only who writes or reads the sheet can check all of it; a broker checks what the envelope
 * says.  Where the basis is ANONYMOUS no free text may stand, and none is asked for: the marked topics say what it is about. */
#pragma once
#include "content.pb-c.h"
#include "envelope.pb-c.h"

#include "contract/language.h"

/* What is wrong, for the caseworker who wrote it: the field and what to do, both constants. */
struct ask_problem {
	const char *field; /* such as "sheet.outreach.whose_wish"; of the envelope "ask", "case", "basis.basis", "urgency" */
	const char *text[2]; /* by enum language */
};

#define ASK_PROBLEMS_MAX 32 /* more than any request can have */

/* Every problem of a request, not only the first; how many.
 *
 *   head     kind, ask, urgency, case_id and basis are read; what is no request has no problems
 *   content  NULL: the envelope alone is checked */
size_t ask_check(const Pb__View *head, const Pb__Content *content, const struct ask_problem *problems[ASK_PROBLEMS_MAX]);

/* The fields that an ask needs when the basis is not ANONYMOUS, in order; how many (at most ASK_PROBLEMS_MAX).  For templates. */
size_t ask_fields_needed(Pb__Ask ask, const char *fields[ASK_PROBLEMS_MAX]);

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/failure.h - what a person and a program are told when a call fails: a result, a stable code, a sentence and a hint.
 *
 * The sentences stand in one table, in English and Japanese (after LANG); "{}" in them takes the first detail, "{2}" the second.
 * No detail ever holds the content of a case. */
#pragma once
#include <jansson.h>

#include "base/err.h"
#include "contract/refusal.h"
#include "libtsunagi/failure_texts.h"

struct failure {
	enum problem problem; /* PROBLEM_NONE may still carry a broker's refusal */
	int result;           /* TSG_… */
	char code[40];
	char message[1200];
	char hint[600];
	uint32_t retry_after_ms;
};

void failure_clear(struct failure *failure);

/* Tells a problem; details may be NULL.  Gives the problem's result, so that a call can return it. */
int failure_tell(struct failure *failure, enum problem problem, const char *detail, const char *second);

/* Tells what a call lacks, as PROBLEM_USAGE, in both languages' words. */
int failure_lacks(struct failure *failure, const char *en, const char *ja);

/* Tells what the broker refused; gives TSG_REFUSED, or TSG_NOT_FOUND for what it does not know. */
int failure_refused(struct failure *failure, const Pb__Refusal *refusal);

/* Tells an error of the lower floors about what (a file, a step). */
int failure_err(struct failure *failure, enum err err, const char *what);

/* {"code","message","hint"}: a new reference, NULL when memory is short. */
json_t *failure_json(const struct failure *failure);

/* {"error":{...}} as text, to be freed with free; NULL when memory is short. */
char *failure_text(const struct failure *failure);

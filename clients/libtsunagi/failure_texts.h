/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/failure_texts.h - the sentences of failure.h: one row per problem. */
#pragma once
#include "libtsunagi/failure.h"

struct failure_row {
	enum problem problem;
	int result;
	const char *code;
	const char *message_en, *hint_en;
	const char *message_ja, *hint_ja;
};

/* The row of a problem; that of PROBLEM_BROKER_TALK for a number that has none. */
const struct failure_row *failure_row(enum problem problem);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/ids.h - what a person types for an id: a UUID, or the short code that receipts and lists show. */
#pragma once
#include "base/id.h"

struct id_query {
	bool whole;    /* id is the answer; else only tail is known */
	struct id id;
	uint64_t tail;
};

/* ERR_FORMAT when text is neither, or when a code's check character says that it was mistyped. */
enum err id_query_parse(const char *text, struct id_query *ret_query);

/* True when id is what was asked for; id is 16 bytes, anything else never matches. */
bool id_query_matches(const struct id_query *query, struct bytes id);

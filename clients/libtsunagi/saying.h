/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/saying.h - says one statement for its own sake and waits for the answer. */
#pragma once
#include "libtsunagi/client.h"

/* TSG_OK: accepted as entry *ret_seq; else the refusal, or why no answer came (it may still take effect). */
int say_statement(struct tsg_client *client, const Pb__Statement *statement, int64_t until_us, uint64_t *ret_seq);

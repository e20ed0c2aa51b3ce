/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_replies.h - reply.csv: an answer of the desk a row, in the words of the paper slip, each carried out once.  What a row may say: desk_reply_action.h. */
#pragma once
#include "tsunagi/agency_client.h"
#include "tsunagi/desk_results.h"

/* Carries out the rows that were not yet, when reply.csv may be read now, and says what became of each. */
void desk_replies_carry_out(const struct desk_folder *folder, const struct agency_client *client, struct desk_results *results);

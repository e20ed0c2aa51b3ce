/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/own_copies.h - what this device sent of a person, kept as it was sealed: only this agency's own devices open it again.
 *
 * One file a message in `own/`, as it stood in the outbox.  The law wants the person's name in the record of a provision (29条); no broker knows
 * it, and so the sender's own copy has to last as long as such records are kept. */
#pragma once
#include <jansson.h>

#include "base/id.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/outbox.h"

#define OWN_COPIES_DAYS 1126 /* three years and a month */

/* Whether a message's head asks for it: it names a person. */
bool own_copy_wanted(const json_t *head);

/* Keeps the outbox's file of it, which may then be removed there.  Failing costs no message: the record then lacks a name. */
void own_copy_keep(const char *folder, const struct outbox *outbox, const struct outbox_message *message);

void own_copies_prune(const char *folder, int64_t now_us);

/* The copy of one message, freed with order_free; NULL when none that holds is kept here. */
struct order *own_copy_read(const char *folder, const struct id *message);

/* Calls each with what stands in the first open part of every copy, and of every message that still waits in the outbox: as a delivery's JSON has it, with
 * message_id, case_id, thread_id, sender and to.  json is borrowed for the call.  What cannot be opened any more is passed over. */
enum err own_copies_each(const char *folder, const struct bundle *bundle, void (*each)(void *context, const json_t *json), void *context);

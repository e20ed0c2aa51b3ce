/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/persons.h - who the messages of this agency are about: from its own copies of what it sent, and from the folders into which it
 * received.  Nothing of it comes from a broker or goes to one. */
#pragma once
#include "libtsunagi/client.h"

/* received: a list of folders as `receive --out` fills them; NULL: none.
 *
 * *ret_persons: [{"message_id","sender","to","case_id","name","kana","birth_date","sex","address","phone","household":[{"name",…}],"household_cases":[…],
 * "from"}], a row for each message that names somebody; from is the folder, or "sent".  A new reference.  TSG_OK or the client's failure. */
int persons_read(struct tsg_client *client, const json_t *received, json_t **ret_persons);

/* The row of a message, by its id and its sender; NULL: none names anybody.  case_id, where it is given, is the next best: the person of another
 * message of the case. */
const json_t *persons_find(const json_t *persons, const char *message_id, const char *sender, const char *case_id);

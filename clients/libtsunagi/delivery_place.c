/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery_place.c - see delivery.h: ids are their senders' own, and everybody who is asked knows the id of a request.  A folder of
 * that name that holds another agency's message is not this one's: to take it for that would acknowledge what was never stored. */
#include <stdio.h>
#include <stdlib.h>

#include "base/folder.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/fields.h"

static bool is_anothers(const char *folder, const char *name, const char *sender)
{
	char *path = path_join(folder, name);
	json_t *kept = path == NULL ? NULL : json_load_file(path, 0, NULL);
	const char *author = kept == NULL ? NULL : field_text(kept, "sender");
	bool is = author != NULL && strcmp(author, sender) != 0;

	json_decref(kept);
	free(path);
	return is;
}

char *delivery_place(const struct tsg_delivery *delivery, const char *directory)
{
	const char *sender = field_text(delivery->json, "sender");
	char *folder = path_join(directory, delivery->message_id);
	char *own = NULL;

	if (folder == NULL || sender == NULL || (!is_anothers(folder, "message.json", sender) && !is_anothers(folder, "release.json", sender)))
		return folder;
	if (asprintf(&own, "%s.%s", folder, sender) < 0)
		own = NULL;
	free(folder);
	return own;
}

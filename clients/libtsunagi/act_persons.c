/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_persons.c - see acts.h: whom this device knows by a name, as it is written or as it sounds. */
#include "base/kana.h"
#include "contract/limits.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/persons.h"

static bool text_holds(const char *text, const struct buf *sought)
{
	struct buf folded;
	bool holds;

	if (text == NULL)
		return false;
	buf_init(&folded, LIMIT_LONG_TEXT);
	kana_fold(bytes_of_text(text), &folded);
	holds = folded.err == ERR_OK && kana_holds(&folded, sought);
	buf_free(&folded);
	return holds;
}

/* The person's own name and kana, and who else lives there. */
static bool is_sought(const json_t *row, const struct buf *sought)
{
	const json_t *member;
	size_t index;

	if (text_holds(field_text(row, "name"), sought) || text_holds(field_text(row, "kana"), sought))
		return true;
	json_array_foreach(json_object_get(row, "household"), index, member)
		if (text_holds(field_text(member, "name"), sought))
			return true;
	return false;
}

int act_persons(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *query = field_text(action, "query");
	json_t *persons = NULL, *found = json_array(), *row;
	struct buf sought;
	size_t index;
	int result = persons_read(client, json_object_get(action, "received"), &persons);

	buf_init(&sought, LIMIT_SHORT_TEXT);
	kana_fold(bytes_of_text(query == NULL ? "" : query), &sought);
	if (result == TSG_OK && sought.err != ERR_OK)
		result = failure_lacks(&client->failure, "query is too long", "query が長すぎます");
	if (result == TSG_OK)
		json_array_foreach(persons, index, row)
			if (field_text(row, "name") != NULL && is_sought(row, &sought))
				json_array_append(found, row);
	if (result == TSG_OK)
		*ret_json = json_pack("{s:s, s:O}", "type", "persons", "persons", found);
	json_decref(found);
	json_decref(persons);
	buf_free(&sought);
	return result;
}

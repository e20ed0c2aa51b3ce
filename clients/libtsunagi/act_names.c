/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_names.c - see act_names.h for the contract. */
#include "libtsunagi/act_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *address_of(const struct tsg_client *client, const char *name)
{
	char *address = NULL;

	if (strchr(name, '@') != NULL)
		return strdup(name);
	return asprintf(&address, "%s@%s", name, client->bundle->site) < 0 ? NULL : address;
}

void act_names_free(struct act_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->texts[i]);
	free(names->texts);
	*names = (struct act_names){ 0 };
}

static int told_as_no_list(struct tsg_client *client, size_t most, const char *field)
{
	char en[120], ja[160];

	snprintf(en, sizeof en, "%s is a list of at most %zu agencies, each id or id@site", field, most);
	snprintf(ja, sizeof ja, "%s は%zu件までの機関の一覧です(id または id@site)", field, most);
	return failure_lacks(&client->failure, en, ja);
}

int act_names_read(struct tsg_client *client, const json_t *list, size_t most, const char *field, struct act_names *ret_names)
{
	size_t count = json_array_size(list);
	struct act_names names = { .texts = calloc(count + 1, sizeof *names.texts) };

	if (list != NULL && !json_is_null(list) && !json_is_array(list))
		count = most + 1; /* no list: as good as a wrong one */
	for (size_t i = 0; count <= most && i < count; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (name == NULL || name[0] == '\0')
			count = most + 1;
		else if (names.texts != NULL && (names.texts[names.count] = address_of(client, name)) != NULL)
			names.count++;
	}
	if (count > most) {
		act_names_free(&names);
		return told_as_no_list(client, most, field);
	}
	if (names.texts == NULL || names.count != count) {
		act_names_free(&names);
		return failure_err(&client->failure, ERR_NOMEM, field);
	}
	*ret_names = names;
	return TSG_OK;
}

json_t *act_names_json(struct tsg_client *client, const json_t *list, size_t most, const char *field)
{
	struct act_names names;
	json_t *json;

	if (act_names_read(client, list, most, field, &names) != TSG_OK)
		return NULL;
	json = json_array();
	for (size_t i = 0; i < names.count; i++)
		json_array_append_new(json, json_string(names.texts[i]));
	act_names_free(&names);
	return json;
}

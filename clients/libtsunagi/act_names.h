/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_names.h - agencies as an action's JSON lists them: by address, or by their id at this site. */
#pragma once
#include "libtsunagi/client.h"

struct act_names {
	char **texts; /* addresses */
	size_t count;
};

/* list: a JSON array of texts, or NULL for none.  TSG_OK, with names to be freed; else the failure told, under the field's name. */
int act_names_read(struct tsg_client *client, const json_t *list, size_t most, const char *field, struct act_names *ret_names);
void act_names_free(struct act_names *names);

/* The same as a new JSON array of addresses; NULL: out of memory, or the failure was told. */
json_t *act_names_json(struct tsg_client *client, const json_t *list, size_t most, const char *field);

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/json_row.h"

#include <string.h>

#include "base/clock.h"

const char *json_row_text(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text == NULL ? "" : text;
}

const char *json_row_item(const json_t *list, size_t index)
{
	const char *text = json_string_value(json_array_get(list, index));

	return text == NULL ? "" : text;
}

void json_row_time(const json_t *row, const char *name, char to[DISPLAY_TIME])
{
	int64_t us;

	if (clock_parse(json_row_text(row, name), &us) == ERR_OK)
		display_time(us, to);
	else
		strcpy(to, "-");
}

void json_row_code(const json_t *row, char to[ID_CODE_TEXT])
{
	struct id id;

	if (id_parse(json_row_text(row, "message_id"), &id) == ERR_OK)
		id_code(&id, to);
	else
		to[0] = '\0';
}

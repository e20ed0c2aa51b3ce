/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_text.c - what is text in JSON: json_base64, json_hex, json_id and json_time of json.h. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "contract/json.h"
#include "crypto/digest.h"

static json_t *written_by(void (*write)(struct bytes bytes, char *out), struct bytes bytes, size_t length)
{
	char *text = malloc(length + 1);
	json_t *json = NULL;

	if (text == NULL)
		return NULL;
	write(bytes, text);
	json = json_string(text);
	secret_wipe(text, length); /* it may have been a key */
	free(text);
	return json;
}

json_t *json_base64(struct bytes bytes)
{
	return written_by(text_base64, bytes, 4 * ((bytes.len + 2) / 3));
}

json_t *json_hex(struct bytes bytes)
{
	return written_by(text_hex, bytes, 2 * bytes.len);
}

json_t *json_id(const uint8_t id[ID_BYTES])
{
	struct id parsed;
	char text[ID_TEXT];

	memcpy(parsed.bytes, id, ID_BYTES);
	id_format(&parsed, text);
	return json_string(text);
}

json_t *json_time(int64_t us)
{
	char text[CLOCK_TEXT];

	clock_format(us, JSON_OFFSET_MINUTES, text);
	return json_string(text);
}

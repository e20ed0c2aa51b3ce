/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sent_keys.c - see sent_keys.h for the contract. */
#include "libtsunagi/sent_keys.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/folder.h"
#include "base/text.h"
#include "contract/limits.h"
#include "libtsunagi/fields.h"

#define KEY_TYPE "tsunagi-sent-key"

static char *key_path(const char *folder, const char *key)
{
	struct digest digest = digest_of(bytes_of_text(key));
	char hex[2 * DIGEST_BYTES + 1];
	char *path = NULL;

	text_hex(digest_bytes(&digest), hex);
	return asprintf(&path, "%s/keys/%s.json", folder, hex) < 0 ? NULL : path;
}

enum err sent_key_read(const char *folder, const char *key, struct sent_key *ret_sent)
{
	char *path = key_path(folder, key);
	json_t *json = NULL;
	const char *id = NULL;
	enum err err = path == NULL ? ERR_NOMEM : json_file_read(path, KEY_TYPE, &json);

	free(path);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? ERR_NOT_FOUND : err;
	id = field_text(json, "message_id");
	if (id == NULL || strlen(id) + 1 != sizeof ret_sent->message_id || field_digest(json, "content_hash", &ret_sent->content_hash) != ERR_OK ||
	    !json_is_object(json_object_get(json, "receipt"))) {
		err = ERR_NOT_FOUND;
	} else {
		memcpy(ret_sent->message_id, id, sizeof ret_sent->message_id);
		ret_sent->receipt = json_incref(json_object_get(json, "receipt"));
	}
	json_decref(json);
	return err;
}

enum err sent_key_write(const char *folder, const char *key, const char *message_id, const struct digest *content_hash, const json_t *receipt)
{
	char *path = key_path(folder, key);
	char *keys = path_join(folder, "keys");
	json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:O}", "type", KEY_TYPE, "key", key, "message_id", message_id, "content_hash",
				 json_hex(digest_bytes(content_hash)), "receipt", receipt);
	enum err err = path == NULL || keys == NULL || json == NULL ? ERR_NOMEM : folder_make(keys, 0700);

	if (err == ERR_OK)
		err = json_file_write(path, json);
	json_decref(json);
	free(keys);
	free(path);
	return err;
}

void sent_keys_prune(const char *folder, int64_t now_us)
{
	char *keys = path_join(folder, "keys");

	if (keys != NULL)
		folder_prune(keys, now_us / 1000000 - (int64_t)LIMIT_ID_AGE_S);
	free(keys);
}

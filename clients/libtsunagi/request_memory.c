/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/request_memory.c - see requests.h: what the broker last said of a request, kept beside the outbox, so that a word on it can be
 * said while the broker cannot be reached.  It is an envelope's worth of personal data: 0600, as long as a message's id lives. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/folder.h"
#include "contract/codec.h"
#include "libtsunagi/requests.h"

#define KEPT_BYTES (256u * 1024u)
#define ENDING ".legs"

static char *path_of(const char *folder, const char *id)
{
	char *path = NULL;

	return asprintf(&path, "%s/requests/%s" ENDING, folder, id) < 0 ? NULL : path;
}

/* Not kept, it is asked for again: no failure is told. */
void request_memory_keep(const char *folder, const char *id, const Pb__LegListing *listing)
{
	char *requests = path_join(folder, "requests"), *path = path_of(folder, id);
	struct buf bytes;

	buf_init(&bytes, KEPT_BYTES);
	if (requests != NULL && path != NULL && folder_make(requests, 0700) == ERR_OK && codec_pack(&listing->base, &bytes) == ERR_OK)
		(void)file_write_soon(path, buf_bytes(&bytes), 0600);
	buf_free(&bytes);
	free(requests);
	free(path);
}

static const Pb__ReadResult *result_of(const Pb__LegListing *listing, struct arena *arena)
{
	Pb__ReadResult *result = arena_alloc(arena, sizeof *result);

	if (result == NULL)
		return NULL;
	pb__read_result__init(result);
	result->result_case = PB__READ_RESULT__RESULT_LEGS;
	result->legs = (Pb__LegListing *)(uintptr_t)listing;
	return result;
}

enum err request_memory_read(const char *folder, const char *id, struct answer_read *ret_answer)
{
	char *path = path_of(folder, id);
	const Pb__LegListing *listing = NULL;
	struct buf bytes;
	enum err err = path == NULL ? ERR_NOMEM : ERR_OK;

	*ret_answer = (struct answer_read){ 0 };
	arena_init(&ret_answer->arena, LIMIT_DECODE_BYTES);
	buf_init(&ret_answer->data, 1);
	buf_init(&bytes, KEPT_BYTES);
	if (err == ERR_OK)
		err = file_read(path, &bytes);
	if (err == ERR_OK)
		err = CODEC_DECODE(leg_listing, buf_bytes(&bytes), &ret_answer->arena, &listing, NULL);
	if (err == ERR_OK && (ret_answer->result = result_of(listing, &ret_answer->arena)) == NULL)
		err = ERR_NOMEM;
	buf_free(&bytes);
	free(path);
	if (err != ERR_OK)
		asking_free(ret_answer);
	return err;
}

/* The id in a kept file's name. */
static bool id_of_name(const char *name, struct id *ret_id)
{
	char text[ID_TEXT];

	if (strlen(name) != ID_TEXT - 1 + sizeof ENDING - 1 || strcmp(name + ID_TEXT - 1, ENDING) != 0)
		return false;
	snprintf(text, sizeof text, "%.*s", (int)ID_TEXT - 1, name);
	return id_parse(text, ret_id) == ERR_OK;
}

bool request_memory_find(const char *folder, uint64_t tail, struct id *ret_id)
{
	char *requests = path_join(folder, "requests");
	DIR *listing = requests == NULL ? NULL : opendir(requests);
	const struct dirent *entry = NULL;
	bool found = false;

	while (listing != NULL && !found && (entry = readdir(listing)) != NULL)
		found = id_of_name(entry->d_name, ret_id) && id_tail(ret_id) == tail;
	if (listing != NULL)
		closedir(listing);
	free(requests);
	return found;
}

void request_memory_prune(const char *folder, int64_t now_us)
{
	char *requests = path_join(folder, "requests");

	if (requests != NULL)
		folder_prune(requests, now_us / 1000000 - (int64_t)LIMIT_ID_AGE_S);
	free(requests);
}

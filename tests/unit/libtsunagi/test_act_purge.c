/* SPDX-License-Identifier: Apache-2.0 */
/* What was recalled: deleted where it was stored, nothing else touched, and confirmed only then. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acting.h"
#include "base/file.h"
#include "base/folder.h"
#include "unit.h"

#define RECALLED "01960000-0000-7000-8000-00000000cafe"
#define ANSWER "01960000-0000-7000-8000-00000000c0f1"
#define OTHER "01960000-0000-7000-8000-00000000abcd"
#define ITEM(number, thread, owner, purge)                                                                                                            \
	"{\"item\":" number ",\"conference_id\":\"" thread "\",\"owner\":\"" owner "@chiba-city\",\"convener\":\"desk@chiba-city\",\"state\":\"OPEN\"," \
	"\"purge\":" purge "}"
#define ITEMS(rows) "{\"conferences\":{\"items\":[" rows "]}}"

static struct talk talk;
static char from[300];

static void store(const char *name, const char *message)
{
	char path[500];

	snprintf(path, sizeof path, "%s/%s", from, name);
	require(mkdir(path, 0700) == 0);
	snprintf(path, sizeof path, "%s/%s/message.json", from, name);
	if (message != NULL)
		require_ok(file_write(path, bytes_of_text(message), 0600));
}

static bool is_there(const char *name)
{
	char path[500];

	snprintf(path, sizeof path, "%s/%s", from, name);
	return access(path, F_OK) == 0;
}

static void begin(const char *items)
{
	talk = talk_begin();
	stage_show(talk.stage, items);
	snprintf(from, sizeof from, "%s/inbox", unit_folder());
	require(mkdir(from, 0700) == 0);
	store(RECALLED, "{\"message_id\":\"" RECALLED "\",\"sender\":\"desk@chiba-city\"}");
	store(RECALLED ".desk@chiba-city", "{\"message_id\":\"" RECALLED "\",\"sender\":\"desk@chiba-city\"}"); /* as a second sender's of one id is stored */
	store(ANSWER, "{\"message_id\":\"" ANSWER "\",\"thread_id\":\"" RECALLED "\",\"sender\":\"desk@chiba-city\"}");
	store(OTHER, "{\"message_id\":\"" OTHER "\"}");
	store("01960000-0000-7000-8000-00000000dead", NULL); /* without what tells of it */
	store("notes of the desk", "{\"message_id\":\"" RECALLED "\"}");
}

static void test_purge(void)
{
	const Pb__Statement *said = NULL;
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	begin(ITEMS(ITEM("33", RECALLED, "link", "true") "," ITEM("34", RECALLED, "link", "true") "," ITEM("35", OTHER, "link", "true") ","
		    ITEM("36", RECALLED, "third", "true") "," ITEM("37", RECALLED, "link", "false")));
	json = acting(talk.sender, TSG_OK, "{\"action\":\"purge\",\"id\":\"" RECALLED "\",\"from\":\"%s\"}", from);
	check_text(acting_text(json, "type"), "purged");
	check_uint(json_array_size(json_object_get(json, "deleted")), 3);
	check(!is_there(RECALLED) && !is_there(RECALLED ".desk@chiba-city") && !is_there(ANSWER));
	check(is_there(OTHER) && is_there("notes of the desk") && is_there("01960000-0000-7000-8000-00000000dead"));
	json_decref(json);
	said = stage_said(talk.stage, &arena);
	require(said != NULL && said->body_case == PB__STATEMENT__BODY_PURGED);
	require(said->purged->n_items == 2); /* this agency's own, of this request, that ask for it */
	check_uint(said->purged->items[0], 33);
	check_uint(said->purged->items[1], 34);
	arena_free(&arena);
	talk_end(&talk);
}

/* What is to be purged may stand behind much else that is to be done. */
static void test_behind_others(void)
{
	const Pb__Statement *said = NULL;
	struct arena arena;

	arena_init(&arena, 16u << 20);
	begin(ITEMS(ITEM("33", OTHER, "link", "false") "," ITEM("34", OTHER, "third", "false") "," ITEM("35", OTHER, "link", "true") ","
		    ITEM("36", OTHER, "link", "false") "," ITEM("37", RECALLED, "link", "true")));
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"purge\",\"id\":\"" RECALLED "\",\"from\":\"%s\"}", from));
	check(!is_there(RECALLED) && is_there(OTHER));
	said = stage_said(talk.stage, &arena);
	require(said != NULL && said->body_case == PB__STATEMENT__BODY_PURGED && said->purged->n_items == 1);
	check_uint(said->purged->items[0], 37);
	arena_free(&arena);
	talk_end(&talk);
}

/* Whoever keeps copies of its own deletes those first, and confirms without a folder. */
static void test_without_a_folder(void)
{
	json_t *json = NULL;

	begin(ITEMS(ITEM("33", RECALLED, "link", "true")));
	json = acting(talk.sender, TSG_OK, "{\"action\":\"purge\",\"id\":\"" RECALLED "\"}");
	check_uint(json_array_size(json_object_get(json, "deleted")), 0);
	check(is_there(RECALLED));
	json_decref(json);
	talk_end(&talk);
}

/* Nothing is confirmed that was not deleted. */
static void test_failures(void)
{
	struct arena arena;

	arena_init(&arena, 16u << 20);
	begin(ITEMS(ITEM("33", RECALLED, "link", "true")));
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NOTHING_TO_PURGE", "{\"action\":\"purge\",\"id\":\"" OTHER "\",\"from\":\"%s\"}", from);
	check(is_there(OTHER));
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "FILE_MISSING", "{\"action\":\"purge\",\"id\":\"" RECALLED "\",\"from\":\"%s/nowhere\"}", from);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"purge\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"purge\",\"id\":\"../..\"}");
	check(stage_said(talk.stage, &arena) == NULL);
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"purge\",\"id\":\"" RECALLED "\",\"from\":\"%s\"}", from);
	check(is_there(RECALLED));
	arena_free(&arena);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_purge",
	{ "deleted, then confirmed", test_purge },
	{ "behind what else is to be done", test_behind_others },
	{ "confirmed alone", test_without_a_folder },
	{ "what is not confirmed", test_failures });

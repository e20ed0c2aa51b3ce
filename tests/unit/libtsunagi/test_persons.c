/* SPDX-License-Identifier: Apache-2.0 */
/* Whom this device knows: from its own sealed copies of what it sent, and from the folders into which it received; by name and by kana. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acting.h"
#include "base/file.h"
#include "base/folder.h"
#include "libtsunagi/own_copies.h"
#include "libtsunagi/persons.h"
#include "unit.h"

static size_t count_of(const json_t *found)
{
	return json_array_size(json_object_get(found, "persons"));
}

static const json_t *first(const json_t *found)
{
	return json_array_get(json_object_get(found, "persons"), 0);
}

static char *own_folder(const struct talk *talk)
{
	char *folder = NULL;

	require(asprintf(&folder, "%s.outbox/own", talk->link->path) > 0);
	return folder;
}

/* What was sent is found again although the outbox has let it go, and what is on disk of it is sealed. */
static void test_own_copy(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "ROUTINE", NULL);
	char *folder = own_folder(&talk), *path = NULL;
	json_t *found;
	struct buf file;

	check_uint(talk_outbox(&talk), 0);
	found = acting(talk.sender, TSG_OK, "{\"action\":\"persons\"}");
	require(count_of(found) == 1);
	check_text(acting_text(first(found), "name"), "例田 はるか");
	check_text(acting_text(first(found), "message_id"), receipt.message_id);
	check_text(acting_text(first(found), "sender"), talk.link->address);
	check_text(acting_text(first(found), "from"), "sent");
	check(*acting_text(first(found), "case_id") != '\0');
	json_decref(found);
	require(asprintf(&path, "%s/%s.message", folder, receipt.message_id) > 0);
	buf_init(&file, 1u << 20);
	talk_read(path, &file);
	check(memmem(file.data, file.len, "例田", strlen("例田")) == NULL);
	buf_free(&file);
	talk_reopen_sender(&talk); /* it stays over a restart */
	found = acting(talk.sender, TSG_OK, "{\"action\":\"persons\",\"query\":\"はるか\"}");
	check_uint(count_of(found), 1);
	json_decref(found);
	free(path);
	free(folder);
	talk_end(&talk);
}

/* What names nobody leaves no copy; a damaged or a foreign one is passed over. */
static void test_no_copy(void)
{
	struct talk talk = talk_begin();
	char *folder = own_folder(&talk), *path = NULL;
	json_t *found;

	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"persons\"}"));
	check(access(folder, F_OK) != 0);
	talk_send(&talk, "ROUTINE", NULL);
	check(access(folder, F_OK) == 0);
	require(asprintf(&path, "%s/%s", folder, "01960000-0000-7000-8000-000000000001.message") > 0);
	talk_write(path, bytes_of_text("TSGO and nothing that holds"));
	found = acting(talk.sender, TSG_OK, "{\"action\":\"persons\"}");
	check_uint(count_of(found), 1);
	json_decref(found);
	free(path);
	free(folder);
	talk_end(&talk);
}

/* Those that the law's term is over for are forgotten, and no others. */
static void test_prune(void)
{
	char folder[1200], path[1300];

	snprintf(folder, sizeof folder, "%s/own", unit_folder());
	snprintf(path, sizeof path, "%s/a.message", folder);
	require_ok(folder_make(folder, 0700));
	talk_write(path, bytes_of_text("x"));
	own_copies_prune(unit_folder(), INT64_C(1000000) * 86400 * 366);
	check(access(path, F_OK) == 0);
	own_copies_prune(unit_folder(), INT64_MAX / 2);
	check(access(path, F_OK) != 0);
}

static void store(const char *folder, const char *name, const char *file, const char *json)
{
	char path[1400];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	require_ok(folder_make(path, 0700));
	snprintf(path, sizeof path, "%s/%s/%s", folder, name, file);
	talk_write(path, bytes_of_text(json));
}

#define PERSON(id, case_id, name, kana)                                                                                                                  \
	"{\"message_id\":\"" id "\",\"sender\":\"desk@" STAGE_SITE "\",\"case_id\":\"" case_id "\",\"sheet\":{\"person\":{\"name\":\"" name             \
	"\",\"kana\":\"" kana "\"}}}"
#define A "01960000-0000-7000-8000-00000000000a"
#define B "01960000-0000-7000-8000-00000000000b"
#define CASE_A "01960000-0000-7000-8000-0000000000ca"
#define CASE_B "01960000-0000-7000-8000-0000000000cb"

static size_t sought(struct talk *talk, const char *folder, const char *query)
{
	json_t *found = acting(talk->sender, TSG_OK, "{\"action\":\"persons\",\"query\":\"%s\",\"received\":[\"%s\"]}", query, folder);
	size_t count = count_of(found);

	json_decref(found);
	return count;
}

static void test_received(void)
{
	struct talk talk = talk_begin();
	char folder[1200];
	json_t *found;

	snprintf(folder, sizeof folder, "%s/received", unit_folder());
	require_ok(folder_make(folder, 0700));
	store(folder, A, "message.json", PERSON(A, CASE_A, "田中 一郎", "たなか いちろう"));
	store(folder, B ".desk@" STAGE_SITE, "release.json", PERSON(B, CASE_B, "佐藤 花", "ｻﾄｳ ﾊﾅ"));
	store(folder, "notices", "1.json", PERSON(A, CASE_A, "だれか", "だれか")); /* the site's word, and no message's folder */
	store(folder, "01960000-0000-7000-8000-00000000000c", "message.json", "{ cut off");
	check_uint(sought(&talk, folder, ""), 2);
	check_uint(sought(&talk, folder, "タナカ"), 1);
	check_uint(sought(&talk, folder, "ﾀﾅｶ ｲﾁ"), 1);
	check_uint(sought(&talk, folder, "さとうはな"), 1);
	check_uint(sought(&talk, folder, "田中"), 1);
	check_uint(sought(&talk, folder, "たなが"), 0);
	found = acting(talk.sender, TSG_OK, "{\"action\":\"persons\",\"query\":\"さとう\",\"received\":[\"%s\"]}", folder);
	check_text(acting_text(first(found), "kana"), "ｻﾄｳ ﾊﾅ"); /* as it was written */
	check_text(acting_text(first(found), "from"), folder);
	json_decref(found);
	acting_fails(&talk, talk.sender, TSG_IO, "FILE", "{\"action\":\"persons\",\"received\":[\"%s/none\"]}", folder);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"persons\",\"received\":[7]}");
	talk_end(&talk);
}

/* By message and sender, then by case: ids are their senders' own. */
static void test_find(void)
{
	json_t *persons = json_loads("[{\"message_id\":\"m\",\"sender\":\"a\",\"case_id\":\"c\",\"name\":\"one\"},{\"message_id\":\"m\",\"sender\":\"b\",\"case_id\":\"d\","
				     "\"name\":\"two\"},{\"message_id\":\"n\",\"sender\":\"a\",\"case_id\":\"e\"},"
				     "{\"message_id\":\"o\",\"sender\":\"a\",\"case_id\":\"d\",\"name\":\"three\",\"kana\":\"three\"}]",
				     0, NULL);

	require(persons != NULL);
	check_text(acting_text(persons_find(persons, "m", "a", "d"), "name"), "one");
	check_text(acting_text(persons_find(persons, "m", "b", NULL), "name"), "two");
	check_text(acting_text(persons_find(persons, "x", "a", "d"), "name"), "three"); /* the one that tells most */
	check(persons_find(persons, "n", "a", "e") == NULL); /* it names nobody */
	check(persons_find(persons, NULL, NULL, NULL) == NULL);
	json_decref(persons);
}

UNIT_SUITE("libtsunagi/persons",
	{ "an own copy", test_own_copy },
	{ "no copy", test_no_copy },
	{ "copies end", test_prune },
	{ "received folders, by name and kana", test_received },
	{ "found by message, then by case", test_find });

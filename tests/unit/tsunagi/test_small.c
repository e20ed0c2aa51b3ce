/* SPDX-License-Identifier: Apache-2.0 */
/* code_lists, queue_words, test_site, temporary_folder, words: a test or two each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/json.h"
#include "tsunagi/code_lists.h"
#include "tsunagi/temporary_folder.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"
#include "unit.h"

static void test_lists(void)
{
	for (const struct code_list *list = code_lists; list->field != NULL; list++)
		for (unsigned i = 0; i < list->words->n_values; i++) {
			int value = list->words->values[i].value;

			unit_context("%s %d", list->field, value);
			for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
				const char *text = code_text(list, value, (enum language)language);

				check((text != NULL) == (value != 0));
				check(text == NULL || language == LANGUAGE_JA || (text[0] & 0x80) == 0);
			}
			check(value == 0 || json_word(list->words, value) != NULL);
			check(code_text(list, 98, LANGUAGE_EN) == NULL); /* in a gap, or past the end */
		}
}

static void test_queue_words(void)
{
	words_start(LANGUAGE_EN);
	check_text(queue_state_word("dead"), "dead letter");
	check_text(queue_reason_word("PROGRAM_FAILED"), "the recipient's program failed");
	check_text(queue_next_word("waits_for_reader"), "waits until the agency connects");
	check_text(queue_reason_word("something_new"), "something_new");
	check_text(urgency_word(PB__URGENCY__URGENCY_DANGER), "danger to life");
	check_text(urgency_word((Pb__Urgency)99), "-");
	check_text(kind_word(PB__KIND__KIND_NOTE), "note");
	words_start(LANGUAGE_JA);
	check_text(queue_state_word("dead"), "配達不能");
	check_text(urgency_word(PB__URGENCY__URGENCY_DANGER), "命の危険");
	words_start(LANGUAGE_EN);
}

static void test_item_json(void)
{
	Pb__QueueItem item = PB__QUEUE_ITEM__INIT;
	uint8_t id[16] = { 1, 2, 3 };
	json_t *json;

	item.message_id.data = id;
	item.message_id.len = sizeof id;
	json = queue_item_json(&item);
	check(json_string_value(json_object_get(json, "code")) != NULL);
	check(json_is_integer(json_object_get(json, "attempts")));
	json_decref(json);
}

static void test_mark(void)
{
	json_t *real = json_pack("{s:s}", "site", "chiba-city");
	json_t *test = json_pack("{s:s}", "site", TEST_SITE);
	json_t *none = json_object();

	test_site_mark(real);
	test_site_mark(test);
	test_site_mark(none);
	check(json_object_get(real, "test") == NULL);
	check(json_is_true(json_object_get(test, "test")));
	check(json_object_get(none, "test") == NULL);
	json_decref(real);
	json_decref(test);
	json_decref(none);
}

static void test_folder(void)
{
	char path[TEMPORARY_FOLDER_PATH];
	char inner[TEMPORARY_FOLDER_PATH + 20];
	char outside[300];
	struct stat status;

	snprintf(outside, sizeof outside, "%s/kept", unit_folder());
	require(mkdir(outside, 0700) == 0);
	setenv("TMPDIR", unit_folder(), 1);
	require_ok(temporary_folder_make("x", path));
	unsetenv("TMPDIR");
	check(strncmp(path, unit_folder(), strlen(unit_folder())) == 0);
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0700);
	snprintf(inner, sizeof inner, "%s/a", path);
	require(mkdir(inner, 0700) == 0);
	snprintf(inner, sizeof inner, "%s/a/link", path);
	require(symlink(outside, inner) == 0);
	temporary_folder_remove(path);
	check(access(path, F_OK) != 0);
	check(access(outside, F_OK) == 0); /* no link is followed */
}

UNIT_SUITE("tsunagi/small",
	{ "every word of every list has its Japanese", test_lists },
	{ "queue words in two languages", test_queue_words },
	{ "an item as JSON has its code", test_item_json },
	{ "what comes from the test site says so", test_mark },
	{ "a temporary folder goes with all that is in it", test_folder });

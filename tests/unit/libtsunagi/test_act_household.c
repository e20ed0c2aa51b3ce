/* SPDX-License-Identifier: Apache-2.0 */
/* Which cases are shown as one household: only those that the agency is on, and none that is protected. */
#include <stdio.h>

#include "acting.h"
#include "base/file.h"
#include "base/folder.h"
#include "unit.h"

#define PARENT "01960000-0000-7000-8000-0000000000ca"
#define CHILD "01960000-0000-7000-8000-0000000000cb"
#define MESSAGE "01960000-0000-7000-8000-00000000000a"

static struct talk talk;
static char folder[1200];

/* A sheet about the parent's case, in which the child's is named. */
static void receive_sheet(void)
{
	char path[1400];

	snprintf(folder, sizeof folder, "%s/received", unit_folder());
	snprintf(path, sizeof path, "%s/" MESSAGE, folder);
	require_ok(folder_make(folder, 0700));
	require_ok(folder_make(path, 0700));
	snprintf(path, sizeof path, "%s/" MESSAGE "/message.json", folder);
	talk_write(path, bytes_of_text("{\"message_id\":\"" MESSAGE "\",\"sender\":\"desk@" STAGE_SITE "\",\"case_id\":\"" PARENT
				       "\",\"sheet\":{\"person\":{\"name\":\"仮名 トミ\"},\"household_cases\":[\"" CHILD "\"]}}"));
}

static json_t *shown(const char *id)
{
	return acting(talk.sender, TSG_OK, "{\"action\":\"case.show\",\"case\":\"%s\",\"received\":[\"%s\"]}", id, folder);
}

/* The site of this test shows one case at a time: that this agency is on the other is for it to deny. */
static void test_not_on_the_other(void)
{
	json_t *json;

	talk = talk_begin();
	receive_sheet();
	stage_show(talk.stage, "{\"case_shown\":{\"case_id\":\"" PARENT "\",\"owner\":\"link@chiba-city\"}}");
	json = shown(PARENT);
	check_text(acting_text(json, "person.name"), "仮名 トミ");
	check_uint(json_array_size(json_object_get(json, "household")), 0);
	json_decref(json);
	talk_end(&talk);
}

/* Of a protected case nothing is told, not even whose it is: a list on a screen is what somebody reads over a shoulder. */
static void test_protected(void)
{
	json_t *json;

	talk = talk_begin();
	receive_sheet();
	stage_show(talk.stage, "{\"case_shown\":{\"case_id\":\"" PARENT "\",\"owner\":\"link@chiba-city\",\"protected\":true}}");
	json = shown(PARENT);
	check(json_object_get(json, "household") == NULL);
	check(json_object_get(json, "person") == NULL);
	json_decref(json);
	talk_end(&talk);
}

static void test_unknown_folder(void)
{
	talk = talk_begin();
	stage_show(talk.stage, "{\"case_shown\":{\"case_id\":\"" PARENT "\",\"owner\":\"link@chiba-city\"}}");
	acting_fails(&talk, talk.sender, TSG_IO, "FILE", "{\"action\":\"case.show\",\"case\":\"" PARENT "\",\"received\":[\"%s/none\"]}", unit_folder());
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_household",
	{ "not on the other case", test_not_on_the_other },
	{ "protected", test_protected },
	{ "a folder that is not there", test_unknown_folder });

/* SPDX-License-Identifier: Apache-2.0 */
/* What a folder of stored deliveries tells of a conference: the latest of each, of this conference alone, whatever else lies there. */
#include "tsunagi/conference_kept.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tsunagi/json_row.h"
#include "unit.h"

#define TALK "01960000-0000-7000-8000-00000000c0f1"

static void put(const char *name, const char *json)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/message.json", unit_folder(), name);
	require_ok(file_write_new(path, bytes_of_text(json), 0600));
}

static void test_the_latest_of_each(void)
{
	json_t *kept;

	put("a", "{\"kind\":\"CONFERENCE\",\"message_id\":\"" TALK "\",\"seq\":3,\"conference\":{\"title\":\"first\",\"place\":\"here\",\"series\":{\"every\":1}}}");
	put("b", "{\"kind\":\"CONFERENCE\",\"message_id\":\"m\",\"thread_id\":\"" TALK "\",\"seq\":9,\"conference\":{\"place\":\"there\",\"title\":\"\"}}");
	put("c", "{\"kind\":\"CONFERENCE\",\"message_id\":\"n\",\"thread_id\":\"" TALK "\",\"seq\":5,\"conference\":{\"place\":\"elsewhere\"}}");
	put("d", "{\"kind\":\"CONFERENCE\",\"message_id\":\"other\",\"seq\":99,\"conference\":{\"title\":\"another\"}}");
	put("e", "{\"kind\":\"NOTE\",\"message_id\":\"o\",\"thread_id\":\"" TALK "\",\"seq\":99,\"conference\":{\"title\":\"no conference\"}}");
	put("f", "no json");
	put(".hidden", "{\"kind\":\"CONFERENCE\",\"message_id\":\"" TALK "\",\"seq\":99,\"conference\":{\"title\":\"hidden\"}}");
	kept = conference_kept(unit_folder(), TALK);
	check_text(json_row_text(kept, "title"), "first");
	check_text(json_row_text(kept, "place"), "there");
	check(json_is_object(json_object_get(kept, "series")));
	json_decref(kept);
}

static void test_nothing_kept(void)
{
	json_t *kept = conference_kept("/no/such/folder", TALK);

	check(json_is_object(kept));
	check_uint(json_object_size(kept), 0);
	json_decref(kept);
}

UNIT_SUITE("tsunagi/conference_kept",
	{ "the latest of each", test_the_latest_of_each },
	{ "nothing was kept", test_nothing_kept });

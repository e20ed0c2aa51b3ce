/* SPDX-License-Identifier: Apache-2.0 */
#include "desk.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "fake_daemon.h"
#include "unit.h"

struct desk desk_begin(void)
{
	struct desk desk = { .stage = stage_new() };

	desk.link = stage_agency(desk.stage, "link");
	desk.desk = stage_agency(desk.stage, "desk");
	stage_publish(desk.stage);
	stage_start(desk.stage);
	return desk;
}

void desk_end(struct desk *desk)
{
	stage_free(desk->stage);
}

static const struct said *run(struct desk *desk, bool json, const char *format, va_list list)
{
	char words[4096];

	vsnprintf(words, sizeof words, format, list);
	unit_context("%s", words);
	return fake_run(NULL, json, &desk->outcome, "%s", words);
}

const struct said *desk_run(struct desk *desk, bool json, const char *format, ...)
{
	const struct said *said = NULL;
	va_list list;

	va_start(list, format);
	said = run(desk, json, format, list);
	va_end(list);
	return said;
}

static const struct said *run_with(struct desk *desk, bool json, const char *input, bool held, const char *format, va_list list)
{
	const struct said *said = NULL;
	int before = dup(STDIN_FILENO), ends[2];

	require(before >= 0 && strlen(input) < 60000 && pipe(ends) == 0); /* what fits into a pipe at once */
	require(write(ends[1], input, strlen(input)) == (ssize_t)strlen(input));
	if (!held)
		close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	said = run(desk, json, format, list);
	dup2(before, STDIN_FILENO);
	close(before);
	if (held)
		close(ends[1]);
	return said;
}

const struct said *desk_run_fed(struct desk *desk, bool json, const char *input, const char *format, ...)
{
	const struct said *said = NULL;
	va_list list;

	va_start(list, format);
	said = run_with(desk, json, input, false, format, list);
	va_end(list);
	return said;
}

const struct said *desk_run_held(struct desk *desk, bool json, const char *input, const char *format, ...)
{
	const struct said *said = NULL;
	va_list list;

	va_start(list, format);
	said = run_with(desk, json, input, true, format, list);
	va_end(list);
	return said;
}

const char *desk_message(const char *other)
{
	static char path[300];
	char text[4000];

	snprintf(path, sizeof path, "%s/message.json", unit_folder());
	snprintf(text, sizeof text,
		 "{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"desk\"],\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"調整\"},"
		 "\"sheet\":{\"person\":{\"name\":\"例田 はるか\"},\"history\":\"経過\","
		 "\"topics\":[{\"topic\":\"HOUSING\",\"mark\":\"MAIN\"}],\"referral_reason\":\"住まいの相談\",\"expected_support\":\"支援の調整\",\"not_seen\":\"特になし\","
		 "\"text_classes\":[\"IDENTITY\"]}%s}",
		 other);
	require_ok(file_write(path, bytes_of_text(text), 0600));
	return path;
}

void desk_send(struct desk *desk, char message_id[37])
{
	const struct said *said = desk_run(desk, true, "send %s --as %s", desk_message(""), desk->link->path);
	const char *id = desk_field(said->out, "message_id");

	require(check_int(desk->outcome, OUTCOME_DONE) && id != NULL);
	snprintf(message_id, 37, "%s", id);
}

static const char *text_of(const json_t *object, const char *name)
{
	static char text[4000];
	const char *found = json_string_value(json_object_get(object, name));

	if (found == NULL)
		return NULL;
	snprintf(text, sizeof text, "%s", found);
	return text;
}

const char *desk_field(const char *line, const char *name)
{
	json_t *json = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
	const char *text = text_of(json, name);

	json_decref(json);
	return text;
}

const char *desk_error(const char *line, const char *name)
{
	json_t *json = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
	const char *text = text_of(json_object_get(json, "error"), name);

	json_decref(json);
	return text;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_case.c - see acts.h and tsunagi/tsunagi.h: a case as the broker knows it, and how its owner protects it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "contract/json.h"
#include "libtsunagi/act_household.h"
#include "libtsunagi/act_names.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/saying.h"

static int show(struct tsg_client *client, const struct id *case_id, json_t **ret_json)
{
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	int result;

	read.what_case = PB__READ__WHAT_CASE_ID;
	read.case_id = pb_of_bytes(bytes_of(case_id->bytes, ID_BYTES));
	result = asking_wait(client, &read, "the case", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_CASE_SHOWN)
		*ret_json = json_of_message(&answer.result->case_shown->base);
	asking_free(&answer);
	if (*ret_json == NULL)
		return failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no case came", NULL);
	json_object_set_new(*ret_json, "type", json_string("case"));
	return TSG_OK;
}

/* With what this device alone knows: who it is about, and which other cases are of the same household. */
static int show_whole(struct tsg_client *client, const struct id *case_id, const json_t *action, json_t **ret_json)
{
	int result = show(client, case_id, ret_json);

	if (result == TSG_OK)
		result = household_put(client, json_object_get(action, "received"), *ret_json);
	if (result != TSG_OK) {
		json_decref(*ret_json);
		*ret_json = NULL;
	}
	return result;
}

static bool is_listed(const json_t *list, const char *text)
{
	json_t *row;
	size_t index;

	json_array_foreach(list, index, row)
		if (strcmp(json_string_value(row), text) == 0)
			return true;
	return false;
}

/* Whether the directory has it.  Of another site we know nobody, and who it keeps out is for its owner to spell. */
static bool is_there(const struct tsg_client *client, const char *address)
{
	struct bytes agency = bytes_of_text(address), site;

	return !text_split_address(bytes_of_text(address), &agency, &site) || !bytes_equal(site, bytes_of_text(client->bundle->site)) ||
	       site_directory_agency(client->directory, agency) != NULL;
}

/* A name that is misspelt keeps nobody out, and says that it does.  Who left the directory stays kept out: it may come back. */
static int check_kept_out(struct tsg_client *client, const struct id *case_id, const struct act_names *names)
{
	json_t *now = NULL;
	int result = names->count == 0 ? TSG_OK : api_fresh_directory(client, client_deadline(client->timeout_ms));

	for (size_t i = 0; i < names->count && result == TSG_OK; i++) {
		if (is_there(client, names->texts[i]))
			continue;
		if (now == NULL)
			result = show(client, case_id, &now);
		if (result == TSG_OK && !is_listed(json_object_get(now, "kept_out"), names->texts[i]))
			result = failure_tell(&client->failure, PROBLEM_UNKNOWN_AGENCY, names->texts[i], NULL);
	}
	json_decref(now);
	return result;
}

/* Addresses as the broker wants them, in names' memory. */
static int protect(struct tsg_client *client, const struct id *case_id, const json_t *action, json_t **ret_json)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	struct act_names names;
	uint64_t seq = 0;
	int result = act_names_read(client, json_object_get(action, "keep_out"), LIMIT_KEPT_OUT, "keep_out", &names);

	if (result != TSG_OK)
		return result;
	mark.case_id = pb_of_bytes(bytes_of(case_id->bytes, ID_BYTES));
	mark.protected_ = !json_is_false(json_object_get(action, "protected"));
	mark.kept_out = names.texts;
	mark.n_kept_out = names.count;
	mark.at_us = clock_wall_us();
	statement.body_case = PB__STATEMENT__BODY_MARK_CASE;
	statement.mark_case = &mark;
	result = check_kept_out(client, case_id, &names);
	if (result == TSG_OK)
		result = say_statement(client, &statement, client_deadline(client->timeout_ms), &seq);
	act_names_free(&names);
	if (result == TSG_OK)
		result = show(client, case_id, ret_json);
	if (result == TSG_OK)
		json_object_set_new(*ret_json, "seq", json_integer((json_int_t)seq));
	return result;
}

int act_case(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	const char *text = field_text(action, "case");
	struct id case_id;

	if (text == NULL || id_parse(text, &case_id) != ERR_OK)
		return failure_lacks(&client->failure, "case needs the id of a case", "case にはケースの番号が必要です");
	if (strcmp(word, "show") == 0)
		return show_whole(client, &case_id, action, ret_json);
	if (strcmp(word, "protect") == 0)
		return protect(client, &case_id, action, ret_json);
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, field_text(action, "action"), NULL);
}

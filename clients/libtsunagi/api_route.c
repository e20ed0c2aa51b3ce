/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api_route.c - see tsunagi/tsunagi.h: from a need to agencies, on this device alone. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/routing_report.h"
#include "libtsunagi/api.h"
#include "libtsunagi/fields.h"

static int compiled_rules(struct tsg_client *client, const struct routing **ret_routing)
{
	int result = TSG_OK;
	enum err err;

	if (site_directory_version(client->directory) == 0)
		result = api_fresh_directory(client, client_deadline(client->timeout_ms));
	if (result != TSG_OK)
		return result;
	err = site_directory_routing(client->directory, ret_routing);
	if (err == ERR_NOT_FOUND || err == ERR_FORMAT)
		return failure_tell(&client->failure, PROBLEM_NO_RULES, client->bundle->site, NULL);
	return err == ERR_OK ? TSG_OK : failure_err(&client->failure, err, "the directory's rules");
}

int api_route(struct tsg_client *client, const json_t *need, bool all, json_t **ret_report)
{
	const struct routing *routing = NULL;
	char *fault = NULL;
	int result = compiled_rules(client, &routing);
	enum err err;

	if (result != TSG_OK)
		return result;
	err = routing_answer(routing, need, client->bundle->agency, clock_wall_us(), all, language_of_environment(), ret_report, &fault);
	if (err == ERR_FORMAT)
		result = failure_tell(&client->failure, PROBLEM_NEED, fault, NULL);
	else if (err != ERR_OK)
		result = failure_err(&client->failure, err, "the need");
	free(fault);
	return result;
}

int tsg_route_json(tsg_client *client, const char *need, size_t length, int all, char **ret_json)
{
	json_t *parsed = NULL, *report = NULL;
	int result;

	if (client == NULL)
		return TSG_USAGE;
	failure_clear(&client->failure);
	parsed = api_parse(&client->failure, need, length);
	if (parsed == NULL)
		return client->failure.result;
	result = api_route(client, parsed, all != 0, &report);
	json_decref(parsed);
	return result == TSG_OK ? api_give(&client->failure, report, ret_json) : result;
}

/* ---- typed ---- */

/* A copy that ends at a character's end. */
static void copy_text(const json_t *row, const char *name, char *to, size_t room)
{
	const char *text = field_text(row, name);
	size_t len = text == NULL ? 0 : strlen(text);

	if (len >= room) {
		len = room - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(to, text == NULL ? "" : text, len);
	to[len] = '\0';
}

static void read_choice(const json_t *row, tsg_choice *choice)
{
	const json_t *cautions = json_object_get(row, "cautions");

	*choice = (tsg_choice){ .cautions = json_array_size(cautions) };
	copy_text(row, "agency", choice->agency, sizeof choice->agency);
	copy_text(row, "address", choice->address, sizeof choice->address);
	copy_text(row, "rule", choice->rule, sizeof choice->rule);
	copy_text(row, "because", choice->because, sizeof choice->because);
	for (size_t i = 0; i < choice->cautions; i++) {
		const char *code = field_text(json_array_get(cautions, i), "code");

		choice->closed |= code != NULL && strcmp(code, "CLOSED") == 0;
	}
}

int tsg_route(tsg_client *client, const char *need, size_t length, tsg_choice *ret_choices, size_t capacity, size_t *ret_count)
{
	char *text = NULL;
	json_t *report = NULL;
	const json_t *choices;
	int result;

	if (ret_count == NULL || (ret_choices == NULL && capacity > 0))
		return TSG_USAGE;
	result = tsg_route_json(client, need, length, 0, &text);
	if (result != TSG_OK)
		return result;
	report = json_loads(text, 0, NULL);
	free(text);
	if (report == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the result");
	choices = json_object_get(report, "choices");
	*ret_count = json_array_size(choices);
	for (size_t i = 0; i < *ret_count && i < capacity; i++)
		read_choice(json_array_get(choices, i), &ret_choices[i]);
	json_decref(report);
	return TSG_OK;
}

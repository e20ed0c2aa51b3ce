/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api_client.c - see tsunagi/tsunagi.h: opening, closing, working, status. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "libtsunagi/api.h"
#include "libtsunagi/bundle_session.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/own_copies.h"
#include "libtsunagi/requests.h"
#include "libtsunagi/sent_keys.h"

#define TIMEOUT_MS 10000
#define FAILURES_BEFORE_AWAY 3 /* attempts, within about a second */

const char *tsg_version(void)
{
	return TSUNAGI_VERSION;
}

const char *tsg_strerror(int result)
{
	switch (result) {
	case TSG_OK:
		return "done";
	case TSG_REFUSED:
		return "refused";
	case TSG_NOT_FOUND:
		return "not there";
	case TSG_TIMEOUT:
		return "nothing came in time";
	case TSG_UNREACHABLE:
		return "the broker cannot be reached";
	case TSG_IN_OUTBOX:
		return "safe in the outbox only";
	case TSG_USAGE:
		return "called wrongly";
	case TSG_NOT_AUTHENTIC:
		return "a signature, binding or proof does not hold";
	case TSG_IO:
		return "this device's own disk or files";
	case TSG_NO_MEMORY:
		return "out of memory";
	case TSG_UNDECIDED:
		return "cannot be proved either way";
	default:
		return "a result that this version does not know";
	}
}

void tsg_free(void *text)
{
	free(text);
}

/* ---- shared by the calls ---- */

int api_give(struct failure *failure, json_t *json, char **ret_text)
{
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);

	json_decref(json);
	if (text == NULL)
		return failure_err(failure, ERR_NOMEM, "the result");
	if (ret_text == NULL)
		free(text);
	else
		*ret_text = text;
	return TSG_OK;
}

json_t *api_parse(struct failure *failure, const char *json, size_t length)
{
	json_error_t error;
	json_t *parsed = NULL;
	char place[JSON_ERROR_TEXT_LENGTH + 64];

	if (json == NULL) {
		failure_tell(failure, PROBLEM_USAGE, "json is NULL", NULL);
		return NULL;
	}
	parsed = json_loadb(json, length, JSON_REJECT_DUPLICATES, &error);
	if (parsed == NULL) {
		snprintf(place, sizeof place, "line %d, column %d: %s", error.line, error.column, error.text);
		failure_tell(failure, PROBLEM_JSON, place, NULL);
	}
	return parsed;
}

int api_enter(struct tsg_client *client)
{
	if (client == NULL)
		return TSG_USAGE;
	failure_clear(&client->failure);
	return client_trusts(client);
}

bool api_wait_open(struct tsg_client *client, int64_t until_us)
{
	unsigned before = session_failures(client->session);
	unsigned most = before + 1 > FAILURES_BEFORE_AWAY ? before + 1 : FAILURES_BEFORE_AWAY;

	if (before > 0)
		session_connect(client->session); /* someone waits: one attempt now, whatever the pause */
	client_work(client);
	while (!session_is_open(client->session)) {
		if (session_failures(client->session) >= most || knowledge_forked(client->knowledge) ||
		    !client_wait(client, until_us))
			return false;
	}
	return true;
}

static bool directory_is_fresh(const struct tsg_client *client)
{
	return session_is_open(client->session) && !client->directory_coming && !client->records_coming && !watching_records_due(client) &&
	       client->directory_wanted <= site_directory_version(client->directory) && site_directory_version(client->directory) > 0;
}

int api_fresh_directory(struct tsg_client *client, int64_t until_us)
{
	if (!api_wait_open(client, until_us)) {
		int result = client_trusts(client);

		return result == TSG_OK ? client_tell_connection(client, "the directory") : result;
	}
	while (!directory_is_fresh(client))
		if (knowledge_forked(client->knowledge) || warnings_has(&client->knowledge->warnings, WARNING_DIRECTORY_FORGED) ||
		    !client_wait(client, until_us))
			break;
	if (directory_is_fresh(client))
		return TSG_OK;
	if (warnings_has(&client->knowledge->warnings, WARNING_DIRECTORY_FORGED))
		return failure_tell(&client->failure, PROBLEM_DIRECTORY_FORGED, NULL, NULL);
	return client_tell_connection(client, "the directory");
}

/* ---- opening ---- */

static void on_damaged(void *context, const char *file)
{
	struct tsg_client *client = context;

	knowledge_warn(client->knowledge, WARNING_OUTBOX_DAMAGED, file, "");
}

static int read_bundle(struct tsg_client *client, const char *bundle_file)
{
	const char *reason = NULL;
	enum err err = bundle_read(bundle_file, &client->bundle, &reason);

	if (err == ERR_PERMISSION)
		return failure_tell(&client->failure, PROBLEM_BUNDLE_OPEN_TO_OTHERS, bundle_file, NULL);
	if (err == ERR_NOT_FOUND)
		return failure_tell(&client->failure, PROBLEM_FILE_MISSING, bundle_file, NULL);
	if (err != ERR_OK)
		return failure_tell(&client->failure, PROBLEM_BUNDLE, bundle_file, reason);
	if (client->bundle->pending)
		return failure_tell(&client->failure, PROBLEM_BUNDLE_PENDING, bundle_file, NULL);
	client->bundle_path = strdup(bundle_file);
	return client->bundle_path == NULL ? failure_err(&client->failure, ERR_NOMEM, bundle_file) : TSG_OK;
}

static int open_folder(struct tsg_client *client, const char *outbox_directory)
{
	long holder = 0;
	char number[32];
	enum err err = ERR_OK;

	if (outbox_directory != NULL)
		client->folder = strdup(outbox_directory);
	else if (asprintf(&client->folder, "%s.outbox", client->bundle_path) < 0)
		client->folder = NULL;
	if (client->folder == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the outbox");
	err = knowledge_open(client->folder, client->bundle->site, client->bundle->checkpoint_key, &client->knowledge, &holder);
	if (err == ERR_BUSY) {
		snprintf(number, sizeof number, "%ld", holder);
		return failure_tell(&client->failure, PROBLEM_OUTBOX_LOCKED, client->folder, number);
	}
	if (err == ERR_OK)
		err = outbox_open(client->folder, &client->outbox, on_damaged, client);
	if (err == ERR_OK)
		err = settling_open(client);
	if (err == ERR_OK)
		err = site_directory_new(client->folder, client->bundle->site, client->bundle->checkpoint_key, &client->directory);
	if (err == ERR_OK)
		err = confidential_new(client->folder, client->bundle, &client->confidential);
	if (err == ERR_OK)
		site_directory_set_behind(client->directory, client->confidential);
	if (err != ERR_OK)
		return failure_tell(&client->failure, PROBLEM_FILE, client->folder, err_text(err));
	outbox_sweep(&client->outbox);
	sent_keys_prune(client->folder, clock_wall_us());
	own_copies_prune(client->folder, clock_wall_us());
	request_memory_prune(client->folder, clock_wall_us());
	return TSG_OK;
}

static int open_session(struct tsg_client *client)
{
	const struct bundle *bundle = client->bundle;
	enum err err = bundle_session_new(bundle, NULL, 0, &client->session);

	if (err == ERR_OK)
		err = batcher_new(bundle->site, bundle->signing_certificate, bundle->signing_key, &client->batcher);
	return err == ERR_OK ? TSG_OK : failure_err(&client->failure, err, "the connection");
}

int tsg_client_open_json(const char *bundle_file, const char *outbox_directory, tsg_client **ret_client, char **ret_error_json)
{
	struct tsg_client *client = NULL;
	int result = TSG_OK;

	if (bundle_file == NULL || ret_client == NULL)
		return TSG_USAGE;
	client = calloc(1, sizeof *client);
	if (client == NULL)
		return TSG_NO_MEMORY;
	client->timeout_ms = TIMEOUT_MS;
	client->settlements.marks = -1;
	result = read_bundle(client, bundle_file);
	if (result == TSG_OK)
		result = open_folder(client, outbox_directory);
	if (result == TSG_OK)
		result = open_session(client);
	if (result == TSG_OK) {
		*ret_client = client;
		return TSG_OK;
	}
	if (ret_error_json != NULL)
		*ret_error_json = failure_text(&client->failure);
	tsg_client_close(client);
	return result;
}

int tsg_client_open(const char *bundle_file, const char *outbox_directory, tsg_client **ret_client)
{
	return tsg_client_open_json(bundle_file, outbox_directory, ret_client, NULL);
}

void tsg_client_close(tsg_client *client)
{
	if (client == NULL)
		return;
	for (struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		delivery->client = NULL; /* the program still frees it */
	session_free(client->session, 500);
	sending_free(client);
	receiving_free(client);
	settling_close(client);
	batcher_free(client->batcher);
	outbox_close(&client->outbox);
	signers_clear(&client->signers);
	site_directory_free(client->directory);
	confidential_free(client->confidential);
	knowledge_close(client->knowledge);
	bundle_free(client->bundle);
	free(client->bundle_path);
	free(client->folder);
	free(client->failure_json);
	free(client);
}

/* ---- working ---- */

void tsg_client_set_timeout(tsg_client *client, int timeout_ms)
{
	if (client != NULL)
		client->timeout_ms = timeout_ms < 0 ? 0 : timeout_ms;
}

int tsg_client_fd(tsg_client *client)
{
	return client == NULL ? TSG_USAGE : channel_fd(session_channel(client->session));
}

int tsg_client_dispatch(tsg_client *client, int timeout_ms)
{
	int result = api_enter(client);

	if (result == TSG_USAGE)
		return result;
	client_work(client);
	client_wait(client, client_deadline(timeout_ms));
	return client_trusts(client);
}

const char *tsg_last_error(tsg_client *client)
{
	static const char nothing[] = "{\"error\":{\"code\":\"USAGE\",\"message\":\"no client\",\"hint\":\"\"}}";

	if (client == NULL)
		return nothing;
	free(client->failure_json);
	client->failure_json = failure_text(&client->failure);
	return client->failure_json == NULL ? "{\"error\":{\"code\":\"NO_MEMORY\",\"message\":\"Out of memory.\",\"hint\":\"\"}}" : client->failure_json;
}

static json_t *checkpoint_json(const struct knowledge *knowledge)
{
	if (!knowledge->has_checkpoint)
		return json_null();
	return json_pack("{s:s, s:I, s:I, s:o}", "origin", knowledge->checkpoint.origin, "epoch", (json_int_t)knowledge->epoch, "size",
			 (json_int_t)knowledge->checkpoint.size, "root", json_base64(digest_bytes(&knowledge->checkpoint.root)));
}

int tsg_client_status_json(tsg_client *client, char **ret_json)
{
	if (client == NULL || ret_json == NULL)
		return TSG_USAGE;
	client_work(client);
	return api_give(&client->failure,
			json_pack("{s:s, s:s, s:s, s:I, s:s, s:o, s:{s:I}, s:{s:I, s:I}, s:o, s:I, s:I, s:o}", "type", "status", "agency",
				  client->bundle->address, "site", client->bundle->site, "device", (json_int_t)client->bundle->device, "device_name",
				  client->bundle->device_name, "connection", client_connection_json(client), "outbox", "waiting",
				  (json_int_t)client->outbox.count, "inbox", "arrived", (json_int_t)client->arrival_count, "unanswered",
				  (json_int_t)client->settlements.waiting, "checkpoint", checkpoint_json(client->knowledge), "directory_version",
				  (json_int_t)site_directory_version(client->directory), "clock_skew_ms", (json_int_t)(client->clock_skew_us / 1000),
				  "warnings", warnings_json(&client->knowledge->warnings, true)),
			ret_json);
}

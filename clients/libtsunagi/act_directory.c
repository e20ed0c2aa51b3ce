/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_directory.c - see acts.h: what the site's signed directory says, and the certificates that it binds. */
#include "contract/fingerprint.h"
#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/fields.h"

/* The newest if the broker can be reached, else the one that is kept. */
static int newest_directory(struct tsg_client *client)
{
	int result = api_fresh_directory(client, client_deadline(client->timeout_ms));

	if (result == TSG_OK || result == TSG_NOT_AUTHENTIC || site_directory_version(client->directory) == 0)
		return result;
	failure_clear(&client->failure);
	return TSG_OK;
}

/* The ids of those that can open what is sealed to them: the bindings stand together by agency. */
static json_t *enrolled(const Pb__DirectorySnapshot *snapshot)
{
	json_t *list = json_array();

	for (size_t i = 0; i < snapshot->n_bindings; i++)
		if (i == 0 || strcmp(snapshot->bindings[i]->agency, snapshot->bindings[i - 1]->agency) != 0)
			json_array_append_new(list, json_string(snapshot->bindings[i]->agency));
	return list;
}

int act_directory(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const Pb__DirectorySnapshot *snapshot = NULL;
	int result = newest_directory(client);

	(void)action;
	if (result != TSG_OK)
		return result;
	snapshot = site_directory_snapshot(client->directory);
	*ret_json = json_pack("{s:s, s:I, s:b, s:o, s:o}", "type", "directory", "version", (json_int_t)snapshot->version, "current",
			      session_is_open(client->session) ? 1 : 0, "directory", json_of_message(&snapshot->file->base), "enrolled",
			      enrolled(snapshot));
	return TSG_OK;
}

static json_t *binding_json(const Pb__Binding *binding)
{
	char print[FINGERPRINT_TEXT];

	fingerprint(bytes_of_pb(binding->signing_certificate), bytes_of_pb(binding->sealing_certificate), print);
	return json_pack("{s:I, s:s, s:s, s:I, s:o, s:o, s:o}", "device", (json_int_t)binding->device, "device_name", binding->device_name, "fingerprint",
			 print, "seq", (json_int_t)binding->seq, "bound_at", json_time(binding->bound_at_us), "signing_certificate",
			 json_base64(bytes_of_pb(binding->signing_certificate)), "sealing_certificate",
			 json_base64(bytes_of_pb(binding->sealing_certificate)));
}

int act_certificates(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *agency = field_text(action, "agency");
	const Pb__Binding *bindings[LIMIT_DEVICES];
	json_t *list = NULL;
	size_t count = 0;
	int result = newest_directory(client);

	if (result != TSG_OK)
		return result;
	if (agency == NULL)
		agency = client->bundle->agency;
	if (site_directory_agency(client->directory, bytes_of_text(agency)) == NULL)
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_AGENCY, agency, NULL);
	count = site_directory_bindings(client->directory, agency, bindings, LIMIT_DEVICES);
	list = json_array();
	for (size_t i = 0; i < count && i < LIMIT_DEVICES; i++)
		json_array_append_new(list, binding_json(bindings[i]));
	*ret_json = json_pack("{s:s, s:s, s:I, s:o}", "type", "certificates", "agency", agency, "version",
			      (json_int_t)site_directory_version(client->directory), "devices", list);
	return TSG_OK;
}

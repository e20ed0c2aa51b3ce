/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/invite.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/site_files.h"
#include "tsunagi/words.h"

struct one_time_key {
	uint8_t public_key[CURVE_BYTES];
	uint8_t secret_key[CURVE_BYTES];
};

enum outcome invite_endpoints(const struct call *call, const char *endpoints[CONFIG_ENDPOINTS], size_t *ret_count)
{
	const char *given;
	const char *reason;
	size_t count = 0;

	while ((given = args_nth(&call->args, "endpoint", count)) != NULL) {
		if (count == CONFIG_ENDPOINTS)
			return call_usage(call, words("at most %d endpoints", "接続先は %d 個までです"), CONFIG_ENDPOINTS);
		/* Unlike the daemon's own, it may name a host. */
		if (strncmp(given, "tcp://", 6) != 0 && config_check_endpoint(given, &reason) != ERR_OK)
			return call_usage(call, "--endpoint %s: %s", given, reason);
		endpoints[count++] = given;
	}
	*ret_count = count;
	return OUTCOME_DONE;
}

static enum outcome tell_daemon(const struct call *call, const struct invitation *invitation, const struct one_time_key *key, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminAgencyAdd add = PB__ADMIN_AGENCY_ADD__INIT;
	const Pb__AdminReply *reply;
	struct bytes agency = bytes_of_text(invitation->agency);
	struct bytes site;
	struct arena arena;
	char id[64];
	enum outcome outcome;

	text_split_address(bytes_of_text(invitation->agency), &agency, &site);
	snprintf(id, sizeof id, "%.*s", (int)agency.len, (const char *)agency.data);
	arena_init(&arena, ADMIN_ARENA_BYTES);
	add.agency = id;
	add.curve_key = pb_of_bytes(bytes_of(key->public_key, sizeof key->public_key));
	add.valid_us = invitation->valid_us;
	request.body_case = PB__ADMIN_REQUEST__BODY_AGENCY_ADD;
	request.agency_add = &add;
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
	arena_free(&arena);
	return outcome;
}

/* What a daemon listens on with any address leads an agency nowhere. */
static enum outcome check_reachable(const struct call *call, const struct site *site)
{
	static const char *const any[] = { "tcp://*", "tcp://0.0.0.0", "tcp://[::]" };

	for (size_t i = 0; i < site->config.endpoint_count; i++)
		for (size_t n = 0; n < sizeof any / sizeof *any; n++)
			if (strncmp(site->config.endpoints[i], any[n], strlen(any[n])) == 0)
				return call_usage(call, words("the site listens on %s: say with --endpoint what agencies reach, such as tcp://broker.example.jp:7411",
							      "拠点は %s で待ち受けています。機関の接続先を --endpoint で指定してください(tcp://broker.example.jp:7411 など)"),
						  site->config.endpoints[i]);
	return OUTCOME_DONE;
}

static enum outcome write_file(const struct call *call, const struct site *site, const struct invitation *invitation, const struct one_time_key *key)
{
	const char *endpoints[CONFIG_ENDPOINTS];
	char address[128];
	size_t count = 0;
	json_t *file;
	enum outcome outcome = invite_endpoints(call, endpoints, &count);
	enum err err;

	if (outcome == OUTCOME_DONE && count == 0)
		outcome = check_reachable(call, site);
	if (outcome != OUTCOME_DONE)
		return outcome;
	snprintf(address, sizeof address, strchr(invitation->agency, '@') == NULL ? "%s@%s" : "%s", invitation->agency, site->config.site);
	file = site_file_new("tsunagi-invitation", &site->config, &site->keys, 1, endpoints, count);
	if (file != NULL) {
		json_object_set_new(file, "agency", json_string(address));
		site_file_bytes(file, "curve_public_key", bytes_of(key->public_key, sizeof key->public_key));
		site_file_bytes(file, "curve_secret_key", bytes_of(key->secret_key, sizeof key->secret_key));
		site_file_time(file, "expires_at", invitation->expires_at_us);
	}
	err = site_file_write(file, invitation->path);
	json_decref(file);
	if (err == ERR_OK)
		return OUTCOME_DONE;
	if (err == ERR_EXISTS)
		return out_problem(OUTCOME_REFUSED, "FILE_EXISTS", words("Name another file with --out.", "--out で別のファイルを指定してください。"),
				   words("%s is there already.", "%s はすでにあります。"), invitation->path);
	return out_problem(OUTCOME_REFUSED, "FILE", NULL, "%s: %s", invitation->path, err_text(err));
}

enum outcome invite(const struct call *call, const struct site *site, const struct invitation *invitation, uint64_t *ret_seq)
{
	struct one_time_key key;
	enum outcome outcome;

	if (curve_key_new(key.public_key, key.secret_key) != ERR_OK)
		return out_problem(OUTCOME_REFUSED, "CRYPTO", NULL, "%s", err_text(ERR_CRYPTO));
	outcome = write_file(call, site, invitation, &key);
	if (outcome == OUTCOME_DONE) {
		outcome = tell_daemon(call, invitation, &key, ret_seq);
		if (outcome != OUTCOME_DONE)
			unlink(invitation->path);
	}
	secret_wipe(&key, sizeof key);
	return outcome;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/device_rotate.c - see devices.h for the contract. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "libtsunagi/api.h"
#include "libtsunagi/bundle_session.h"
#include "libtsunagi/devices.h"
#include "libtsunagi/enrolment.h"
#include "libtsunagi/saying.h"

static enum err copy_endpoints(const struct bundle *from, struct bundle *to)
{
	json_t *list = json_array();
	enum err err = ERR_OK;

	for (size_t i = 0; i < from->endpoint_count; i++)
		json_array_append_new(list, json_string(from->endpoints[i]));
	err = bundle_set_endpoints(to, list);
	json_decref(list);
	return err;
}

/* What the site is stays; only the device's keys are new. */
static enum err copy_site(const struct bundle *from, struct bundle *to)
{
	enum err err = copy_endpoints(from, to);

	memcpy(to->broker_key, from->broker_key, CURVE_BYTES);
	memcpy(to->checkpoint_key, from->checkpoint_key, ED25519_BYTES);
	to->epoch = from->epoch;
	certificate_free(to->site_certificate);
	to->site_certificate = NULL;
	return err == ERR_OK ? certificate_from_der(certificate_der(from->site_certificate), &to->site_certificate) : err;
}

static int begin(struct tsg_client *client, const char *next_file, struct bundle **ret_next)
{
	struct bundle *next = NULL;
	int result = enrolment_begin(client->bundle->address, client->bundle->device_name, next_file, &next, &client->failure);
	enum err err = ERR_OK;

	if (result != TSG_OK)
		return result;
	err = copy_site(client->bundle, next);
	if (err == ERR_OK)
		err = bundle_write(next, next_file);
	if (err != ERR_OK) {
		bundle_free(next);
		return failure_err(&client->failure, err, next_file);
	}
	*ret_next = next;
	return TSG_OK;
}

static int order_binding(struct tsg_client *client, const struct bundle *next, int64_t until_us)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__BindDevice bind = PB__BIND_DEVICE__INIT;
	struct buf signing, sealing;
	uint64_t seq = 0;
	enum err err = ERR_OK;
	int result = TSG_OK;

	buf_init(&signing, LIMIT_REQUEST_BYTES);
	buf_init(&sealing, LIMIT_REQUEST_BYTES);
	err = enrolment_requests(next, &signing, &sealing);
	bind.device = client->bundle->device;
	bind.device_name = pb_of_text(next->device_name);
	bind.curve_key = pb_of_bytes(bytes_of(next->curve_public, CURVE_BYTES));
	bind.signing_request = pb_of_bytes(buf_bytes(&signing));
	bind.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	statement.body_case = PB__STATEMENT__BODY_BIND_DEVICE;
	statement.bind_device = &bind;
	result = err == ERR_OK ? say_statement(client, &statement, until_us, &seq) : failure_err(&client->failure, err, "new keys");
	buf_free(&signing);
	buf_free(&sealing);
	return result;
}

/* ---- the new keys' own session brings their certificates ---- */

static bool adopt_from(struct bundle *next, const Pb__Welcome *welcome)
{
	struct failure failure;

	for (size_t i = 0; i < welcome->n_bindings; i++)
		if (enrolment_adopt(next, bytes_of_pb(welcome->bindings[i]->signing_certificate), bytes_of_pb(welcome->bindings[i]->sealing_certificate),
				    welcome->bindings[i]->device, clock_wall_us(), &failure) == TSG_OK)
			return true;
	return false;
}

static bool fetch_certificates(struct bundle *next, int64_t until_us)
{
	const Pb__FromBroker *message = NULL;
	struct session *session = NULL;
	struct bytes data;
	bool adopted = false;

	if (bundle_session_new(next, NULL, 0, &session) != ERR_OK)
		return false;
	session_connect(session);
	while (!adopted && session_failures(session) < 2 && clock_mono_us() < until_us) {
		if (session_next(session, &message, &data) == SESSION_OPENED) {
			adopted = adopt_from(next, message->welcome);
			break;
		}
		session_wait(session, until_us);
	}
	session_free(session, 100);
	return adopted;
}

/* ---- the new bundle takes the old one's place ---- */

static enum err copy_pem_key(const struct private_key *key, struct private_key **ret_copy)
{
	struct buf pem;
	enum err err = ERR_OK;

	buf_init(&pem, 4096);
	err = private_key_to_pem(key, &pem);
	if (err == ERR_OK)
		err = private_key_from_pem(KEY_P256, buf_bytes(&pem), ret_copy);
	if (pem.data != NULL)
		secret_wipe(pem.data, pem.cap);
	buf_free(&pem);
	return err;
}

/* What was sealed to the old keys still opens; what our people made before is still known. */
static enum err inherit(const struct bundle *old, struct bundle *next)
{
	for (size_t i = 0; i < old->sealing_count && next->sealing_count < BUNDLE_SEALING; i++) {
		struct bundle_sealing *to = &next->sealing[next->sealing_count];
		enum err err = copy_pem_key(old->sealing[i].key, &to->key);

		if (err == ERR_OK)
			err = certificate_from_der(certificate_der(old->sealing[i].certificate), &to->certificate);
		if (err != ERR_OK)
			return err;
		next->sealing_count++;
	}
	for (size_t i = 0; i < old->known_count; i++)
		bundle_learn(next, &old->known[i].signing, &old->known[i].sealing);
	bundle_learn(next, certificate_digest(old->signing_certificate), certificate_digest(old->sealing[0].certificate));
	return ERR_OK;
}

static int open_anew(struct tsg_client *client, struct bundle *next)
{
	struct session *session = NULL;
	enum err err = bundle_session_new(next, NULL, 0, &session);

	if (err != ERR_OK)
		return failure_err(&client->failure, err, "the connection");
	asking_lost(client);
	watching_lost(client);
	uploading_lost(client);
	sending_lost(client);
	receiving_lost(client);
	session_free(client->session, 100);
	client->session = session;
	batcher_set_signer(client->batcher, next->signing_certificate, next->signing_key);
	batcher_set_site(client->batcher, next->site);
	site_directory_set_site(client->directory, next->site, next->checkpoint_key);
	confidential_set_bundle(client->confidential, next);
	bundle_free(client->bundle);
	client->bundle = next;
	return TSG_OK;
}

static int replace(struct tsg_client *client, struct bundle *next, const char *next_file)
{
	enum err err = inherit(client->bundle, next);
	int result = TSG_OK;

	if (err == ERR_OK)
		err = bundle_write(next, client->bundle_path);
	if (err != ERR_OK)
		result = failure_err(&client->failure, err, client->bundle_path);
	else
		result = open_anew(client, next);
	if (result == TSG_OK && file_remove(next_file) != ERR_OK)
		unlink(next_file);
	return result;
}

int device_rotate(struct tsg_client *client, json_t **ret_json)
{
	int64_t until_us = client_deadline(client->timeout_ms);
	struct bundle *next = NULL;
	char *next_file = NULL;
	bool again = false;
	int result = TSG_OK;

	if (asprintf(&next_file, "%s.next", client->bundle_path) < 0)
		return failure_err(&client->failure, ERR_NOMEM, "new keys");
	again = access(next_file, F_OK) == 0;
	result = begin(client, next_file, &next);
	if (result == TSG_OK && !(again && fetch_certificates(next, until_us))) {
		result = order_binding(client, next, until_us);
		if (result == TSG_OK && !fetch_certificates(next, until_us))
			result = failure_tell(&client->failure, PROBLEM_NO_ANSWER, "the new certificates", NULL);
	}
	if (result == TSG_OK) {
		result = replace(client, next, next_file);
		if (result == TSG_OK)
			next = NULL; /* the client's now */
	}
	if (result == TSG_OK)
		*ret_json = enrolment_json(client->bundle, "rotated");
	bundle_free(next);
	free(next_file);
	return result;
}

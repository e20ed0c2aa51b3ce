/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/device_add.c - see devices.h: our signed order admits a further device of ours; no operator is asked. */
#include "base/clock.h"
#include "contract/fingerprint.h"
#include "libtsunagi/devices.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/proof.h"
#include "libtsunagi/saying.h"

struct adding {
	struct tsg_client *client;
	json_t *request;
	struct buf signing, sealing; /* requests */
	uint8_t curve[CURVE_BYTES];
	int64_t until_us;
	uint64_t seq;
};

static int read_request(struct adding *adding, const char *path)
{
	struct failure *failure = &adding->client->failure;
	const char *address = NULL;
	enum err err = json_file_read(path, "tsunagi-request", &adding->request);

	if (err != ERR_OK)
		return failure_err(failure, err, path);
	address = field_text(adding->request, "agency");
	if (address == NULL || strcmp(address, adding->client->bundle->address) != 0)
		return failure_tell(failure, PROBLEM_INVITATION, path, "agency: another than this device's");
	if (field_text(adding->request, "device_name") == NULL || field_bytes(adding->request, "curve_key", adding->curve, CURVE_BYTES) != ERR_OK ||
	    field_run(adding->request, "signing_request", &adding->signing) != ERR_OK ||
	    field_run(adding->request, "sealing_request", &adding->sealing) != ERR_OK)
		return failure_tell(failure, PROBLEM_INVITATION, path, "a field is missing");
	return TSG_OK;
}

static int order_binding(struct adding *adding)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__BindDevice bind = PB__BIND_DEVICE__INIT;

	bind.device_name = pb_of_text(field_text(adding->request, "device_name"));
	bind.curve_key = pb_of_bytes(bytes_of(adding->curve, CURVE_BYTES));
	bind.signing_request = pb_of_bytes(buf_bytes(&adding->signing));
	bind.sealing_request = pb_of_bytes(buf_bytes(&adding->sealing));
	statement.body_case = PB__STATEMENT__BODY_BIND_DEVICE;
	statement.bind_device = &bind;
	return say_statement(adding->client, &statement, adding->until_us, &adding->seq);
}

static json_t *pem_of(ProtobufCBinaryData der)
{
	struct certificate *certificate = NULL;
	json_t *json = certificate_from_der(bytes_of_pb(der), &certificate) == ERR_OK ? json_certificate(certificate) : NULL;

	certificate_free(certificate);
	return json;
}

static json_t *known_row(const struct digest *signing, const struct digest *sealing)
{
	return json_pack("{s:o, s:o}", "signing", json_hex(digest_bytes(signing)), "sealing", json_hex(digest_bytes(sealing)));
}

static json_t *known_json(const struct bundle *bundle)
{
	json_t *list = json_array();

	json_array_append_new(list, known_row(certificate_digest(bundle->signing_certificate), certificate_digest(bundle->sealing[0].certificate)));
	for (size_t i = 0; i < bundle->known_count; i++)
		json_array_append_new(list, known_row(&bundle->known[i].signing, &bundle->known[i].sealing));
	return list;
}

static json_t *answer_json(const struct bundle *bundle, const Pb__BindEntry *bound)
{
	json_t *endpoints = json_array();

	for (size_t i = 0; i < bundle->endpoint_count; i++)
		json_array_append_new(endpoints, json_string(bundle->endpoints[i]));
	return json_pack("{s:s, s:i, s:s, s:I, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "type", "tsunagi-answer", "version", 1, "site", bundle->site,
			 "epoch", (json_int_t)bundle->epoch, "agency", bundle->address, "device", (json_int_t)bound->device, "endpoints", endpoints,
			 "broker_key", json_base64(bytes_of(bundle->broker_key, CURVE_BYTES)), "checkpoint_key",
			 json_base64(bytes_of(bundle->checkpoint_key, ED25519_BYTES)), "site_certificate", json_certificate(bundle->site_certificate),
			 "signing_certificate", pem_of(bound->signing_certificate), "sealing_certificate", pem_of(bound->sealing_certificate),
			 "known_bindings", known_json(bundle));
}

/* Writes the answer and remembers that our people made this device. */
static int write_answer(struct adding *adding, const Pb__BindEntry *bound, const char *path, json_t **ret_json)
{
	struct tsg_client *client = adding->client;
	struct digest signing = digest_of(bytes_of_pb(bound->signing_certificate));
	struct digest sealing = digest_of(bytes_of_pb(bound->sealing_certificate));
	json_t *answer = answer_json(client->bundle, bound);
	char print[FINGERPRINT_TEXT];
	enum err err = answer == NULL ? ERR_NOMEM : json_file_write(path, answer);

	json_decref(answer);
	if (err == ERR_OK) {
		bundle_learn(client->bundle, &signing, &sealing);
		err = bundle_write(client->bundle, client->bundle_path);
	}
	if (err != ERR_OK)
		return failure_err(&client->failure, err, path);
	fingerprint(bytes_of_pb(bound->signing_certificate), bytes_of_pb(bound->sealing_certificate), print);
	*ret_json = json_pack("{s:s, s:s, s:I, s:s, s:s, s:I, s:s}", "type", "device_added", "agency", client->bundle->address, "device",
			      (json_int_t)bound->device, "device_name", bound->device_name, "fingerprint", print, "seq", (json_int_t)adding->seq, "answer",
			      path);
	return TSG_OK;
}

/* The entry that we just ordered holds the certificates. */
static int fetch_answer(struct adding *adding, const char *path, json_t **ret_json)
{
	struct tsg_client *client = adding->client;
	struct answer_read answer;
	struct arena arena;
	const Pb__EntryBody *body = NULL;
	Pb__Read read = PB__READ__INIT;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	read.receipt_seq = adding->seq;
	result = asking_wait(client, &read, "the new device's certificates", adding->until_us, &answer);
	if (result != TSG_OK)
		return result;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (answer.result->result_case == PB__READ_RESULT__RESULT_RECEIPT &&
	    CODEC_DECODE(entry_body, bytes_of_pb(answer.result->receipt->body), &arena, &body, NULL) == ERR_OK &&
	    body->body_case == PB__ENTRY_BODY__BODY_BIND)
		result = write_answer(adding, body->bind, path, ret_json);
	else
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no binding came", NULL);
	arena_free(&arena);
	asking_free(&answer);
	return result;
}

int device_add(struct tsg_client *client, const char *request_file, const char *answer_file, json_t **ret_json)
{
	struct adding adding = { .client = client, .until_us = client_deadline(client->timeout_ms) };
	int result = TSG_OK;

	buf_init(&adding.signing, LIMIT_REQUEST_BYTES);
	buf_init(&adding.sealing, LIMIT_REQUEST_BYTES);
	result = read_request(&adding, request_file);
	if (result == TSG_OK)
		result = order_binding(&adding);
	if (result == TSG_OK)
		result = fetch_answer(&adding, answer_file, ret_json);
	buf_free(&adding.signing);
	buf_free(&adding.sealing);
	json_decref(adding.request);
	return result;
}

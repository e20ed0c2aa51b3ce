/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/watching_records.c - see client.h: the records of the confidential agencies behind this one are fetched before each new directory,
 * so that whoever sees the directory in place finds them too. */
#include "base/clock.h"
#include "libtsunagi/client.h"

#define RECORDS_FAULTS_MAX 3

/* The directory's version that they must not be older than. */
static uint64_t wanted(const struct tsg_client *client)
{
	uint64_t version = site_directory_version(client->directory);

	return client->directory_wanted > version ? client->directory_wanted : version;
}

bool watching_records_due(const struct tsg_client *client)
{
	return client->records_faults < RECORDS_FAULTS_MAX && client->records_asked < wanted(client) &&
	       confidential_version(client->confidential) < wanted(client);
}

static void ask(struct tsg_client *client)
{
	const struct asked what = { .purpose = ASK_CONFIDENTIAL };
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_CONFIDENTIAL_OFFSET;
	read.confidential_offset = confidential_had(client->confidential);
	client->records_coming = asking_ask(client, &read, &what) == ERR_OK;
}

void watching_records_feed(struct tsg_client *client)
{
	if (client->records_coming || client->records_not_before_us > clock_mono_us())
		return;
	confidential_begin(client->confidential);
	client->records_awaited = wanted(client);
	ask(client);
}

void watching_records_lost(struct tsg_client *client)
{
	client->records_coming = false;
	client->records_faults = 0;
	confidential_begin(client->confidential);
}

static void failed(struct tsg_client *client, enum err err)
{
	client->records_faults++;
	confidential_begin(client->confidential);
	if (err == ERR_AUTH && client->records_faults == RECORDS_FAULTS_MAX)
		knowledge_warn(client->knowledge, WARNING_DIRECTORY_FORGED, client->bundle->site, "its signature does not hold");
}

void watching_records_piece(struct tsg_client *client, const Pb__ReadResult *result, struct bytes data)
{
	bool complete = false;
	enum err err = ERR_FORMAT;

	client->records_coming = false;
	if (asking_not_now(result)) {
		client->records_not_before_us = clock_mono_us() + (int64_t)(result->refusal->retry_after_ms + 1) * 1000;
		return;
	}
	if (result->result_case == PB__READ_RESULT__RESULT_CONFIDENTIAL_SIZE)
		err = confidential_piece(client->confidential, result->confidential_size, data, &complete);
	if (err != ERR_OK) {
		failed(client, err);
	} else if (complete) {
		client->records_asked = client->records_awaited;
		client->records_faults = 0;
		watching_came(client);
	} else {
		ask(client);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* stage.c - see stage.h: the site and its agencies. */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/batch.h"
#include "contract/checkpoint.h"
#include "contract/codec.h"
#include "crypto/note.h"
#include "libtsunagi/enrolment.h"
#include "libtsunagi/fields.h"
#include "unit.h"

#define YEAR_US (365LL * 86400 * 1000000)

struct stage *stage_new(void)
{
	struct stage *stage = calloc(1, sizeof *stage);
	int64_t now_us = clock_wall_us();
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__GenesisEntry genesis = PB__GENESIS_ENTRY__INIT;

	require(stage != NULL);
	stage->entries = calloc(STAGE_ENTRIES, sizeof *stage->entries);
	stage->leaves = calloc(STAGE_ENTRIES, sizeof *stage->leaves);
	stage->items = calloc(STAGE_ITEMS, sizeof *stage->items);
	require(stage->entries != NULL && stage->leaves != NULL && stage->items != NULL);
	snprintf(stage->endpoint, sizeof stage->endpoint, "ipc://%s/broker", unit_folder());
	buf_init(&stage->directory, LIMIT_DIRECTORY_BYTES);
	require_ok(private_key_new(KEY_P256, &stage->root_key));
	require_ok(private_key_new(KEY_ED25519, &stage->checkpoint_key));
	require_ok(private_key_new(KEY_ED25519, &stage->other_key));
	require_ok(ed25519_public(stage->checkpoint_key, stage->checkpoint_public));
	require_ok(curve_key_new(stage->curve_public, stage->curve_secret));
	require_ok(certificate_root_new(STAGE_SITE, stage->root_key, now_us - YEAR_US, now_us + YEAR_US, &stage->root));
	genesis.site = (char *)(uintptr_t)STAGE_SITE;
	body.body_case = PB__ENTRY_BODY__BODY_GENESIS;
	body.genesis = &genesis;
	stage_append(stage, PB__ENTRY_TYPE__ENTRY_TYPE_GENESIS, &body);
	return stage;
}

static void free_item(struct stage_item *item)
{
	free((void *)(uintptr_t)item->statement.data);
	buf_free(&item->notice);
	buf_free(&item->parts);
	buf_free(&item->view_path);
	buf_free(&item->order_path);
	buf_free(&item->signature);
}

void stage_free(struct stage *stage)
{
	stage_stop(stage);
	for (size_t i = 0; i < stage->item_count; i++)
		free_item(&stage->items[i]);
	for (uint64_t i = 0; i < stage->entry_count; i++)
		buf_free(&stage->entries[i].body);
	for (size_t i = 0; i < stage->blob_count; i++)
		buf_free(&stage->blob_bytes[i]);
	for (size_t i = 0; i < stage->agency_count; i++)
		bundle_free(stage->agencies[i].bundle);
	for (size_t i = 0; i < STAGE_SESSIONS; i++)
		buf_free(&stage->sessions[i].routing);
	buf_free(&stage->records);
	for (size_t i = 0; i < STAGE_SHELF; i++)
		buf_free(&stage->shelf[i]);
	buf_free(&stage->said);
	buf_free(&stage->directory);
	private_key_free(stage->root_key);
	private_key_free(stage->checkpoint_key);
	private_key_free(stage->other_key);
	certificate_free(stage->root);
	free(stage->entries);
	free(stage->leaves);
	free(stage->items);
	free(stage);
}

static void issue(struct stage *stage, const struct private_key *key, const char *address, enum certificate_use use, struct certificate **ret_certificate)
{
	int64_t now_us = clock_wall_us();
	struct buf request;

	buf_init(&request, LIMIT_REQUEST_BYTES);
	require_ok(certificate_request(key, address, "desk", &request));
	require_ok(certificate_issue(stage->root, stage->root_key, buf_bytes(&request), address, "desk", use, now_us - 3600000000LL, now_us + YEAR_US / 2,
				     ret_certificate));
	buf_free(&request);
}

struct stage_authority stage_authority(const struct stage *stage)
{
	return (struct stage_authority){ stage->root, stage->root_key };
}

bool stage_certify(struct stage_authority authority, const char *address, struct bytes signing, struct bytes sealing, struct certificate **ret_signing,
		   struct certificate **ret_sealing)
{
	int64_t from_us = clock_wall_us() - 3600000000LL, until_us = clock_wall_us() + YEAR_US / 2;

	if (!check_ok(certificate_issue(authority.root, authority.key, signing, address, "desk", CERTIFICATE_SIGNS, from_us, until_us, ret_signing)))
		return false;
	if (check_ok(certificate_issue(authority.root, authority.key, sealing, address, "desk", CERTIFICATE_SEALED_TO, from_us, until_us, ret_sealing)))
		return true;
	certificate_free(*ret_signing);
	return false;
}

static uint64_t append_binding(struct stage *stage, const struct stage_agency *agency)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__BindEntry bind = PB__BIND_ENTRY__INIT;

	bind.agency = agency->number;
	bind.device = 1;
	bind.device_name = (char *)(uintptr_t)"desk";
	bind.curve_key = pb_of_bytes(bytes_of(agency->bundle->curve_public, CURVE_BYTES));
	bind.signing_certificate = pb_of_bytes(certificate_der(agency->bundle->signing_certificate));
	bind.sealing_certificate = pb_of_bytes(certificate_der(agency->bundle->sealing[0].certificate));
	body.body_case = PB__ENTRY_BODY__BODY_BIND;
	body.bind = &bind;
	return stage_append(stage, PB__ENTRY_TYPE__ENTRY_TYPE_BIND, &body);
}

static void set_site(struct stage *stage, struct bundle *bundle)
{
	json_t *endpoints = json_pack("[s]", stage->endpoint);

	require_ok(bundle_set_endpoints(bundle, endpoints));
	json_decref(endpoints);
	memcpy(bundle->broker_key, stage->curve_public, CURVE_BYTES);
	memcpy(bundle->checkpoint_key, stage->checkpoint_public, ED25519_BYTES);
	require_ok(certificate_from_der(certificate_der(stage->root), &bundle->site_certificate));
	bundle->epoch = 1;
}

struct stage_agency *stage_agency(struct stage *stage, const char *id)
{
	struct stage_agency *agency = &stage->agencies[stage->agency_count++];
	struct bundle *bundle = NULL;

	require(stage->agency_count <= STAGE_AGENCIES);
	snprintf(agency->id, sizeof agency->id, "%s", id);
	snprintf(agency->address, sizeof agency->address, "%s@%s", id, STAGE_SITE);
	snprintf(agency->path, sizeof agency->path, "%s/%s.bundle", unit_folder(), id);
	agency->number = (uint32_t)stage->agency_count;
	require_ok(bundle_new(agency->address, "desk", &bundle));
	set_site(stage, bundle);
	issue(stage, bundle->signing_key, agency->address, CERTIFICATE_SIGNS, &bundle->signing_certificate);
	issue(stage, bundle->sealing[0].key, agency->address, CERTIFICATE_SEALED_TO, &bundle->sealing[0].certificate);
	bundle->device = 1;
	bundle->pending = false;
	agency->bundle = bundle;
	require_ok(bundle_write(bundle, agency->path));
	agency->binding_seq = append_binding(stage, agency);
	return agency;
}

json_t *stage_invite(struct stage *stage, const char *id)
{
	struct stage_agency *agency = &stage->agencies[stage->agency_count++];
	uint8_t key[CURVE_BYTES], secret[CURVE_BYTES];
	char expires[CLOCK_TEXT];

	require(stage->agency_count <= STAGE_AGENCIES);
	snprintf(agency->id, sizeof agency->id, "%s", id);
	snprintf(agency->address, sizeof agency->address, "%s@%s", id, STAGE_SITE);
	snprintf(agency->path, sizeof agency->path, "%s/%s.bundle", unit_folder(), id);
	agency->number = (uint32_t)stage->agency_count;
	require_ok(bundle_new(agency->address, "desk", &agency->bundle));
	require_ok(curve_key_new(key, secret));
	clock_format(clock_wall_us() + 3600000000LL, 0, expires);
	return json_pack("{s:s, s:i, s:s, s:i, s:s, s:[s], s:o, s:o, s:o, s:o, s:o, s:s}", "type", "tsunagi-invitation", "version", 1, "site", STAGE_SITE,
			 "epoch", 1, "agency", agency->address, "endpoints", stage->endpoint, "broker_key",
			 json_base64(bytes_of(stage->curve_public, CURVE_BYTES)), "checkpoint_key",
			 json_base64(bytes_of(stage->checkpoint_public, ED25519_BYTES)), "site_certificate", json_certificate(stage->root),
			 "curve_public_key", json_base64(bytes_of(key, CURVE_BYTES)), "curve_secret_key", json_base64(bytes_of(secret, CURVE_BYTES)),
			 "expires_at", expires);
}

void stage_rotate(struct stage *stage, struct stage_agency *agency)
{
	struct bundle *bundle = agency->bundle;
	struct private_key *key = NULL;
	struct certificate *certificate = NULL;

	certificate_free(bundle->signing_certificate);
	private_key_free(bundle->signing_key);
	require_ok(private_key_new(KEY_P256, &bundle->signing_key));
	issue(stage, bundle->signing_key, agency->address, CERTIFICATE_SIGNS, &bundle->signing_certificate);
	require_ok(private_key_new(KEY_P256, &key));
	issue(stage, key, agency->address, CERTIFICATE_SEALED_TO, &certificate);
	bundle_add_sealing(bundle, key, certificate);
	require_ok(bundle_write(bundle, agency->path));
	agency->binding_seq = append_binding(stage, agency);
}

/* Debts lead to the desk, what nothing fits to the third agency. */
static void put_rules(Pb__DirectoryFile *file)
{
	static Pb__RoutingRule rules[2], *rule_list[2] = { &rules[0], &rules[1] };
	static Pb__RuleCondition when, *when_list[1] = { &when };
	static Pb__Explanation because;
	static Pb__TopicName debt[1] = { PB__TOPIC_NAME__TOPIC_NAME_DEBT };
	static char *targets[2] = { (char *)(uintptr_t)"at-desk", (char *)(uintptr_t)"at-third" };
	static char *names[2] = { (char *)(uintptr_t)"debts", (char *)(uintptr_t)"all-else" };
	static char *everywhere[1] = { (char *)(uintptr_t)"*" };

	pb__rule_condition__init(&when);
	pb__explanation__init(&because);
	because.ja = (char *)(uintptr_t)"規則の理由";
	because.en = (char *)(uintptr_t)"the rule's reason";
	when.topics = debt;
	when.n_topics = 1;
	for (size_t i = 0; i < 2; i++) {
		pb__routing_rule__init(&rules[i]);
		rules[i].id = names[i];
		rules[i].because = &because;
		rules[i].categories = &targets[i];
		rules[i].n_categories = 1;
	}
	rules[0].when = when_list;
	rules[0].n_when = 1;
	rules[1].fallback = true;
	for (size_t i = 0; i < file->n_agencies; i++)
		for (size_t j = 0; j < 2; j++)
			if (strcmp(file->agencies[i]->id, targets[j] + 3) == 0) {
				file->agencies[i]->categories = &targets[j];
				file->agencies[i]->n_categories = 1;
				file->agencies[i]->areas = everywhere;
				file->agencies[i]->n_areas = 1;
			}
	file->zone = (char *)(uintptr_t)"Asia/Tokyo";
	file->rules = rule_list;
	file->n_rules = 2;
}

void stage_publish(struct stage *stage)
{
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	Pb__SignedSnapshot sealed = PB__SIGNED_SNAPSHOT__INIT;
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__Agency agencies[STAGE_AGENCIES], *agency_list[STAGE_AGENCIES];
	Pb__Binding bindings[STAGE_AGENCIES], *binding_list[STAGE_AGENCIES];
	uint8_t signature[ED25519_SIGNATURE];
	struct digest digest;
	struct buf bytes;
	size_t bound = 0;

	for (size_t i = 0; i < stage->agency_count; i++) {
		if (stage->agencies[i].proxy != NULL)
			continue;
		pb__agency__init(&agencies[i]);
		agencies[i].id = stage->agencies[i].id;
		agency_list[file.n_agencies++] = &agencies[i];
		if (stage->agencies[i].binding_seq == 0)
			continue;
		pb__binding__init(&bindings[i]);
		bindings[i].agency = stage->agencies[i].id;
		bindings[i].device = 1;
		bindings[i].signing_certificate = pb_of_bytes(certificate_der(stage->agencies[i].bundle->signing_certificate));
		bindings[i].sealing_certificate = pb_of_bytes(certificate_der(stage->agencies[i].bundle->sealing[0].certificate));
		bindings[i].seq = stage->agencies[i].binding_seq;
		binding_list[bound++] = &bindings[i];
	}
	file.site = (char *)(uintptr_t)STAGE_SITE;
	file.agencies = agency_list;
	if (stage->with_rules)
		put_rules(&file);
	snapshot.file = &file;
	snapshot.n_bindings = bound;
	snapshot.bindings = binding_list;
	snapshot.version = ++stage->directory_version;
	buf_init(&bytes, LIMIT_DIRECTORY_BYTES);
	require_ok(codec_pack(&snapshot.base, &bytes));
	digest = directory_signed_digest(STAGE_SITE, buf_bytes(&bytes));
	require_ok(signature_sign_ed25519(stage->checkpoint_key, digest_bytes(&digest), signature));
	sealed.snapshot = pb_of_bytes(buf_bytes(&bytes));
	sealed.signature = pb_of_bytes(bytes_of(signature, sizeof signature));
	buf_clear(&stage->directory);
	require_ok(codec_pack(&sealed.base, &stage->directory));
	buf_free(&bytes);
}

size_t stage_tally(struct stage *stage, enum stage_tally tally)
{
	return atomic_load(&stage->tallies[tally]);
}

void stage_wait(struct stage *stage, enum stage_tally tally, size_t least)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (stage_tally(stage, tally) < least) {
		require(clock_mono_us() < until_us);
		usleep(1000);
	}
}

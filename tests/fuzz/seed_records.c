/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_records.c - what stands in stores and files: parts, entries, directories, bundles, receipts. */
#include "seeds.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/json.h"
#include "directory.pb-c.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/evidence.h"
#include "tsunagi/tsunagi.h"

void seed_parts(void)
{
	write_seed("part", "sheet", 0, sample_part());
	write_seed("part", "segment", 1, sample_segment());
	write_seed("part", "certificate", 2, certificate_der(seed_keys()->signing));
}

/* ---- entries ---- */

static void write_body(const char *name, Pb__EntryBody__BodyCase body_case, void *entry)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	body.body_case = body_case;
	body.submit = entry; /* every member of the union is a pointer */
	write_message("entry", name, 0, &body.base);
}

static void seed_bodies(void)
{
	Pb__HandoutEntry handout = PB__HANDOUT_ENTRY__INIT;
	Pb__AcknowledgeEntry acknowledge = PB__ACKNOWLEDGE_ENTRY__INIT;
	Pb__LeaseLostEntry lost = PB__LEASE_LOST_ENTRY__INIT;
	Pb__FailedItem failed = PB__FAILED_ITEM__INIT;
	Pb__FailedItem *all_failed[] = { &failed };
	Pb__QueueActEntry act = PB__QUEUE_ACT_ENTRY__INIT;
	Pb__Operator operator = PB__OPERATOR__INIT;
	Pb__LegEventEntry leg_event = PB__LEG_EVENT_ENTRY__INIT;
	Pb__Told told = PB__TOLD__INIT, *told_pointer = &told;
	uint64_t items[] = { 1, 2, 300 };

	write_message("entry", "submit", 0, &sample_submit()->base);
	write_message("entry", "bind", 0, &sample_bind()->base);
	handout.agency = 4;
	handout.n_items = acknowledge.n_items = act.n_items = 3;
	handout.items = acknowledge.items = act.items = items;
	write_body("handout", PB__ENTRY_BODY__BODY_HANDOUT, &handout);
	acknowledge.order = sample_submit()->submit->order;
	write_body("acknowledge", PB__ENTRY_BODY__BODY_ACKNOWLEDGE, &acknowledge);
	failed.item = 300;
	failed.attempts = 3;
	failed.dead = true;
	lost.n_failed = 1;
	lost.failed = all_failed;
	write_body("lease-lost", PB__ENTRY_BODY__BODY_LEASE_LOST, &lost);
	operator.uid = 1000;
	operator.login = pb_of_text("operator");
	act.operator_ = &operator;
	act.act = PB__QUEUE_ACT__QUEUE_ACT_REQUEUE;
	act.reason = pb_of_text("宛先の復旧");
	told.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	told.agency = 1;
	told.notice = pb_of_bytes(sample_notice());
	leg_event.told = &told_pointer;
	leg_event.n_told = 1;
	write_body("leg-event", PB__ENTRY_BODY__BODY_LEG_EVENT, &leg_event);
	write_body("queue-act", PB__ENTRY_BODY__BODY_QUEUE_ACT, &act);
}

void seed_entries(void)
{
	struct seed_ledger *ledger = sample_ledger();
	uint8_t path[16 + DIGEST_BYTES] = { 0 };

	seed_bodies();
	write_seed("entry", "header", 0, bytes_of(ledger->headers[1], LEAF_HEADER_BYTES));
	write_seed("entry", "checkpoint", 1, bytes_of_text(ledger->note));
	be64_put(path, 1);
	be64_put(path + 8, 2);
	memcpy(path + 16, ledger->leaves[0].bytes, DIGEST_BYTES);
	write_seed("entry", "path", 2, bytes_of(path, sizeof(path)));
}

/* ---- directories ---- */

static void seed_snapshot(void)
{
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__Agency agency = PB__AGENCY__INIT;
	Pb__Agency *agencies[] = { &agency };
	Pb__Names names = PB__NAMES__INIT;
	Pb__Binding binding = PB__BINDING__INIT;
	Pb__Binding *bindings[] = { &binding };

	names.ja = pb_of_text("試験窓口");
	agency.id = binding.agency = pb_of_text(SEED_AGENCY);
	agency.names = &names;
	binding.device = 1;
	binding.device_name = pb_of_text("desk");
	binding.signing_certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	binding.sealing_certificate = pb_of_bytes(certificate_der(seed_keys()->sealing));
	binding.bound_at_us = SEED_NOW_US;
	file.site = pb_of_text(SEED_SITE);
	file.n_agencies = 1;
	file.agencies = agencies;
	snapshot.file = &file;
	snapshot.version = 12;
	snapshot.n_bindings = 1;
	snapshot.bindings = bindings;
	write_message("directory", "snapshot", 1, &snapshot.base);
}

/* Of one agency behind the seeds' own. */
static void seed_confidential(void)
{
	Pb__ConfidentialRecords records = PB__CONFIDENTIAL_RECORDS__INIT;
	Pb__SignedSnapshot snapshot = PB__SIGNED_SNAPSHOT__INIT;
	Pb__Agency agency = PB__AGENCY__INIT, *agencies[] = { &agency };
	Pb__Binding binding = PB__BINDING__INIT, *bindings[] = { &binding };

	agency.id = binding.agency = pb_of_text("x7k2");
	agency.confidential = true;
	binding.device = 1;
	binding.signing_certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	binding.sealing_certificate = pb_of_bytes(certificate_der(seed_keys()->sealing));
	records.proxy = pb_of_text(SEED_AGENCY);
	records.version = 12;
	records.agencies = agencies;
	records.bindings = bindings;
	records.n_agencies = records.n_bindings = 1;
	write_message("confidential", "records", 0, &records.base);
	snapshot.snapshot = pb_of_bytes(sample_packed(&records.base));
	write_message("confidential", "signed", 1, &snapshot.base); /* by nobody */
	write_seed("confidential", "sealed", 2, sample_part());
}

/* The first agencies alone: what is small is changed more often. */
static struct bytes beginning_of(struct bytes yaml)
{
	size_t agencies = 0;

	for (size_t i = 0; i + 8 < yaml.len; i++)
		if (memcmp(yaml.data + i, "\n  - id: ", 9) == 0 && ++agencies == 4)
			return bytes_of(yaml.data, i + 1);
	return yaml;
}

void seed_directory(const char *yaml_path)
{
	static uint8_t yaml[SEED_MAX];
	FILE *file = fopen(yaml_path, "rb");
	size_t size;

	must(file != NULL, yaml_path);
	size = fread(yaml, 1, sizeof(yaml), file);
	fclose(file);
	write_seed("directory", "network", 0, bytes_of(yaml, size));
	write_seed("directory", "small", 0, beginning_of(bytes_of(yaml, size)));
	seed_snapshot();
	seed_confidential();
}

/* ---- bundles ---- */

static void write_bundle(struct bundle *bundle, const char *name)
{
	must(bundle_write(bundle, seed_path("bundle", name)) == ERR_OK, name);
}

void seed_bundle(void)
{
	static char endpoint[] = "tcp://127.0.0.1:7747";
	const struct seed_keys *keys = seed_keys();
	struct digest strange = digest_of(bytes_of_text("another device"));
	struct bundle bundle = { .site = SEED_SITE, .epoch = 1, .address = SEED_ADDRESS, .agency = SEED_AGENCY, .device_name = "desk", .pending = true };
	struct bundle *read;
	const char *reason;

	must(curve_key_new(bundle.curve_public, bundle.curve_secret) == ERR_OK, "curve key");
	bundle.signing_key = keys->signing_key;
	bundle.sealing[0].key = keys->sealing_key;
	bundle.sealing_count = 1;
	write_bundle(&bundle, "pending");
	bundle.pending = false;
	bundle.device = 1;
	bundle.endpoints[0] = endpoint;
	bundle.endpoint_count = 1;
	memcpy(bundle.checkpoint_key, keys->checkpoint_public, ED25519_BYTES);
	bundle.site_certificate = keys->root;
	bundle.signing_certificate = keys->signing;
	bundle.sealing[0].certificate = keys->sealing;
	bundle_learn(&bundle, &strange, &strange);
	write_bundle(&bundle, "complete");
	must(bundle_read(seed_path("bundle", "complete"), &read, &reason) == ERR_OK && bundle_check(read, SEED_NOW_US) == ERR_OK, "bundle");
	bundle_free(read);
}

/* ---- receipts ---- */

void seed_receipts(void)
{
	Pb__ReceiptProof proof;
	char trusted[NOTE_KEY_TEXT];
	const char *keys[] = { trusted };
	struct buf key;
	json_t *json;
	char *text, *report;

	seed_ledger_prove(sample_ledger(), 1, 0, &proof);
	json = json_pack("{s:s, s:i, s:s, s:o}", "type", EVIDENCE_TYPE, "version", EVIDENCE_VERSION, "site", SEED_SITE, "proof",
			 json_of_message(&proof.base));
	text = json_dumps(json, 0);
	must(text != NULL, "receipt");
	buf_init(&key, sizeof(trusted) - 1);
	must(note_key_format(SEED_SITE "/1", seed_keys()->checkpoint_public, &key) == ERR_OK, "trusted key");
	snprintf(trusted, sizeof(trusted), "%.*s", (int)key.len, (const char *)key.data);
	must(tsg_verify_json(text, strlen(text), keys, 1, &report) == TSG_OK, "the receipt does not hold");
	write_seed("receipt", "file", 0, bytes_of_text(text));
	write_message("receipt", "submit", 1, &sample_submit()->base);
	write_message("receipt", "bind", 2, &sample_bind()->base);
	tsg_free(report);
	buf_free(&key);
	free(text);
	json_decref(json);
}

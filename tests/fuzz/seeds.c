/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seeds.c - writes valid inputs for every target, made by the real functions: seeds DIRECTORY DIRECTORY_YAML */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "content.pb-c.h"
#include "contract/checkpoint.h"
#include "contract/codec.h"
#include "contract/merkle.h"
#include "crypto/seal.h"
#include "frame.pb-c.h"
#include "ledger.pb-c.h"
#include "seed_keys.h"

#define SEED_MAX (256u * 1024u)

static const char *root;

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "seeds: %s\n", what);
		exit(1);
	}
}

/* One input: the choosing byte, then the bytes.  choice below 0: none. */
static void write_seed(const char *target, const char *name, int choice, struct bytes bytes)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, target);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", root, target, name);
	file = fopen(path, "wb");
	must(file != NULL, path);
	if (choice >= 0)
		fputc(choice, file);
	must(fwrite(bytes.data, 1, bytes.len, file) == bytes.len && fclose(file) == 0, path);
}

static void write_message(const char *target, const char *name, int choice, const ProtobufCMessage *message)
{
	struct buf packed;

	buf_init(&packed, SEED_MAX);
	must(codec_pack(message, &packed) == ERR_OK, name);
	write_seed(target, name, choice, buf_bytes(&packed));
	buf_free(&packed);
}

static uint8_t sixteen[16] = { 1, 0x93, 0, 0, 0, 0, 0x70, 1, 0x80, 2, 3, 4, 5, 6, 7, 8 };
static uint8_t thirty_two[32];

static Pb__Statement *sample_statement(void)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY };
	static Pb__PartRef part = PB__PART_REF__INIT;
	static Pb__PartRef *parts[] = { &part };
	static Pb__BasisClaim basis = PB__BASIS_CLAIM__INIT;
	static ProtobufCBinaryData sealed_to[] = { { 32, thirty_two } };
	static Pb__View view = PB__VIEW__INIT;
	static Pb__Statement statement = PB__STATEMENT__INIT;

	part.sha256 = (ProtobufCBinaryData){ 32, thirty_two };
	part.size = 1000;
	part.release = PB__RELEASE__RELEASE_ON_DELIVERY;
	part.n_classes = 1;
	part.classes = classes;
	basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	basis.law = PB__LAW__LAW_ENTRUSTMENT_CONTRACT;
	basis.reason = "委託業務の引継ぎ";
	view.message_id = (ProtobufCBinaryData){ 16, sixteen };
	view.kind = PB__KIND__KIND_REQUEST;
	view.ask = PB__ASK__ASK_REFER;
	view.sender = "link@chiba-city";
	view.recipient = "jiritsu-hanamigawa@chiba-city";
	view.case_id = (ProtobufCBinaryData){ 16, sixteen };
	view.urgency = PB__URGENCY__URGENCY_ROUTINE;
	view.basis = &basis;
	view.n_parts = 1;
	view.parts = parts;
	view.n_sealed_to = 1;
	view.sealed_to = sealed_to;
	view.nonce = (ProtobufCBinaryData){ 16, sixteen };
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	return &statement;
}

static void seed_frames(void)
{
	Pb__FromClient frame = PB__FROM_CLIENT__INIT;
	Pb__FromBroker answer = PB__FROM_BROKER__INIT;
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__Order order = PB__ORDER__INIT;
	Pb__Order *orders[] = { &order };
	Pb__Hello hello = PB__HELLO__INIT;
	ProtobufCBinaryData statements[1];
	struct buf packed;

	buf_init(&packed, SEED_MAX);
	must(codec_pack(&sample_statement()->base, &packed) == ERR_OK, "statement");
	statements[0] = pb_of_bytes(buf_bytes(&packed));
	order.n_statements = 1;
	order.statements = statements;
	batch.n_orders = 1;
	batch.orders = orders;
	batch.certificate_sha256 = (ProtobufCBinaryData){ 32, thirty_two };
	frame.body_case = PB__FROM_CLIENT__BODY_BATCH;
	frame.batch = &batch;
	write_message("frame", "batch", 0, &frame.base);
	hello.version_min = hello.version_max = 1;
	hello.agency = "link@chiba-city";
	frame.body_case = PB__FROM_CLIENT__BODY_HELLO;
	frame.hello = &hello;
	write_message("frame", "hello", 0, &frame.base);
	answer.body_case = PB__FROM_BROKER__BODY_PONG;
	answer.pong = 7;
	write_message("frame", "pong", 1, &answer.base);
	buf_free(&packed);
}

static Pb__Content *sample_content(void)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY };
	static Pb__Person person = PB__PERSON__INIT;
	static Pb__Topic topic = PB__TOPIC__INIT;
	static Pb__Topic *topics[] = { &topic };
	static Pb__Sheet sheet = PB__SHEET__INIT;
	static Pb__Content content = PB__CONTENT__INIT;

	person.name = "試験 花子";
	person.kana = "しけん はなこ";
	person.birth_date = "1970-03-01";
	topic.topic = PB__TOPIC_NAME__TOPIC_NAME_DEBT;
	topic.mark = PB__TOPIC_MARK__TOPIC_MARK_MAIN;
	sheet.received_on = "2026-11-20";
	sheet.person = &person;
	sheet.n_topics = 1;
	sheet.topics = topics;
	sheet.history = "三回目の相談";
	sheet.n_text_classes = 1;
	sheet.text_classes = classes;
	content.body_case = PB__CONTENT__BODY_SHEET;
	content.sheet = &sheet;
	return &content;
}

static void seed_parts(void)
{
	static const uint8_t key[SEAL_KEY_BYTES] = "a key for segments, published 32";
	const struct seed_keys *keys = seed_keys();
	const struct certificate *recipients[] = { keys->certificate };
	Pb__BoundPart bound = PB__BOUND_PART__INIT;
	Pb__PartBinding binding = PB__PART_BINDING__INIT;
	struct buf content, clear, sealed;

	buf_init(&content, SEED_MAX);
	buf_init(&clear, SEED_MAX);
	buf_init(&sealed, SEED_MAX);
	must(codec_pack(&sample_content()->base, &content) == ERR_OK, "content");
	binding.message_id = (ProtobufCBinaryData){ 16, sixteen };
	binding.sender = "link@chiba-city";
	bound.binding = &binding;
	bound.content = pb_of_bytes(buf_bytes(&content));
	must(codec_pack(&bound.base, &clear) == ERR_OK, "bound part");
	must(seal_part(buf_bytes(&clear), keys->certificate, keys->key, recipients, 1, &sealed) == ERR_OK, "seal");
	write_seed("part", "sheet", 0, buf_bytes(&sealed));
	buf_clear(&sealed);
	must(seal_segment(key, 0, 1, buf_bytes(&clear), &sealed) == ERR_OK, "segment");
	write_seed("part", "segment", 1, buf_bytes(&sealed));
	write_seed("part", "certificate", 2, certificate_der(keys->certificate));
	buf_free(&content);
	buf_free(&clear);
	buf_free(&sealed);
}

static void seed_entries(void)
{
	struct checkpoint checkpoint = { .origin = "seed-site/1", .size = 3 };
	uint8_t path[16 + 64] = { 0 };
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__HandoutEntry handout = PB__HANDOUT_ENTRY__INIT;
	uint64_t items[] = { 1, 2, 300 };
	struct private_key *key = NULL;
	struct buf note;

	handout.agency = 4;
	handout.n_items = 3;
	handout.items = items;
	body.body_case = PB__ENTRY_BODY__BODY_HANDOUT;
	body.handout = &handout;
	write_message("entry", "handout", 0, &body.base);
	buf_init(&note, NOTE_MAX);
	must(private_key_new(KEY_ED25519, &key) == ERR_OK && checkpoint_sign(&checkpoint, key, &note) == ERR_OK, "checkpoint");
	write_seed("entry", "checkpoint", 1, buf_bytes(&note));
	be64_put(path, 1);
	be64_put(path + 8, 3);
	write_seed("entry", "path", 2, bytes_of(path, sizeof(path)));
	private_key_free(key);
	buf_free(&note);
}

static void seed_directory(const char *yaml_path)
{
	static uint8_t yaml[SEED_MAX];
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	FILE *file = fopen(yaml_path, "rb");
	size_t size;

	must(file != NULL, yaml_path);
	size = fread(yaml, 1, sizeof(yaml), file);
	fclose(file);
	write_seed("directory", "chiba", 0, bytes_of(yaml, size));
	snapshot.version = 12;
	write_message("directory", "snapshot", 1, &snapshot.base);
}

static void seed_bundle(void)
{
	static const char json[] =
		"{\"type\":\"tsunagi-bundle\",\"version\":1,\"site\":\"chiba-city\",\"epoch\":1,\"endpoints\":[\"ipc:///tmp/a\"],"
		"\"agency\":\"link\",\"address\":\"link@chiba-city\",\"device\":1,\"device_name\":\"desk-1\"}";

	write_seed("bundle", "small", -1, bytes_of_text(json));
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: seeds DIRECTORY DIRECTORY_YAML\n");
		return 2;
	}
	root = argv[1];
	seed_frames();
	write_message("envelope", "statement", 0, &sample_statement()->base);
	write_message("envelope", "content", 1, &sample_content()->base);
	seed_parts();
	seed_entries();
	seed_directory(argv[2]);
	seed_bundle();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger entry against a checkpoint, its binding, and each way in which one of them does not hold. */
#include "libtsunagi/proof.h"

#include "base/arena.h"
#include "contract/limits.h"
#include "stage.h"
#include "unit.h"

struct shown {
	struct stage *stage;
	struct stage_agency *link;
	struct arena arena;
	struct checkpoint checkpoint;
	struct proof_entry entry; /* the binding's, so that it says something */
};

static struct bytes copy(struct shown *shown, ProtobufCBinaryData bytes)
{
	return bytes_of(arena_copy(&shown->arena, bytes_of_pb(bytes)), bytes.len);
}

static struct shown begin(void)
{
	struct shown shown = { .stage = stage_new() };
	const Pb__ReceiptProof *proof = NULL;
	char origin[CHECKPOINT_ORIGIN_MAX];

	shown.link = stage_agency(shown.stage, "link");
	stage_agency(shown.stage, "desk");
	arena_init(&shown.arena, LIMIT_DECODE_BYTES);
	proof = stage_receipt(shown.stage, shown.link->binding_seq, shown.link, &shown.arena);
	checkpoint_origin(STAGE_SITE, 1, origin);
	require_ok(checkpoint_open(bytes_of_text(proof->checkpoint), origin, shown.stage->checkpoint_public, &shown.checkpoint));
	shown.entry.header = copy(&shown, proof->header);
	shown.entry.body_hash = copy(&shown, proof->body_hash);
	shown.entry.salt = copy(&shown, proof->salt);
	shown.entry.body = copy(&shown, proof->body);
	shown.entry.inclusion = copy(&shown, proof->inclusion);
	return shown;
}

static void end(struct shown *shown)
{
	arena_free(&shown->arena);
	stage_free(shown->stage);
}

static enum err check_it(struct shown *shown, struct proved_entry *proved, const char **reason)
{
	*reason = NULL;
	return proof_check_entry(&shown->entry, &shown->checkpoint, &shown->arena, proved, reason);
}

static void test_holds(void)
{
	struct shown shown = begin();
	struct proved_entry proved = { 0 };
	struct digest signing = *certificate_digest(shown.link->bundle->signing_certificate);
	uint32_t agency = 0;
	const char *reason = NULL;

	require_ok(check_it(&shown, &proved, &reason));
	check_uint(proved.header.seq, shown.link->binding_seq);
	check_uint(proved.header.type, PB__ENTRY_TYPE__ENTRY_TYPE_BIND);
	require(proved.body != NULL);
	check_ok(proof_check_binding(&proved, &signing, &agency, &reason));
	check_uint(agency, shown.link->number);
	signing.bytes[0] ^= 1;
	check_err(proof_check_binding(&proved, &signing, &agency, &reason), ERR_AUTH);
	check_text(reason, "the ledger bound another certificate");
	end(&shown);
}

/* An erased entry is proved to stand there; what it bound cannot be shown any more. */
static void test_erased(void)
{
	struct shown shown = begin();
	struct proved_entry proved = { 0 };
	uint32_t agency = 99;
	const char *reason = NULL;

	shown.entry.salt = shown.entry.body = bytes_of(NULL, 0);
	check_ok(check_it(&shown, &proved, &reason));
	check(proved.body == NULL);
	check_err(proof_check_binding(&proved, certificate_digest(shown.link->bundle->signing_certificate), &agency, &reason), ERR_AUTH);
	check_uint(agency, 99);
	end(&shown);
}

/* Every bit of what is shown counts. */
static void test_every_byte(void)
{
	struct shown shown = begin();
	const struct {
		struct bytes *field;
		const char *name;
	} fields[] = {
		{ &shown.entry.header, "header" }, { &shown.entry.body_hash, "body_hash" }, { &shown.entry.salt, "salt" },
		{ &shown.entry.body, "body" }, { &shown.entry.inclusion, "inclusion" },
	};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		for (size_t at = 0; at < fields[i].field->len; at++) {
			uint8_t *byte = (uint8_t *)(uintptr_t)fields[i].field->data + at, bit = (uint8_t)(1u << unit_random_below(8));
			struct proved_entry proved = { 0 };
			const char *reason = NULL;

			unit_context("%s, byte %zu, bit %u", fields[i].name, at, bit);
			*byte ^= bit;
			check_err(check_it(&shown, &proved, &reason), ERR_AUTH);
			check(reason != NULL && *reason != '\0');
			*byte ^= bit;
		}
	end(&shown);
}

static void test_what_is_cut(void)
{
	struct shown shown = begin();
	const struct proof_entry whole = shown.entry;
	struct bytes *fields[] = { &shown.entry.header, &shown.entry.body_hash, &shown.entry.salt, &shown.entry.body, &shown.entry.inclusion };

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		struct proved_entry proved = { 0 };
		const char *reason = NULL;

		unit_context("field %zu", i);
		fields[i]->len--;
		check_err(check_it(&shown, &proved, &reason), ERR_AUTH);
		*fields[i] = bytes_of(NULL, 0);
		check_err(check_it(&shown, &proved, &reason), ERR_AUTH); /* nor is one alone left out */
		shown.entry = whole;
	}
	end(&shown);
}

static void test_another_checkpoint(void)
{
	struct shown shown = begin();
	struct proved_entry proved = { 0 };
	const char *reason = NULL;
	uint64_t size = shown.checkpoint.size;

	shown.checkpoint.size = shown.link->binding_seq; /* of before the entry */
	check_err(check_it(&shown, &proved, &reason), ERR_AUTH);
	check_text(reason, "the entry is not in the checkpoint's tree");
	shown.checkpoint.size = UINT64_MAX;
	check_err(check_it(&shown, &proved, &reason), ERR_AUTH);
	shown.checkpoint.size = size;
	shown.checkpoint.root.bytes[31] ^= 0x80;
	check_err(check_it(&shown, &proved, &reason), ERR_AUTH);
	end(&shown);
}

/* An entry of another kind that happens to decode binds nobody. */
static void test_an_entry_that_binds_nothing(void)
{
	struct shown shown = begin();
	struct proved_entry proved = { 0 };
	const struct digest *signing = certificate_digest(shown.link->bundle->signing_certificate);
	uint32_t agency = 0;
	const char *reason = NULL;

	require_ok(check_it(&shown, &proved, &reason));
	proved.header.type = PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT;
	check_err(proof_check_binding(&proved, signing, &agency, &reason), ERR_AUTH);
	check_text(reason, "the entry that bound the certificate is none");
	end(&shown);
}

UNIT_SUITE("libtsunagi/proof",
	{ "holds", test_holds },
	{ "erased", test_erased },
	{ "every byte", test_every_byte },
	{ "what is cut", test_what_is_cut },
	{ "another checkpoint", test_another_checkpoint },
	{ "an entry that binds nothing", test_an_entry_that_binds_nothing });

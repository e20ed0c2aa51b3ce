/* SPDX-License-Identifier: Apache-2.0 */
/* real.c - see real.h. */
#include "real.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/batch.h"
#include "contract/limits.h"
#include "store/parts.h"
#include "unit.h"

#define YEAR_US INT64_C(31536000000000)

struct real {
	struct private_key *signing_key, *sealing_key;
	struct certificate *signing, *sealing;
};

struct sealed { /* a letter's parts for one recipient */
	struct buf parts[2];
};

/* ---- devices ---- */

static void issue(struct sim *sim, const struct place *place, enum certificate_use use, struct private_key **ret_key,
		  struct certificate **ret_certificate)
{
	struct buf request;

	buf_init(&request, CERTIFICATE_MAX);
	require_ok(private_key_new(KEY_P256, ret_key));
	require_ok(certificate_request(*ret_key, place->keys.address, "desk", &request));
	require_ok(certificate_issue(sim->site.root, sim->site.root_key, buf_bytes(&request), place->keys.address, "desk", use, SITE_NOW_US,
				     SITE_NOW_US + YEAR_US, ret_certificate));
	buf_free(&request);
}

struct real *real_new(struct sim *sim, const struct place *place)
{
	struct real *real = calloc(1, sizeof(*real));

	require(real != NULL);
	issue(sim, place, CERTIFICATE_SIGNS, &real->signing_key, &real->signing);
	issue(sim, place, CERTIFICATE_SEALED_TO, &real->sealing_key, &real->sealing);
	return real;
}

void real_free(struct real *real)
{
	if (real == NULL)
		return;
	private_key_free(real->signing_key);
	private_key_free(real->sealing_key);
	certificate_free(real->signing);
	certificate_free(real->sealing);
	free(real);
}

struct bytes place_signing(const struct place *place)
{
	return place->real != NULL ? certificate_der(place->real->signing) : bytes_of(place->keys.signing, sizeof(place->keys.signing));
}

struct bytes place_sealing(const struct place *place)
{
	return place->real != NULL ? certificate_der(place->real->sealing) : bytes_of(place->keys.sealing, sizeof(place->keys.sealing));
}

void place_fill_binding(const struct place *place, const Pb__BindEntry *entry)
{
	Pb__BindEntry *binding = (Pb__BindEntry *)(uintptr_t)entry;

	binding->signing_certificate = pb_of_bytes(place_signing(place));
	binding->sealing_certificate = pb_of_bytes(place_sealing(place));
}

/* ---- frames ---- */

void real_sign(struct sim *sim, const struct place *by, struct inbound *inbound)
{
	struct inbound_order *orders = (struct inbound_order *)(uintptr_t)inbound->batch.orders;
	struct digest leaves[SIM_DEEDS], path[MERKLE_PATH_MAX], root;
	size_t count = inbound->batch.count, len = SIGNATURE_P256_MAX;
	uint8_t signature[SIGNATURE_P256_MAX];
	struct buf message;

	(void)sim;
	for (size_t i = 0; i < count; i++)
		leaves[i] = order_hash(orders[i].statements, orders[i].statement_count);
	for (size_t i = 0; i < count; i++) {
		size_t hashes = merkle_path(leaves, count, i, path);

		orders[i].path = bytes_of(arena_copy(&inbound->arena, bytes_of(path, hashes * DIGEST_BYTES)), hashes * DIGEST_BYTES);
	}
	root = merkle_root(leaves, count);
	buf_init(&message, 1024);
	batch_signed_message(SITE_NAME, &inbound->batch.certificate, &root, &message);
	require_ok(signature_sign_p256(by->real->signing_key, buf_bytes(&message), signature, &len));
	inbound->batch.signature = bytes_of(arena_copy(&inbound->arena, bytes_of(signature, len)), len);
	buf_free(&message);
}

/* ---- parts ---- */

static struct digest words_of(const struct letter *letter, size_t index, size_t part)
{
	uint8_t bytes[24];

	be64_put(bytes, letter->nonces);
	be64_put(bytes + 8, index);
	be64_put(bytes + 16, part);
	return digest_of(bytes_of(bytes, sizeof(bytes)));
}

static void bind(const Pb__View *view, size_t part, struct digest *words, Pb__PartBinding *binding, Pb__BoundPart *bound)
{
	pb__part_binding__init(binding);
	pb__bound_part__init(bound);
	binding->message_id = view->message_id;
	binding->sender = view->sender;
	binding->recipient = view->recipient;
	binding->case_id = view->case_id;
	binding->basis = view->basis->basis;
	binding->classes = view->parts[part]->classes;
	binding->n_classes = view->parts[part]->n_classes;
	binding->release = view->parts[part]->release;
	binding->index = (uint32_t)part;
	bound->binding = binding;
	bound->content = pb_of_bytes(digest_bytes(words));
}

static size_t add_recipients(const struct desk *desk, uint64_t bits, const struct certificate **to, size_t count)
{
	for (size_t i = 0; i < desk->place_count && count < SEAL_RECIPIENTS_MAX; i++)
		if ((bits & desk->places[i]->bit) != 0)
			to[count++] = desk->places[i]->real->sealing;
	return count;
}

static void seal_one(const struct letter *letter, size_t index, const Pb__View *view, size_t part, struct buf *out)
{
	const struct certificate *to[SEAL_RECIPIENTS_MAX];
	size_t count = add_recipients(letter->to[index], letter->sealed_to[index], to, 0);
	struct digest words = words_of(letter, index, part);
	Pb__PartBinding binding;
	Pb__BoundPart bound;
	struct buf clear;

	count = add_recipients(letter->from->desk, letter->sealed_from, to, count);
	if (count == 0) /* nobody can open it: it is refused, and its bytes are of no account */
		to[count++] = letter->from->real->sealing;
	bind(view, part, &words, &binding, &bound);
	buf_init(&clear, LIMIT_PART_BYTES);
	require_ok(codec_pack(&bound.base, &clear));
	buf_init(out, LIMIT_PART_BYTES);
	require_ok(seal_part(buf_bytes(&clear), letter->from->real->signing, letter->from->real->signing_key, to, count, out));
	buf_free(&clear);
}

void real_seal(struct letter *letter, size_t index, Pb__View *view, struct inbound_order *order)
{
	static struct digest digests[2];

	if (letter->sealed == NULL)
		letter->sealed = calloc(SIM_RECIPIENTS, sizeof(*letter->sealed));
	require(letter->sealed != NULL && view->n_parts <= 2);
	for (size_t part = 0; part < view->n_parts; part++) {
		struct buf *sealed = &letter->sealed[index].parts[part];

		if (sealed->len == 0)
			seal_one(letter, index, view, part, sealed);
		((struct bytes *)(uintptr_t)order->parts)[order->part_count - view->n_parts + part] = buf_bytes(sealed);
		digests[part] = digest_of(buf_bytes(sealed));
		view->parts[part]->sha256 = pb_of_bytes(digest_bytes(&digests[part]));
		view->parts[part]->size = (uint32_t)sealed->len;
	}
}

void real_forget(struct letter *letter)
{
	for (size_t i = 0; letter->sealed != NULL && i < SIM_RECIPIENTS; i++)
		for (size_t part = 0; part < 2; part++)
			buf_free(&letter->sealed[i].parts[part]);
	free(letter->sealed);
	letter->sealed = NULL;
}

static void open_one(struct txn *txn, const struct place *place, const struct item *item, size_t part)
{
	const struct letter *letter = item->letter;
	const struct buf *sealed = &letter->sealed[item->index].parts[part];
	struct digest digest = digest_of(buf_bytes(sealed)), words = words_of(letter, item->index, part);
	struct certificate *signer = NULL;
	const Pb__BoundPart *bound;
	struct buf stored, clear;
	struct arena arena;

	buf_init(&stored, LIMIT_PART_BYTES);
	buf_init(&clear, LIMIT_PART_BYTES);
	arena_init(&arena, 1u << 20);
	require_ok(part_load(txn, letter->seq, (uint16_t)(item->index * letter->parts + part), sealed->len, &digest, &stored));
	require_ok(open_part(buf_bytes(&stored), place->real->sealing, place->real->sealing_key, &clear, &signer));
	require_ok(CODEC_DECODE(bound_part, buf_bytes(&clear), &arena, &bound, NULL));
	HOLDS(bytes_equal(bytes_of_pb(bound->content), digest_bytes(&words)), "item %llu brings other words than were written", (ull)item->number);
	HOLDS(bytes_equal(certificate_der(signer), place_signing(letter->from)), "item %llu is signed by another", (ull)item->number);
	certificate_free(signer);
	arena_free(&arena);
	buf_free(&clear);
	buf_free(&stored);
}

/* A message without what is held back; a release with that alone.  Devices that were bound later open nothing older. */
void real_open(struct sim *sim, struct txn *txn, const struct place *place, const struct item *item)
{
	bool released = item->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE;

	if (item->letter == NULL || item->what == PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK || item->letter->altered ||
	    (item->letter->sealed_to[item->index] & place->bit) == 0)
		return;
	for (size_t part = released ? 1 : 0; part < (released ? item->letter->parts : item->letter->parts > 0); part++)
		open_one(txn, place, item, part);
	sim->opened++;
}

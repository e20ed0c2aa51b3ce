/* SPDX-License-Identifier: Apache-2.0 */
/* broker/openers.c - see openers.h for the contract. */
#include "broker/openers.h"

#include "ledger/entry.h"

#define SUBMISSION_ARENA_BYTES (16u * 1024u * 1024u)

bool openers_have(const struct openers *openers, uint32_t device)
{
	for (size_t i = 0; i < openers->count; i++)
		if (openers->devices[i] == device)
			return true;
	return false;
}

void openers_remove(struct openers *openers, uint32_t device)
{
	size_t kept = 0;

	for (size_t i = 0; i < openers->count; i++)
		if (openers->devices[i] != device)
			openers->devices[kept++] = openers->devices[i];
	openers->count = kept;
}

void openers_in_force(const struct registry *registry, uint32_t agency, struct openers *openers)
{
	const struct registry_agency *entry = registry_agency(registry, agency);
	size_t kept = 0;

	for (size_t i = 0; entry != NULL && i < openers->count; i++)
		if (registry_device(entry, openers->devices[i]) != NULL)
			openers->devices[kept++] = openers->devices[i];
	openers->count = kept;
}

/* The device whose sealing certificate this is, if it is one of the agency's in force. */
static enum err add_device(struct world *world, uint32_t agency, struct bytes certificate, struct openers *openers)
{
	const struct registry_agency *entry = registry_agency(world->registry, agency);
	struct certificate_row row;
	struct digest digest;
	enum err err;

	if (certificate.len != DIGEST_BYTES)
		return ERR_CORRUPT;
	memcpy(digest.bytes, certificate.data, DIGEST_BYTES);
	err = certificate_row_get(world->txn, &digest, &row);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* nothing else was accepted */
	if (row.agency == agency && entry != NULL && registry_device(entry, row.device) != NULL && !openers_have(openers, row.device) &&
	    openers->count < LIMIT_DEVICES)
		openers->devices[openers->count++] = row.device;
	return ERR_OK;
}

static enum err view_of(struct txn *txn, const struct delivery *delivery, struct arena *arena, const Pb__View **ret_view)
{
	const Pb__Statement *statement;
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(txn, delivery->seq, arena, &entry, &body);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->order == NULL ||
	    delivery->recipient >= body->submit->order->n_statements)
		return ERR_CORRUPT;
	err = CODEC_DECODE(statement, bytes_of_pb(body->submit->order->statements[delivery->recipient]), arena, &statement, NULL);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? ERR_CORRUPT : err;
	if (statement->body_case != PB__STATEMENT__BODY_VIEW)
		return ERR_CORRUPT;
	*ret_view = statement->view;
	return ERR_OK;
}

enum err openers_sealed_to(struct world *world, const struct delivery *delivery, struct openers *ret_openers, bool *ret_open)
{
	struct openers openers = { 0 };
	const Pb__View *view = NULL;
	struct arena arena;
	enum err err;

	if (delivery->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE) { /* sealed to nobody */
		*ret_openers = openers;
		*ret_open = true;
		return ERR_OK;
	}
	arena_init(&arena, SUBMISSION_ARENA_BYTES);
	err = view_of(world->txn, delivery, &arena, &view);
	for (size_t i = 0; err == ERR_OK && i < view->n_sealed_to; i++)
		err = add_device(world, delivery->agency, bytes_of_pb(view->sealed_to[i]), &openers);
	if (err == ERR_OK) {
		*ret_openers = openers;
		*ret_open = view->n_sealed_to == 0;
	}
	arena_free(&arena);
	return err;
}

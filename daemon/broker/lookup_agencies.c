/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_agencies.c - agencies, devices, certificates, invitations; see lookup.h for the contract. */
#include "broker/lookup.h"

#include "broker/rows.h"
#include "contract/codec.h"
#include "ledger/entry.h"

enum err agency_by_number(struct txn *txn, uint32_t number, struct arena *arena, struct agency *ret_agency)
{
	struct agency_row row;
	const Pb__Agency *record;
	enum err err = agency_row_get(txn, number, &row);

	if (err != ERR_OK)
		return err;
	err = CODEC_DECODE(agency, row.record, arena, &record, NULL);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? ERR_CORRUPT : err;
	*ret_agency = (struct agency){ .number = number, .closed = row.closed, .record = record };
	return ERR_OK;
}

enum err agency_by_id(struct txn *txn, struct bytes id, struct arena *arena, struct agency *ret_agency)
{
	uint32_t number;
	enum err err = agency_number_get(txn, id, &number);

	if (err != ERR_OK)
		return err;
	err = agency_by_number(txn, number, arena, ret_agency);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* an id that leads nowhere */
}

/* The binding as its entry recorded it; what ended it since is the row's. */
static enum err binding_of(struct txn *txn, const struct certificate_row *row, struct arena *arena, Pb__Binding *ret_binding)
{
	const Pb__EntryBody *body;
	struct entry entry;
	struct agency agency;
	enum err err = entry_decode(txn, row->seq, arena, &entry, &body);

	if (err != ERR_OK)
		return err;
	if (body->body_case != PB__ENTRY_BODY__BODY_BIND)
		return ERR_CORRUPT;
	err = agency_by_number(txn, row->agency, arena, &agency);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	ret_binding->agency = agency.record->id;
	ret_binding->device = row->device;
	ret_binding->device_name = body->bind->device_name;
	ret_binding->signing_certificate = body->bind->signing_certificate;
	ret_binding->sealing_certificate = body->bind->sealing_certificate;
	ret_binding->seq = row->seq;
	ret_binding->bound_at_us = entry.header.time_us;
	ret_binding->ends_at_us = row->ends_at_us;
	ret_binding->compromised = row->compromised;
	return ERR_OK;
}

enum err certificate_binding(struct txn *txn, const struct digest *digest, struct arena *arena, const Pb__Binding **ret_binding)
{
	struct certificate_row row;
	Pb__Binding *binding;
	enum err err = certificate_row_get(txn, digest, &row);

	if (err != ERR_OK)
		return err;
	binding = arena_alloc(arena, sizeof(*binding));
	if (binding == NULL)
		return ERR_NOMEM;
	pb__binding__init(binding);
	err = binding_of(txn, &row, arena, binding);
	if (err == ERR_OK)
		*ret_binding = binding;
	return err;
}

enum err device_each(struct txn *txn, uint32_t agency, enum err (*each)(void *context, const struct device *device), void *context)
{
	struct key least = key_u32_u32(agency, 0);
	struct bytes key, value;
	struct cursor *cursor;
	struct device device;
	enum err err = cursor_open(txn, TABLE_DEVICES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = device_decode(key, value, &device);
		if (err != ERR_OK || (agency != 0 && device.agency != agency))
			break;
		if (device.ends_at_us != 0)
			continue;
		err = each(context, &device);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err invitation_each(struct txn *txn, enum err (*each)(void *context, const struct invitation *invitation), void *context)
{
	struct invitation invitation;
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_INVITATIONS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = invitation_decode(key, value, &invitation);
		if (err == ERR_OK)
			err = each(context, &invitation);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

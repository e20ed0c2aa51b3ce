/* SPDX-License-Identifier: Apache-2.0 */
/* broker/registry_rows.c - rows of the AGENCIES and DEVICES tables become what the registry keeps of them; see registry_layout.h. */
#include "broker/registry.h"

#include <stdio.h>
#include <stdlib.h>

#include "broker/registry_layout.h"
#include "broker/rows.h"
#include "contract/codec.h"
#include "contract/limits.h"

#define RECORD_ARENA_BYTES (4u * LIMIT_DIRECTORY_BYTES / 100u) /* of one decoded agency */
#define EVERY_KIND UINT32_MAX

static enum err make_room(struct registry *registry, uint32_t number)
{
	uint32_t room = registry->room == 0 ? 256 : registry->room;
	struct registry_agency **grown;

	if (number > INT32_MAX)
		return ERR_CORRUPT;
	while (room <= number)
		room *= 2;
	if (room == registry->room)
		return ERR_OK;
	grown = realloc(registry->agencies, room * sizeof(struct registry_agency *));
	if (grown == NULL)
		return ERR_NOMEM;
	memset(grown + registry->room, 0, (room - registry->room) * sizeof(struct registry_agency *));
	registry->agencies = grown;
	registry->room = room;
	return ERR_OK;
}

static uint32_t kinds_of(const Pb__Agency *record)
{
	uint32_t kinds = 0;

	if (record->n_kinds == 0)
		return EVERY_KIND;
	for (size_t i = 0; i < record->n_kinds; i++)
		kinds |= (uint32_t)1 << ((unsigned)record->kinds[i] & 31);
	return kinds;
}

/* 0 for an id that is empty or not known. */
static enum err number_of(struct txn *txn, const char *id, uint32_t *ret_number)
{
	enum err err;

	*ret_number = 0;
	if (id[0] == '\0')
		return ERR_OK;
	err = agency_number_get(txn, bytes_of_text(id), ret_number);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* All in one allocation: the pointers, then what they point to. */
static enum err keep_categories(const Pb__Agency *record, struct registry_agency *agency)
{
	size_t bytes = record->n_categories * sizeof(char *);
	char *at;

	for (size_t i = 0; i < record->n_categories; i++)
		bytes += strlen(record->categories[i]) + 1;
	if (record->n_categories == 0)
		return ERR_OK;
	agency->categories = malloc(bytes);
	if (agency->categories == NULL)
		return ERR_NOMEM;
	at = (char *)(agency->categories + record->n_categories);
	for (size_t i = 0; i < record->n_categories; i++) {
		size_t len = strlen(record->categories[i]) + 1;

		agency->categories[i] = memcpy(at, record->categories[i], len);
		at += len;
	}
	agency->category_count = record->n_categories;
	return ERR_OK;
}

static enum err enter(struct registry *registry, struct txn *txn, uint32_t number, const struct agency_row *row, const Pb__Agency *record)
{
	struct registry_agency *agency;
	int len;
	enum err err = make_room(registry, number);

	if (err != ERR_OK)
		return err;
	agency = calloc(1, sizeof(*agency));
	if (agency == NULL)
		return ERR_NOMEM;
	registry->agencies[number] = agency;
	agency->confidential = record->confidential;
	if (record->confidential) /* one whose proxy is not known deals with nobody */
		err = number_of(txn, record->proxy, &agency->proxy);
	if (err == ERR_OK)
		err = number_of(txn, record->coordinator, &agency->coordinator);
	if (err == ERR_OK)
		err = keep_categories(record, agency);
	if (err != ERR_OK)
		return err;
	len = snprintf(agency->address, sizeof(agency->address), "%s@%s", record->id, registry->site);
	if (len < 0 || (size_t)len >= sizeof(agency->address))
		return ERR_CORRUPT;
	agency->number = number;
	agency->closed = row->closed;
	agency->kinds = kinds_of(record);
	if (opening_hours_compile(record->hours, &agency->hours) != ERR_OK)
		(void)opening_hours_compile(NULL, &agency->hours); /* what no loader lets through any more */
	agency->id_len = strlen(record->id);
	if (number > registry->last)
		registry->last = number;
	if (!row->closed)
		registry->open++;
	return index_add(&registry->ids, number);
}

/* One row of AGENCIES, decoded in the arena, which is emptied for the next. */
static enum err enter_row(struct registry *registry, struct txn *txn, struct bytes key, struct bytes value, struct arena *arena)
{
	const Pb__Agency *record;
	struct agency_row row;
	enum err err;

	if (key.len != 4)
		return ERR_CORRUPT;
	err = agency_row_decode(value, &row);
	if (err != ERR_OK)
		return err;
	err = CODEC_DECODE(agency, row.record, arena, &record, NULL);
	if (err == ERR_OK)
		err = enter(registry, txn, be32_get(key.data), &row, record);
	else if (err == ERR_FORMAT)
		err = ERR_CORRUPT;
	arena_reset(arena);
	return err;
}

enum err registry_load_agencies(struct registry *registry, struct txn *txn)
{
	struct bytes key, value;
	struct cursor *cursor;
	struct arena arena;
	enum err err = cursor_open(txn, TABLE_AGENCIES, &cursor);

	if (err != ERR_OK)
		return err;
	arena_init(&arena, RECORD_ARENA_BYTES);
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = enter_row(registry, txn, key, value, &arena);
		if (err != ERR_OK)
			break;
	}
	arena_free(&arena);
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err registry_enter_device(void *context, const struct device *device)
{
	struct registry *registry = context;
	struct registry_agency *agency = device->agency <= registry->last ? registry->agencies[device->agency] : NULL;
	struct registry_device *grown;

	if (agency == NULL)
		return ERR_CORRUPT;
	grown = realloc(agency->devices, (agency->device_count + 1) * sizeof(*grown)); /* LIMIT_DEVICES at most */
	if (grown == NULL)
		return ERR_NOMEM;
	agency->devices = grown;
	grown += agency->device_count++;
	grown->device = device->device;
	grown->signing = digest_of(device->signing_certificate);
	grown->sealing = digest_of(device->sealing_certificate);
	memcpy(grown->curve_key, device->curve_key, CURVE_BYTES);
	return ERR_OK;
}

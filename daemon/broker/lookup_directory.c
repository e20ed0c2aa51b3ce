/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_directory.c - the current directory and the snapshot that the site signs; see lookup.h for the contract. */
#include <stdlib.h>

#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/codec.h"
#include "contract/limits.h"

#define SNAPSHOT_ARENA_BYTES (8u * LIMIT_DIRECTORY_BYTES) /* decoded file, bindings with their certificates */

enum err directory_current(struct txn *txn, struct arena *arena, const Pb__DirectoryFile **ret_file, uint64_t *ret_version)
{
	const Pb__DirectoryFile *file;
	struct bytes bytes;
	uint64_t version;
	enum err err = directory_file_get(txn, &bytes);

	if (err != ERR_OK)
		return err;
	err = CODEC_DECODE(directory_file, bytes, arena, &file, NULL);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? ERR_CORRUPT : err;
	err = directory_version_get(txn, &version);
	if (err != ERR_OK)
		return err;
	*ret_file = file;
	*ret_version = version;
	return ERR_OK;
}

enum err binding_shown(const struct device *device, const char *agency, struct arena *arena, Pb__Binding **ret_binding)
{
	Pb__Binding *binding = arena_alloc(arena, sizeof(*binding));

	if (binding == NULL)
		return ERR_NOMEM;
	pb__binding__init(binding);
	binding->agency = pb_of_text(agency);
	binding->device = device->device;
	binding->device_name = arena_text(arena, bytes_of_text(device->name));
	binding->signing_certificate = pb_of_bytes(device->signing_certificate); /* borrowed from txn: nothing is written meanwhile */
	binding->sealing_certificate = pb_of_bytes(device->sealing_certificate);
	binding->seq = device->seq;
	binding->bound_at_us = device->bound_at_us;
	if (binding->device_name == NULL)
		return ERR_NOMEM;
	*ret_binding = binding;
	return ERR_OK;
}

struct gathering {
	struct arena *arena;
	const char *agency; /* id */
	Pb__Binding **bindings;
	size_t count;
	size_t cap;
};

static enum err gather(void *context, const struct device *device)
{
	struct gathering *gathering = context;
	Pb__Binding *binding;
	enum err err;

	if (gathering->count == gathering->cap) {
		size_t cap = gathering->cap == 0 ? 64 : 2 * gathering->cap;
		Pb__Binding **grown = arena_alloc(gathering->arena, cap * sizeof(*grown));

		if (grown == NULL)
			return ERR_NOMEM;
		if (gathering->count > 0)
			memcpy(grown, gathering->bindings, gathering->count * sizeof(*grown));
		gathering->bindings = grown;
		gathering->cap = cap;
	}
	err = binding_shown(device, gathering->agency, gathering->arena, &binding);
	if (err == ERR_OK)
		gathering->bindings[gathering->count++] = binding;
	return err;
}

/* Bindings in force of the agencies of a file. */
static enum err gather_of(struct txn *txn, const Pb__DirectoryFile *file, struct gathering *gathering)
{
	for (size_t i = 0; i < file->n_agencies; i++) {
		uint32_t number;
		enum err err = agency_number_get(txn, bytes_of_text(file->agencies[i]->id), &number);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		gathering->agency = file->agencies[i]->id;
		err = device_each(txn, number, gather, gathering);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static bool is_behind(const Pb__Agency *agency, const char *proxy)
{
	return agency->confidential && strcmp(agency->proxy, proxy) == 0;
}

/* A copy of the file with those agencies alone that everyone may see (proxy NULL), or those that are reached through proxy; what it
 * points to is shared. */
static enum err file_of(const Pb__DirectoryFile *file, const char *proxy, struct arena *arena, Pb__DirectoryFile *ret_file)
{
	Pb__Agency **agencies = arena_alloc(arena, (file->n_agencies + 1) * sizeof(*agencies));
	size_t count = 0;

	if (agencies == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < file->n_agencies; i++)
		if (proxy == NULL ? !file->agencies[i]->confidential : is_behind(file->agencies[i], proxy))
			agencies[count++] = file->agencies[i];
	*ret_file = *file;
	ret_file->agencies = agencies;
	ret_file->n_agencies = count;
	return ERR_OK;
}

enum err directory_snapshot(struct txn *txn, struct buf *out, uint64_t *ret_version)
{
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	struct gathering gathering = { 0 };
	const Pb__DirectoryFile *file;
	Pb__DirectoryFile shown;
	struct arena arena;
	uint64_t version;
	enum err err;

	arena_init(&arena, SNAPSHOT_ARENA_BYTES);
	gathering.arena = &arena;
	err = directory_current(txn, &arena, &file, &version);
	if (err == ERR_OK)
		err = file_of(file, NULL, &arena, &shown);
	if (err == ERR_OK)
		err = gather_of(txn, &shown, &gathering);
	if (err == ERR_OK)
		err = directory_standings(txn, &shown, &arena, &snapshot.standings, &snapshot.n_standings);
	if (err == ERR_OK)
		err = holiday_dates(txn, &arena, &snapshot.holidays, &snapshot.n_holidays);
	if (err != ERR_OK)
		goto out;
	snapshot.file = &shown;
	snapshot.bindings = gathering.bindings;
	snapshot.n_bindings = gathering.count;
	snapshot.version = version;
	err = codec_pack(&snapshot.base, out);
	if (err == ERR_OK)
		*ret_version = version;
out:
	arena_free(&arena);
	return err;
}

static enum err pack_records(struct txn *txn, const Pb__DirectoryFile *shown, Pb__ConfidentialRecords *records, struct arena *arena, struct buf *out)
{
	struct gathering gathering = { .arena = arena };
	enum err err = gather_of(txn, shown, &gathering);

	if (err == ERR_OK)
		err = directory_standings(txn, shown, arena, &records->standings, &records->n_standings);
	if (err != ERR_OK)
		return err;
	records->agencies = shown->agencies;
	records->n_agencies = shown->n_agencies;
	records->bindings = gathering.bindings;
	records->n_bindings = gathering.count;
	return codec_pack(&records->base, out);
}

enum err confidential_records(struct txn *txn, const char *proxy, struct buf *out)
{
	Pb__ConfidentialRecords records = PB__CONFIDENTIAL_RECORDS__INIT;
	const Pb__DirectoryFile *file;
	Pb__DirectoryFile shown;
	struct arena arena;
	enum err err;

	arena_init(&arena, SNAPSHOT_ARENA_BYTES);
	err = directory_current(txn, &arena, &file, &records.version);
	if (err == ERR_OK)
		err = file_of(file, proxy, &arena, &shown);
	records.proxy = pb_of_text(proxy);
	if (err == ERR_OK)
		err = pack_records(txn, &shown, &records, &arena, out);
	arena_free(&arena);
	return err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/registry.c - see registry.h for the contract. */
#include "broker/registry.h"

#include <stdlib.h>

#include "broker/registry_layout.h"
#include "broker/rows.h"

static uint64_t text_hash(const char *text, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a; ids come from the operator's own directory */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x100000001b3u;
	return index_mix(hash, 0);
}

static uint64_t agency_hash(const void *owner, uint32_t place)
{
	const struct registry *registry = owner;
	const struct registry_agency *agency = registry->agencies[place];

	return text_hash(agency->address, agency->id_len);
}

enum err registry_new(const char *site, struct registry **ret_registry)
{
	struct registry *registry = calloc(1, sizeof(*registry));

	if (registry == NULL)
		return ERR_NOMEM;
	registry->site = site;
	registry->site_len = strlen(site);
	index_init(&registry->ids, agency_hash, registry);
	*ret_registry = registry;
	return ERR_OK;
}

static void clear(struct registry *registry)
{
	for (uint32_t number = 0; number < registry->room; number++) {
		if (registry->agencies[number] == NULL)
			continue;
		free(registry->agencies[number]->devices);
		free(registry->agencies[number]->categories);
		free(registry->agencies[number]);
	}
	free(registry->rules);
	registry->rules = NULL;
	registry->rule_count = registry->rule_room = 0;
	free(registry->agencies);
	registry->agencies = NULL;
	registry->room = 0;
	registry->last = 0;
	registry->open = 0;
	index_free(&registry->ids);
}

void registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	clear(registry);
	free(registry);
}

enum err registry_load(struct registry *registry, struct txn *txn)
{
	enum err err;

	clear(registry);
	err = registry_load_agencies(registry, txn);
	if (err == ERR_OK)
		err = directory_zone_get(txn, &registry->zone_minutes);
	if (err == ERR_OK)
		err = registry_load_rules(registry, txn);
	if (err == ERR_OK)
		err = device_each(txn, 0, registry_enter_device, registry);
	if (err != ERR_OK)
		clear(registry);
	return err;
}

enum err registry_refresh(struct registry *registry, struct txn *txn, uint32_t number)
{
	struct registry_agency *agency = number <= registry->last && registry->last != 0 ? registry->agencies[number] : NULL;

	if (agency == NULL)
		return ERR_NOT_FOUND;
	free(agency->devices);
	agency->devices = NULL;
	agency->device_count = 0;
	return device_each(txn, number, registry_enter_device, registry);
}

const struct registry_agency *registry_agency(const struct registry *registry, uint32_t number)
{
	return number < registry->room ? registry->agencies[number] : NULL;
}

const struct registry_agency *registry_by_id(const struct registry *registry, struct bytes id)
{
	const struct index *ids = &registry->ids;
	uint32_t place;

	if (id.len == 0)
		return NULL;
	for (struct index_walk walk = index_walk(ids, text_hash((const char *)id.data, id.len));
	     (place = index_next(ids, &walk)) != INDEX_NONE;) {
		const struct registry_agency *agency = registry->agencies[place];

		if (agency->id_len == id.len && memcmp(agency->address, id.data, id.len) == 0)
			return agency;
	}
	return NULL;
}

const struct registry_agency *registry_by_address(const struct registry *registry, struct bytes address)
{
	size_t id_len;

	if (address.len <= registry->site_len + 1)
		return NULL;
	id_len = address.len - registry->site_len - 1;
	if (address.data[id_len] != '@' || memcmp(address.data + id_len + 1, registry->site, registry->site_len) != 0)
		return NULL;
	return registry_by_id(registry, bytes_of(address.data, id_len));
}

const struct registry_device *registry_device(const struct registry_agency *agency, uint32_t device)
{
	for (size_t i = 0; i < agency->device_count; i++)
		if (agency->devices[i].device == device)
			return &agency->devices[i];
	return NULL;
}

const struct registry_device *registry_signer(const struct registry_agency *agency, const struct digest *signing)
{
	for (size_t i = 0; i < agency->device_count; i++)
		if (memcmp(agency->devices[i].signing.bytes, signing->bytes, DIGEST_BYTES) == 0)
			return &agency->devices[i];
	return NULL;
}

bool registry_may_correspond(const struct registry_agency *a, const struct registry_agency *b)
{
	return (!a->confidential || a->proxy == b->number) && (!b->confidential || b->proxy == a->number);
}

bool registry_has_curve_key(const struct registry *registry, const uint8_t curve_key[CURVE_BYTES])
{
	for (uint32_t number = 1; number <= registry->last; number++) {
		const struct registry_agency *agency = registry->agencies[number];

		for (size_t i = 0; agency != NULL && i < agency->device_count; i++)
			if (memcmp(agency->devices[i].curve_key, curve_key, CURVE_BYTES) == 0)
				return true;
	}
	return false;
}

uint32_t registry_last_number(const struct registry *registry)
{
	return registry->last;
}

int registry_zone_minutes(const struct registry *registry)
{
	return registry->zone_minutes;
}

size_t registry_open_count(const struct registry *registry)
{
	return registry->open;
}

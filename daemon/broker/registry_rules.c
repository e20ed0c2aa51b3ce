/* SPDX-License-Identifier: Apache-2.0 */
/* broker/registry_rules.c - the ids of the directory's routing rules, in memory: see registry.h for the contract. */
#include "broker/registry.h"

#include <stdlib.h>

#include "broker/registry_layout.h"
#include "broker/rows.h"

static int by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

static enum err enter(void *context, struct bytes id)
{
	struct registry *registry = context;
	char (*grown)[REGISTRY_RULE_MAX];

	if (id.len >= REGISTRY_RULE_MAX)
		return ERR_CORRUPT;
	if (registry->rule_count == registry->rule_room) {
		size_t room = registry->rule_room == 0 ? 64 : 2 * registry->rule_room;

		grown = realloc(registry->rules, room * sizeof(*grown));
		if (grown == NULL)
			return ERR_NOMEM;
		registry->rules = grown;
		registry->rule_room = room;
	}
	memset(registry->rules[registry->rule_count], 0, REGISTRY_RULE_MAX);
	if (id.len > 0)
		memcpy(registry->rules[registry->rule_count], id.data, id.len);
	registry->rule_count++;
	return ERR_OK;
}

enum err registry_load_rules(struct registry *registry, struct txn *txn)
{
	enum err err = directory_rules_each(txn, enter, registry);

	if (err == ERR_OK && registry->rule_count > 1)
		qsort(registry->rules, registry->rule_count, sizeof(*registry->rules), by_id);
	return err;
}

bool registry_has_rule(const struct registry *registry, const char *id)
{
	return registry->rule_count > 0 && bsearch(id, registry->rules, registry->rule_count, sizeof(*registry->rules), by_id) != NULL;
}

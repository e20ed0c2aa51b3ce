/* SPDX-License-Identifier: Apache-2.0 */
/* broker/registry_layout.h - for registry.c and registry_rows.c: how the memory is laid out that one owns and the other fills. */
#pragma once
#include "base/err.h"
#include "broker/index.h"

struct registry_agency; /* registry.h */
struct txn;

struct registry {
	const char *site;
	size_t site_len;
	struct registry_agency **agencies; /* by number; [0] and gaps are NULL */
	uint32_t room;
	uint32_t last;
	size_t open;
	struct index ids;
	int zone_minutes;
	char (*rules)[REGISTRY_RULE_MAX]; /* the routing rules' ids, ascending */
	size_t rule_count, rule_room;
};

struct device;

/* Every agency, into an empty registry.  On failure what was entered stays, for the owner to clear. */
enum err registry_load_agencies(struct registry *registry, struct txn *txn);

/* The ids of the directory's rules, into an empty registry; likewise. */
enum err registry_load_rules(struct registry *registry, struct txn *txn);

/* One more device of an agency that is in it; context: the registry. */
enum err registry_enter_device(void *context, const struct device *device);

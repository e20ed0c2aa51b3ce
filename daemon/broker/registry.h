/* SPDX-License-Identifier: Apache-2.0 */
/* broker/registry.h - who may send and receive, in memory: a copy of the AGENCIES and DEVICES tables, so that the rules look at no
 * row for each order.  The writer's own (one thread).
 *
 * Pointers into it last until the next registry_load or registry_refresh. */
#pragma once
#include "contract/opening_hours.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "store/txn.h"
#include "vocabulary.pb-c.h"

#define REGISTRY_RULE_MAX 64     /* a label and the NUL */
#define REGISTRY_ADDRESS_MAX 128 /* "agency@site": two labels, '@' and the NUL */

/* A device in force. */
struct registry_device {
	uint32_t device;
	struct digest signing; /* of its certificates */
	struct digest sealing;
	uint8_t curve_key[CURVE_BYTES];
};

struct registry_agency {
	uint32_t number;
	bool closed;    /* the directory no longer names it */
	uint32_t kinds; /* bit n: takes messages of Kind n */
	bool confidential;
	struct opening_hours hours; /* the usual ones where the record's do not hold */
	const char **categories; /* the directory's words */
	size_t category_count;
	uint32_t coordinator; /* who hears when it stays silent; 0: nobody */
	uint32_t proxy; /* of a confidential agency: number of the only one that it deals with; 0: there is none */
	char address[REGISTRY_ADDRESS_MAX];
	size_t id_len;  /* address begins with the id */
	struct registry_device *devices;
	size_t device_count;
};

struct registry;

/* site: borrowed for the registry's life. */
enum err registry_new(const char *site, struct registry **ret_registry);
void registry_free(struct registry *registry);

/* Reads everything anew.  On failure nothing is in it. */
enum err registry_load(struct registry *registry, struct txn *txn);

/* Reads the devices of one agency anew.  ERR_NOT_FOUND when there is no such agency. */
enum err registry_refresh(struct registry *registry, struct txn *txn, uint32_t number);

/* NULL when there is none. */
const struct registry_agency *registry_agency(const struct registry *registry, uint32_t number);
const struct registry_agency *registry_by_id(const struct registry *registry, struct bytes id);
const struct registry_agency *registry_by_address(const struct registry *registry, struct bytes address);
const struct registry_device *registry_device(const struct registry_agency *agency, uint32_t device);
const struct registry_device *registry_signer(const struct registry_agency *agency, const struct digest *signing);

/* Whether traffic may go from one to the other: to and from a confidential agency with its proxy alone (wire 9). */
bool registry_may_correspond(const struct registry_agency *a, const struct registry_agency *b);

/* Whether the directory has a routing rule of that id. */
bool registry_has_rule(const struct registry *registry, const char *id);

/* Whether any device in force is known by this CURVE key. */
bool registry_has_curve_key(const struct registry *registry, const uint8_t curve_key[CURVE_BYTES]);

/* The greatest number given so far; 0: none. */
uint32_t registry_last_number(const struct registry *registry);
/* Of the site's zone from UTC, as its directory says; Asia/Tokyo's while that names none that is known. */
int registry_zone_minutes(const struct registry *registry);

size_t registry_open_count(const struct registry *registry); /* agencies that the directory names */

/* SPDX-License-Identifier: Apache-2.0 */
#include "hidden.h"

#include "contract/codec.h"
#include "unit.h"

static void put_rule(const Pb__DirectoryFile *file, struct arena *arena, const char *target)
{
	Pb__DirectoryFile *ruled = (Pb__DirectoryFile *)(uintptr_t)file;
	Pb__RoutingRule *rule = arena_calloc(arena, 1, sizeof(*rule));
	Pb__Explanation *because = arena_calloc(arena, 1, sizeof(*because));

	ruled->rules = arena_calloc(arena, 1, sizeof(*ruled->rules));
	require(rule != NULL && because != NULL && ruled->rules != NULL);
	pb__routing_rule__init(rule);
	pb__explanation__init(because);
	because->ja = because->en = (char *)(uintptr_t)"because";
	rule->id = (char *)(uintptr_t)"first-line";
	rule->because = because;
	rule->fallback = true;
	rule->agencies = arena_calloc(arena, 1, sizeof(*rule->agencies));
	require(rule->agencies != NULL);
	rule->agencies[0] = (char *)(uintptr_t)target;
	rule->n_agencies = 1;
	ruled->rules[0] = rule;
	ruled->n_rules = 1;
}

struct inbound *site_load_hidden(const char *const *ids, size_t count, const char *hidden, const char *proxy)
{
	return site_load_ruled(ids, count, hidden, proxy, NULL);
}

struct inbound *site_load_ruled(const char *const *ids, size_t count, const char *hidden, const char *proxy, const char *target)
{
	struct inbound *inbound = site_load(ids, count);
	Pb__AdminRequest *request = (Pb__AdminRequest *)(uintptr_t)inbound->act.request;
	const Pb__DirectoryFile *file;
	struct buf packed;
	uint8_t *copy;

	require_ok(CODEC_DECODE(directory_file, bytes_of_pb(request->directory_load), &inbound->arena, &file, NULL));
	for (size_t i = 0; i < file->n_agencies; i++) {
		if (strcmp(file->agencies[i]->id, hidden) != 0)
			continue;
		file->agencies[i]->confidential = true;
		if (proxy != NULL)
			file->agencies[i]->proxy = (char *)(uintptr_t)proxy;
	}
	if (target != NULL)
		put_rule(file, &inbound->arena, target);
	buf_init(&packed, 100000);
	require_ok(codec_pack(&file->base, &packed));
	copy = arena_copy(&inbound->arena, buf_bytes(&packed));
	require(copy != NULL);
	request->directory_load = pb_of_bytes(bytes_of(copy, packed.len));
	buf_free(&packed);
	return inbound;
}

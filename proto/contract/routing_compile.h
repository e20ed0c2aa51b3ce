/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_compile.h - shared by the files that build what routing_index.h describes; routing.h has the call. */
#pragma once
#include "contract/routing.h"
#include "contract/routing_index.h"

struct compiling {
	struct arena *arena;
	struct routing *routing;
	uint32_t area_used, target_used, condition_used; /* of the pools */
};

/* The areas of a list as numbers; a word that no agency has is left out: nobody covers it. */
struct routing_run routing_area_run(struct compiling *compiling, char *const *words, size_t count);

/* The rules, once agencies, areas and categories have their numbers.  ERR_FORMAT: the fallback names nobody; ERR_NOMEM. */
enum err routing_compile_rules(struct compiling *compiling);

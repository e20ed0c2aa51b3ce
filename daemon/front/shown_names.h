/* SPDX-License-Identifier: Apache-2.0 */
/* front/shown_names.h - agencies by the names under which a reader may know them. */
#pragma once
#include "base/arena.h"
#include "broker/lookup.h"

/* agency@site, whoever it is. */
enum err name_of(struct txn *txn, const char *site, uint32_t number, struct arena *arena, char **ret_address);

/* The address under which reader (one; "": an operator) is shown that agency; NULL: it is not shown. */
enum err name_shown(struct txn *txn, const char *site, uint32_t number, const char *reader, struct arena *arena, char **ret_address);

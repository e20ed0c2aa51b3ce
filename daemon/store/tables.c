/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tables.h"

static const char *const names[TABLE_COUNT] = {
#define X(symbol, kind, name) [symbol] = name,
	TABLE_LIST(X)
#undef X
};

static const enum table_kind kinds[TABLE_COUNT] = {
#define X(symbol, kind, name) [symbol] = kind,
	TABLE_LIST(X)
#undef X
};

const char *table_name(enum table table)
{
	return names[table];
}

enum table_kind table_kind(enum table table)
{
	return kinds[table];
}

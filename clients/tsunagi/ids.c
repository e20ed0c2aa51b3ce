/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/ids.h"

enum err id_query_parse(const char *text, struct id_query *ret_query)
{
	struct id_query query = { .whole = true };

	if (id_parse(text, &query.id) == ERR_OK) {
		query.tail = id_tail(&query.id);
	} else {
		query.whole = false;
		if (!id_code_parse(text, &query.tail))
			return ERR_FORMAT;
	}
	*ret_query = query;
	return ERR_OK;
}

bool id_query_matches(const struct id_query *query, struct bytes bytes)
{
	struct id id;

	if (id_from_bytes(bytes, &id) != ERR_OK)
		return false;
	return query->whole ? bytes_equal(bytes, bytes_of(query->id.bytes, ID_BYTES)) : id_tail(&id) == query->tail;
}

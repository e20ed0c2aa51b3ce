/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/item_number.h"

#include <errno.h>
#include <stdlib.h>

#include "tsunagi/words.h"

enum outcome item_number(const struct call *call, json_t *action)
{
	const char *text = call_operand(call, 0);
	char *end = NULL;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || number <= 0)
		return call_usage(call, words("ITEM is the number that `tsunagi item list` shows, not %s", "ITEM は `tsunagi item list` の番号です:%s"), text);
	json_object_set_new(action, "item", json_integer((json_int_t)number));
	return OUTCOME_DONE;
}

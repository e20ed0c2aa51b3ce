/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/when.h"

#include "base/clock.h"
#include "contract/civil_time.h"
#include "contract/json.h"
#include "contract/wareki.h"
#include "tsunagi/words.h"

static bool day_us(const char *text, int64_t *ret_us)
{
	struct civil_time begin = { 0 };
	char date[WAREKI_DATE];

	if (wareki_parse(bytes_of_text(text), date) != ERR_OK || civil_day_parse(bytes_of_text(date), &begin.day) != ERR_OK)
		return false;
	*ret_us = civil_time_us(begin, JSON_OFFSET_MINUTES);
	return true;
}

enum outcome when_option(const struct call *call, const char *name, int64_t *ret_us)
{
	const char *text = args_text(&call->args, name);
	struct args_fault fault;
	int64_t ago_us;

	*ret_us = 0;
	if (text == NULL || clock_parse(text, ret_us) == ERR_OK || day_us(text, ret_us))
		return OUTCOME_DONE;
	if (args_duration(&call->args, name, 0, &ago_us, &fault) == ERR_OK) {
		*ret_us = clock_wall_us() - ago_us;
		return OUTCOME_DONE;
	}
	return call_usage(call, words("--%s %.60s is no day (2026-11-01), time (2026-11-01T09:00:00+09:00) or age (7d).",
				      "--%s %.60s は日付(2026-11-01)、時刻(2026-11-01T09:00:00+09:00)、経過時間(7d)のいずれでもありません。"),
			  name, text);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/input_file.h"
#include "tsunagi/message_problems.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

enum outcome cmd_check(const struct call *call)
{
	const char *path = call_operand(call, 0);
	char *text = NULL;
	struct buf content;
	int result;
	enum outcome outcome;

	if (csv_sheets_named(path))
		return csv_sheets_check_all(call, path);
	outcome = input_file_read(path, &content);
	if (outcome == OUTCOME_DONE) {
		result = tsg_check_json((const char *)content.data, content.len, &text);
		outcome = message_problems_tell(path, result, text);
		tsg_free(text);
	}
	buf_free(&content);
	return outcome;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/queue_selection.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/codec.h"
#include "tsunagi/words.h"

#define SELECTED_MAX 1000000u

struct selecting {
	const struct call *call;
	const struct queue_filter *filter;
	struct selection selection;
	uint64_t only_item;  /* 0: any */
	size_t found;        /* by the present operand */
	bool failed;         /* no memory */
};

static bool append(struct selecting *selecting, const Pb__QueueItem *item)
{
	struct selection *selection = &selecting->selection;
	struct selected *row;

	if ((selection->count & (selection->count - 1)) == 0) { /* full at each power of two */
		size_t room = selection->count == 0 ? 1 : selection->count * 2;
		struct selected *grown = room > SELECTED_MAX * 2 ? NULL : reallocarray(selection->items, room, sizeof *grown);

		if (grown == NULL) {
			selecting->failed = true;
			return false;
		}
		selection->items = grown;
	}
	row = &selection->items[selection->count++];
	*row = (struct selected){ .item = item->item };
	id_from_bytes(bytes_of_pb(item->message_id), &row->message);
	snprintf(row->to, sizeof row->to, "%s", item->to);
	snprintf(row->state, sizeof row->state, "%s", item->state);
	return true;
}

static bool take_any(void *context, const Pb__QueueItem *item)
{
	struct selecting *selecting = context;

	selecting->found++;
	return append(selecting, item);
}

static bool is_for(const char *agency, const char *address)
{
	size_t length = strlen(agency);

	return strncmp(agency, address, length) == 0 && (address[length] == '\0' || address[length] == '@');
}

/* Of one message: those that the filters leave. */
static bool take_matching(void *context, const Pb__QueueItem *item)
{
	struct selecting *selecting = context;
	const struct queue_filter *filter = selecting->filter;

	selecting->found++;
	if (filter->agency != NULL && !is_for(filter->agency, item->to))
		return true;
	if (filter->state != NULL && strcmp(filter->state, item->state) != 0)
		return true;
	if (filter->state == NULL && strcmp(item->state, "delivered") == 0)
		return true; /* nothing is left to be done about it */
	return append(selecting, item);
}

static bool take_item(void *context, const Pb__QueueItem *item)
{
	struct selecting *selecting = context;

	if (item->item != selecting->only_item)
		return item->item < selecting->only_item;
	selecting->found++;
	append(selecting, item);
	return false;
}

static enum outcome select_item(struct selecting *selecting, const char *text)
{
	struct queue_filter one = { .limit = 1 };
	enum outcome outcome;

	selecting->only_item = strtoull(text, NULL, 10);
	one.after = selecting->only_item == 0 ? 0 : selecting->only_item - 1;
	outcome = queue_each(selecting->call, &one, take_item, selecting, NULL);
	if (outcome == OUTCOME_DONE && selecting->found == 0)
		return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_ITEM", words("`tsunagi queue` lists the items.", "`tsunagi queue` で項目を表示します。"),
				   words("No item %s is in the queues.", "待ち行列に項目 %s はありません。"), text);
	return outcome;
}

static enum outcome select_one(struct selecting *selecting, const char *text)
{
	struct id message;
	enum outcome outcome;

	selecting->found = 0;
	if (*text != '\0' && strspn(text, "0123456789") == strlen(text))
		outcome = select_item(selecting, text);
	else {
		outcome = queue_message(selecting->call, text, &message);
		if (outcome == OUTCOME_DONE)
			outcome = queue_each_of_message(selecting->call, &message, selecting->filter->agency, take_matching, selecting);
	}
	return outcome;
}

/* The id in a line of stdin: its "item" or "message_id" when it is JSON, else its first word; NULL when there is none. */
static char *id_of_line(char *line, char text[64])
{
	json_t *json = *line == '{' ? json_loads(line, 0, NULL) : NULL;
	json_t *item = json_object_get(json, "item");
	const char *id = json_string_value(json_object_get(json, "message_id"));
	size_t length;

	if (item != NULL)
		snprintf(text, 64, "%" JSON_INTEGER_FORMAT, json_integer_value(item));
	else if (id != NULL)
		snprintf(text, 64, "%s", id);
	if (json != NULL) {
		json_decref(json);
		return item == NULL && id == NULL ? NULL : text;
	}
	line += strspn(line, " \t");
	length = strcspn(line, " \t\r\n");
	snprintf(text, 64, "%.*s", (int)(length < 63 ? length : 63), line);
	return length == 0 ? NULL : text;
}

static enum outcome select_from_stdin(struct selecting *selecting)
{
	enum outcome outcome = OUTCOME_DONE;
	char *line = NULL;
	size_t room = 0;
	char text[64];

	while (outcome == OUTCOME_DONE && getline(&line, &room, stdin) > 0)
		if (id_of_line(line, text) != NULL)
			outcome = select_one(selecting, text);
	free(line);
	return outcome;
}

enum outcome queue_select(const struct call *call, struct selection *ret_selection)
{
	struct queue_filter filter;
	struct selecting selecting = { .call = call, .filter = &filter };
	enum outcome outcome = queue_filter_of(call, &filter);
	bool filtered;

	if (outcome != OUTCOME_DONE)
		return outcome;
	filtered = filter.agency != NULL || filter.state != NULL || filter.older_than_s != 0;
	if (call->args.operand_count == 0 && !filtered)
		return call_usage(call, "%s", words("name items or ids, or choose with --to, --state or --older",
						    "項目か番号を指定するか、--to、--state、--older で選んでください"));
	if (call->args.operand_count == 0)
		outcome = queue_each(call, &filter, take_any, &selecting, NULL);
	for (size_t i = 0; outcome == OUTCOME_DONE && i < call->args.operand_count; i++)
		outcome = strcmp(call->args.operands[i], "-") == 0 ? select_from_stdin(&selecting) : select_one(&selecting, call->args.operands[i]);
	if (outcome == OUTCOME_DONE && selecting.failed)
		outcome = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Too many items at once.", "一度に扱う項目が多すぎます。"));
	if (outcome == OUTCOME_DONE)
		*ret_selection = selecting.selection;
	else
		queue_selection_free(&selecting.selection);
	return outcome;
}

void queue_selection_free(struct selection *selection)
{
	free(selection->items);
	*selection = (struct selection){ NULL, 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/id.h"
#include "tsunagi/display.h"
#include "tsunagi/queue_listing.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

struct showing {
	json_t *list;
	bool headed;
};

static void print_head(const Pb__QueueItem *item)
{
	char time[DISPLAY_TIME];

	display_time(item->accepted_at_us, time);
	table_field(words("from", "差出"), "%s", item->from);
	table_field(words("kind", "種別"), "%s, %s", kind_word(item->kind), urgency_word(item->urgency));
	table_field(words("accepted", "受付"), words("%s (entry %" PRIu64 ")", "%s(記録 %" PRIu64 ")"), time, item->seq);
}

static bool show_item(void *context, const Pb__QueueItem *item)
{
	struct showing *showing = context;
	char size[32];

	if (showing->list != NULL) {
		json_array_append_new(showing->list, queue_item_json(item));
		return true;
	}
	if (!showing->headed)
		print_head(item);
	showing->headed = true;
	display_bytes(item->size, size);
	if (item->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE)
		table_field(words("then", "続き"), "%s", item_word(item->what, item->notice, ""));
	table_field(words("to", "宛先"), words("%s, item %" PRIu64 ", %s", "%s、項目 %" PRIu64 "、%s"), item->to, item->item, size);
	table_field(words("  state", "  状態"), words("%s, %u failure(s)", "%s、失敗 %u 回"), queue_state_word(item->state), item->attempts);
	if (*item->reason != '\0')
		table_field(words("  reason", "  理由"), "%s", queue_reason_word(item->reason));
	if (*item->next != '\0')
		table_field(words("  next", "  次"), "%s", queue_next_word(item->next));
	return true;
}

enum outcome cmd_queue_show(const struct call *call)
{
	struct showing showing = { .list = out_json_wanted() ? json_array() : NULL };
	char text[ID_TEXT];
	struct id message;
	enum outcome outcome = queue_message(call, call_operand(call, 0), &message);

	if (outcome == OUTCOME_DONE) {
		id_format(&message, text);
		outcome = queue_each_of_message(call, &message, NULL, show_item, &showing);
	}
	if (outcome == OUTCOME_DONE && showing.list != NULL)
		out_json(json_pack("{s:s,s:O}", "message_id", text, "items", showing.list));
	json_decref(showing.list);
	return outcome;
}

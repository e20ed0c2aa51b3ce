/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "contract/codec.h"
#include "tsunagi/display.h"
#include "tsunagi/queue_listing.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define SHOWN 1000 /* items, unless --limit says otherwise */

struct listing {
	struct table *table;
	json_t *list;
	int64_t now_us;
	uint64_t shown;
};

/* An address of the site itself by its id alone: "link" for link@chiba-city in a queue of chiba-city. */
static void put_address(struct table *table, const char *address, const char *to)
{
	const char *at = strchr(address, '@');
	const char *site = strchr(to, '@');
	bool own = at != NULL && site != NULL && strcmp(at, site) == 0;

	table_cell_format(table, "%.*s", own ? (int)(at - address) : (int)strlen(address), address);
}

static bool take_row(void *context, const Pb__QueueItem *item)
{
	struct listing *listing = context;
	char code[ID_CODE_TEXT] = "";
	char age[60];
	struct id id;

	listing->shown++;
	if (listing->list != NULL) {
		json_array_append_new(listing->list, queue_item_json(item));
		return true;
	}
	if (id_from_bytes(bytes_of_pb(item->message_id), &id) == ERR_OK)
		id_code(&id, code);
	display_duration(listing->now_us - item->accepted_at_us, age, sizeof age);
	table_cell_format(listing->table, "%" PRIu64, item->item);
	table_cell(listing->table, code);
	put_address(listing->table, item->from, item->to);
	put_address(listing->table, item->to, item->to);
	table_cell(listing->table, urgency_word(item->urgency));
	table_cell(listing->table, queue_state_word(item->state));
	table_cell(listing->table, age);
	table_cell_format(listing->table, "%u", item->attempts);
	table_cell_format(listing->table, "%s%s%s%s%s", item_word(item->what, item->notice, ""),
			  item->what == PB__ITEM_WHAT__ITEM_WHAT_MESSAGE ? "" : ": ", queue_reason_word(item->reason), *item->reason == '\0' || *item->next == '\0' ? "" : "; ",
			  queue_next_word(item->next));
	return true;
}

static void tell_rest(const struct listing *listing, const struct queue_rest *rest)
{
	if (listing->shown == 0)
		out_text("%s\n", words("Nothing is queued.", "待っている連絡はありません。"));
	if (rest->more > 0)
		out_text(words("... and %" PRIu64 " more; see them with --limit N or --after ITEM\n", "ほかに %" PRIu64 " 件(--limit N か --after 項目 で表示)\n"),
			 rest->more);
	out_text(words("%" PRIu64 " shown; delivered but unanswered: %" PRIu64 "\n", "表示 %" PRIu64 " 件。配達済みで未応答:%" PRIu64 " 件\n"), listing->shown,
		 rest->delivered_unanswered);
}

enum outcome cmd_queue(const struct call *call)
{
	const char *titles[] = { words(">ITEM", ">項目"), words("CODE", "コード"), words("FROM", "差出"), words("TO", "宛先"), words("URGENCY", "緊急度"),
				 words("STATE", "状態"), words(">AGE", ">経過"), words(">TRIES", ">失敗"), words("REASON; NEXT", "理由; 次") };
	struct listing listing = { .now_us = clock_wall_us() };
	struct queue_rest rest = { 0, 0 };
	struct queue_filter filter;
	struct args_fault fault;
	enum outcome outcome = queue_filter_of(call, &filter);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (call_operand(call, 0) != NULL)
		filter.agency = call_operand(call, 0);
	if (args_count(&call->args, "limit", 1, UINT32_MAX, SHOWN, &filter.limit, &fault) != ERR_OK ||
	    args_count(&call->args, "after", 0, UINT64_MAX >> 1, 0, &filter.after, &fault) != ERR_OK)
		return call_fault(call, &fault);
	if (out_json_wanted())
		listing.list = json_array();
	else
		listing.table = table_new(titles, sizeof titles / sizeof *titles);
	outcome = queue_each(call, &filter, take_row, &listing, &rest);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_pack("{s:O,s:I,s:I}", "items", listing.list, "more", (json_int_t)rest.more, "delivered_unanswered",
				   (json_int_t)rest.delivered_unanswered));
	if (outcome == OUTCOME_DONE && !out_json_wanted()) {
		table_print(listing.table);
		tell_rest(&listing, &rest);
	}
	json_decref(listing.list);
	table_free(listing.table);
	return outcome;
}

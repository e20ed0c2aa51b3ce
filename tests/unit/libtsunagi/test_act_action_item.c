/* SPDX-License-Identifier: Apache-2.0 */
/* Action items: found by their number, told to who ordered or owns them, and how they fail. */
#include "acting.h"
#include "base/id.h"
#include "unit.h"

#define TALK "01960000-0000-7000-8000-00000000c0f1"
#define RECALLED "01960000-0000-7000-8000-00000000cafe"
#define SEATS "\"seats\":[{\"agency\":\"link@chiba-city\"},{\"agency\":\"desk@chiba-city\"},{\"agency\":\"third@chiba-city\"}]"
#define ITEMS                                                                                                                                         \
	"\"items\":[{\"item\":33,\"conference_id\":\"" TALK "\",\"owner\":\"%s@chiba-city\",\"convener\":\"%s@chiba-city\",\"state\":\"OPEN\","              \
	"\"holder\":\"OWNER\"},{\"item\":34,\"conference_id\":\"" RECALLED "\",\"owner\":\"link@chiba-city\",\"convener\":\"desk@chiba-city\","             \
	"\"state\":\"OPEN\",\"purge\":true}]"
#define DUTY "{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"plan\"}"

static struct talk talk;

/* An item of that owner in a conference of that convener; link acts. */
static void show(const char *owner, const char *convener)
{
	char text[2000];

	snprintf(text, sizeof text,
		 "{\"conferences\":{\"conferences\":[{\"conference_id\":\"" TALK "\",\"kind\":\"CASE\",\"state\":\"HELD\",\"holder\":\"CONVENER\","
		 "\"convener\":\"%s@chiba-city\",\"basis\":" DUTY "," SEATS "}]," ITEMS "}}",
		 convener, owner, convener);
	stage_show(talk.stage, text);
}

static const Pb__ActionItemAct *item_sent(struct arena *arena)
{
	const Pb__View *view = stage_view(talk.stage, 0, arena);

	require(view != NULL && view->conference_act != NULL && view->conference_act->n_items == 1);
	check_int(view->conference_act->action, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_UNSPECIFIED); /* the item's alone */
	return view->conference_act->items[0];
}

static void test_list(void)
{
	json_t *json = NULL, *rows = NULL;

	talk = talk_begin();
	show("desk", "link");
	json = acting(talk.sender, TSG_OK, "{\"action\":\"action_item.list\"}");
	rows = json_object_get(json, "items");
	require(json_array_size(rows) == 2);
	check_text(acting_text(json_array_get(rows, 0), "state_text"), "open");
	check_text(acting_text(json_array_get(rows, 0), "holder_text"), "the owner");
	check(json_is_true(json_object_get(json_array_get(rows, 1), "purge")));
	json_decref(json);
	talk_end(&talk);
}

#define MANY 31u

/* Items from 33 on, which several pages hold; link convened and owns them. */
static void show_many(void)
{
	static char text[MANY * 200];
	size_t used = (size_t)snprintf(text, sizeof text,
				       "{\"conferences\":{\"conferences\":[{\"conference_id\":\"" TALK "\",\"kind\":\"CASE\",\"state\":\"HELD\",\"holder\":\"CONVENER\","
				       "\"convener\":\"link@chiba-city\",\"basis\":" DUTY "," SEATS "}],\"items\":[");

	for (unsigned i = 0; i < MANY; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
					 "%s{\"item\":%u,\"conference_id\":\"" TALK "\",\"owner\":\"desk@chiba-city\",\"convener\":\"link@chiba-city\",\"state\":\"OPEN\"}",
					 i == 0 ? "" : ",", 33 + i);
	snprintf(text + used, sizeof text - used, "]}}");
	stage_show(talk.stage, text);
}

static void test_pages(void)
{
	json_t *json = NULL, *rows = NULL;

	talk = talk_begin();
	show_many();
	json = acting(talk.sender, TSG_OK, "{\"action\":\"action_item.list\"}");
	rows = json_object_get(json, "items");
	require(json_array_size(rows) == MANY);
	for (unsigned i = 0; i < MANY; i++)
		check_int(json_integer_value(json_object_get(json_array_get(rows, i), "item")), 33 + i);
	json_decref(json);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"action_item.drop\",\"item\":%u,\"reason\":\"OTHER\"}", 33 + MANY - 1));
	check_text(acting_recipients(&talk), "desk");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_ACTION_ITEM", "{\"action\":\"action_item.finish\",\"item\":%u}", 33 + MANY);
	atomic_store(&talk.stage->lie, LIE_SAME_PAGE); /* would be read for ever */
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"action_item.list\"}");
	talk_end(&talk);
}

/* The owner's word goes to the convener; the convener's to the owner; another owner hears of it instead of the former. */
static void test_who_hears(void)
{
	static const struct {
		const char *owner, *convener, *word, *more, *recipients;
		Pb__ActionItemAction action;
	} rows[] = {
		{ "link", "desk", "finish", "", "desk", PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_FINISH },
		{ "link", "desk", "report", ",\"text\":\"x\",\"text_classes\":[\"EMPLOYMENT\"]", "desk", PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_REPORT },
		{ "link", "desk", "hand_back", ",\"reason\":\"OTHER\"", "desk", PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_HAND_BACK },
		{ "desk", "link", "drop", ",\"reason\":\"OTHER\"", "desk", PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_DROP },
		{ "desk", "link", "assign", ",\"owner\":\"third\",\"due_on\":\"2027-01-05\"", "third", PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_ASSIGN },
		{ "link", "link", "finish", "", "link", PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_FINISH }, /* nobody else is to hear */
	};

	talk = talk_begin();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const Pb__ActionItemAct *item = NULL;
		struct arena arena;

		arena_init(&arena, 16u << 20);
		show(rows[i].owner, rows[i].convener);
		json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"action_item.%s\",\"item\":33%s}", rows[i].word, rows[i].more));
		check_text(acting_recipients(&talk), rows[i].recipients);
		item = item_sent(&arena);
		check_uint(item->item, 33);
		check_int(item->action, rows[i].action);
		check_text(item->owner, strstr(rows[i].more, "third") != NULL ? "third@chiba-city" : "");
		arena_free(&arena);
	}
	talk_end(&talk);
}

/* A further one has no number yet; its day may be written as people write it. */
static void test_assign_anew(void)
{
	const Pb__ActionItemAct *item = NULL;
	struct arena arena;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	show("desk", "link");
	json_decref(acting(talk.sender, TSG_OK,
			   "{\"action\":\"action_item.assign\",\"id\":\"" TALK "\",\"owner\":\"desk\",\"due_on\":\"令和9年2月3日\",\"text\":\"訪ねる\",\"text_classes\":[\"EMPLOYMENT\"]}"));
	check_text(acting_recipients(&talk), "desk");
	item = item_sent(&arena);
	check_uint(item->item, 0);
	check_text(item->due_on, "2027-02-03");
	arena_free(&arena);
	talk_end(&talk);
}

static void test_failures(void)
{
	talk = talk_begin();
	show("desk", "link");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_ACTION_ITEM", "{\"action\":\"action_item.finish\",\"item\":99}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_ACTION_ITEM", "{\"action\":\"action_item.finish\",\"item\":34}"); /* that is purge's to confirm */
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"action_item.finish\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"action_item.finish\",\"item\":-1}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"action_item.finish\",\"item\":\"33\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"action_item.assign\",\"id\":\"" TALK "\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_ACTION", "{\"action\":\"action_item.dance\",\"item\":33}");
	acting_fails(&talk, talk.sender, TSG_REFUSED, "MESSAGE", "{\"action\":\"action_item.drop\",\"item\":33,\"reason\":\"LAZY\"}");
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"action_item.list\"}");
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_action_item",
	{ "listed", test_list },
	{ "more than one page", test_pages },
	{ "who hears of what", test_who_hears },
	{ "a further one", test_assign_anew },
	{ "what cannot be done", test_failures });

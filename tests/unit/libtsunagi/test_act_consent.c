/* SPDX-License-Identifier: Apache-2.0 */
/* Consents: what the envelope says of one, whose eyes its words are for, what narrowing leaves as it was, and how it fails. */
#include "acting.h"
#include "base/id.h"
#include "unit.h"

#define CONSENT "01960000-0000-7000-8000-00000000c0f1"
#define CASE "01960000-0000-7000-8000-00000000cafe"
#define REGISTER "{\"action\":\"consent.register\",\"giver\":\"PERSON\",\"how\":\"WRITTEN\",\"agencies\":[\"desk\"],\"classes\":[%s],\"text\":\"書面で確認\"%s}"
#define SHOWN                                                                                                                                        \
	"{\"consent\":{\"consent_id\":\"" CONSENT "\",\"case_id\":\"" CASE "\",\"state\":\"IN_FORCE\",\"giver\":\"PERSON\",\"how\":\"ORAL\","           \
	"\"classes\":[\"IDENTITY\",\"HEALTH\"],\"agencies\":[\"desk@chiba-city\",\"third@chiba-city\"],\"registered_by\":\"link@chiba-city\",\"handed_out\":2}}"

static struct talk talk;

/* The act that was sent last; checked to have been sent to this agency alone. */
static const Pb__ConsentAct *act_sent(struct arena *arena)
{
	const Pb__View *view = stage_view(talk.stage, 0, arena);

	require(view != NULL && view->consent_act != NULL);
	check_text(acting_recipients(&talk), "link");
	check_int(view->kind, PB__KIND__KIND_CONSENT);
	return view->consent_act;
}

static void test_register(void)
{
	const Pb__ConsentAct *act = NULL;
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	json = acting(talk.sender, TSG_OK, REGISTER, "\"HEALTH\",\"IDENTITY\",\"HEALTH\"", ",\"person_name\":\"例田 はるか\",\"case\":\"" CASE "\"");
	check_text(acting_text(json, "consent_id"), acting_text(json, "message_id"));
	check(json_object_get(json, "consent") == NULL); /* nothing shows it: accepted all the same */
	json_decref(json);
	act = act_sent(&arena);
	check_int(act->action, PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER);
	require(act->n_classes == 2 && act->n_agencies == 1);
	check_int(act->classes[0], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY); /* each once, in the order that the wire wants */
	check_int(act->classes[1], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH);
	check_text(act->agencies[0], "desk@chiba-city");
	check(memmem(talk.stage->items[0].statement.data, talk.stage->items[0].statement.len, "例田", strlen("例田")) == NULL);
	arena_free(&arena);
	talk_end(&talk);
}

/* What is not named stays as it is; what is named is all that is left. */
static void test_narrow(void)
{
	const Pb__ConsentAct *act = NULL;
	const Pb__View *view = NULL;
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	stage_show(talk.stage, SHOWN);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"consent.narrow\",\"id\":\"" CONSENT "\",\"classes\":[\"IDENTITY\"]}");
	check_text(acting_text(json, "consent.consent_id"), CONSENT);
	check_int(json_integer_value(json_object_get(json_object_get(json, "consent"), "handed_out")), 2);
	json_decref(json);
	act = act_sent(&arena);
	view = stage_view(talk.stage, 0, &arena);
	check_uint(view->thread_id.len, ID_BYTES);
	check_uint(view->n_parts, 0); /* no words: nothing is sealed */
	check_int(act->action, PB__CONSENT_ACTION__CONSENT_ACTION_NARROW);
	check_uint(act->n_classes, 1);
	check_uint(act->n_agencies, 2);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"consent.withdraw\",\"id\":\"" CONSENT "\",\"text\":\"電話で\"}"));
	act = act_sent(&arena);
	check_int(act->action, PB__CONSENT_ACTION__CONSENT_ACTION_WITHDRAW);
	check_uint(act->n_classes + act->n_agencies, 0);
	check_uint(stage_view(talk.stage, 0, &arena)->n_parts, 1);
	arena_free(&arena);
	talk_end(&talk);
}

static void test_show(void)
{
	char code[ID_CODE_TEXT];
	json_t *json = NULL;
	struct id id;

	talk = talk_begin();
	stage_show(talk.stage, SHOWN);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"consent.show\",\"id\":\"" CONSENT "\"}");
	check_text(acting_text(json, "type"), "consent");
	check_text(acting_text(json, "case_id"), CASE);
	json_decref(json);
	require_ok(id_parse(CONSENT, &id));
	id_code(&id, code);
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_CODE", "{\"action\":\"consent.show\",\"id\":\"%s\"}", code);
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_CODE", "{\"action\":\"find\",\"code\":\"%s\"}", code);
	stage_show(talk.stage, "{\"found_id\":\"" CONSENT "\"}"); /* by its short code */
	json = acting(talk.sender, TSG_OK, "{\"action\":\"consent.show\",\"id\":\"%s\"}", code);
	check_text(acting_text(json, "consent_id"), CONSENT);
	json_decref(json);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"find\",\"code\":\"%s\"}", code);
	check_text(acting_text(json, "message_id"), CONSENT);
	json_decref(json);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"find\",\"code\":\"%s\"}", CONSENT);
	talk_end(&talk);
}

static void test_failures(void)
{
	talk = talk_begin();
	stage_show(talk.stage, SHOWN);
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_WORD", REGISTER, "\"GOLD\"", "");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_WORD", REGISTER, "7", "");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_WORD", REGISTER, "\"UNSPECIFIED\"", "");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"consent.register\",\"giver\":\"PERSON\",\"how\":\"ORAL\",\"classes\":[\"HEALTH\"]}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"consent.register\",\"agencies\":\"desk\",\"text\":\"x\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"consent.register\",\"agencies\":[\"\"],\"text\":\"x\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"consent.register\",\"agencies\":[7],\"text\":\"x\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"consent.show\",\"id\":\"nonsense\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"consent.withdraw\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_ACTION", "{\"action\":\"consent.forge\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_WORD", "{\"action\":\"consent.narrow\",\"id\":\"" CONSENT "\",\"classes\":[\"GOLD\"]}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_MESSAGE", "{\"action\":\"consent.narrow\",\"id\":\"" CASE "\",\"classes\":[\"HEALTH\"]}");
	acting_fails(&talk, talk.sender, TSG_REFUSED, "MESSAGE", REGISTER, "\"HEALTH\"", ",\"until\":\"tomorrow\"");
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"consent.show\",\"id\":\"" CONSENT "\"}");
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_consent",
	{ "registered", test_register },
	{ "narrowed and withdrawn", test_narrow },
	{ "shown", test_show },
	{ "what cannot be done", test_failures });

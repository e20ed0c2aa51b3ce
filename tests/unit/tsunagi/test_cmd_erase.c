/* SPDX-License-Identifier: Apache-2.0 */
/* erase: what would go is always shown first, and nothing goes without --yes and a reason. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "contract/codec.h"
#include "fake_daemon.h"
#include "tsunagi/words.h"
#include "unit.h"

#define CASE "01930000-0000-7000-8000-0000000000ca"

static struct {
	unsigned looks, erasures;
	uint8_t case_id[16];
	char reason[100];    /* of the last question */
	bool even_open;      /* likewise */
	bool nonsense, open; /* how it is to be answered */
} asked;

static struct fake_daemon *daemon;
static enum outcome outcome;

static void answer_look(struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Erasure *erasure = arena_alloc(arena, sizeof *erasure);

	pb__erasure__init(erasure);
	erasure->entries = 31;
	erasure->messages = 12;
	erasure->parts = 9;
	erasure->segments = 4;
	erasure->agencies = 3;
	erasure->open = asked.open ? 1 : 0;
	erasure->what_is_open = pb_of_text(asked.open ? "leg.ACTIVE=1" : "");
	reply->body_case = PB__ADMIN_REPLY__BODY_ERASURE;
	reply->erasure = erasure;
}

static void answer_erasure(struct arena *arena, Pb__AdminReply *reply)
{
	if (asked.open && !asked.even_open) {
		Pb__Refusal *refusal = arena_alloc(arena, sizeof *refusal);

		pb__refusal__init(refusal);
		refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_CASE_OPEN;
		refusal->subject = pb_of_text("leg.ACTIVE=1");
		refusal->value = 1;
		reply->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
		reply->refusal = refusal;
	}
	reply->seq = 77;
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;

	(void)context;
	reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	reply->done = &nothing;
	if (request->body_case != PB__ADMIN_REQUEST__BODY_ERASE || asked.nonsense)
		return;
	*(request->erase->look ? &asked.looks : &asked.erasures) += 1;
	memcpy(asked.case_id, request->erase->case_id.data, request->erase->case_id.len == 16 ? 16 : 0);
	snprintf(asked.reason, sizeof asked.reason, "%s", request->erase->reason);
	asked.even_open = request->erase->even_open;
	if (request->erase->look)
		answer_look(arena, reply);
	else
		answer_erasure(arena, reply);
}

static void begin(void)
{
	memset(&asked, 0, sizeof asked);
	daemon = fake_daemon_start(answer, NULL);
}

static const struct said *erase(bool json, const char *words)
{
	return fake_run(daemon, json, &outcome, "erase %s", words);
}

static void check_asked(unsigned looks, unsigned erasures)
{
	check_uint(asked.looks, looks);
	check_uint(asked.erasures, erasures);
}

static void test_shown_first(void)
{
	static const uint8_t case_id[16] = { 1, 0x93, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xca };
	const struct said *said;

	begin();
	said = erase(false, CASE);
	check_int(outcome, OUTCOME_USAGE);
	check_asked(1, 0);
	check_bytes(bytes_of(asked.case_id, 16), bytes_of(case_id, 16));
	check_text(asked.reason, "");
	check(strstr(said->out, "Case " CASE) != NULL && strstr(said->out, "31 ledger entries' content (12 of them messages)") != NULL);
	check(strstr(said->out, "9 sealed part(s), 4 attachment segment(s)") != NULL && strstr(said->out, "3 agencies hold copies") != NULL);
	check(strstr(said->out, "still open") == NULL);
	check(strstr(said->err, "nothing was done yet") != NULL);
	fake_daemon_stop(daemon);
}

/* Each of these lacks something: it is no word of command. */
static void test_not_confirmed(void)
{
	static const char *const words[] = { CASE " --yes", CASE " --reason moved", CASE " --yes --reason= " };

	begin();
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		unit_context("%s", words[i]);
		erase(false, words[i]);
		check_int(outcome, OUTCOME_USAGE);
		check_text(asked.reason, ""); /* a look has none */
	}
	erase(false, CASE " --yes --reason moved --dry-run");
	check_int(outcome, OUTCOME_DONE);
	check_uint(asked.erasures, 0);
	fake_daemon_stop(daemon);
}

static void test_done(void)
{
	const struct said *said;

	begin();
	said = erase(false, CASE " --yes --reason moved");
	check_int(outcome, OUTCOME_DONE);
	check_asked(1, 1);
	check_text(asked.reason, "moved");
	check(!asked.even_open);
	check(strstr(said->out, "Erased (entry 77)") != NULL && strstr(said->out, "restart it soon") != NULL);
	words_start(LANGUAGE_JA);
	check(strstr(erase(false, CASE " --yes --reason moved")->out, "消去しました(記録 77)") != NULL);
	words_start(LANGUAGE_EN);
	fake_daemon_stop(daemon);
}

static void check_said(const char *words, bool done)
{
	json_t *said = json_loads(erase(true, words)->out, 0, NULL);

	unit_context("%s", words);
	check_int(outcome, OUTCOME_DONE);
	require(said != NULL);
	check_text(json_string_value(json_object_get(said, "case_id")), CASE);
	check_int(json_integer_value(json_object_get(said, "entries")), 31);
	check_int(json_integer_value(json_object_get(said, "segments")), 4);
	check(json_boolean_value(json_object_get(said, "done")) == done);
	check_int(json_integer_value(json_object_get(said, "seq")), done ? 77 : 0);
	json_decref(said);
}

static void test_json(void)
{
	begin();
	check_said(CASE " --dry-run", false);
	check_asked(1, 0);
	check_said(CASE " --yes --reason moved", true);
	fake_daemon_stop(daemon);
}

/* What is open is told before it is asked for, stops it, and is let go only where that is said. */
static void test_open(void)
{
	const struct said *said;

	begin();
	asked.open = true;
	said = erase(false, CASE " --yes --reason moved");
	check_int(outcome, OUTCOME_REFUSED);
	check(strstr(said->out, "still open: leg.ACTIVE=1") != NULL && strstr(said->out, "Erased") == NULL);
	said = erase(false, CASE " --yes --reason moved --even-open");
	check_int(outcome, OUTCOME_DONE);
	check(asked.even_open && strstr(said->out, "Erased (entry 77)") != NULL);
	check_asked(2, 2);
	fake_daemon_stop(daemon);
}

static void test_refused(void)
{
	begin();
	erase(false, "0ca");
	check_int(outcome, OUTCOME_USAGE);
	check_uint(fake_daemon_questions(daemon), 0); /* a short code may be another case's as well */
	asked.nonsense = true;
	erase(false, CASE " --yes --reason moved");
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(fake_daemon_questions(daemon), 1);
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_erase",
	{ "shown first", test_shown_first },
	{ "not confirmed", test_not_confirmed },
	{ "done", test_done },
	{ "as JSON", test_json },
	{ "what is open", test_open },
	{ "refused", test_refused });

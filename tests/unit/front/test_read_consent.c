/* SPDX-License-Identifier: Apache-2.0 */
/* A consent as those on its case see it: to whom it was handed out for the owner, how much for the others, nothing for anybody else. */
#include <string.h>

#include "trio.h"

static struct trio trio;
static const uint8_t case_id[16] = "the only one of";
static uint8_t consent[16];

static void registers(Pb__View *view)
{
	static Pb__ConsentAct act;
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION };
	static char *agencies[1];

	pb__consent_act__init(&act);
	agencies[0] = trio.beta.address;
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
	act.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	act.how = PB__CONSENT_HOW__CONSENT_HOW_ORAL;
	act.classes = classes;
	act.n_classes = 1;
	act.agencies = agencies;
	act.n_agencies = 1;
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &act;
	view->case_id = pb_of_bytes(bytes_of(case_id, 16));
}

static void asks(Pb__View *view)
{
	view->case_id = pb_of_bytes(bytes_of(case_id, 16));
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
	view->basis->basis = PB__BASIS__BASIS_CONSENT;
	view->basis->consent_id = pb_of_bytes(bytes_of(consent, 16));
}

static const Pb__ReadResult *ask(struct visitor *visitor, struct bytes id)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_CONSENT_ID;
	read.consent_id = pb_of_bytes(id);
	return visitor_read(visitor, &read);
}

static const Pb__ConsentShown *shown(struct visitor *visitor)
{
	const Pb__ReadResult *result = ask(visitor, bytes_of(consent, 16));

	require(result->result_case == PB__READ_RESULT__RESULT_CONSENT);
	check_bytes(bytes_of_pb(result->consent->consent_id), bytes_of(consent, 16));
	check_bytes(bytes_of_pb(result->consent->case_id), bytes_of(case_id, 16));
	check_text(result->consent->registered_by, trio.alpha.address);
	return result->consent;
}

static void check_unknown(struct visitor *visitor, struct bytes id)
{
	const Pb__ReadResult *result = ask(visitor, id);

	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_CONSENT);
	check_text(result->refusal->subject, "consent_unknown");
}

static void test_who_sees_what(void)
{
	const struct visitor *self[] = { &trio.alpha }, *to[] = { &trio.beta };
	const Pb__ConsentShown *seen;
	struct taken taken;
	uint8_t message[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, self, 1, consent, registers);
	check_unknown(&trio.beta, bytes_of(consent, 16)); /* not on the case yet */
	check_unknown(&trio.alpha, bytes_of(consent, 15));
	trio_note(&trio.alpha, to, 1, message, asks);
	seen = shown(&trio.alpha);
	check_int(seen->state, PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE);
	check_uint(seen->handed_out, 0);
	taken = trio_take(&trio.beta);
	check(taken.item != 0);
	seen = shown(&trio.alpha);
	check_uint(seen->handed_out, 1);
	require(seen->n_handouts == 1);
	check_text(seen->handouts[0]->agency, trio.beta.address);
	check_bytes(bytes_of_pb(seen->handouts[0]->message_id), bytes_of(message, 16));
	require(seen->handouts[0]->n_classes == 1);
	check_int(seen->handouts[0]->classes[0], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION);
	check(seen->handouts[0]->at_us > 0);
	require(seen->n_open_legs == 1);
	check_text(seen->open_legs[0]->to, trio.beta.address);
	seen = shown(&trio.beta);
	check_uint(seen->handed_out, 1);
	check_uint(seen->n_handouts, 0);
	check_uint(seen->n_open_legs, 1);
	check_unknown(&trio.gamma, bytes_of(consent, 16));
	trio_close(&trio);
}

UNIT_SUITE("front/a consent", { "who sees what", test_who_sees_what });

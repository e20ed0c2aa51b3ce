/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "front/intake.h"
#include "unit.h"

#define MALFORMED PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED
#define TOO_LARGE PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE
#define TOO_MANY PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY

static uint8_t zeros[LIMIT_REQUEST_BYTES + 1];
static char text[LIMIT_SHORT_TEXT + 2];

static ProtobufCBinaryData of_length(size_t len)
{
	return pb_of_bytes(bytes_of(zeros, len));
}

/* Valid until the next call. */
static char *text_of_length(size_t len)
{
	memset(text, 'x', len);
	text[len] = '\0';
	return text;
}

/* ---- a View with everything in it at its bound ---- */

static Pb__View view;
static Pb__BasisClaim basis;
static Pb__PartRef parts[LIMIT_PARTS + 1], *part_pointers[LIMIT_PARTS + 1];
static Pb__BlobRef blobs[LIMIT_BLOBS + 1], *blob_pointers[LIMIT_BLOBS + 1];
static Pb__DisclosureClass classes[LIMIT_CLASSES + 1];
static ProtobufCBinaryData sealed_to[LIMIT_SEALED_TO + 1];
static char sender[LIMIT_ADDRESS + 2], recipient[LIMIT_ADDRESS + 2], rule_id[LIMIT_SHORT_TEXT + 2];

static void fill(char *to, size_t len)
{
	memset(to, 'x', len);
	to[len] = '\0';
}

static void make_parts(void)
{
	for (size_t i = 0; i <= LIMIT_PARTS; i++) {
		pb__part_ref__init(&parts[i]);
		parts[i].sha256 = of_length(DIGEST_BYTES);
		parts[i].size = LIMIT_PART_BYTES;
		parts[i].classes = classes;
		parts[i].n_classes = LIMIT_CLASSES;
		part_pointers[i] = &parts[i];
	}
	view.parts = part_pointers;
	view.n_parts = LIMIT_PARTS;
}

static void make_blobs(void)
{
	for (size_t i = 0; i <= LIMIT_BLOBS; i++) {
		pb__blob_ref__init(&blobs[i]);
		blobs[i].sha256 = of_length(DIGEST_BYTES);
		blobs[i].size = LIMIT_BLOB_BYTES;
		blob_pointers[i] = &blobs[i];
	}
	view.blobs = blob_pointers;
	view.n_blobs = LIMIT_BLOBS;
}

static void make_view(void)
{
	pb__view__init(&view);
	pb__basis_claim__init(&basis);
	make_parts();
	make_blobs();
	for (size_t i = 0; i <= LIMIT_SEALED_TO; i++)
		sealed_to[i] = of_length(DIGEST_BYTES);
	view.message_id = of_length(ID_BYTES);
	view.case_id = of_length(ID_BYTES);
	view.thread_id = of_length(ID_BYTES);
	view.nonce = of_length(ID_BYTES);
	fill(sender, LIMIT_ADDRESS);
	fill(recipient, LIMIT_ADDRESS);
	fill(rule_id, LIMIT_SHORT_TEXT);
	view.sender = sender;
	view.recipient = recipient;
	view.rule_id = rule_id;
	view.sealed_to = sealed_to;
	view.n_sealed_to = LIMIT_SEALED_TO;
	basis.consent_id = of_length(ID_BYTES);
	basis.meeting_id = of_length(ID_BYTES);
	basis.reason = text_of_length(LIMIT_SHORT_TEXT);
	view.basis = &basis;
}

static bool view_holds(Pb__Refusal *refusal)
{
	Pb__Statement statement = PB__STATEMENT__INIT;

	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	return statement_within_limits(&statement, refusal);
}

/* ---- one step over each ---- */

static void message_id_short(void) { view.message_id.len--; }
static void message_id_long(void) { view.message_id.len++; }
static void message_id_empty(void) { view.message_id.len = 0; }
static void case_id_short(void) { view.case_id.len--; }
static void thread_id_long(void) { view.thread_id.len++; }
static void nonce_short(void) { view.nonce.len--; }
static void nonce_long(void) { view.nonce.len++; }
static void sender_long(void) { fill(sender, LIMIT_ADDRESS + 1); }
static void recipient_long(void) { fill(recipient, LIMIT_ADDRESS + 1); }
static void rule_long(void) { fill(rule_id, LIMIT_SHORT_TEXT + 1); }
static void consent_short(void) { basis.consent_id.len--; }
static void meeting_long(void) { basis.meeting_id.len++; }
static void reason_long(void) { text_of_length(LIMIT_SHORT_TEXT + 1); }
static void one_more_part(void) { view.n_parts++; }
static void part_digest_short(void) { parts[LIMIT_PARTS - 1].sha256.len--; }
static void part_digest_empty(void) { parts[0].sha256.len = 0; }
static void part_empty(void) { parts[1].size = 0; }
static void part_large(void) { parts[LIMIT_PARTS - 1].size++; }
static void part_huge(void) { parts[0].size = UINT32_MAX; }
static void one_more_class(void) { parts[LIMIT_PARTS - 1].n_classes++; }
static void one_more_blob(void) { view.n_blobs++; }
static void blob_digest_long(void) { blobs[LIMIT_BLOBS - 1].sha256.len++; }
static void blob_empty(void) { blobs[0].size = 0; }
static void blob_large(void) { blobs[LIMIT_BLOBS - 1].size++; }
static void one_more_certificate(void) { view.n_sealed_to++; }
static void certificate_short(void) { sealed_to[LIMIT_SEALED_TO - 1].len--; }

static const struct {
	void (*spoil)(void);
	Pb__RefusalCode code;
	const char *subject;
	int64_t value, bound;
} spoilt[] = {
	{ message_id_short, MALFORMED, "view.message_id", ID_BYTES - 1, ID_BYTES },
	{ message_id_long, MALFORMED, "view.message_id", ID_BYTES + 1, ID_BYTES },
	{ message_id_empty, MALFORMED, "view.message_id", 0, ID_BYTES },
	{ case_id_short, MALFORMED, "view.case_id", ID_BYTES - 1, ID_BYTES },
	{ thread_id_long, MALFORMED, "view.thread_id", ID_BYTES + 1, ID_BYTES },
	{ nonce_short, MALFORMED, "view.nonce", ID_BYTES - 1, ID_BYTES },
	{ nonce_long, MALFORMED, "view.nonce", ID_BYTES + 1, ID_BYTES },
	{ sender_long, TOO_LARGE, "view.sender", LIMIT_ADDRESS + 1, LIMIT_ADDRESS },
	{ recipient_long, TOO_LARGE, "view.recipient", LIMIT_ADDRESS + 1, LIMIT_ADDRESS },
	{ rule_long, TOO_LARGE, "view.rule_id", LIMIT_SHORT_TEXT + 1, LIMIT_SHORT_TEXT },
	{ consent_short, MALFORMED, "view.basis.consent_id", ID_BYTES - 1, ID_BYTES },
	{ meeting_long, MALFORMED, "view.basis.meeting_id", ID_BYTES + 1, ID_BYTES },
	{ reason_long, TOO_LARGE, "view.basis.reason", LIMIT_SHORT_TEXT + 1, LIMIT_SHORT_TEXT },
	{ one_more_part, TOO_MANY, "view.parts", LIMIT_PARTS + 1, LIMIT_PARTS },
	{ part_digest_short, MALFORMED, "view.parts.sha256", DIGEST_BYTES - 1, DIGEST_BYTES },
	{ part_digest_empty, MALFORMED, "view.parts.sha256", 0, DIGEST_BYTES },
	{ part_empty, TOO_LARGE, "view.parts.size", 0, LIMIT_PART_BYTES },
	{ part_large, TOO_LARGE, "view.parts.size", LIMIT_PART_BYTES + 1, LIMIT_PART_BYTES },
	{ part_huge, TOO_LARGE, "view.parts.size", UINT32_MAX, LIMIT_PART_BYTES },
	{ one_more_class, TOO_MANY, "view.parts.classes", LIMIT_CLASSES + 1, LIMIT_CLASSES },
	{ one_more_blob, TOO_MANY, "view.blobs", LIMIT_BLOBS + 1, LIMIT_BLOBS },
	{ blob_digest_long, MALFORMED, "view.blobs.sha256", DIGEST_BYTES + 1, DIGEST_BYTES },
	{ blob_empty, TOO_LARGE, "view.blobs.size", 0, LIMIT_BLOB_BYTES },
	{ blob_large, TOO_LARGE, "view.blobs.size", LIMIT_BLOB_BYTES + 1, LIMIT_BLOB_BYTES },
	{ one_more_certificate, TOO_MANY, "view.sealed_to", LIMIT_SEALED_TO + 1, LIMIT_SEALED_TO },
	{ certificate_short, MALFORMED, "view.sealed_to", DIGEST_BYTES - 1, DIGEST_BYTES },
};

static void check_refused(const Pb__Refusal *refusal, Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound)
{
	check_int(refusal->code, code);
	check_text(refusal->subject, subject);
	check_int(refusal->value, value);
	check_int(refusal->bound, bound);
}

static void test_view_at_its_bounds(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	make_view();
	check(view_holds(&refusal));
	check_int(refusal.code, 0); /* set only when something is refused */
}

static void test_view_one_over(void)
{
	for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
		Pb__Refusal refusal = PB__REFUSAL__INIT;

		unit_context("row %zu, %s", i, spoilt[i].subject);
		make_view();
		spoilt[i].spoil();
		check(!view_holds(&refusal));
		check_refused(&refusal, spoilt[i].code, spoilt[i].subject, spoilt[i].value, spoilt[i].bound);
	}
}

/* What a rule may do without is not asked for here. */
static void test_view_with_least(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	pb__view__init(&view);
	view.message_id = of_length(ID_BYTES);
	view.nonce = of_length(ID_BYTES);
	check(view_holds(&refusal));
	pb__basis_claim__init(&basis);
	view.basis = &basis;
	check(view_holds(&refusal));
}

static void test_leg_act(void)
{
	Pb__LegAct act = PB__LEG_ACT__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	char on[LIMIT_LABEL + 2];

	pb__view__init(&view);
	view.message_id = of_length(ID_BYTES);
	view.nonce = of_length(ID_BYTES);
	view.leg_act = &act;
	fill(on, LIMIT_LABEL);
	act.on = on; /* whether it is a day is the rules' business */
	act.next_agency = text_of_length(LIMIT_ADDRESS);
	check(view_holds(&refusal));
	text_of_length(LIMIT_ADDRESS + 1);
	check(!view_holds(&refusal));
	check_refused(&refusal, TOO_LARGE, "view.leg_act.next_agency", LIMIT_ADDRESS + 1, LIMIT_ADDRESS);
	text_of_length(1);
	fill(on, LIMIT_LABEL + 1);
	check(!view_holds(&refusal));
	check_refused(&refusal, TOO_LARGE, "view.leg_act.on", LIMIT_LABEL + 1, LIMIT_LABEL);
	view.leg_act = NULL;
}

static void test_consent_act(void)
{
	char *names[LIMIT_CONSENT_NAMES + 1];
	Pb__ConsentAct act = PB__CONSENT_ACT__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	for (size_t i = 0; i <= LIMIT_CONSENT_NAMES; i++)
		names[i] = text_of_length(LIMIT_LABEL);
	pb__view__init(&view);
	view.message_id = of_length(ID_BYTES);
	view.nonce = of_length(ID_BYTES);
	view.consent_act = &act;
	act.agencies = act.categories = names;
	act.n_agencies = act.n_categories = LIMIT_CONSENT_NAMES;
	check(view_holds(&refusal));
	act.n_agencies++;
	check(!view_holds(&refusal));
	check_refused(&refusal, TOO_MANY, "view.consent_act.agencies", LIMIT_CONSENT_NAMES + 1, LIMIT_CONSENT_NAMES);
	act.n_agencies = 0;
	act.n_categories++;
	check(!view_holds(&refusal));
	check_refused(&refusal, TOO_MANY, "view.consent_act.categories", LIMIT_CONSENT_NAMES + 1, LIMIT_CONSENT_NAMES);
	act.n_categories = 1;
	names[0] = text_of_length(LIMIT_LABEL + 1);
	check(!view_holds(&refusal));
	check_refused(&refusal, TOO_LARGE, "view.consent_act.categories", LIMIT_LABEL + 1, LIMIT_LABEL);
	view.consent_act = NULL;
}

/* ---- the other statements ---- */

static void test_acknowledge(void)
{
	static Pb__Acknowledge__Item items[LIMIT_ACKNOWLEDGED + 1], *pointers[LIMIT_ACKNOWLEDGED + 1];
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	for (size_t i = 0; i <= LIMIT_ACKNOWLEDGED; i++) {
		pb__acknowledge__item__init(&items[i]);
		items[i].view_hash = of_length(DIGEST_BYTES);
		pointers[i] = &items[i];
	}
	acknowledge.items = pointers;
	acknowledge.n_items = LIMIT_ACKNOWLEDGED;
	statement.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	statement.acknowledge = &acknowledge;
	check(statement_within_limits(&statement, &refusal));
	acknowledge.n_items++;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_MANY, "acknowledge.items", LIMIT_ACKNOWLEDGED + 1, LIMIT_ACKNOWLEDGED);
	acknowledge.n_items--;
	items[LIMIT_ACKNOWLEDGED - 1].view_hash.len--;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, MALFORMED, "acknowledge.items.view_hash", DIGEST_BYTES - 1, DIGEST_BYTES);
}

static void test_refuse(void)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Refuse refuse = PB__REFUSE__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	statement.body_case = PB__STATEMENT__BODY_REFUSE;
	statement.refuse = &refuse;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, MALFORMED, "refuse.view_hash", 0, DIGEST_BYTES);
	refuse.view_hash = of_length(DIGEST_BYTES);
	refuse.detail = text_of_length(LIMIT_SHORT_TEXT);
	check(statement_within_limits(&statement, &refusal));
	text_of_length(LIMIT_SHORT_TEXT + 1);
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_LARGE, "refuse.detail", LIMIT_SHORT_TEXT + 1, LIMIT_SHORT_TEXT);
}

static void test_bind_device(void)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__BindDevice bind = PB__BIND_DEVICE__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	bind.device_name = text_of_length(LIMIT_LABEL);
	bind.curve_key = of_length(CURVE_BYTES);
	bind.signing_request = of_length(LIMIT_REQUEST_BYTES);
	bind.sealing_request = of_length(LIMIT_REQUEST_BYTES);
	statement.body_case = PB__STATEMENT__BODY_BIND_DEVICE;
	statement.bind_device = &bind;
	check(statement_within_limits(&statement, &refusal));
	bind.signing_request.len++;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_LARGE, "bind_device.signing_request", LIMIT_REQUEST_BYTES + 1, LIMIT_REQUEST_BYTES);
	bind.signing_request.len--;
	bind.sealing_request.len++;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_LARGE, "bind_device.sealing_request", LIMIT_REQUEST_BYTES + 1, LIMIT_REQUEST_BYTES);
	bind.sealing_request.len = 0; /* its form is looked at where it is used */
	bind.curve_key.len--;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, MALFORMED, "bind_device.curve_key", CURVE_BYTES - 1, CURVE_BYTES);
	bind.curve_key.len += 2;
	check(!statement_within_limits(&statement, &refusal));
	bind.curve_key.len--;
	text_of_length(LIMIT_LABEL + 1);
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_LARGE, "bind_device.device_name", LIMIT_LABEL + 1, LIMIT_LABEL);
}

static void test_mark_case(void)
{
	char *kept_out[LIMIT_KEPT_OUT + 1];
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	for (size_t i = 0; i <= LIMIT_KEPT_OUT; i++)
		kept_out[i] = text_of_length(LIMIT_ADDRESS);
	mark.case_id = of_length(ID_BYTES);
	mark.kept_out = kept_out;
	mark.n_kept_out = LIMIT_KEPT_OUT;
	statement.body_case = PB__STATEMENT__BODY_MARK_CASE;
	statement.mark_case = &mark;
	check(statement_within_limits(&statement, &refusal));
	mark.n_kept_out++;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_MANY, "mark_case.kept_out", LIMIT_KEPT_OUT + 1, LIMIT_KEPT_OUT);
	mark.n_kept_out--;
	mark.case_id.len--;
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, MALFORMED, "mark_case.case_id", ID_BYTES - 1, ID_BYTES);
	kept_out[LIMIT_KEPT_OUT - 1] = text_of_length(LIMIT_ADDRESS + 1);
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, TOO_LARGE, "mark_case.kept_out", LIMIT_ADDRESS + 1, LIMIT_ADDRESS);
}

static void test_others(void)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__UnbindDevice unbind = PB__UNBIND_DEVICE__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	unbind.device = UINT32_MAX;
	statement.body_case = PB__STATEMENT__BODY_UNBIND_DEVICE;
	statement.unbind_device = &unbind;
	check(statement_within_limits(&statement, &refusal));
	statement.body_case = PB__STATEMENT__BODY__NOT_SET; /* a newer partner's */
	check(!statement_within_limits(&statement, &refusal));
	check_refused(&refusal, MALFORMED, "statement", 0, 0);
}

UNIT_SUITE("front/statement_limits",
	{ "a View with everything at its bound", test_view_at_its_bounds },
	{ "a View one step over each bound", test_view_one_over },
	{ "a View with the least", test_view_with_least },
	{ "an act on a request", test_leg_act },
	{ "a consent's names", test_consent_act },
	{ "acknowledgements", test_acknowledge },
	{ "refusals", test_refuse },
	{ "new devices", test_bind_device },
	{ "a case's marks", test_mark_case },
	{ "other statements", test_others });

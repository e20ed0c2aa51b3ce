/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/refusal.h"

#include "contract/codec.h"
#include "unit.h"

static void test_codes(void)
{
	check_text(refusal_code(PB__REFUSAL_CODE__REFUSAL_CODE_STALE_KEY), "STALE_KEY");
	check_text(refusal_code(PB__REFUSAL_CODE__REFUSAL_CODE_ID_TIME), "ID_TIME");
	check_text(refusal_code((Pb__RefusalCode)9999), "UNKNOWN");
}

static void check_message(const Pb__Refusal *refusal, enum language language, const char *expected)
{
	struct buf buf;

	buf_init(&buf, 2000);
	refusal_message(refusal, language, &buf);
	check_text(buf_text(&buf), expected);
	buf_free(&buf);
}

static void check_hint(const Pb__Refusal *refusal, enum language language, const char *expected)
{
	struct buf buf;

	buf_init(&buf, 2000);
	refusal_hint(refusal, language, &buf);
	check_text(buf_text(&buf), expected);
	buf_free(&buf);
}

static void test_filled(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE;
	refusal.subject = "parts[0]";
	refusal.value = 100000;
	refusal.bound = 98304;
	check_message(&refusal, LANGUAGE_EN, "Too large: parts[0]: 100000, at most 98304 allowed.");
	check_message(&refusal, LANGUAGE_JA, "大きすぎます:parts[0]:100000(上限は98304)。");
}

/* Of a case it is said that it is a case. */
static void test_cases(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE;
	refusal.subject = "case_id";
	check_message(&refusal, LANGUAGE_EN, "There is no such case, or your agency is not on it.");
	check_hint(&refusal, LANGUAGE_JA, "ケースの番号を確かめてください。受領証と、そのケースの連絡にあります。");
	refusal.subject = "thread_id";
	check_message(&refusal, LANGUAGE_EN, "There is no such message, or it is not yours to see: thread_id.");
}

/* As people read times: to the minute, in Japan. */
static void test_times(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_TOO_SOON;
	refusal.subject = "respond_by";
	refusal.value = INT64_C(1780363800000000); /* 2026-06-02T01:30Z */
	refusal.bound = INT64_C(1780450200000000);
	check_message(&refusal, LANGUAGE_EN,
		      "So soon an answer cannot be expected: respond_by, asked for by 2026-06-02 10:30; the soonest is 2026-06-03 10:30.");
	check_message(&refusal, LANGUAGE_JA, "これほど早い回答は求められません:respond_by(希望 2026-06-02 10:30、最も早くて 2026-06-03 10:30)。");
	refusal.value = refusal.bound = 0;
	check_message(&refusal, LANGUAGE_EN, "So soon an answer cannot be expected: respond_by.");
}

static void test_left_out(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE;
	check_message(&refusal, LANGUAGE_EN, "Too large.");
	check_message(&refusal, LANGUAGE_JA, "大きすぎます。");
	refusal.subject = NULL;
	refusal.value = 5;
	check_message(&refusal, LANGUAGE_EN, "Too large."); /* a value without its bound says little */
	refusal.bound = 3;
	check_message(&refusal, LANGUAGE_EN, "Too large: 5, at most 3 allowed.");
}

static void test_zero_is_a_value(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_STORE_FULL;
	refusal.bound = 4096;
	check_message(&refusal, LANGUAGE_EN, "The broker's disk is full: 0 bytes free, 4096 needed.");
}

static void test_retry(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED;
	check_hint(&refusal, LANGUAGE_EN, "It is sent again by itself; nothing is lost that stands in the outbox.");
	refusal.retry_after_ms = 1;
	check_hint(&refusal, LANGUAGE_EN, "It is sent again by itself in 1 s; nothing is lost that stands in the outbox.");
	refusal.retry_after_ms = 2000;
	check_hint(&refusal, LANGUAGE_JA, "2秒後に自動で送り直します。送信箱にあるものは失われません。");
	refusal.retry_after_ms = UINT32_MAX;
	check_hint(&refusal, LANGUAGE_JA, "4294968秒後に自動で送り直します。送信箱にあるものは失われません。");
}

static void test_basis(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_BASIS;
	refusal.subject = "needs_consent";
	check_message(&refusal, LANGUAGE_EN, "The basis does not allow this to be shared: the consent that it rests on is not named.");
	refusal.subject = "consent ran out";
	check_message(&refusal, LANGUAGE_EN, "The basis does not allow this to be shared: consent ran out.");
}

/* A subject is data: what looks like a placeholder in it is none. */
static void test_subject_is_data(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY;
	refusal.subject = "[$V%s]";
	check_message(&refusal, LANGUAGE_EN, "There is no such agency in the directory: [$V%s].");
}

static void test_no_room(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	struct buf buf;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE;
	for (size_t limit = 0; limit < 30; limit++) {
		buf_init(&buf, limit);
		refusal_message(&refusal, LANGUAGE_JA, &buf);
		check(buf.len <= limit);
		buf_free(&buf);
	}
}

/* Nothing that a broker may send leaves a bracket or a placeholder behind. */
static void test_all_codes_read_well(void)
{
	const ProtobufCEnumDescriptor *codes = &pb__refusal_code__descriptor;
	struct buf buf;

	buf_init(&buf, 4000);
	for (unsigned i = 0; i < codes->n_values; i++) {
		for (unsigned set = 0; set < 8; set++) {
			Pb__Refusal refusal = PB__REFUSAL__INIT;

			refusal.code = (Pb__RefusalCode)codes->values[i].value;
			refusal.subject = (set & 1) != 0 ? "subject" : "";
			refusal.value = (set & 2) != 0 ? 7 : 0;
			refusal.bound = (set & 2) != 0 ? 5 : 0;
			refusal.retry_after_ms = (set & 4) != 0 ? 1500 : 0;
			buf_clear(&buf);
			refusal_message(&refusal, (enum language)(set & 1), &buf);
			refusal_hint(&refusal, (enum language)(set & 1), &buf);
			unit_context("%s %u", codes->values[i].name, set);
			check_ok(buf.err);
			check(strpbrk(buf_text(&buf), "[]$\n") == NULL);
		}
	}
	buf_free(&buf);
}

UNIT_SUITE("contract/refusal",
	{ "a case that is not there", test_cases },
	{ "times", test_times },
	{ "codes for programs", test_codes },
	{ "what is known is filled in", test_filled },
	{ "what is not known is left out", test_left_out },
	{ "zero bytes free is a value", test_zero_is_a_value },
	{ "seconds to wait", test_retry },
	{ "what a basis lacks", test_basis },
	{ "a subject is data", test_subject_is_data },
	{ "a buffer without room", test_no_room },
	{ "every code reads well", test_all_codes_read_well });

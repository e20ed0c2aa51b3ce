/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/safety.h"

#include <string.h>

#include "contract/refusal.h"
#include "unit.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define UNKNOWN_AGENCY PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY
#define UNKNOWN_MESSAGE PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE
#define SAFETY PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY

static const struct safety_agency link_desk = { "link@chiba-city", false, NULL };
static const struct safety_agency children = { "children@chiba-city", false, "" };
static const struct safety_agency shelter = { "a1b2c3@chiba-city", true, "children@chiba-city" };
static const struct safety_agency other_shelter = { "d4e5f6@chiba-city", true, "a1b2c3@chiba-city" };
static const struct safety_agency orphan = { "g7h8i9@chiba-city", true, "" };

static const char *const kept_out[] = { "citizen-desk@chiba-city", "tax@chiba-city" };
static const struct safety_case hidden = { "link@chiba-city", true, kept_out, 2 };
static const struct safety_case usual = { "link@chiba-city", false, kept_out, 2 };

static void check_fault(enum err err, const struct safety_fault *fault, Pb__RefusalCode code, const char *subject)
{
	check_err(err, ERR_REFUSED);
	check_int(fault->code, code);
	check_text(fault->subject, subject);
}

/* The same whoever begins. */
static void test_confidential_with_its_proxy_alone(void)
{
	static const struct {
		const struct safety_agency *a, *b;
		bool may;
	} rows[] = {
		{ &link_desk, &children, true },     { &children, &shelter, true }, { &link_desk, &shelter, false },
		{ &shelter, &other_shelter, false }, { &link_desk, &orphan, false }, { &orphan, &orphan, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		unit_context("row %zu", i);
		check_int(safety_may_deal(rows[i].a, rows[i].b), rows[i].may);
		check_int(safety_may_deal(rows[i].b, rows[i].a), rows[i].may);
	}
}

static void sentence(const struct safety_fault *fault, enum language language, struct buf *out)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = fault->code;
	if (fault->subject != NULL)
		refusal.subject = (char *)(uintptr_t)fault->subject;
	buf_clear(out);
	refusal_message(&refusal, language, out);
	refusal_hint(&refusal, language, out);
}

/* Word for word what is said of an agency that is not there. */
static void test_named_as_if_it_were_not_there(void)
{
	struct safety_fault fault = { 0 };
	struct safety_fault absent = { UNKNOWN_AGENCY, "a1b2c3@chiba-city" };
	struct buf told, expected;

	buf_init(&told, 4096);
	buf_init(&expected, 4096);
	check_fault(safety_check_named(&link_desk, &shelter, &fault), &fault, UNKNOWN_AGENCY, "a1b2c3@chiba-city");
	for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
		sentence(&fault, (enum language)language, &told);
		sentence(&absent, (enum language)language, &expected);
		check_text(buf_text(&told), buf_text(&expected));
		check(strstr(buf_text(&told), "children") == NULL);
	}
	check_ok(safety_check_named(&children, &shelter, &fault));
	check_ok(safety_check_named(&shelter, &shelter, &fault));
	check_ok(safety_check_named(&shelter, &children, &fault));
	check_fault(safety_check_named(&shelter, &link_desk, &fault), &fault, UNKNOWN_AGENCY, "link@chiba-city");
	buf_free(&told);
	buf_free(&expected);
}

static void test_shown_as(void)
{
	check_text(safety_shown_as(&link_desk, "children@chiba-city"), "link@chiba-city");
	check_text(safety_shown_as(&shelter, "children@chiba-city"), "a1b2c3@chiba-city");
	check_text(safety_shown_as(&shelter, "a1b2c3@chiba-city"), "a1b2c3@chiba-city");
	check_text(safety_shown_as(&shelter, "link@chiba-city"), "children@chiba-city");
	check_text(safety_shown_as(&shelter, ""), "children@chiba-city"); /* an operator's screen */
	check_text(safety_shown_as(&orphan, "link@chiba-city"), NULL);
	check_text(safety_shown_as(&orphan, ""), NULL); /* an empty proxy is nobody's name */
}

/* ---- protected cases ---- */

static void test_seats(void)
{
	struct safety_fault fault = { 0 };

	check_ok(safety_check_seat(&hidden, "link@chiba-city", "hikikomori@chiba-city", &fault));
	check_ok(safety_check_seat(&usual, "link@chiba-city", "tax@chiba-city", &fault));
	check_fault(safety_check_seat(&hidden, "link@chiba-city", "tax@chiba-city", &fault), &fault, SAFETY, "denied_in_case");
	check_fault(safety_check_seat(&hidden, "hikikomori@chiba-city", "tax@chiba-city", &fault), &fault, SAFETY, "not_in_this_case");
	/* one that is kept out learns nothing, not even of another on the list */
	check_fault(safety_check_seat(&hidden, "tax@chiba-city", "citizen-desk@chiba-city", &fault), &fault, UNKNOWN_MESSAGE, NULL);
	check_fault(safety_check_seat(&hidden, "tax@chiba-city", "hikikomori@chiba-city", &fault), &fault, UNKNOWN_MESSAGE, NULL);
}

/* No refusal tells a member who is kept out, nor that there is a list. */
static void test_refusals_name_nobody(void)
{
	static const char *const forbidden[] = { "tax", "citizen", "deny", "list", "kept out", "keeps", "protected", "除", "保護" };
	struct safety_fault fault = { 0 };
	struct buf told;

	buf_init(&told, 4096);
	check_err(safety_check_seat(&hidden, "hikikomori@chiba-city", "tax@chiba-city", &fault), ERR_REFUSED);
	for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
		sentence(&fault, (enum language)language, &told);
		for (size_t i = 0; i < COUNT(forbidden); i++) {
			unit_context("%s", forbidden[i]);
			check(strstr(buf_text(&told), forbidden[i]) == NULL);
		}
	}
	buf_free(&told);
}

static void test_who_knows_the_case(void)
{
	check(safety_knows_case(&hidden, true, "hikikomori@chiba-city"));
	check(!safety_knows_case(&hidden, false, "hikikomori@chiba-city"));
	check(!safety_knows_case(&hidden, true, "tax@chiba-city")); /* though it had a leg before */
	check(safety_knows_case(&usual, true, "tax@chiba-city"));
}

static void test_protecting(void)
{
	static const char *const with_owner[] = { "tax@chiba-city", "link@chiba-city" };
	struct safety_fault fault = { 0 };

	check_ok(safety_check_protect(&usual, true, "link@chiba-city", kept_out, 2, &fault));
	check_ok(safety_check_protect(&hidden, true, "link@chiba-city", NULL, 0, &fault)); /* the list is taken away again */
	check_fault(safety_check_protect(&usual, true, "hikikomori@chiba-city", kept_out, 2, &fault), &fault, SAFETY, "only_owner_protects");
	check_fault(safety_check_protect(&usual, true, "link@chiba-city", with_owner, 2, &fault), &fault, SAFETY, "owner_kept_out");
	check_fault(safety_check_protect(&usual, false, "hikikomori@chiba-city", kept_out, 2, &fault), &fault, UNKNOWN_MESSAGE, NULL);
	check_fault(safety_check_protect(&hidden, true, "tax@chiba-city", NULL, 0, &fault), &fault, UNKNOWN_MESSAGE, NULL);
}

static void test_household_and_places(void)
{
	struct safety_fault fault = { 0 };

	check_ok(safety_check_household(&usual, 2, &fault));
	check_ok(safety_check_household(&hidden, 0, &fault));
	check_fault(safety_check_household(&hidden, 1, &fault), &fault, SAFETY, "protected_household");
	check(safety_shows_places(&usual));
	check(!safety_shows_places(&hidden));
}

static void test_next_agency_of_a_redirect(void)
{
	static const struct {
		const char *reader;
		bool usual, hidden;
	} rows[] = {
		{ "sender@chiba-city", true, true }, { "redirecting@chiba-city", true, true }, { "next@chiba-city", true, true },
		{ "member@chiba-city", true, false }, { "link@chiba-city", true, false }, /* the owner, where another asked */
		{ "", true, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		unit_context("%s", rows[i].reader);
		check_int(safety_tells_next_agency(&usual, rows[i].reader, "sender@chiba-city", "redirecting@chiba-city", "next@chiba-city"), rows[i].usual);
		check_int(safety_tells_next_agency(&hidden, rows[i].reader, "sender@chiba-city", "redirecting@chiba-city", "next@chiba-city"),
			  rows[i].hidden);
	}
}

static void test_whereabouts(void)
{
	struct safety_fault fault = { 0 };

	check_ok(safety_check_release(C(CONTACT) | C(IDENTITY), PB__RELEASE__RELEASE_ON_DELIVERY, &fault));
	check_ok(safety_check_release(C(WHEREABOUTS), PB__RELEASE__RELEASE_ON_ACCEPT, &fault));
	check_fault(safety_check_release(C(WHEREABOUTS) | C(CONTACT), PB__RELEASE__RELEASE_ON_DELIVERY, &fault), &fault,
		    PB__REFUSAL_CODE__REFUSAL_CODE_BASIS, "whereabouts_on_delivery");
}

UNIT_SUITE("rules/safety",
	{ "a confidential agency deals with its proxy alone", test_confidential_with_its_proxy_alone },
	{ "named as if it were not there", test_named_as_if_it_were_not_there },
	{ "under which name it is shown", test_shown_as },
	{ "who may have a seat", test_seats },
	{ "refusals name nobody", test_refusals_name_nobody },
	{ "who knows the case", test_who_knows_the_case },
	{ "who protects a case", test_protecting },
	{ "households and places", test_household_and_places },
	{ "the next agency of a redirect", test_next_agency_of_a_redirect },
	{ "whereabouts on acceptance alone", test_whereabouts });

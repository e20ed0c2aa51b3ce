/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/consent.h"

#include "contract/refusal_texts.h"
#include "desks.h"
#include "unit.h"

#include <string.h>

#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define DAY_US INT64_C(86400000000)
#define NOW at("2026-06-10 10:00")
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static const char *const desks[] = { "jiritsu-hanamigawa@chiba-city", "hikikomori@chiba-city" };
static const char *const kinds_of_desk[] = { "anshin_care_centre", "core_consultation_centre" };
static const char *const anshin_kinds[] = { "anshin_care_centre" };
static const char *const police_kinds[] = { "police" };

static const struct basis_agency jiritsu = { .address = "jiritsu-hanamigawa@chiba-city" };
static const struct basis_agency hikikomori = { .address = "hikikomori@chiba-city" };
static const struct basis_agency anshin = { .address = "anshin-makuhari@chiba-city", .categories = anshin_kinds, .category_count = 1 };
static const struct basis_agency police = { .address = "police@chiba-city", .categories = police_kinds, .category_count = 1 };

static struct consent standing(void)
{
	return (struct consent){
		.id = { { 1 } },
		.case_id = { { 9 } },
		.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON,
		.how = PB__CONSENT_HOW__CONSENT_HOW_WRITTEN,
		.state = PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE,
		.from_us = at("2026-06-01 09:00"),
		.scope = { .classes = C(IDENTITY) | C(CONTACT) | C(FINANCE),
			   .agencies = desks,
			   .agency_count = 2,
			   .categories = kinds_of_desk,
			   .category_count = 2,
			   .until_us = at("2026-12-01 00:00") },
	};
}

/* The fault is this one, and a caseworker is told what it means and what to do. */
static void check_fault(enum err err, const struct disclosure_fault *fault, const char *field, const char *reason)
{
	check_err(err, ERR_REFUSED);
	check_text(fault->field, field);
	check_text(fault->reason, reason);
	for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
		check(fault->reason != NULL && strcmp(refusal_basis_text(fault->reason, (enum language)language), fault->reason) != 0);
		check(fault->reason != NULL && refusal_basis_hint(fault->reason, (enum language)language) != NULL);
	}
}

static void test_register(void)
{
	struct consent consent = standing();
	struct disclosure_fault fault = { 0 };

	check_ok(consent_register(&consent, NOW, &fault));
	consent.scope.until_us = 0;
	check_ok(consent_register(&consent, NOW, &fault));
	consent.scope.agency_count = 0; /* categories alone do */
	check_ok(consent_register(&consent, NOW, &fault));
	consent.from_us = NOW + DAY_US; /* agreed today, from tomorrow on */
	check_ok(consent_register(&consent, NOW, &fault));
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE;
	consent.scope.classes = C(FAMILY);
	check_ok(consent_register(&consent, NOW, &fault));
	check(fault.reason == NULL);
}

static void test_register_refused(void)
{
	struct disclosure_fault fault = { 0 };
	struct consent consent = standing();

	consent.scope.classes = 0;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.classes", "consent_needs_classes");
	consent = standing();
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_UNSPECIFIED;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.giver", "needs_giver");
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.classes", "relative_for_person");
	consent = standing();
	consent.how = PB__CONSENT_HOW__CONSENT_HOW_UNSPECIFIED;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.how", "consent_needs_how");
	consent.how = (Pb__ConsentHow)4;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.how", "consent_needs_how");
	consent = standing();
	consent.scope.agency_count = consent.scope.category_count = 0;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.agencies", "consent_needs_agencies");
	consent = standing();
	consent.scope.until_us = NOW;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.until", "consent_over_already");
	consent.scope.until_us = consent.from_us = NOW + DAY_US;
	check_fault(consent_register(&consent, NOW, &fault), &fault, "consent.until", "consent_over_already");
}

/* ---- narrowing ---- */

static void test_narrow_takes_away(void)
{
	struct consent consent = standing();
	struct consent_scope wanted = consent.scope;
	const struct basis_agency named[] = { jiritsu, hikikomori };
	struct disclosure_fault fault = { 0 };
	struct consent_loss loss;
	const char *lost[2] = { NULL, NULL };

	wanted.classes = C(IDENTITY) | C(CONTACT);
	check_ok(consent_narrow(&consent, &wanted, named, true, NOW, &fault));
	loss = consent_loss(&consent.scope, &wanted);
	check_uint(loss.classes, C(FINANCE));
	check(loss.agencies == 0 && loss.categories == 0 && !loss.sooner);

	wanted = consent.scope;
	wanted.agency_count = 1;
	check_ok(consent_narrow(&consent, &wanted, named, true, NOW, &fault));
	check_uint(consent_agencies_lost(&consent.scope, &wanted, lost), 1);
	check_text(lost[0], "hikikomori@chiba-city");
	check_uint(consent_loss(&consent.scope, &wanted).agencies, 1);

	wanted = consent.scope;
	wanted.categories = &kinds_of_desk[1];
	wanted.category_count = 1;
	check_ok(consent_narrow(&consent, &wanted, named, true, NOW, &fault));
	check_uint(consent_categories_lost(&consent.scope, &wanted, lost), 1);
	check_text(lost[0], "anshin_care_centre");

	wanted = consent.scope;
	wanted.until_us = NOW + 1;
	check_ok(consent_narrow(&consent, &wanted, named, true, NOW, &fault));
	check(consent_loss(&consent.scope, &wanted).sooner);
}

/* From a category as a whole to one agency of it. */
static void test_narrow_to_one_of_a_category(void)
{
	static const char *const one[] = { "anshin-makuhari@chiba-city" };
	struct consent consent = standing();
	struct consent_scope wanted = consent.scope;
	struct disclosure_fault fault = { 0 };

	wanted.agencies = one;
	wanted.agency_count = 1;
	wanted.category_count = 0;
	check_ok(consent_narrow(&consent, &wanted, &anshin, true, NOW, &fault));
	check_fault(consent_narrow(&consent, &wanted, &police, true, NOW, &fault), &fault, "consent.agencies", "consent_wider");
}

static void test_narrow_gives_nothing(void)
{
	static const char *const more[] = { "anshin_care_centre", "police" };
	struct consent consent = standing();
	struct consent_scope wanted = consent.scope;
	const struct basis_agency named[] = { jiritsu, police };
	const struct basis_agency same[] = { jiritsu, hikikomori };
	struct disclosure_fault fault = { 0 };

	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent", "consent_nothing_taken");
	check_fault(consent_narrow(&consent, &wanted, named, true, NOW, &fault), &fault, "consent.agencies", "consent_wider");
	wanted.classes |= C(HEALTH);
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent.classes", "consent_wider");
	wanted = consent.scope;
	wanted.categories = more;
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent.categories", "consent_wider");
	wanted = consent.scope;
	wanted.until_us++;
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent.until", "consent_wider");
	wanted.until_us = 0;
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent.until", "consent_wider");
}

static void test_narrow_leaves_something(void)
{
	struct consent consent = standing();
	struct consent_scope wanted = consent.scope;
	const struct basis_agency same[] = { jiritsu, hikikomori };
	struct disclosure_fault fault = { 0 };

	wanted.classes = 0;
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent", "consent_nothing_left");
	wanted = consent.scope;
	wanted.agency_count = wanted.category_count = 0;
	check_fault(consent_narrow(&consent, &wanted, NULL, true, NOW, &fault), &fault, "consent", "consent_nothing_left");
	wanted = consent.scope;
	wanted.until_us = NOW;
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent", "consent_nothing_left");
}

/* ---- ends ---- */

static void test_states(void)
{
	struct consent consent = standing();
	struct consent_scope wanted = consent.scope;
	const struct basis_agency same[] = { jiritsu, hikikomori };
	int64_t end = consent.scope.until_us;
	struct disclosure_fault fault = { 0 };

	wanted.classes = C(IDENTITY);
	check_fault(consent_run_out(&consent, end - 1, &fault), &fault, "consent.until", "consent_runs");
	check_ok(consent_run_out(&consent, end, &fault));
	check_int(consent_timer_us(&consent), end);
	check_fault(consent_narrow(&consent, &wanted, same, true, end, &fault), &fault, "consent", "consent_ran_out");

	consent.state = PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT;
	check_int(consent_timer_us(&consent), 0);
	check_fault(consent_run_out(&consent, end, &fault), &fault, "consent", "consent_ran_out");
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent", "consent_ran_out");
	check_ok(consent_withdraw(&consent, true, &fault)); /* its receipt is still of use */

	consent.state = PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN;
	check_int(consent_timer_us(&consent), 0);
	check_fault(consent_run_out(&consent, end, &fault), &fault, "consent", "consent_withdrawn");
	check_fault(consent_narrow(&consent, &wanted, same, true, NOW, &fault), &fault, "consent", "consent_withdrawn");
	check_fault(consent_withdraw(&consent, true, &fault), &fault, "consent", "consent_withdrawn_before");
}

/* Who is not on the case cannot tell a consent from none, whatever its state. */
static void test_strangers(void)
{
	const struct basis_agency same[] = { jiritsu, hikikomori };

	for (int state = 0; state <= PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT; state++) {
		struct consent consent = standing();
		struct consent_scope wanted = consent.scope;
		struct disclosure_fault fault = { 0 };

		unit_context("state %d", state);
		consent.state = (Pb__ConsentState)state;
		check_fault(consent_withdraw(&consent, false, &fault), &fault, "consent", "consent_unknown");
		check_fault(consent_narrow(&consent, &wanted, same, false, NOW, &fault), &fault, "consent", "consent_unknown");
	}
}

static void test_no_end(void)
{
	struct consent consent = standing();
	struct disclosure_fault fault = { 0 };

	consent.scope.until_us = 0;
	check_int(consent_timer_us(&consent), 0);
	check_fault(consent_run_out(&consent, INT64_MAX, &fault), &fault, "consent.until", "consent_runs");
	check_ok(consent_covers(&consent, &jiritsu, C(IDENTITY), INT64_MAX, &fault));
}

/* ---- what it covers ---- */

static void test_covers(void)
{
	static const struct {
		const struct basis_agency *recipient;
		class_set classes;
		const char *when;
		const char *reason; /* NULL: it does */
	} rows[] = {
		{ &jiritsu, C(IDENTITY) | C(FINANCE), "2026-06-10 10:00", NULL },
		{ &jiritsu, 0, "2026-06-10 10:00", NULL },
		{ &anshin, C(CONTACT), "2026-06-10 10:00", NULL }, /* by its category */
		{ &police, C(CONTACT), "2026-06-10 10:00", "consent_other_agency" },
		{ &jiritsu, C(CONTACT) | C(WHEREABOUTS), "2026-06-10 10:00", "consent_other_class" },
		{ &jiritsu, C(CONTACT), "2026-06-01 09:00", NULL },
		{ &jiritsu, C(CONTACT), "2026-06-01 08:59", "consent_not_yet" },
		{ &jiritsu, C(CONTACT), "2026-11-30 23:59", NULL },
		{ &jiritsu, C(CONTACT), "2026-12-01 00:00", "consent_ran_out" },
	};
	struct consent consent = standing();

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct disclosure_fault fault = { 0 };
		enum err err = consent_covers(&consent, rows[i].recipient, rows[i].classes, at(rows[i].when), &fault);

		unit_context("row %zu", i);
		check_err(err, rows[i].reason == NULL ? ERR_OK : ERR_REFUSED);
		check_text(fault.reason, rows[i].reason);
	}
}

static void test_covers_nothing(void)
{
	struct consent consent = standing();
	struct disclosure_fault fault = { 0 };

	check_fault(consent_covers(NULL, &jiritsu, C(IDENTITY), NOW, &fault), &fault, "basis.consent_id", "consent_unknown");
	consent.state = PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN;
	check_fault(consent_covers(&consent, &jiritsu, C(IDENTITY), NOW, &fault), &fault, "basis.consent_id", "consent_withdrawn");
	consent.state = PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT; /* though the clock was set back since */
	check_fault(consent_covers(&consent, &jiritsu, C(IDENTITY), NOW, &fault), &fault, "basis.consent_id", "consent_ran_out");
	consent.state = PB__CONSENT_STATE__CONSENT_STATE_UNSPECIFIED;
	check_fault(consent_covers(&consent, &jiritsu, C(IDENTITY), NOW, &fault), &fault, "basis.consent_id", "consent_unknown");
	consent = standing();
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE;
	check_fault(consent_covers(&consent, &jiritsu, C(IDENTITY), NOW, &fault), &fault, "parts.classes", "consent_other_class");
}

/* Whatever is narrowed: what the narrow one covers, the wide one covered. */
static void test_narrowing_covers_less(void)
{
	static const struct basis_agency *const recipients[] = { &jiritsu, &hikikomori, &anshin, &police };
	const struct basis_agency named[] = { jiritsu, hikikomori };

	for (unsigned round = 0; round < 2000; round++) {
		struct consent wide = standing();
		struct consent narrow = wide;
		struct disclosure_fault fault;
		class_set classes = (class_set)unit_random() & 0x1ffe;
		const struct basis_agency *recipient = recipients[unit_random_below(COUNT(recipients))];
		int64_t when = wide.from_us + (int64_t)unit_random_below(200 * (uint64_t)DAY_US);

		unit_context("round %u", round);
		narrow.scope.classes &= (class_set)unit_random();
		narrow.scope.agency_count = unit_random_below(3);
		narrow.scope.category_count = unit_random_below(3);
		narrow.scope.until_us -= (int64_t)unit_random_below(100) * DAY_US;
		if (consent_narrow(&wide, &narrow.scope, named, true, NOW, &fault) != ERR_OK)
			continue;
		if (consent_covers(&narrow, recipient, classes, when, &fault) == ERR_OK)
			check_ok(consent_covers(&wide, recipient, classes, when, &fault));
	}
}

/* ---- receipts ---- */

static const struct consent_handout handouts[] = {
	{ { { 1 } }, "jiritsu-hanamigawa@chiba-city", NULL, C(IDENTITY), 300 },
	{ { { 2 } }, "police@chiba-city", NULL, C(IDENTITY), 100 },
	{ { { 1 } }, "a1b2c3@chiba-city", "children@chiba-city", C(IDENTITY), 200 },
	{ { { 1 } }, "hikikomori@chiba-city", NULL, C(FINANCE), 300 },
};

static void test_receipt_of_the_owner(void)
{
	struct consent consent = standing();
	struct consent_told told[COUNT(handouts)];

	check_uint(consent_receipt(&consent, handouts, COUNT(handouts), true, "link@chiba-city", told), 3);
	check_uint(told[0].index, 2);
	check_text(told[0].name, "children@chiba-city"); /* who hides there is not found by a receipt */
	check_uint(told[1].index, 0);
	check_text(told[1].name, "jiritsu-hanamigawa@chiba-city");
	check_uint(told[2].index, 3);
	check_text(told[2].name, "hikikomori@chiba-city");
	check_uint(consent_receipt(&consent, handouts, COUNT(handouts), true, "children@chiba-city", told), 3);
	check_text(told[0].name, "a1b2c3@chiba-city"); /* the proxy knows it */
	check_uint(consent_receipt(&consent, handouts, 0, true, "link@chiba-city", told), 0);
}

static void test_receipt_of_others(void)
{
	struct consent consent = standing();
	struct consent_told told[COUNT(handouts)];

	memset(told, 0x5a, sizeof told);
	check_uint(consent_receipt(&consent, handouts, COUNT(handouts), false, "hikikomori@chiba-city", told), 3);
	for (size_t i = 0; i < sizeof told; i++)
		check_uint(((const uint8_t *)told)[i], 0x5a);
}

/* ---- legs ---- */

static struct consent_leg leg_of(Pb__LegState state, const struct consent_part *parts, size_t count)
{
	return (struct consent_leg){ .consent = { { 1 } }, .state = state, .recipient = jiritsu, .parts = parts, .part_count = count };
}

static void test_effects(void)
{
	static const struct consent_part waiting[] = { { C(IDENTITY), false }, { C(FINANCE), false } };
	static const struct consent_part half[] = { { C(IDENTITY), true }, { C(FINANCE), false } };
	static const struct consent_part gone[] = { { C(IDENTITY), true }, { C(FINANCE), true } };
	static const struct {
		const struct consent_part *parts;
		bool withdrawn; /* else narrowed to IDENTITY */
		enum consent_effect effect;
		bool blocks[2];
	} rows[] = {
		{ waiting, true, CONSENT_BLOCKS_LEG, { true, true } },    { half, true, CONSENT_BLOCKS_PART, { false, true } },
		{ gone, true, CONSENT_NOTICE, { false, false } },	  { waiting, false, CONSENT_BLOCKS_PART, { false, true } },
		{ half, false, CONSENT_BLOCKS_PART, { false, true } },	  { gone, false, CONSENT_NOTICE, { false, false } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct consent consent = standing();
		struct consent_leg leg = leg_of(PB__LEG_STATE__LEG_STATE_SUBMITTED, rows[i].parts, 2);

		unit_context("row %zu", i);
		check_int(consent_effect(&consent, &leg, NOW), CONSENT_NOTICE); /* before */
		if (rows[i].withdrawn)
			consent.state = PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN;
		else
			consent.scope.classes = C(IDENTITY);
		check_int(consent_effect(&consent, &leg, NOW), rows[i].effect);
		for (size_t part = 0; part < 2; part++)
			check_int(consent_blocks_part(&consent, &leg, part, NOW), rows[i].blocks[part]);
	}
}

/* In every state: an open leg feels it, one that ended does not; nor does what rests on another. */
static void test_open_legs(void)
{
	static const struct consent_part waiting[] = { { C(IDENTITY), false } };
	struct consent_leg legs[PB__LEG_STATE__LEG_STATE_TAKEN_ELSEWHERE + 2];
	size_t found[COUNT(legs)];
	struct consent consent = standing();

	consent.state = PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN;
	for (size_t i = 0; i < COUNT(legs); i++)
		legs[i] = leg_of((Pb__LegState)i, waiting, 1);
	legs[COUNT(legs) - 1].state = PB__LEG_STATE__LEG_STATE_ACTIVE;
	legs[COUNT(legs) - 1].consent = (struct id){ { 2 } };
	check_uint(consent_open_legs(&consent, legs, COUNT(legs), found), 8);
	for (size_t i = 0; i < 8; i++)
		check_uint(found[i], i + 1); /* AWAITING_SEAL to ON_HOLD */
	for (size_t i = 0; i < COUNT(legs); i++) {
		unit_context("leg %zu", i);
		check_int(consent_effect(&consent, &legs[i], NOW), i >= 1 && i <= 8 ? CONSENT_BLOCKS_LEG : CONSENT_LEAVES);
		check_int(consent_blocks_part(&consent, &legs[i], 0, NOW), i >= 1 && i <= 8);
	}
}

static void test_leg_to_an_agency_taken_out(void)
{
	static const struct consent_part waiting[] = { { C(IDENTITY), false } };
	struct consent consent = standing();
	struct consent_leg leg = leg_of(PB__LEG_STATE__LEG_STATE_RECEIVED, waiting, 1);

	leg.recipient = hikikomori;
	consent.scope.agency_count = 1;
	check_int(consent_effect(&consent, &leg, NOW), CONSENT_BLOCKS_LEG);
	leg.part_count = 0;
	check_int(consent_effect(&consent, &leg, NOW), CONSENT_NOTICE);
}

UNIT_SUITE("rules/consent",
	{ "registered", test_register },
	{ "what cannot be registered", test_register_refused },
	{ "narrowing takes away", test_narrow_takes_away },
	{ "from a category to one agency of it", test_narrow_to_one_of_a_category },
	{ "narrowing gives nothing", test_narrow_gives_nothing },
	{ "narrowing leaves something", test_narrow_leaves_something },
	{ "states", test_states },
	{ "strangers", test_strangers },
	{ "no end", test_no_end },
	{ "what it covers", test_covers },
	{ "what covers nothing", test_covers_nothing },
	{ "a narrow one covers less", test_narrowing_covers_less },
	{ "the owner is told to whom", test_receipt_of_the_owner },
	{ "others are told how many", test_receipt_of_others },
	{ "what it does to a leg", test_effects },
	{ "open legs alone", test_open_legs },
	{ "a leg to an agency taken out", test_leg_to_an_agency_taken_out });

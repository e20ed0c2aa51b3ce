/* SPDX-License-Identifier: Apache-2.0 */
/* Notes that name no case: in the threads of what is about none, between those who take part, and telling nobody who needs a place. */
#include "desks.h"
#include "unit.h"

#define REFUSED(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define C(name) PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name

static struct desks desks;

static const Pb__DisclosureClass *told; /* the parts' only class; NULL: as they are */
static bool names_case;

static void shape(Pb__View *view, size_t index)
{
	static Pb__DisclosureClass one;

	(void)index;
	if (!names_case)
		view->case_id = (ProtobufCBinaryData){ 0 };
	if (told == NULL)
		return;
	one = *told;
	for (size_t i = 0; i < view->n_parts; i++) {
		view->parts[i]->n_classes = 1;
		view->parts[i]->classes = &one;
	}
}

static struct draft note(const struct asked *asked, unsigned from, unsigned to)
{
	struct draft draft = site_draft(&desks.site, &desks.desk[from], &desks.desk[to]);

	draft.kind = PB__KIND__KIND_NOTE;
	draft.change = shape;
	memcpy(draft.thread, asked->id, 16);
	return draft;
}

static Pb__RefusalCode say(const struct asked *asked, unsigned from, unsigned to)
{
	struct draft draft = note(asked, from, to);

	site_submit(&desks.site, &draft);
	return site_refusal(&desks.site, 0);
}

static const char *subject(void)
{
	return site_reply(&desks.site, 0)->refusal->subject;
}

static void set_up(void)
{
	static const Pb__DisclosureClass education = C(EDUCATION);

	desks_open(&desks);
	told = &education;
	names_case = false;
}

static void test_where_a_place_is_asked_for(void)
{
	struct asked asked;

	set_up();
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS },
			  &(struct asking){ .ask = PB__ASK__ASK_CAPACITY, .take = PB__TAKE__TAKE_ANY_ONE });
	require(asked.request != 0);
	check_uint(say(&asked, ASKER, DESK), 0);
	check_uint(say(&asked, DESK, ASKER), 0);
	check_uint(say(&asked, OTHER, ASKER), 0);
	check_uint(say(&asked, DESK, OTHER), REFUSED(UNKNOWN_MESSAGE)); /* who else was asked is not known to it */
	check_text(subject(), "thread_id");
	check_uint(say(&asked, THIRD, ASKER), REFUSED(UNKNOWN_MESSAGE));
	check_text(subject(), "thread_id");
	check_uint(say(&asked, ASKER, THIRD), REFUSED(UNKNOWN_MESSAGE));
	desks_close(&desks);
}

static void test_nobody_is_told_of(void)
{
	static const struct {
		Pb__DisclosureClass class;
		const char *subject;
	} rows[] = { { C(IDENTITY), "anonymous_identity" }, { C(CONTACT), "anonymous_contact" }, { C(FAMILY), "anonymous_family" } };
	struct asked asked;

	set_up();
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .ask = PB__ASK__ASK_CAPACITY });
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		told = &rows[i].class;
		check_uint(say(&asked, ASKER, DESK), REFUSED(BASIS));
		check_text(subject(), rows[i].subject);
	}
	desks_close(&desks);
}

/* What is about a case is named, and what is about none is not; an unknown thread is none. */
static void test_cases(void)
{
	struct asked asked, nothing = { .request = 0 };
	struct draft draft;

	set_up();
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(say(&asked, ASKER, DESK), REFUSED(MALFORMED));
	check_text(subject(), "case_id");
	check_uint(say(&asked, DESK, ASKER), REFUSED(MALFORMED));
	check_uint(say(&asked, THIRD, ASKER), REFUSED(UNKNOWN_MESSAGE)); /* not a word on the case to who is not on it */
	names_case = true;
	check_uint(say(&asked, ASKER, DESK), 0);
	names_case = false;
	check_uint(say(&nothing, ASKER, DESK), REFUSED(MALFORMED)); /* of nobody, and on nothing */
	draft = note(&asked, ASKER, DESK);
	draft.thread[15] ^= 1;
	site_submit(&desks.site, &draft);
	check_uint(site_refusal(&desks.site, 0), REFUSED(UNKNOWN_MESSAGE));
	desks_close(&desks);
}

/* A word on a bare case: neither request nor conference. */
static void test_on_a_case(void)
{
	struct asked asked;
	struct draft draft;

	set_up();
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	names_case = true;
	draft = note(&asked, DESK, ASKER);
	memset(draft.thread, 0, 16);
	memcpy(draft.case_id, asked.case_id, 16);
	site_submit(&desks.site, &draft);
	check_uint(site_refusal(&desks.site, 0), 0);
	draft = note(&asked, THIRD, ASKER);
	memset(draft.thread, 0, 16);
	memcpy(draft.case_id, asked.case_id, 16);
	site_submit(&desks.site, &draft);
	check_uint(site_refusal(&desks.site, 0), REFUSED(UNKNOWN_MESSAGE));
	check_text(subject(), "case_id");
	desks_close(&desks);
}

UNIT_SUITE("broker/note_check",
	{ "where a place is asked for", test_where_a_place_is_asked_for },
	{ "nobody is told of", test_nobody_is_told_of },
	{ "cases are named where there are some", test_cases },
	{ "a word on a case", test_on_a_case });

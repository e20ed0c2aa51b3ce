/* SPDX-License-Identifier: Apache-2.0 */
/* To whom a message may go, and what of it when: confidential agencies and where someone stays. */
#include "hidden.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob, shelter;

static const char *const ids[] = { "alice", "bob", "shelter", "silent" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 4);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	shelter = site_enrol(&site, "shelter");
}

static void hide(const char *hidden, const char *proxy)
{
	site_operate(&site, site_load_hidden(ids, 4, hidden, proxy));
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

static Pb__RefusalCode sent(const struct desk_device *from, const struct desk_device *to)
{
	struct draft draft = site_draft(&site, from, to);

	site_submit(&site, &draft);
	return site_refusal(&site, 0);
}

/* ---- confidential agencies ---- */

static void test_reached_through_its_proxy_alone(void)
{
	struct desk_device nobody;

	set_up();
	check_int(sent(&bob, &shelter), 0); /* not confidential yet */
	hide("shelter", "alice");
	check_int(sent(&alice, &shelter), 0);
	check_int(sent(&bob, &shelter), REFUSE(UNKNOWN_AGENCY));
	check_text(site_reply(&site, 0)->refusal->subject, shelter.address);
	check_uint((uint64_t)site_reply(&site, 0)->refusal->value, 0);
	/* Just as if there were none. */
	nobody = shelter;
	strcpy(nobody.address, "nobody@" SITE_NAME);
	check_int(sent(&bob, &nobody), REFUSE(UNKNOWN_AGENCY));
	check_uint((uint64_t)site_reply(&site, 0)->refusal->value, 0);
	check_uint((uint64_t)site_reply(&site, 0)->refusal->bound, 0);
	site_close(&site);
}

static void test_writes_to_its_proxy_alone(void)
{
	set_up();
	hide("shelter", "alice");
	check_int(sent(&shelter, &alice), 0);
	check_int(sent(&shelter, &bob), REFUSE(UNKNOWN_AGENCY));
	check_text(site_reply(&site, 0)->refusal->subject, bob.address);
	site_close(&site);
}

/* One recipient too many refuses the whole message: none of its Views goes anywhere. */
static void test_among_others(void)
{
	struct draft draft;
	uint64_t waiting;

	set_up();
	hide("shelter", "alice");
	waiting = broker_waiting(site.broker, alice.agency);
	draft = site_draft(&site, &bob, &alice);
	draft.to[1] = &shelter;
	draft.to_count = 2;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_AGENCY));
	check_uint(broker_waiting(site.broker, alice.agency), waiting);
	check_uint(broker_waiting(site.broker, shelter.agency), 0);
	site_close(&site);
}

/* What is not enrolled yet may be no easier to find out about. */
static void test_says_nothing_of_a_hidden_one(void)
{
	struct desk_device silent;

	set_up();
	site_make_device(&site, "silent", &silent);
	check_int(sent(&bob, &silent), REFUSE(NOT_ENROLLED));
	hide("silent", "alice");
	check_int(sent(&bob, &silent), REFUSE(UNKNOWN_AGENCY));
	check_int(sent(&alice, &silent), REFUSE(NOT_ENROLLED));
	site_close(&site);
}

static void test_without_a_proxy(void)
{
	set_up();
	hide("shelter", NULL);
	check_int(sent(&alice, &shelter), REFUSE(UNKNOWN_AGENCY));
	check_int(sent(&shelter, &alice), REFUSE(UNKNOWN_AGENCY));
	site_close(&site);
}

static void test_after_a_restart_and_another_proxy(void)
{
	set_up();
	hide("shelter", "alice");
	site_reopen(&site);
	site_run(&site, site_hello(&site, &alice, true));
	site_run(&site, site_hello(&site, &bob, true));
	check_int(sent(&bob, &shelter), REFUSE(UNKNOWN_AGENCY));
	check_int(sent(&alice, &shelter), 0);
	hide("shelter", "bob");
	check_int(sent(&bob, &shelter), 0);
	check_int(sent(&alice, &shelter), REFUSE(UNKNOWN_AGENCY));
	site_directory(&site, ids, 4); /* hidden no more */
	check_int(sent(&alice, &shelter), 0);
	site_close(&site);
}

/* ---- where someone stays ---- */

static void tells_whereabouts(Pb__View *view, Pb__Release release)
{
	view->basis->basis = PB__BASIS__BASIS_PROTECT_LIFE;
	view->basis->law = PB__LAW__LAW_PERSONAL_INFORMATION_27_1_2;
	view->basis->reason = (char *)(uintptr_t)"followed home";
	view->parts[0]->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_WHEREABOUTS;
	view->parts[0]->release = release;
}

static void on_delivery(Pb__View *view, size_t index)
{
	(void)index;
	tells_whereabouts(view, PB__RELEASE__RELEASE_ON_DELIVERY);
}

static void on_accept(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	tells_whereabouts(view, PB__RELEASE__RELEASE_ON_ACCEPT);
}

/* An announcement needs no basis; it may not tell it either. */
static void announced(Pb__View *view, size_t index)
{
	on_delivery(view, index);
	view->kind = PB__KIND__KIND_ANNOUNCEMENT;
	view->case_id.len = 0;
	view->basis = NULL;
}

static void test_whereabouts(void)
{
	static const struct {
		void (*change)(Pb__View *view, size_t index);
		Pb__RefusalCode code;
	} cases[] = { { on_delivery, REFUSE(BASIS) }, { announced, REFUSE(BASIS) }, { on_accept, 0 } };

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		draft.change = cases[i].change;
		site_submit(&site, &draft);
		check_int(site_refusal(&site, 0), cases[i].code);
		if (cases[i].code != 0)
			check_text(site_reply(&site, 0)->refusal->subject, "whereabouts_on_delivery");
	}
	check_uint(broker_waiting(site.broker, bob.agency), 1);
	site_close(&site);
}

/* Nobody accepts a note: what it held back would never be let go. */
static void held_note(Pb__View *view, size_t index)
{
	(void)index;
	view->parts[0]->release = PB__RELEASE__RELEASE_ON_ACCEPT;
}

static void held_conference(Pb__View *view, size_t index)
{
	held_note(view, index);
	view->kind = PB__KIND__KIND_CONFERENCE;
}

static void held_request(Pb__View *view, size_t index)
{
	held_note(view, index);
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
}

static void test_held_for_nothing(void)
{
	void (*const changes[])(Pb__View *view, size_t index) = { held_note, held_conference, held_request };

	set_up();
	for (size_t i = 0; i < 3; i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		draft.change = changes[i];
		site_submit(&site, &draft);
		check_int(site_refusal(&site, 0), i < 2 ? REFUSE(BASIS) : 0);
		if (i < 2)
			check_text(site_reply(&site, 0)->refusal->subject, "held_for_nothing");
	}
	site_close(&site);
}

UNIT_SUITE("broker/submit_recipients",
	{ "a request alone holds anything back", test_held_for_nothing },
	{ "a confidential agency is reached through its proxy alone", test_reached_through_its_proxy_alone },
	{ "a confidential agency writes to its proxy alone", test_writes_to_its_proxy_alone },
	{ "a confidential agency among other recipients", test_among_others },
	{ "nothing is said of a confidential agency that is not enrolled", test_says_nothing_of_a_hidden_one },
	{ "a confidential agency without a proxy deals with nobody", test_without_a_proxy },
	{ "the proxy holds after a restart, until a directory names another", test_after_a_restart_and_another_proxy },
	{ "where someone stays is released after acceptance only", test_whereabouts });

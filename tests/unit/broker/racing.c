/* SPDX-License-Identifier: Apache-2.0 */
/* racing.c - see racing.h. */
#include "racing.h"

#include "ledger/entry.h"
#include "running.h"
#include "unit.h"

#define MANY 1000000u
#define SETTING_UP (EVENTS + 1u) /* numbers of frames; an event's is its own and one */
#define SEALING (EVENTS + 4u)

static const char *const names[RACING_DESKS] = { "alice", "bob", "carol", "dan" };

static struct racing *running; /* a View's last word has no context of its own */

/* ---- what is said ---- */

static Pb__ConsentAct consent_act;
static Pb__LegAct leg_act;

static void as_consent(Pb__View *view, size_t index)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT };
	static char *agencies[RACING_DESKS - 1];

	(void)index;
	for (size_t i = 0; i + 1 < RACING_DESKS; i++)
		agencies[i] = running->desk[1 + i].address;
	if (consent_act.action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER) {
		consent_act.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
		consent_act.how = PB__CONSENT_HOW__CONSENT_HOW_WRITTEN;
		consent_act.classes = classes;
		consent_act.n_classes = 2;
		consent_act.agencies = agencies;
		consent_act.n_agencies = RACING_DESKS - 1;
	}
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &consent_act;
}

static void rest_on_it(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	if (view->n_parts == 0)
		return;
	view->basis->basis = PB__BASIS__BASIS_CONSENT;
	view->basis->consent_id = pb_of_bytes(bytes_of(running->consent, 16));
	for (size_t i = 0; i < view->n_parts; i++)
		view->parts[i]->classes[0] = i == 0 ? PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT : PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
}

static void as_request(Pb__View *view, size_t index)
{
	(void)index;
	rest_on_it(view);
	view->take = PB__TAKE__TAKE_ALL;
}

static void as_leg_act(Pb__View *view, size_t index)
{
	(void)index;
	rest_on_it(view);
	view->leg_act = &leg_act;
}

static struct draft on_case(struct racing *racing, enum racing_desk from, enum racing_desk to, void (*change)(Pb__View *view, size_t index))
{
	struct draft draft = site_draft(&racing->site, &racing->desk[from], &racing->desk[to]);

	memcpy(draft.case_id, racing->case_id, 16);
	draft.change = change;
	return draft;
}

static struct draft consent_draft(struct racing *racing, Pb__ConsentAction action)
{
	struct draft draft = on_case(racing, ALICE, ALICE, as_consent);

	pb__consent_act__init(&consent_act);
	consent_act.action = action;
	if (action != PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER)
		memcpy(draft.thread, racing->consent, 16);
	return draft;
}

static struct draft leg_draft(struct racing *racing, enum racing_desk from, enum racing_desk to, const uint8_t thread[16], Pb__LegAction action)
{
	struct draft draft = on_case(racing, from, to, as_leg_act);

	pb__leg_act__init(&leg_act);
	leg_act.action = action;
	if (action == PB__LEG_ACTION__LEG_ACTION_REDIRECT) {
		leg_act.reason = PB__REASON__REASON_FULL;
		leg_act.next_agency = racing->desk[DAN].address;
	}
	memcpy(draft.thread, thread, 16);
	draft.no_parts = action != PB__LEG_ACTION__LEG_ACTION_SEAL;
	return draft;
}

static struct inbound *framed(const struct draft *draft, uint64_t number)
{
	struct inbound *frame = frame_new(draft->from);

	frame->batch.number = number;
	frame_submit(frame, draft);
	return frame;
}

static struct inbound *credit(const struct racing *racing, enum racing_desk desk)
{
	return site_credit(&racing->desk[desk], MANY, UINT64_C(1) << 50);
}

static struct inbound *inbound_of(struct racing *racing, enum racing_event event)
{
	struct draft draft;

	switch (event) {
	case WITHDRAWAL:
		draft = consent_draft(racing, PB__CONSENT_ACTION__CONSENT_ACTION_WITHDRAW);
		break;
	case SUBMISSION:
		draft = on_case(racing, ALICE, BOB, as_request);
		break;
	case ACCEPTANCE:
		draft = leg_draft(racing, BOB, ALICE, racing->asked_bob, PB__LEG_ACTION__LEG_ACTION_ACCEPT);
		break;
	case REDIRECT:
		draft = leg_draft(racing, CAROL, ALICE, racing->asked_carol, PB__LEG_ACTION__LEG_ACTION_REDIRECT);
		break;
	case HANDOUT:
	default:
		return credit(racing, BOB);
	}
	return framed(&draft, 1 + (uint64_t)event);
}

/* ---- what is seen ---- */

static const Pb__Reply *reply_to(const struct racing *racing, uint64_t number)
{
	const Pb__Replies *replies;

	for (size_t i = 0; (replies = site_replies(&racing->site, i)) != NULL; i++)
		if (replies->batch == number)
			return replies->replies[0];
	require(false);
	return NULL;
}

static uint64_t item_made(const Pb__Reply *reply)
{
	struct leaf_header header;

	require(reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	require_ok(leaf_header_decode(bytes_of_pb(reply->accepted->header), &header));
	return item_number(header.seq, 0);
}

static void watch_item(struct racing *racing, const struct handout_item *item, bool late)
{
	bool release = item->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE;

	for (size_t n = 0; n < RACING_ITEMS; n++) {
		if (racing->items[n] == 0 || racing->items[n] != (release ? item->about : item->item))
			continue;
		racing->handed[n] |= (uint8_t)((release ? SECOND : FIRST) & ~item->blocked);
		racing->late += late;
	}
}

/* Everything that leaves in this batch. */
static void watch_door(struct racing *racing, bool late)
{
	const struct outbound *out;

	for (size_t i = 0; (out = site_told(&racing->site, OUTBOUND_HANDOUT, i)) != NULL; i++)
		for (size_t k = 0; k < out->item_count; k++)
			watch_item(racing, &out->items[k], late);
}

static void note_answer(struct racing *racing, enum racing_event event)
{
	const Pb__Reply *reply;

	if (event == HANDOUT)
		return;
	reply = reply_to(racing, 1 + (uint64_t)event);
	racing->refused[event] = reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED ? 0 : reply->refusal->code;
	if (event == SUBMISSION && racing->refused[event] == 0)
		racing->items[SUBMITTED] = item_made(reply);
}

/* ---- a race ---- */

/* Everybody anew; credit for all but alice, unless bob waits for his. */
static void connect(struct racing *racing, bool bob_takes)
{
	struct inbound *inbound[RACING_DESKS * 2];
	size_t count = 0;

	for (size_t i = 0; i < RACING_DESKS; i++)
		inbound[count++] = site_hello(&racing->site, &racing->desk[i], true);
	for (size_t i = 1; i < RACING_DESKS; i++)
		if (i != BOB || bob_takes)
			inbound[count++] = credit(racing, (enum racing_desk)i);
	require_ok(site_try(&racing->site, inbound, count));
}

static void leave(struct racing *racing)
{
	struct inbound *inbound[RACING_DESKS];

	for (size_t i = 0; i < RACING_DESKS; i++)
		inbound[i] = site_bye(&racing->desk[i], true);
	require_ok(site_try(&racing->site, inbound, RACING_DESKS));
}

void racing_open(struct racing *racing)
{
	*racing = (struct racing){ 0 };
	running = racing;
	site_open(&racing->site);
	site_directory(&racing->site, names, RACING_DESKS);
	for (size_t i = 0; i < RACING_DESKS; i++)
		racing->desk[i] = site_enrol(&racing->site, names[i]);
	leave(racing);
	connect(racing, true);
}

void racing_close(struct racing *racing)
{
	site_close(&racing->site);
	unit_folder_remove();
}

static void acknowledge(struct racing *racing)
{
	struct inbound *inbound[2];

	for (size_t i = 0; i < 2; i++) {
		struct digest hash = site_delivery(&racing->site, racing->items[i]).view_hash;

		inbound[i] = frame_new(&racing->desk[i == TO_BOB ? BOB : CAROL]);
		inbound[i]->batch.number = SETTING_UP + i;
		frame_acknowledge(inbound[i], &racing->items[i], &hash, 1);
	}
	require_ok(site_try(&racing->site, inbound, 2));
	for (size_t i = 0; i < 2; i++)
		require(reply_to(racing, SETTING_UP + i)->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
}

static void forget(struct racing *racing, uint64_t number)
{
	be64_put(racing->case_id, number);
	racing->late = 0;
	memset(racing->items, 0, sizeof(racing->items));
	memset(racing->handed, 0, sizeof(racing->handed));
	memset(racing->refused, 0, sizeof(racing->refused));
}

void racing_begin(struct racing *racing, uint64_t number, bool acknowledged)
{
	struct inbound *inbound[3];
	struct draft draft;

	forget(racing, number);
	draft = consent_draft(racing, PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER);
	memcpy(racing->consent, draft.id, 16);
	inbound[0] = framed(&draft, SETTING_UP);
	for (size_t i = 0; i < 2; i++) {
		draft = on_case(racing, ALICE, i == TO_BOB ? BOB : CAROL, as_request);
		draft.parts = 2;
		draft.kind = PB__KIND__KIND_REQUEST;
		memcpy(i == TO_BOB ? racing->asked_bob : racing->asked_carol, draft.id, 16);
		inbound[1 + i] = framed(&draft, SETTING_UP + 1 + i);
	}
	require_ok(site_try(&racing->site, inbound, 3));
	for (size_t i = 0; i < 2; i++)
		racing->items[i] = item_made(reply_to(racing, SETTING_UP + 1 + i));
	watch_door(racing, false);
	require(racing->handed[TO_BOB] == FIRST && racing->handed[TO_CAROL] == FIRST);
	if (acknowledged)
		acknowledge(racing);
	leave(racing);
	connect(racing, false);
	watch_door(racing, false);
}

void racing_run(struct racing *racing, unsigned ends)
{
	struct inbound *inbound[EVENTS];
	size_t count = 0, batch = 0;

	for (size_t i = 0; i < EVENTS; i++) {
		racing->batch_of[racing->order[i]] = batch;
		batch += (ends >> i) & 1;
	}
	for (size_t i = 0; i < EVENTS; i++) {
		inbound[count++] = inbound_of(racing, racing->order[i]);
		if (i + 1 < EVENTS && ((ends >> i) & 1) == 0)
			continue;
		require_ok(site_try(&racing->site, inbound, count));
		for (size_t k = 0; k < count; k++)
			note_answer(racing, racing->order[i + 1 - count + k]);
		watch_door(racing, racing->batch_of[racing->order[i]] >= racing->batch_of[WITHDRAWAL]);
		count = 0;
	}
}

void racing_look_again(struct racing *racing, bool restarts)
{
	if (restarts)
		site_reopen(&racing->site);
	else
		leave(racing);
	connect(racing, true);
	watch_door(racing, true);
}

Pb__RefusalCode racing_seal(struct racing *racing)
{
	struct draft draft = leg_draft(racing, ALICE, DAN, racing->asked_carol, PB__LEG_ACTION__LEG_ACTION_SEAL);

	site_run(&racing->site, framed(&draft, SEALING));
	watch_door(racing, true);
	return site_refusal(&racing->site, 0);
}

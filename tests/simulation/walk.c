/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c - what comes in with the next batch: agencies at work, now and then wrongly, late or twice. */
#include "announcements.h"
#include "conferences.h"
#include "consents.h"
#include "erasures.h"
#include "legs.h"
#include "statements.h"
#include "unit.h"

#define SECOND_US INT64_C(1000000)

/* ---- deeds ---- */

static bool submit(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_SUBMIT;
	deed->letter = letter_new(sim, by);
	return true;
}

/* In no thread, and resting on nothing, for an act to be made of it. */
static struct letter *plain_letter(struct sim *sim, struct place *by)
{
	struct letter *letter = letter_new(sim, by);

	letter->thread = NULL;
	letter->consent = letter->meeting = NULL;
	letter->announcing = (struct announcing){ 0 };
	return letter;
}

static bool act(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_SUBMIT;
	deed->letter = plain_letter(sim, by);
	deed->letter->dropped = !walk_act(sim, by, deed->letter);
	return !deed->letter->dropped;
}

/* A former message once more, or another under its id. */
static bool submit_again(struct sim *sim, struct place *by, struct deed *deed)
{
	for (size_t tries = 0; tries < 30 && sim->letter_count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, tries < 15 && sim->letter_count > 100 ? 100 : sim->letter_count);
		struct letter *letter = sim->letters[sim->letter_count - 1 - back];

		if (letter->from != by || letter->dropped)
			continue;
		deed->kind = DEED_SUBMIT;
		deed->letter = letter;
		deed->altered = chance_in(&sim->chance, 8, 1);
		return true;
	}
	return false;
}

/* Something that is not in the device's hands: another's, unknown, or done long ago. */
static void any_item(struct sim *sim, struct deed *deed)
{
	const struct item *item = sim->all_count == 0 ? NULL : sim->all[chance_below(&sim->chance, sim->all_count)];

	if (chance_in(&sim->chance, 10, 1))
		item = NULL;
	deed->items[0] = item == NULL ? chance_below(&sim->chance, 1000) : item->number;
	deed->hashes[0] = item == NULL ? (struct digest){ 0 } : item->hash;
	if (chance_in(&sim->chance, 8, 1))
		deed->hashes[0].bytes[0] ^= 1;
	deed->count = 1;
}

static bool acknowledge(struct sim *sim, struct place *by, struct deed *deed)
{
	size_t most = 1 + (size_t)chance_below(&sim->chance, 8);

	deed->kind = DEED_ACKNOWLEDGE;
	if (chance_in(&sim->chance, 40, 1)) {
		any_item(sim, deed);
		return true;
	}
	for (deed->count = 0; deed->count < most && by->held_count > 0; deed->count++) {
		deed->items[deed->count] = by->held[0].item;
		deed->hashes[deed->count] = by->held[0].hash;
		memmove(&by->held[0], &by->held[1], --by->held_count * sizeof(by->held[0]));
	}
	return deed->count > 0;
}

static bool refuse(struct sim *sim, struct place *by, struct deed *deed)
{
	static const unsigned reasons[] = { 0, 6, 2, 1, 1, 3 };

	deed->kind = DEED_REFUSE;
	deed->reason = (Pb__RefuseReason)chance_weighted(&sim->chance, reasons, sizeof(reasons) / sizeof(*reasons));
	if (chance_in(&sim->chance, 20, 1)) {
		any_item(sim, deed);
		return true;
	}
	if (by->held_count == 0)
		return false;
	by->held_count--;
	deed->items[0] = by->held[by->held_count].item;
	deed->hashes[0] = by->held[by->held_count].hash;
	deed->count = 1;
	return true;
}

static bool bind(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_BIND;
	deed->fresh = place_new(sim, by->desk);
	deed->device = chance_in(&sim->chance, 2, 1) ? by->keys.device : 0;
	if (deed->fresh != NULL)
		deed->fresh->keys.device = deed->device;
	return deed->fresh != NULL;
}

static void unbind(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_UNBIND;
	deed->device = chance_in(&sim->chance, 4, 3) ? by->keys.device : 1 + (uint32_t)chance_below(&sim->chance, 3);
	deed->compromised = chance_in(&sim->chance, 2, 1);
}

static bool consent(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_SUBMIT;
	deed->letter = plain_letter(sim, by);
	deed->letter->dropped = !walk_consent(sim, by, deed->letter);
	return !deed->letter->dropped;
}

static bool confer(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_SUBMIT;
	deed->letter = plain_letter(sim, by);
	deed->letter->dropped = !walk_conference(sim, by, deed->letter);
	return !deed->letter->dropped;
}

static bool sign_up(struct sim *sim, struct place *by, struct deed *deed)
{
	deed->kind = DEED_SUBMIT;
	deed->letter = plain_letter(sim, by);
	deed->letter->dropped = !walk_sign_up(sim, by, deed->letter);
	return !deed->letter->dropped;
}

static void add_deed(struct sim *sim, struct frame *frame)
{
	static const unsigned weights[] = { 120, 40, 400, 30, 2, 1, 500, 40, 25, 130, 40 };
	struct deed *deed = &frame->deeds[frame->count];
	bool made = true;

	*deed = (struct deed){ 0 };
	switch (chance_weighted(&sim->chance, weights, sizeof(weights) / sizeof(*weights))) {
	case 0:
		made = submit(sim, frame->by, deed);
		break;
	case 1:
		made = submit_again(sim, frame->by, deed);
		break;
	case 2:
		made = acknowledge(sim, frame->by, deed);
		break;
	case 3:
		made = refuse(sim, frame->by, deed);
		break;
	case 4:
		made = bind(sim, frame->by, deed);
		break;
	case 6:
		made = act(sim, frame->by, deed);
		break;
	case 7:
		made = consent(sim, frame->by, deed);
		break;
	case 9:
		made = confer(sim, frame->by, deed);
		break;
	case 10:
		made = sign_up(sim, frame->by, deed);
		break;
	case 8:
		made = walk_statement(sim, frame->by, deed);
		break;
	default:
		unbind(sim, frame->by, deed);
		break;
	}
	frame->count += made;
}

/* ---- what comes in ---- */

static struct place *any_place(struct sim *sim)
{
	const struct desk *desk = &sim->desks[chance_below(&sim->chance, sim->desk_count)];
	struct place *place = desk_place(sim, desk);

	if (place != NULL || desk->place_count == 0 || !chance_in(&sim->chance, 10, 1))
		return place;
	return desk->places[chance_below(&sim->chance, desk->place_count)]; /* one whose keys are revoked */
}

/* A frame that was sent long ago arrives only now, or once more. */
static bool arrive_late(struct sim *sim, struct frame *frame)
{
	for (size_t i = 0; i < sim->late_count; i++) {
		if (sim->late[i].due_us > sim->site.clocks.mono_us)
			continue;
		*frame = sim->late[i];
		sim->late[i] = sim->late[--sim->late_count];
		return true;
	}
	return false;
}

static void keep_for_later(struct sim *sim, const struct frame *frame)
{
	int64_t after = (int64_t)chance_below(&sim->chance, chance_in(&sim->chance, 4, 1) ? 86400 : 60) * SECOND_US;

	if (sim->late_count == sizeof(sim->late) / sizeof(*sim->late))
		return;
	sim->late[sim->late_count] = *frame;
	sim->late[sim->late_count++].due_us = sim->site.clocks.mono_us + after;
}

static bool send_frame(struct sim *sim, struct coming *coming, struct place *by)
{
	size_t count = 1 + (size_t)chance_below(&sim->chance, SIM_DEEDS);

	coming->kind = COMING_FRAME;
	if (!arrive_late(sim, &coming->frame)) {
		coming->frame = (struct frame){ .by = by, .session = by->keys.session };
		for (size_t tries = 0; tries < count; tries++)
			add_deed(sim, &coming->frame);
		if (coming->frame.count == 0)
			return false;
		if (chance_in(&sim->chance, 12, 1))
			keep_for_later(sim, &coming->frame); /* and once more then */
		if (chance_in(&sim->chance, 40, 1)) {
			keep_for_later(sim, &coming->frame); /* only then */
			return false;
		}
	}
	coming->number = ++sim->frames;
	coming->inbound = frame_build(sim, &coming->frame, coming->number);
	sim->commands += coming->frame.count;
	return true;
}

static void hello(struct sim *sim, struct coming *coming, struct place *place)
{
	coming->kind = COMING_HELLO;
	coming->place = place;
	place->receives = !chance_in(&sim->chance, 10, 1);
	place->granted = 0;
	place->held_count = 0;
	coming->inbound = site_hello(&sim->site, &place->keys, place->receives);
	coming->session = place->keys.session;
	sim->commands++;
}

static void bye(struct sim *sim, struct coming *coming, struct place *place)
{
	coming->kind = COMING_BYE;
	coming->place = place;
	coming->session = place->keys.session;
	coming->clean = chance_in(&sim->chance, 2, 1);
	coming->inbound = site_bye(&place->keys, coming->clean);
	place->keys.session = 0;
	place->held_count = 0;
	sim->commands++;
}

static void credit(struct sim *sim, struct coming *coming, struct place *place)
{
	coming->kind = COMING_CREDIT;
	coming->place = place;
	place->granted += chance_below(&sim->chance, 12);
	coming->inbound = site_credit(&place->keys, place->granted, UINT64_C(1) << 40);
	sim->commands++;
}

static void upload(struct sim *sim, struct coming *coming, const struct place *place)
{
	uint8_t bytes[64];

	chance_bytes(&sim->chance, bytes, sizeof(bytes));
	coming->kind = COMING_BLOB;
	coming->inbound = site_blob(&place->keys, bytes_of(bytes, sizeof(bytes)));
	sim->commands++;
}

static bool come(struct sim *sim, struct coming *coming)
{
	struct place *place = any_place(sim);

	*coming = (struct coming){ 0 };
	if (chance_in(&sim->chance, 60, 1) && sim->coming_count + 2 < SIM_COMING) {
		operate_one(sim, coming);
		sim->commands++;
		return true;
	}
	if (place == NULL)
		return false;
	if (place->keys.session == 0) {
		hello(sim, coming, place);
		return true;
	}
	if (place->held_count < SIM_HELD / 2 && chance_in(&sim->chance, 3, 1))
		credit(sim, coming, place);
	else if (chance_in(&sim->chance, 60, 1))
		bye(sim, coming, place);
	else if (chance_in(&sim->chance, 200, 1))
		upload(sim, coming, place);
	else
		return send_frame(sim, coming, place);
	return true;
}

/* The front reports the end of sessions that the broker ended. */
static void report_ended(struct sim *sim)
{
	while (sim->ended_count > 0 && sim->coming_count + 2 < SIM_COMING) {
		struct coming *coming = &sim->coming[sim->coming_count++];

		sim->ended_count--;
		*coming = (struct coming){ .kind = COMING_BYE, .place = sim->ended[sim->ended_count].place };
		coming->session = sim->ended[sim->ended_count].session;
		coming->inbound = site_bye(&coming->place->keys, false);
		coming->inbound->session = coming->session;
	}
}

void walk_gather(struct sim *sim)
{
	size_t wanted = (size_t)chance_below(&sim->chance, SIM_COMING - 1);

	sim->coming_count = 0;
	if (chance_in(&sim->chance, 80, 1) && erase_some(sim, &sim->coming[0])) { /* alone: what it erases of its own batch nobody could follow */
		operate_answered(&sim->coming[0]);
		sim->coming_count = 1;
		return;
	}
	report_ended(sim);
	for (size_t tries = 0; tries < wanted && sim->coming_count + 1 < SIM_COMING; tries++)
		if (come(sim, &sim->coming[sim->coming_count]))
			sim->coming_count++;
}

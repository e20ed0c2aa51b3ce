/* SPDX-License-Identifier: Apache-2.0 */
/* operate.c - operators at work: queues, directories, enrolments and revocations. */
#include <stdio.h>

#include "acts.h"
#include "real.h"
#include "reviews.h"
#include "unit.h"

#define ENROLMENTS (UINT64_C(1) << 40) /* numbers of their sessions */
#define US_PER_DAY INT64_C(86400000000)

static void answered(struct inbound *inbound, const Pb__AdminReply *reply)
{
	struct coming *coming = inbound->context;

	coming->answered = true;
	coming->seq = reply->seq;
	if (reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL)
		coming->code = reply->refusal->code;
}

static void queue_act(struct sim *sim, struct coming *coming)
{
	size_t count = 1 + (size_t)chance_below(&sim->chance, 4);

	coming->act = (Pb__QueueAct)(1 + chance_below(&sim->chance, 4));
	for (size_t tries = 0; tries < count && sim->all_count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, sim->all_count > 500 ? 500 : sim->all_count);

		coming->items[coming->item_count++] = sim->all[sim->all_count - 1 - back]->number;
	}
	coming->inbound = site_act(coming->act, coming->items, coming->item_count);
}

static struct desk *any_desk(struct sim *sim)
{
	return &sim->desks[chance_below(&sim->chance, sim->desk_count)];
}

static void load(struct sim *sim, struct coming *coming)
{
	struct desk *desk = any_desk(sim);

	coming->inbound = desks_load(sim, desk->closable && chance_in(&sim->chance, 3, 1) ? desk : NULL);
}

/* The file of holidays: mostly of a year more than before. */
static void load_holidays(struct sim *sim, struct coming *coming)
{
	static char text[ACTS_FILE];

	coming->inbound = site_calendar(acts_holidays(text, 2026 + (int)chance_below(&sim->chance, 3) + (int)(sim->calendars / 2)));
}

static void revoke(struct sim *sim, struct coming *coming)
{
	struct desk *desk = any_desk(sim);

	coming->inbound = site_revoke(desk->id, chance_in(&sim->chance, 2, 1));
}

/* Of one that closed, mostly, to anybody. */
static void hand_over(struct sim *sim, struct coming *coming)
{
	const struct desk *gone = any_desk(sim);

	for (size_t i = 0; i < sim->desk_count && !chance_in(&sim->chance, 10, 1); i++)
		if (sim->desks[i].closed)
			gone = &sim->desks[i];
	coming->inbound = site_hand_over(gone->id, any_desk(sim)->id);
}

static void trace(struct sim *sim, struct coming *coming)
{
	uint8_t id[16];

	chance_bytes(&sim->chance, id, sizeof(id));
	coming->inbound = site_trace(id);
}

/* An invitation, and at once its use: two things that come in. */
static void enrol(struct sim *sim, struct coming *coming, struct desk *desk)
{
	struct coming *second = coming + 1;
	uint8_t key[32];

	chance_bytes(&sim->chance, key, sizeof(key));
	coming->inbound = site_add(desk->id, key, sim->site.clocks.wall_us + US_PER_DAY);
	*second = (struct coming){ .kind = COMING_ENROL, .desk = desk };
	second->place = place_new(sim, desk);
	if (second->place == NULL)
		return;
	if (chance_in(&sim->chance, 20, 1))
		key[0] ^= 1;
	second->inbound = site_bind(&second->place->keys, key);
	place_fill_binding(second->place, second->inbound->bind.entry);
	second->session = second->inbound->session = ENROLMENTS + ++sim->frames;
	sim->coming_count++;
	sim->commands++;
}

static struct desk *not_enrolled(struct sim *sim)
{
	size_t skip = (size_t)chance_below(&sim->chance, sim->desk_count);

	for (size_t i = 0; i < sim->desk_count; i++) {
		struct desk *desk = &sim->desks[(i + skip) % sim->desk_count];

		if (desk->bound == 0 && !desk->closed)
			return desk;
	}
	return NULL;
}

void operate_answered(struct coming *coming)
{
	coming->inbound->context = coming;
	coming->inbound->answer = answered;
}

void operate_one(struct sim *sim, struct coming *coming)
{
	static const unsigned weights[] = { 60, 6, 3, 10, 40, 3, 4, 30 };
	struct desk *desk = not_enrolled(sim);
	size_t what = chance_weighted(&sim->chance, weights, sizeof(weights) / sizeof(*weights));

	coming->kind = COMING_ACT;
	if (what == 0)
		queue_act(sim, coming);
	else if (what == 1)
		load(sim, coming);
	else if (what == 2)
		revoke(sim, coming);
	else if (what == 5)
		load_holidays(sim, coming);
	else if (what == 6)
		hand_over(sim, coming);
	else if (what == 7)
		review_some(sim, coming);
	else if (what == 3 || desk == NULL)
		trace(sim, coming);
	else
		enrol(sim, coming, desk);
	operate_answered(coming);
}

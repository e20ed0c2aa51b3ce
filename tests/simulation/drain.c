/* SPDX-License-Identifier: Apache-2.0 */
/* drain.c - the end: everyone comes for what is theirs. */
#include "acts.h"
#include "real.h"
#include "unit.h"

#define ROUNDS 400u
#define SECOND_US INT64_C(1000000)
#define DAY_US (24 * 3600 * SECOND_US)

static void come_alone(struct sim *sim, struct coming coming)
{
	sim->coming[0] = coming;
	sim->coming_count = coming.inbound == NULL ? 0 : 1;
	if (coming.inbound != NULL && coming.inbound->type == INBOUND_OPERATOR)
		sim->coming[0].kind = COMING_ACT;
	episode_batch(sim);
}

static void answered(struct inbound *inbound, const Pb__AdminReply *reply)
{
	struct coming *coming = inbound->context;

	coming->answered = true;
	coming->seq = reply->seq;
	if (reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL)
		coming->code = reply->refusal->code;
}

static void operate(struct sim *sim, struct inbound *inbound)
{
	inbound->context = &sim->coming[0];
	inbound->answer = answered;
	come_alone(sim, (struct coming){ .kind = COMING_ACT, .inbound = inbound });
	HOLDS(sim->coming[0].code == 0, "an act at the end is refused with %d", sim->coming[0].code);
}

static void thaw_all(struct sim *sim)
{
	for (size_t i = 0; i < sim->all_count; i++) {
		const struct item *item = sim->all[i];

		if (item->state == DELIVERY_FROZEN || item->state == DELIVERY_QUARANTINED)
			operate(sim, site_act(PB__QUEUE_ACT__QUEUE_ACT_THAW, &item->number, 1));
	}
}

/* The clock jumped: it is found right at once, so that the model may go by it. */
void drain_confirm(struct sim *sim)
{
	come_alone(sim, (struct coming){ .kind = COMING_ACT }); /* it is noticed */
	operate(sim, site_confirm("looked at another clock"));
}

void drain_enrol(struct sim *sim, struct desk *desk)
{
	struct place *place = place_new(sim, desk);
	uint8_t key[32];
	struct inbound *inbound;

	HOLDS(place != NULL, "%s has had too many devices for this simulation", desk->id);
	chance_bytes(&sim->chance, key, sizeof(key));
	operate(sim, site_add(desk->id, key, sim->site.clocks.wall_us + DAY_US));
	inbound = site_bind(&place->keys, key);
	place_fill_binding(place, inbound->bind.entry);
	come_alone(sim, (struct coming){ .kind = COMING_ENROL, .inbound = inbound, .desk = desk, .place = place, .session = inbound->session });
	HOLDS(place->bound, "%s cannot be enrolled", desk->id);
}

static void collect(struct sim *sim, struct place *place)
{
	struct frame frame = { .by = place, .session = place->keys.session };
	struct coming coming = { .kind = COMING_FRAME };

	while (place->held_count > 0 && frame.count < SIM_DEEDS) {
		struct deed *deed = &frame.deeds[frame.count++];

		deed->kind = DEED_ACKNOWLEDGE;
		for (; deed->count < 8 && place->held_count > 0; deed->count++) {
			deed->items[deed->count] = place->held[--place->held_count].item;
			deed->hashes[deed->count] = place->held[place->held_count].hash;
		}
	}
	coming.frame = frame;
	coming.number = ++sim->frames;
	coming.inbound = frame_build(sim, &coming.frame, coming.number);
	come_alone(sim, coming);
}

static void connect_one(struct sim *sim, struct place *place)
{
	struct coming coming = { .kind = COMING_HELLO, .place = place };

	place->receives = true;
	place->held_count = 0;
	coming.inbound = site_hello(&sim->site, &place->keys, true);
	coming.session = place->keys.session;
	come_alone(sim, coming);
	come_alone(sim, (struct coming){ .kind = COMING_CREDIT, .inbound = site_credit(&place->keys, UINT64_C(1) << 40, UINT64_C(1) << 50) });
}

static void drain_all(struct sim *sim)
{
	for (size_t i = 0; i < sim->desk_count; i++)
		for (size_t k = 0; k < sim->desks[i].place_count; k++) {
			struct place *place = sim->desks[i].places[k];

			while (place->bound && place->held_count > 0)
				collect(sim, place);
		}
}

/* One of the first so many that is still on its way; NULL: none. */
static const struct item *waiting(const struct sim *sim, size_t made)
{
	for (size_t i = 0; i < made; i++)
		if (item_lives(sim->all[i]) && sim->all[i]->to != &sim->strangers)
			return sim->all[i];
	return NULL;
}

void drain_round(struct sim *sim)
{
	site_pass(&sim->site, 130 * SECOND_US); /* leases and rests are over */
	come_alone(sim, (struct coming){ 0 });
	drain_all(sim);
}

/* Whatever was accepted and neither died nor was ended by an operator reaches its recipient: nothing is lost (P3). */
void drain(struct sim *sim)
{
	size_t made = sim->all_count; /* what the clocks bring meanwhile is no matter */
	const struct item *left;

	episode_restart(sim);
	operate(sim, desks_load(sim, NULL));
	for (size_t i = 0; i < sim->desk_count; i++)
		if (sim->desks[i].bound == 0)
			drain_enrol(sim, &sim->desks[i]);
	thaw_all(sim);
	for (size_t i = 0; i < sim->desk_count; i++)
		for (size_t k = 0; k < sim->desks[i].place_count; k++)
			if (sim->desks[i].places[k]->bound)
				connect_one(sim, sim->desks[i].places[k]);
	for (size_t round = 0; round < ROUNDS && waiting(sim, made) != NULL; round++) {
		drain_round(sim);
	}
	left = waiting(sim, made);
	HOLDS(left == NULL, "item %llu never reaches %s", (ull)left->number, left->to->id);
}

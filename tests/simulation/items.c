/* SPDX-License-Identifier: Apache-2.0 */
/* items.c - what stands in mailboxes, as the model knows it. */
#include <stdlib.h>

#include "contract/codec.h"
#include "cases.h"
#include "unit.h"

bool item_lives(const struct item *item)
{
	return item->state == DELIVERY_WAITING || item->state == DELIVERY_FROZEN;
}

bool item_is_alive(const struct item *item)
{
	return item_lives(item) || item->state == DELIVERY_QUARANTINED;
}

void item_set(struct item *item, enum delivery_state state)
{
	item->to->living -= item_lives(item);
	item->state = (uint8_t)state;
	item->to->living += item_lives(item);
}

struct item *item_of(struct sim *sim, uint64_t seq, uint64_t number)
{
	struct item *item = map_get(&sim->items, number);

	HOLDS(item != NULL && !item->gone, "entry %llu speaks of item %llu, which there is not", (ull)seq, (ull)number);
	return item;
}

struct item *item_make(struct sim *sim, uint64_t number, uint64_t thread, struct desk *to)
{
	struct item *item = calloc(1, sizeof(*item));
	uint64_t chain = thread * UINT64_C(0x100000001b3) ^ to->number;

	require(item != NULL);
	if (sim->all_count == sim->all_room) {
		sim->all_room = sim->all_room == 0 ? 1024 : 2 * sim->all_room;
		sim->all = realloc(sim->all, sim->all_room * sizeof(*sim->all));
		require(sim->all != NULL);
	}
	HOLDS(map_get(&sim->items, number) == NULL, "item %llu is made twice", (ull)number);
	*item = (struct item){ .number = number, .thread = thread, .to = to, .state = DELIVERY_WAITING };
	if (to != &sim->strangers) {
		item->before = map_get(&sim->tails, chain);
		map_put(&sim->tails, chain, item);
	}
	sim->all[sim->all_count++] = item;
	map_put(&sim->items, number, item);
	to->living++;
	return item;
}

/* Who is confidential is named to itself and to its proxy alone. */
static void check_named(struct sim *sim, ull seq, uint32_t reader, const char *address)
{
	for (size_t i = 0; i < sim->desk_count; i++) {
		const struct desk *desk = &sim->desks[i];
		size_t len = strlen(desk->id);

		if (desk->confidential && strncmp(address, desk->id, len) == 0 && address[len] == '@')
			HOLDS(reader == desk->number || (desk->proxy != NULL && reader == desk->proxy->number), "entry %llu names %s to agency %u", seq,
			      desk->id, reader);
	}
}

/* What a notice says it is of. */
static uint64_t case_told(struct sim *sim, ull seq, const Pb__Told *told)
{
	static struct arena arena;
	const Pb__SiteNotice *notice;
	const struct m_case *known;

	if (arena.limit == 0)
		arena_init(&arena, UINT32_MAX);
	arena_reset(&arena);
	require_ok(CODEC_DECODE(site_notice, bytes_of_pb(told->notice), &arena, &notice, NULL));
	check_named(sim, seq, told->agency, notice->opened_by);
	check_named(sim, seq, told->agency, notice->agency);
	check_named(sim, seq, told->agency, notice->next_agency);
	if (notice->case_id.len == 0 || notice->what == PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED)
		return 0; /* or what is left to say of one that is gone */
	known = case_by_id(sim, bytes_of_pb(notice->case_id));
	HOLDS(known != NULL, "entry %llu tells of a case that nobody named", seq);
	return known->number;
}

void item_lift(struct item *item, Pb__Urgency lane)
{
	item->lane = lane;
	for (struct item *each = item; each != NULL; each = each->before)
		if (each->lifted < lane)
			each->lifted = lane;
}

static void tell_one(struct sim *sim, const struct leaf_header *header, size_t index, const Pb__Told *told)
{
	ull seq = header->seq;
	struct desk *to = desk_by_number(sim, told->agency);
	struct item *item = item_make(sim, item_number(header->seq, index), told->thread, to == NULL ? &sim->strangers : to);

	HOLDS(told->hash.len == DIGEST_BYTES, "entry %llu tells without a hash", seq);
	memcpy(item->hash.bytes, told->hash.data, DIGEST_BYTES);
	item->what = told->what;
	item_lift(item, told->lane);
	item->from = told->sender == 0 ? NULL : desk_by_number(sim, told->sender);
	if (told->what != PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		item->case_number = case_told(sim, seq, told);
	if (told->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		return;
	item->about = map_get(&sim->items, told->about);
	HOLDS(item->about != NULL && item->about->letter != NULL, "entry %llu brings parts of no message", seq);
	item->letter = item->about->letter;
	item->case_number = item->letter->case_number;
	item->index = item->about->index;
	HOLDS(told->quarantined == (told->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE && item->about->state == DELIVERY_QUARANTINED),
	      "entry %llu sets aside other parts than those of what is set aside", seq);
	if (told->quarantined)
		item_set(item, DELIVERY_QUARANTINED);
	if (told->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		HOLDS(item->to == item->about->to, "entry %llu releases parts to another agency", seq);
	else
		HOLDS(item->to == item->about->from, "entry %llu has another than the sender seal", seq);
}

void items_told(struct sim *sim, const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tell_one(sim, header, first + i, told[i]);
}

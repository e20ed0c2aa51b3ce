/* SPDX-License-Identifier: Apache-2.0 */
/* follow.c - the model follows the ledger: each entry must be one that the rules allow after all that went before. */
#include <stdlib.h>

#include "ledger/entry.h"
#include "announcements.h"
#include "cases.h"
#include "conferences.h"
#include "consents.h"
#include "erasures.h"
#include "keeping.h"
#include "legs.h"
#include "meetings.h"
#include "real.h"
#include "reviews.h"
#include "statements.h"
#include "unit.h"

static struct place *place_of_device(const struct desk *desk, uint32_t device)
{
	for (size_t i = desk->place_count; i > 0; i--)
		if (desk->places[i - 1]->bound && desk->places[i - 1]->keys.device == device)
			return desk->places[i - 1];
	return NULL;
}

static struct place *place_of_certificate(const struct desk *desk, struct bytes signing)
{
	for (size_t i = 0; i < desk->place_count; i++)
		if (bytes_equal(signing, place_signing(desk->places[i])))
			return desk->places[i];
	return NULL;
}

/* Who ordered it is a device in force of that agency. */
static struct desk *orderer(struct sim *sim, uint64_t seq, const Pb__SignedOrder *order)
{
	struct desk *desk = order == NULL ? NULL : desk_by_number(sim, order->agency);
	const struct place *place = desk == NULL ? NULL : place_of_device(desk, order->device);
	struct digest digest;

	HOLDS(place != NULL, "entry %llu is ordered by nobody in force", (ull)seq);
	digest = digest_of(place_signing(place));
	HOLDS(bytes_equal(bytes_of_pb(order->certificate_sha256), digest_bytes(&digest)), "entry %llu is signed by other keys",
	      (ull)seq);
	return desk;
}

/* ---- directory and keys ---- */

static void follow_directory(struct sim *sim, const struct leaf_header *header, const Pb__DirectoryEntry *entry)
{
	const Pb__DirectoryFile *file;
	struct arena arena;

	(void)header;
	sim->chores[PB__CHORE__CHORE_CLOSE] += entry->n_closed;
	arena_init(&arena, SIZE_MAX / 2);
	require_ok(CODEC_DECODE(directory_file, bytes_of_pb(entry->file), &arena, &file, NULL));
	for (size_t i = 0; i < sim->desk_count; i++) {
		bool named = false;

		for (size_t k = 0; k < file->n_agencies; k++)
			named = named || strcmp(file->agencies[k]->id, sim->desks[i].id) == 0;
		sim->desks[i].closed = !named;
		if (!named)
			sim->desks[i].closed_in = sim->batches;
	}
	arena_free(&arena);
}

static void end_place(struct desk *desk, struct place *place)
{
	place->bound = false;
	desk->bound &= ~place->bit;
}

static void follow_bind(struct sim *sim, const struct leaf_header *header, const Pb__BindEntry *entry)
{
	struct desk *desk = desk_by_number(sim, entry->agency);
	struct place *place, *former;

	HOLDS(desk != NULL, "entry %llu binds a device of nobody", (ull)header->seq);
	if (entry->order != NULL)
		HOLDS(orderer(sim, header->seq, entry->order) == desk, "entry %llu binds another's device", (ull)header->seq);
	else
		HOLDS(desk->bound == 0 && !desk->closed, "entry %llu is a second first device", (ull)header->seq);
	place = place_of_certificate(desk, bytes_of_pb(entry->signing_certificate));
	HOLDS(place != NULL && !place->bound, "entry %llu binds keys twice", (ull)header->seq);
	former = place_of_device(desk, entry->device);
	HOLDS(former != NULL ? entry->order != NULL : entry->device == desk->last_device + 1, "entry %llu: device %u", (ull)header->seq,
	      entry->device);
	if (former != NULL) {
		end_place(desk, former);
		place->keys.session = former->keys.session; /* it goes on under its new keys */
		place->receives = former->receives;
		place->granted = former->granted;
		former->keys.session = 0;
		memcpy(place->held, former->held, sizeof(place->held));
		place->held_count = former->held_count;
		former->held_count = 0;
		if (place->keys.session != 0)
			map_put(&sim->sessions, place->keys.session, place);
	} else {
		desk->last_device = entry->device;
	}
	place->keys.device = entry->device;
	place->bound = true;
	desk->bound |= place->bit;
}

static void follow_unbind(struct sim *sim, const struct leaf_header *header, const Pb__UnbindEntry *entry)
{
	struct desk *desk = desk_by_number(sim, entry->agency);

	HOLDS(desk != NULL, "entry %llu revokes nobody", (ull)header->seq);
	if (entry->order != NULL)
		HOLDS(orderer(sim, header->seq, entry->order) == desk, "entry %llu unbinds another's device", (ull)header->seq);
	for (size_t i = 0; i < entry->n_devices; i++) {
		struct place *place = place_of_device(desk, entry->devices[i]);

		HOLDS(place != NULL || (entry->compromised && entry->order == NULL && entry->devices[i] <= desk->last_device),
		      "entry %llu unbinds what is not bound", (ull)header->seq);
		if (place != NULL) /* else it ended before, and is called compromised only now */
			end_place(desk, place);
	}
	if (entry->compromised || entry->renewed)
		sim->chores[PB__CHORE__CHORE_RESEAL]++;
	else if (entry->order == NULL)
		sim->chores[PB__CHORE__CHORE_CLOSE]++;
	if (entry->order == NULL && !entry->compromised)
		desk->closed_in = sim->batches;
	HOLDS(entry->order != NULL || desk->bound == 0, "entry %llu leaves devices of a revoked agency", (ull)header->seq);
}

/* ---- what is done piece by piece ---- */

static void follow_piece(struct sim *sim, uint64_t seq, const Pb__PieceEntry *entry)
{
	HOLDS((size_t)entry->chore < sizeof(sim->chores) / sizeof(*sim->chores) && sim->chores[entry->chore] > 0,
	      "entry %llu does what nobody asked for", (ull)seq);
	HOLDS(entry->n_cases == 0 || entry->chore == PB__CHORE__CHORE_HAND_OVER_CASES, "entry %llu gives cases away in passing", (ull)seq);
	follow_cases_owned(sim, seq, entry);
	sim->chores[entry->chore] -= entry->done ? 1 : 0;
}

static void follow_hand_over(struct sim *sim, ull seq, const Pb__HandOverEntry *entry)
{
	const struct desk *gone = desk_by_number(sim, entry->agency), *to = desk_by_number(sim, entry->to);

	HOLDS(gone != NULL && gone->closed, "entry %llu takes turns from who is there", seq);
	HOLDS(to != NULL && !to->closed && to->bound != 0 && !to->confidential, "entry %llu hands turns to who cannot have them", seq);
	follow_handed_over_for_review(sim, seq, entry);
	for (size_t i = 0; i < entry->n_chores; i++)
		sim->chores[entry->chores[i]]++;
}

/* ---- submissions ---- */

static void make_item(struct sim *sim, struct letter *letter, size_t index, uint64_t number, const Pb__SubmitEntry__Recipient *recipient)
{
	struct item *item;

	if (recipient->silent)
		return;
	item = item_make(sim, number, recipient->thread, letter->to[index]);
	item->from = letter->from->desk;
	item->letter = letter;
	item->case_number = letter->case_number;
	item->index = index;
	item_lift(item, recipient->lane);
	item->expires_at_us = recipient->expires_at_us;
	memcpy(item->hash.bytes, recipient->view_hash.data, DIGEST_BYTES);
	letter->items[index] = item;
}

static struct letter *letter_of(const struct sim *sim, struct bytes id)
{
	uint64_t number = id.len == 16 ? be64_get(id.data + 8) & ~(UINT64_C(0x80) << 56) : 0;

	return number == 0 || number > sim->letter_count ? NULL : sim->letters[number - 1];
}

static void follow_submit(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	ull seq = header->seq;
	const struct desk *by = orderer(sim, header->seq, entry->order);
	struct letter *letter = letter_of(sim, bytes_of_pb(entry->message_id));

	HOLDS(letter != NULL && letter->from->desk == by, "entry %llu is a message that %s never wrote", seq, by->id);
	HOLDS(!letter->accepted, "entry %llu: message %llu took effect twice", seq, (ull)letter->number);
	HOLDS(entry->n_recipients == letter->to_count && !by->closed, "entry %llu: other recipients, or a closed sender", seq);
	HOLDS(letter->expires_at_us == 0 || letter->expires_at_us > sim->site.clocks.wall_us, "entry %llu had expired", seq);
	follow_case(sim, header->seq, entry, letter);
	follow_consent(sim, header, entry, letter);
	follow_meeting(sim, header, entry, letter);
	letter->accepted = true;
	letter->seq = header->seq;
	letter->accepted_at_us = header->time_us;
	for (size_t i = 0; i < letter->to_count; i++) {
		const Pb__SubmitEntry__Recipient *recipient = entry->recipients[i];
		const struct desk *to = letter->to[i];

		HOLDS(recipient->agency == to->number && recipient->lane == letter->urgency, "entry %llu: View %zu is not as written", seq, i);
		HOLDS(!to->closed && (to->bound != 0 || letter->parts == 0), "entry %llu: %s is closed or not enrolled", seq, to->id);
		if (letter->parts == 0) {
			make_item(sim, letter, i, item_number(header->seq, i), recipient); /* a word alone waits for whoever comes */
			continue;
		}
		HOLDS(to == by || (to->kinds & UINT32_C(1) << letter->kind) != 0, "entry %llu: %s takes no such message", seq, to->id);
		HOLDS((to->bound & ~letter->sealed_to[i]) == 0, "entry %llu: a device of %s cannot open it", seq, to->id);
		HOLDS(!to->confidential || to == by || to->proxy == by, "entry %llu: not the proxy of a confidential agency", seq);
		make_item(sim, letter, i, item_number(header->seq, i), recipient);
	}
	if (letter->kind == PB__KIND__KIND_REQUEST && letter->thread == NULL)
		follow_request_opened(sim, header, entry, letter);
	else if (letter->said.action != 0 || letter->said.close != 0)
		follow_leg_acts(sim, header, entry, letter);
	HOLDS(entry->n_purges == 0 || letter->said.purge, "entry %llu has things destroyed that nobody recalled", seq);
	follow_purges(sim, header->seq, entry->purges, entry->n_purges);
	follow_conference(sim, header, entry, letter);
	follow_announcement(sim, header, entry, letter);
	follow_reviewable(sim, entry, letter);
	items_told(sim, header, entry->n_recipients, entry->told, entry->n_told);
}

void follow_next(struct sim *sim, struct txn *txn, uint64_t seq)
{
	static struct arena arena;
	const Pb__EntryBody *body;
	struct entry entry;

	HOLDS(seq == sim->audited, "entry %llu comes where %llu should", (ull)seq, (ull)sim->audited);
	if (arena.limit == 0)
		arena_init(&arena, UINT32_MAX);
	arena_reset(&arena);
	require_ok(entry_decode(txn, seq, &arena, &entry, &body));
	sim->counts[entry.header.type]++;
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_DIRECTORY:
		follow_directory(sim, &entry.header, body->directory);
		break;
	case PB__ENTRY_BODY__BODY_BIND:
		follow_bind(sim, &entry.header, body->bind);
		break;
	case PB__ENTRY_BODY__BODY_UNBIND:
		follow_unbind(sim, &entry.header, body->unbind);
		break;
	case PB__ENTRY_BODY__BODY_SUBMIT:
		follow_submit(sim, &entry.header, body->submit);
		break;
	case PB__ENTRY_BODY__BODY_GENESIS:
	case PB__ENTRY_BODY__BODY_INVITE:
	case PB__ENTRY_BODY__BODY_ACCESS:
		break;
	case PB__ENTRY_BODY__BODY_REVIEWED:
		follow_reviewed(sim, &entry.header, body->reviewed);
		break;
	case PB__ENTRY_BODY__BODY_ACKNOWLEDGE:
		orderer(sim, seq, body->acknowledge->order);
		follow_delivery(sim, &entry.header, body);
		follow_received(sim, seq, body->acknowledge);
		break;
	case PB__ENTRY_BODY__BODY_REFUSE:
		orderer(sim, seq, body->refuse->order);
		follow_delivery(sim, &entry.header, body);
		break;
	case PB__ENTRY_BODY__BODY_ERASE:
		follow_erasure(sim, txn, &entry.header, body->erase);
		break;
	case PB__ENTRY_BODY__BODY_PRUNE:
		follow_prune(sim, &entry.header, body->prune);
		break;
	case PB__ENTRY_BODY__BODY_CALENDAR:
		sim->calendars++;
		sim->chores[PB__CHORE__CHORE_RECKON]++;
		sim->chores[PB__CHORE__CHORE_RECKON_ITEMS]++;
		sim->chores[PB__CHORE__CHORE_RECKON_CONFERENCES]++;
		break;
	case PB__ENTRY_BODY__BODY_HAND_OVER:
		follow_hand_over(sim, seq, body->hand_over);
		break;
	case PB__ENTRY_BODY__BODY_NOTICES:
		items_told(sim, &entry.header, 0, body->notices->told, body->notices->n_told);
		break;
	case PB__ENTRY_BODY__BODY_PIECE:
		follow_piece(sim, seq, body->piece);
		break;
	case PB__ENTRY_BODY__BODY_PURGED:
		follow_purged(sim, &entry.header, orderer(sim, seq, body->purged->order), body->purged);
		break;
	case PB__ENTRY_BODY__BODY_MARK_CASE:
		follow_mark(sim, seq, orderer(sim, seq, body->mark_case->order), body->mark_case);
		break;
	case PB__ENTRY_BODY__BODY_STANDING:
		follow_standing(sim, seq, orderer(sim, seq, body->standing->order), body->standing);
		break;
	case PB__ENTRY_BODY__BODY_LEG_EVENT:
		follow_leg_event(sim, &entry.header, body->leg_event);
		break;
	case PB__ENTRY_BODY__BODY_CONFERENCE_EVENT:
		follow_conference_event(sim, &entry.header, body->conference_event);
		break;
	case PB__ENTRY_BODY__BODY_CONSENT_EVENT:
		follow_consent_event(sim, &entry.header, body->consent_event);
		break;
	case PB__ENTRY_BODY__BODY_REQUEST_EVENT:
		follow_request_event(sim, &entry.header, body->request_event);
		break;
	case PB__ENTRY_BODY__BODY_CLOCK:
		HOLDS(body->clock->confirmed || body->clock->act == PB__CLOCK_ACT__CLOCK_ACT_JUMP, "entry %llu moves the clock of a real site",
		      (unsigned long long)seq);
		HOLDS(body->clock->jumped_us > CLOCK_JUMP_US || body->clock->jumped_us < -CLOCK_JUMP_US, "entry %llu tells of no jump",
		      (unsigned long long)seq);
		break;
	default:
		follow_delivery(sim, &entry.header, body);
		break;
	}
	sim->audited++;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/announcement_act.c - rule: places are taken one sign-up an agency, never beyond what there is, and given back. */
#include "broker/announcement_act.h"

#include "broker/rows_conferences.h"
#include "broker/same_act.h"
#include "broker/submit_check.h"

static const struct objection nothing;

static bool is_sign_up(const Pb__AnnouncementAct *act)
{
	return act->sign_up != 0 || act->cancel;
}

static struct objection check_act(const Pb__View *view)
{
	const Pb__AnnouncementAct *act = view->announcement_act;

	if (act == NULL)
		return nothing;
	if (view->kind != PB__KIND__KIND_ANNOUNCEMENT || (act->sign_up != 0 && act->cancel))
		return OBJECT(MALFORMED, .subject = "announcement_act");
	if (act->places > ANNOUNCEMENT_PLACES_MAX || act->sign_up > ANNOUNCEMENT_PLACES_MAX)
		return OBJECT(TOO_MANY, .subject = "announcement_act.places",
			      .value = act->places > act->sign_up ? act->places : act->sign_up, .bound = ANNOUNCEMENT_PLACES_MAX);
	if (act->n_categories > ANNOUNCEMENT_CATEGORIES_MAX)
		return OBJECT(TOO_MANY, .subject = "announcement_act.categories", .value = (int64_t)act->n_categories,
			      .bound = ANNOUNCEMENT_CATEGORIES_MAX);
	if (is_sign_up(act) && (view->thread_id.len != ID_BYTES || act->places != 0 || act->n_categories != 0))
		return OBJECT(MALFORMED, .subject = "announcement_act.sign_up");
	return nothing;
}

struct objection announcement_act_check(const struct signer *signer)
{
	const Pb__View *first = submit_view(signer, 0);
	struct objection objection = check_act(first);

	for (size_t i = 1; objection.code == 0 && i < signer->order->statement_count; i++)
		if (!same_act((const ProtobufCMessage *)first->announcement_act,
			      (const ProtobufCMessage *)submit_view(signer, i)->announcement_act))
			objection = OBJECT(MALFORMED, .subject = "announcement_act");
	return objection;
}

/* ---- decide ---- */

static enum err open_announcement(struct world *world, const Pb__View *view, uint32_t announcer, Pb__AnnouncementAfter *after,
				  struct objection *ret_objection)
{
	struct announcement other;
	enum err err = announcement_by_id(world->txn, view->message_id.data, &other);

	if (err == ERR_OK)
		*ret_objection = OBJECT(CONFLICT, .subject = "message_id");
	after->announcement_id = view->message_id;
	after->announcer = announcer;
	after->places = view->announcement_act->places;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Places that this agency may have: what is left, and what it holds already. */
static void take(const struct announcement *announcement, uint32_t held, uint32_t wanted, Pb__AnnouncementAfter *after,
		 struct objection *ret_objection)
{
	uint32_t others = announcement->taken - held;

	if (announcement->places != 0 && wanted > announcement->places - others) {
		*ret_objection = OBJECT(NO_PLACES, .value = wanted, .bound = (int64_t)(announcement->places - others));
		return;
	}
	after->signed_up = wanted;
	after->taken = others + wanted;
}

static enum err sign_up(struct world *world, const struct signer *signer, const Pb__SubmitEntry *entry, const struct announcement *announcement,
			Pb__AnnouncementAfter *after, struct objection *ret_objection)
{
	const Pb__AnnouncementAct *act = submit_view(signer, 0)->announcement_act;
	uint32_t held = 0;
	enum err err = sign_up_get(world->txn, announcement->number, signer->agency->number, &held);

	if (err == ERR_NOT_FOUND)
		*ret_objection = OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
	else if (err == ERR_OK && (entry->n_recipients != 1 || entry->recipients[0]->agency != announcement->announcer))
		*ret_objection = OBJECT(MALFORMED, .subject = "recipient");
	else if (err == ERR_OK && act->cancel && held == 0)
		*ret_objection = OBJECT(MALFORMED, .subject = "announcement_act.cancel");
	if (err != ERR_OK || ret_objection->code != 0)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	after->agency = signer->agency->number;
	take(announcement, held, act->sign_up, after, ret_objection);
	return ERR_OK;
}

static enum err decide(struct world *world, const struct signer *signer, const Pb__SubmitEntry *entry, Pb__AnnouncementAfter *after,
		       struct objection *ret_objection)
{
	const Pb__View *view = submit_view(signer, 0);
	struct announcement announcement;
	enum err err;

	if (view->thread_id.len == 0)
		return open_announcement(world, view, signer->agency->number, after, ret_objection);
	err = announcement_by_id(world->txn, view->thread_id.data, &announcement);
	if (err == ERR_NOT_FOUND || (err == ERR_OK && !is_sign_up(view->announcement_act) && announcement.announcer != signer->agency->number)) {
		*ret_objection = OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	after->announcement = announcement.number;
	after->announcement_id = view->thread_id;
	after->announcer = announcement.announcer;
	after->places = announcement.places;
	after->taken = announcement.taken;
	return is_sign_up(view->announcement_act) ? sign_up(world, signer, entry, &announcement, after, ret_objection) : ERR_OK;
}

enum err announcement_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	Pb__AnnouncementAfter *after = world_alloc(world, 1, sizeof(*after));

	if (after == NULL)
		return ERR_NOMEM;
	pb__announcement_after__init(after);
	entry->announcement = after;
	return decide(world, signer, entry, after, ret_objection);
}

/* ---- apply ---- */

/* Who is told may sign up: a row without places. */
static enum err invite(struct txn *txn, uint64_t number, const Pb__SubmitEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++) {
		uint32_t places;

		err = sign_up_get(txn, number, entry->recipients[i]->agency, &places);
		if (err == ERR_NOT_FOUND) {
			sign_up_row_put(txn, number, entry->recipients[i]->agency, 0);
			err = ERR_OK;
		}
	}
	return err;
}

enum err announcement_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	const Pb__AnnouncementAfter *after = entry->announcement;
	struct announcement announcement = {
		.number = after->announcement != 0 ? after->announcement : header->seq,
		.announcer = after->announcer,
		.places = after->places,
		.taken = after->taken,
	};

	if (after->announcement_id.len != ID_BYTES)
		return ERR_CORRUPT;
	memcpy(announcement.id, after->announcement_id.data, ID_BYTES);
	announcement_row_put(txn, &announcement);
	if (after->agency == 0)
		return invite(txn, announcement.number, entry);
	sign_up_row_put(txn, announcement.number, after->agency, after->signed_up);
	return ERR_OK;
}

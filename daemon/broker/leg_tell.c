/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_tell.c - see leg_tell.h for the contract. */
#include "broker/leg_tell.h"

#include "broker/notices.h"
#include "broker/rows_cases.h"

void telling_begin(struct world *world, const struct request *request, size_t views, struct telling *ret_telling)
{
	ret_telling->world = world;
	ret_telling->request = request;
	ret_telling->views = views;
	ret_telling->count = 0;
}

uint32_t coordinator_of(const struct world *world, uint32_t agency)
{
	const struct registry_agency *entry = registry_agency(world->registry, agency);

	return entry == NULL ? 0 : entry->coordinator;
}

static char *text(const char *constant)
{
	return (char *)(uintptr_t)constant;
}

/* Whether an agency is confidential, and the reader neither it nor its proxy. */
static bool is_hidden(const struct world *world, uint32_t reader, uint32_t agency)
{
	const struct registry_agency *known = registry_agency(world->registry, agency);

	return known != NULL && known->confidential && reader != agency && reader != known->proxy;
}

static bool hides(const struct world *world, const struct request *request, uint32_t reader, const struct leg *leg)
{
	return is_hidden(world, reader, request->sender) || (leg != NULL && is_hidden(world, reader, leg->agency));
}

/* Who hears of it for others learns that something waits, not of which case, nor that a proxy deals with itself: that would be somebody
 * behind it. */
static void hide(Pb__SiteNotice *notice)
{
	notice->case_id = pb_of_bytes(bytes_of(NULL, 0));
	if (strcmp(notice->opened_by, notice->agency) != 0)
		return;
	if (notice->what == PB__NOTICE_WHAT__NOTICE_WHAT_DANGER)
		notice->agency = text("");
	else
		notice->opened_by = text("");
}

static void fill_leg(const struct world *world, uint32_t reader, const struct leg *leg, Pb__SiteNotice *notice)
{
	notice->agency = text(address_for(world, reader, leg->agency));
	notice->state = leg->state;
	notice->holder = leg->holder;
	notice->due_at_us = leg->due_at_us;
	notice->reason = leg->reason;
	notice->number = leg->leg;
}

void notice_fill(const struct world *world, const struct request *request, uint32_t reader, const struct leg *leg, Pb__SiteNotice *notice)
{
	notice->at_us = world->now_us;
	notice->kind = PB__KIND__KIND_REQUEST;
	notice->thread_id = pb_of_bytes(bytes_of(request->message_id, MESSAGE_ID_BYTES));
	notice->opened_by = text(address_for(world, reader, request->sender));
	if (request->has_case)
		notice->case_id = pb_of_bytes(bytes_of(request->case_id, CASE_ID_BYTES));
	notice->urgency = request->urgency;
	if (leg != NULL)
		fill_leg(world, reader, leg, notice);
	if (hides(world, request, reader, leg))
		hide(notice);
}

static bool was_told(const struct telling *telling, uint32_t agency, Pb__NoticeWhat what)
{
	for (size_t i = 0; i < telling->count; i++)
		if (telling->agencies[i] == agency && telling->whats[i] == what)
			return true;
	return false;
}

/* A notice that hides its case can no longer be kept from who is kept out of it: to such a one it is not told at all. */
static enum err may_be_told(const struct telling *telling, uint32_t agency, const struct leg *leg, bool *ret_may)
{
	const struct world *world = telling->world;
	const struct request *request = telling->request;
	const struct registry_agency *reader = registry_agency(world->registry, agency);
	bool kept_out = false;
	enum err err = ERR_OK;

	*ret_may = reader != NULL && !reader->closed;
	if (!*ret_may || !request->has_case || !hides(world, request, agency, leg))
		return ERR_OK;
	err = kept_out_of(world->txn, bytes_of_text(reader->address), bytes_of(request->case_id, CASE_ID_BYTES), &kept_out);
	*ret_may = !kept_out;
	return err;
}

enum err tell_each(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__SiteNotice *notice)
{
	struct world *world = telling->world;
	const struct request *request = telling->request;
	Pb__Told *told;
	bool may;
	enum err err = may_be_told(telling, agency, leg, &may);

	if (err != ERR_OK || !may)
		return err;
	notice_fill(world, request, agency, leg, notice);
	err = told_notice(world, agency, request->urgency, told_thread(bytes_of(request->message_id, MESSAGE_ID_BYTES)), notice, &told);
	if (err != ERR_OK)
		return err;
	if (!told_fits(telling->views, telling->count + 1))
		return notices_defer(world, told, bytes_of(request->case_id, request->has_case ? CASE_ID_BYTES : 0));
	telling->agencies[telling->count] = agency;
	telling->whats[telling->count] = notice->what;
	telling->told[telling->count++] = told;
	return ERR_OK;
}

enum err tell(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__SiteNotice *notice)
{
	return was_told(telling, agency, notice->what) ? ERR_OK : tell_each(telling, agency, leg, notice);
}

enum err tell_plain(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__NoticeWhat what)
{
	Pb__SiteNotice notice;

	pb__site_notice__init(&notice);
	notice.what = what;
	return tell(telling, agency, leg, &notice);
}

enum err telling_add(struct telling *telling, Pb__Told *told)
{
	if (told == NULL)
		return ERR_OK;
	if (!told_fits(telling->views, telling->count + 1))
		return ERR_RANGE;
	telling->agencies[telling->count] = 0;
	telling->whats[telling->count] = PB__NOTICE_WHAT__NOTICE_WHAT_UNSPECIFIED;
	telling->told[telling->count++] = told;
	return ERR_OK;
}

enum err telling_list(const struct telling *telling, Pb__Told ***ret_told, size_t *ret_count)
{
	Pb__Told **told;

	if (telling->count == 0) { /* as mostly */
		*ret_told = NULL;
		*ret_count = 0;
		return ERR_OK;
	}
	told = world_alloc(telling->world, telling->count, sizeof(*told));
	if (told == NULL)
		return ERR_NOMEM;
	memcpy(told, telling->told, telling->count * sizeof(*told));
	*ret_told = told;
	*ret_count = telling->count;
	return ERR_OK;
}

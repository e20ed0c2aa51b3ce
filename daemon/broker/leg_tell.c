/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_tell.c - see leg_tell.h for the contract. */
#include "broker/leg_tell.h"

#include "broker/notices.h"

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

void notice_fill(const struct world *world, const struct request *request, uint32_t reader, const struct leg *leg, Pb__SiteNotice *notice)
{
	notice->at_us = world->now_us;
	notice->kind = PB__KIND__KIND_REQUEST;
	notice->thread_id = pb_of_bytes(bytes_of(request->message_id, MESSAGE_ID_BYTES));
	notice->opened_by = text(address_for(world, reader, request->sender));
	if (request->has_case)
		notice->case_id = pb_of_bytes(bytes_of(request->case_id, CASE_ID_BYTES));
	notice->urgency = request->urgency;
	if (leg == NULL)
		return;
	notice->agency = text(address_for(world, reader, leg->agency));
	notice->state = leg->state;
	notice->holder = leg->holder;
	notice->due_at_us = leg->due_at_us;
	notice->reason = leg->reason;
	notice->number = leg->leg;
}

static bool was_told(const struct telling *telling, uint32_t agency, Pb__NoticeWhat what)
{
	for (size_t i = 0; i < telling->count; i++)
		if (telling->agencies[i] == agency && telling->whats[i] == what)
			return true;
	return false;
}

static bool is_there(const struct world *world, uint32_t agency)
{
	const struct registry_agency *entry = registry_agency(world->registry, agency);

	return entry != NULL && !entry->closed;
}

enum err tell_each(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__SiteNotice *notice)
{
	struct world *world = telling->world;
	const struct request *request = telling->request;
	Pb__Told *told;
	enum err err;

	if (!is_there(world, agency))
		return ERR_OK;
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
	Pb__Told **told = world_alloc(telling->world, telling->count, sizeof(*told));

	if (told == NULL)
		return ERR_NOMEM;
	memcpy(told, telling->told, telling->count * sizeof(*told));
	*ret_told = told;
	*ret_count = telling->count;
	return ERR_OK;
}

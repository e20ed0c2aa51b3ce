/* SPDX-License-Identifier: Apache-2.0 */
/* desks.c - see desks.h. */
#include "desks.h"

#include "broker/rows_legs.h"
#include "contract/told_list.h"
#include "ledger/entry.h"
#include "ledger/verify.h"
#include "unit.h"

static const char *const ids[DESKS] = { "asker", "desk", "other", "third", "fourth", "chief" };

static const struct asking plain;
static const struct asking *asking_now;
static const struct saying *saying_now;
static Pb__Outcome closing_now;
static bool caseless_now;

static void be_overseen(Pb__Agency *agency)
{
	agency->coordinator = (char *)(uintptr_t)"chief";
}

void desks_directory(struct desks *desks, size_t count)
{
	const char *names[DESKS];

	for (size_t i = 0; i < count; i++)
		names[i] = i + 1 == count ? ids[CHIEF] : ids[i]; /* who is left out is never the coordinator */
	site_change_agency = be_overseen;
	site_directory(&desks->site, names, count);
	site_change_agency = NULL;
}

void desks_open(struct desks *desks)
{
	desks_open_within(desks, 0);
}

void desks_open_within(struct desks *desks, uint64_t map_bytes)
{
	memset(desks, 0, sizeof(*desks));
	desks->site.map_bytes = map_bytes;
	site_open(&desks->site);
	desks_directory(desks, DESKS);
	for (unsigned i = 0; i < DESKS; i++)
		desks->desk[i] = site_enrol(&desks->site, ids[i]);
}

void desks_close(struct desks *desks)
{
	holders_check(&desks->site);
	site_close(&desks->site);
}

/* ---- asking ---- */

static void shape_request(Pb__View *view, size_t index)
{
	(void)index;
	view->ask = asking_now->ask == 0 ? PB__ASK__ASK_REFER : asking_now->ask;
	if (view->ask == PB__ASK__ASK_CAPACITY)
		view->case_id = (ProtobufCBinaryData){ 0 };
	view->take = asking_now->take == 0 ? PB__TAKE__TAKE_ALL : asking_now->take;
	view->report_days = asking_now->report_days;
	view->co_support = asking_now->co_support;
	view->respond_by_us = asking_now->respond_by_us;
}

static uint64_t seq_of(struct desks *desks, const struct asked *asked)
{
	struct txn *txn = site_read(&desks->site);
	struct request request = { 0 };

	require_ok(request_by_message(txn, asked->id, desks->desk[asked->from].agency, &request));
	txn_abort(txn);
	return request.request;
}

struct asked desks_ask(struct desks *desks, unsigned from, const unsigned *to, const struct asking *asking)
{
	struct draft draft = site_draft(&desks->site, &desks->desk[from], NULL);
	struct asked asked = { .from = from };

	asking_now = asking == NULL ? &plain : asking;
	draft.to_count = 0;
	for (; *to != DESKS; to++)
		draft.to[draft.to_count++] = &desks->desk[*to];
	draft.kind = PB__KIND__KIND_REQUEST;
	draft.urgency = asking_now->urgency;
	draft.parts = asking_now->held ? 2 : 1;
	draft.expires_at_us = asking_now->expires_at_us;
	if (asking_now->thread != NULL)
		memcpy(draft.thread, asking_now->thread, 16);
	draft.change = shape_request;
	memcpy(asked.id, draft.id, 16);
	asked.caseless = asking_now->ask == PB__ASK__ASK_CAPACITY;
	memcpy(asked.case_id, asking_now->thread != NULL ? asking_now->thread : draft.id, 16);
	site_submit(&desks->site, &draft);
	if (site_refusal(&desks->site, 0) == 0)
		asked.request = seq_of(desks, &asked);
	holders_check(&desks->site);
	return asked;
}

struct asked desks_ask_one(struct desks *desks, unsigned from, unsigned to, const struct asking *asking)
{
	struct asked asked = desks_ask(desks, from, (const unsigned[]){ to, DESKS }, asking);

	require(asked.request != 0);
	return asked;
}

/* ---- acting ---- */

static void shape_act(Pb__View *view, size_t index)
{
	static Pb__LegAct act;

	(void)index;
	pb__leg_act__init(&act);
	act.action = saying_now->action;
	act.reason = saying_now->reason;
	act.outcome = saying_now->outcome;
	if (saying_now->on != NULL)
		act.on = (char *)(uintptr_t)saying_now->on;
	if (saying_now->next != NULL)
		act.next_agency = (char *)(uintptr_t)saying_now->next;
	act.none_known = saying_now->none_known;
	act.purge = saying_now->purge;
	act.leg = saying_now->leg;
	view->leg_act = &act;
	if (saying_now->held)
		view->parts[0]->release = PB__RELEASE__RELEASE_ON_ACCEPT;
	if (caseless_now)
		view->case_id = (ProtobufCBinaryData){ 0 };
}

void desks_put(struct desks *desks, struct inbound *frame, const struct asked *asked, unsigned from, unsigned to,
	       const struct saying *saying)
{
	struct draft draft = site_draft(&desks->site, &desks->desk[from], &desks->desk[to]);

	saying_now = saying;
	caseless_now = asked->caseless;
	draft.kind = PB__KIND__KIND_REQUEST;
	draft.urgency = saying->urgency;
	draft.no_parts = !saying->words;
	memcpy(draft.thread, asked->id, 16);
	memcpy(draft.case_id, asked->case_id, 16);
	draft.change = shape_act;
	frame_submit(frame, &draft);
}

Pb__RefusalCode desks_act(struct desks *desks, const struct asked *asked, unsigned from, unsigned to, const struct saying *saying)
{
	struct inbound *frame = frame_new(&desks->desk[from]);

	desks_put(desks, frame, asked, from, to, saying);
	site_run(&desks->site, frame);
	holders_check(&desks->site);
	return site_refusal(&desks->site, 0);
}

Pb__RefusalCode desks_say(struct desks *desks, const struct asked *asked, unsigned from, unsigned to, Pb__LegAction action)
{
	return desks_act(desks, asked, from, to, &(struct saying){ .action = action });
}

static void shape_close(Pb__View *view, size_t index)
{
	(void)index;
	view->close = closing_now;
	if (caseless_now)
		view->case_id = (ProtobufCBinaryData){ 0 };
}

static struct draft closing(struct desks *desks, const struct asked *asked, unsigned from, Pb__Outcome outcome)
{
	struct draft draft = site_draft(&desks->site, &desks->desk[from], &desks->desk[from]);

	closing_now = outcome;
	caseless_now = asked->caseless;
	draft.kind = PB__KIND__KIND_REQUEST;
	draft.no_parts = true;
	memcpy(draft.thread, asked->id, 16);
	draft.change = shape_close;
	return draft;
}

void desks_put_close(struct desks *desks, struct inbound *frame, const struct asked *asked, Pb__Outcome outcome)
{
	struct draft draft = closing(desks, asked, asked->from, outcome);

	frame_submit(frame, &draft);
}

Pb__RefusalCode desks_close_request(struct desks *desks, const struct asked *asked, unsigned from, Pb__Outcome outcome)
{
	struct draft draft = closing(desks, asked, from, outcome);

	site_submit(&desks->site, &draft);
	holders_check(&desks->site);
	return site_refusal(&desks->site, 0);
}

/* ---- looking ---- */

struct request desks_request(struct desks *desks, const struct asked *asked)
{
	struct txn *txn = site_read(&desks->site);
	struct request request = { 0 };

	require_ok(request_get(txn, asked->request, &request));
	txn_abort(txn);
	return request;
}

struct leg desks_leg(struct desks *desks, const struct asked *asked, size_t index)
{
	struct request request = desks_request(desks, asked);
	struct txn *txn = site_read(&desks->site);
	struct leg leg = { 0 };

	require(index < request.leg_count);
	require_ok(leg_get(txn, request.legs[index], &leg));
	txn_abort(txn);
	return leg;
}

/* What waits, and what the batches before handed to it, which an acknowledgement lets go. */
size_t desks_receive(struct desks *desks, unsigned desk)
{
	struct site *site = &desks->site;
	uint64_t items[256];
	struct digest hashes[256];
	size_t total = 0, count;

	desks->granted[desk] += 4096;
	site_run(site, site_bye(&desks->desk[desk], true)); /* what it held before waits again */
	site_run(site, site_hello(site, &desks->desk[desk], true));
	site_run(site, site_credit(&desks->desk[desk], desks->granted[desk], UINT64_C(1) << 40));
	while ((count = site_handed(site, desks->desk[desk].session, items, 256)) > 0) {
		struct inbound *frame = frame_new(&desks->desk[desk]);

		for (size_t i = 0; i < count; i++)
			hashes[i] = site_delivery(site, items[i]).view_hash;
		frame_acknowledge(frame, items, hashes, count);
		site_run(site, frame);
		require(site_refusal(site, 0) == 0);
		total += count;
	}
	holders_check(site);
	return total;
}

void desks_tick(struct desks *desks, const struct asked *asked, size_t index)
{
	struct leg leg = desks_leg(desks, asked, index);

	require(leg.timer_at_us != 0);
	if (leg.timer_at_us > desks->site.clocks.wall_us)
		site_pass(&desks->site, leg.timer_at_us - desks->site.clocks.wall_us);
	site_run(&desks->site, NULL);
	holders_check(&desks->site);
}

/* What entries of any kind tell. */
size_t desks_notices(struct desks *desks, unsigned desk, Pb__NoticeWhat what, struct arena *arena, const Pb__SiteNotice **ret_newest)
{
	struct txn *txn = site_read(&desks->site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);
	size_t found = 0;

	for (uint64_t seq = 0; seq < size; seq++) {
		const Pb__EntryBody *body;
		struct told_list told;
		struct entry entry;

		enum err err = entry_decode(txn, seq, arena, &entry, &body);

		require(err == ERR_OK || err == ERR_NOT_FOUND); /* erased */
		if (err != ERR_OK)
			continue;
		told = told_list_of(body);
		for (size_t i = 0; i < told.count; i++) {
			const Pb__SiteNotice *notice;

			if (told.rows[i]->agency != desks->desk[desk].agency || told.rows[i]->notice.len == 0)
				continue;
			require_ok(CODEC_DECODE(site_notice, bytes_of_pb(told.rows[i]->notice), arena, &notice, NULL));
			if (notice->what != what)
				continue;
			found++;
			if (ret_newest != NULL)
				*ret_newest = notice;
		}
	}
	txn_abort(txn);
	return found;
}

size_t desks_told(struct desks *desks, unsigned desk, Pb__NoticeWhat what)
{
	struct arena arena;
	size_t count;

	arena_init(&arena, 64u << 20);
	count = desks_notices(desks, desk, what, &arena, NULL);
	arena_free(&arena);
	return count;
}

static void fault(void *context, const struct verify_fault *found)
{
	(void)context;
	if (strncmp(found->text, "the batch signature of agency ", 30) != 0)
		check_text(found->text, "");
}

void desks_verify(struct desks *desks)
{
	const struct verify_hooks hooks = { .fault = fault };
	uint8_t public_key[ED25519_BYTES];
	struct verify_result result;

	require_ok(ed25519_public(desks->site.checkpoint_key, public_key));
	(void)ledger_verify(desks->site.store, SITE_NAME, public_key, &hooks, &result);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Consent that ends: a leg of which nothing was delivered is over, another only loses the parts that were not. */
#include "desks.h"

#include "broker/leg_event.h"
#include "contract/request_states.h"
#include "unit.h"

#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

static struct desks desks;

struct blocking {
	uint64_t leg;
	const uint32_t *parts;
	size_t count;
	enum decision_kind kind;
};

static enum err decide(struct world *world, void *context, struct decision *ret_decision)
{
	struct blocking *blocking = context;
	enum err err = leg_block_decide(world, blocking->leg, PB__REASON__REASON_CONSENT_WITHDRAWN, blocking->parts, blocking->count, ret_decision);

	blocking->kind = ret_decision->kind;
	return err;
}

static enum decision_kind block(const struct asked *asked, const uint32_t *parts, size_t count)
{
	struct blocking blocking = { desks_leg(&desks, asked, 0).leg, parts, count, DECISION_NOTHING };

	(void)site_settle(&desks.site, decide, &blocking);
	holders_check(&desks.site);
	return blocking.kind;
}

static void test_whole(void)
{
	struct asked asked;
	uint64_t item;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	item = desks_leg(&desks, &asked, 0).item;
	check_int(block(&asked, NULL, 0), DECISION_ENTRY);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(BLOCKED));
	check_int(desks_leg(&desks, &asked, 0).reason, PB__REASON__REASON_CONSENT_WITHDRAWN);
	check_uint(site_delivery(&desks.site, item).state, DELIVERY_UNDELIVERABLE);
	check_uint(desks_told(&desks, ASKER, NOTICE(BLOCKED)), 1);
	check_uint(desks_told(&desks, DESK, NOTICE(BLOCKED)), 0); /* it never heard of it */
	check_uint(desks_receive(&desks, DESK), 0);
	check_int(desks_request(&desks, &asked).state, PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE);
	check_int(block(&asked, NULL, 0), DECISION_NOTHING); /* once */
	desks_close(&desks);
}

static void test_delivered(void)
{
	static const uint32_t second[] = { 1 };
	const Pb__SiteNotice *notice = NULL;
	struct asked asked;
	struct arena arena;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });
	desks_receive(&desks, DESK);
	check_int(block(&asked, NULL, 0), DECISION_NOTHING); /* what was read cannot be unread */
	check_int(block(&asked, second, 1), DECISION_ENTRY);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(RECEIVED));
	arena_init(&arena, 64u << 20);
	check_uint(desks_notices(&desks, DESK, NOTICE(PART_BLOCKED), &arena, &notice), 1);
	require(notice != NULL && notice->n_parts == 1);
	check_uint(notice->parts[0], 1);
	arena_free(&arena);
	check_uint(desks_told(&desks, ASKER, NOTICE(PART_BLOCKED)), 1);
	desks_close(&desks);
}

/* ---- who may be named to whom ---- */

static void hide(Pb__Agency *agency)
{
	agency->coordinator = (char *)(uintptr_t)"chief";
	if (strcmp(agency->id, "other") != 0)
		return;
	agency->confidential = true;
	agency->coordinator = (char *)(uintptr_t)"desk";
	agency->proxy = (char *)(uintptr_t)"desk";
}

static void test_confidential(void)
{
	static const char *const ids[] = { "asker", "desk", "other", "third", "fourth", "chief" };
	const char *const chief_out[] = { "chief@chiba-city" };
	const Pb__SiteNotice *notice = NULL;
	struct inbound *frame;
	struct asked asked;
	struct arena arena;

	desks_open(&desks);
	site_change_agency = hide;
	site_directory(&desks.site, ids, DESKS);
	site_change_agency = NULL;
	asked = desks_ask_one(&desks, OTHER, DESK, NULL);
	desks_tick(&desks, &asked, 0);
	desks_tick(&desks, &asked, 0);
	desks_tick(&desks, &asked, 0);
	arena_init(&arena, 64u << 20);
	check_uint(desks_notices(&desks, CHIEF, NOTICE(SILENT), &arena, &notice), 1);
	check_text(notice->agency, "desk@chiba-city");
	check_text(notice->opened_by, ""); /* a proxy that is asked by itself would tell of somebody behind it */
	check_uint(notice->case_id.len, 0);
	check_uint(desks_notices(&desks, OTHER, NOTICE(ANSWER_OVERDUE), &arena, &notice), 1);
	check_text(notice->agency, "desk@chiba-city");
	check_text(notice->opened_by, "other@chiba-city");
	check_uint(notice->case_id.len, 16);
	arena_free(&arena);
	asked = desks_ask_one(&desks, OTHER, DESK, NULL);
	frame = frame_new(&desks.desk[OTHER]);
	frame_mark(frame, asked.case_id, true, chief_out, 1);
	site_run(&desks.site, frame);
	require(site_refusal(&desks.site, 0) == 0);
	for (size_t i = 0; i < 3; i++)
		desks_tick(&desks, &asked, 0);
	check_uint(desks_told(&desks, CHIEF, NOTICE(SILENT)), 1); /* the one before: of this case it is told nothing at all */
	asked = desks_ask_one(&desks, DESK, OTHER, NULL);
	for (size_t i = 0; i < 3; i++)
		desks_tick(&desks, &asked, 0);
	check_uint(desks_told(&desks, CHIEF, NOTICE(SILENT)), 1); /* that a shelter is silent its proxy hears alone */
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_act(&desks, &asked, DESK, ASKER,
			     &(struct saying){ .action = PB__LEG_ACTION__LEG_ACTION_DECLINE, .reason = PB__REASON__REASON_FULL, .next = "other@chiba-city" }),
		   PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY); /* a name given is a door shown */
	check_uint(desks_act(&desks, &asked, DESK, ASKER,
			     &(struct saying){ .action = PB__LEG_ACTION__LEG_ACTION_REDIRECT, .next = "other@chiba-city" }),
		   PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_block",
	{ "nothing delivered: the leg is over", test_whole },
	{ "something delivered: the parts alone are blocked", test_delivered },
	{ "a confidential agency is named to nobody but its proxy", test_confidential });

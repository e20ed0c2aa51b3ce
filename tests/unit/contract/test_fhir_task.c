/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/fhir_task.h"

#include <string.h>

#include "contract/request_states.h"
#include "unit.h"

/* http://hl7.org/fhir/R4/valueset-task-status.html */
static const char *const r4[] = { "draft",	 "requested", "received", "accepted", "rejected",  "ready",
				  "cancelled", "in-progress", "on-hold",  "failed",	  "completed", "entered-in-error" };

static void test_each_state(void)
{
	static const struct {
		Pb__LegState state;
		const char *status;
		const char *business;
	} rows[] = {
		{ PB__LEG_STATE__LEG_STATE_AWAITING_SEAL, "draft", "AWAITING_SEAL" },
		{ PB__LEG_STATE__LEG_STATE_SUBMITTED, "requested", "SUBMITTED" },
		{ PB__LEG_STATE__LEG_STATE_RECEIVED, "received", "RECEIVED" },
		{ PB__LEG_STATE__LEG_STATE_QUESTIONED, "received", "QUESTIONED" },
		{ PB__LEG_STATE__LEG_STATE_ACCEPTING, "received", "ACCEPTING" },
		{ PB__LEG_STATE__LEG_STATE_ACCEPTED, "accepted", "ACCEPTED" },
		{ PB__LEG_STATE__LEG_STATE_ACTIVE, "in-progress", "ACTIVE" },
		{ PB__LEG_STATE__LEG_STATE_ON_HOLD, "on-hold", "ON_HOLD" },
		{ PB__LEG_STATE__LEG_STATE_DECLINED, "rejected", "DECLINED" },
		{ PB__LEG_STATE__LEG_STATE_REDIRECTED, "rejected", "REDIRECTED" },
		{ PB__LEG_STATE__LEG_STATE_COMPLETED, "completed", "COMPLETED" },
		{ PB__LEG_STATE__LEG_STATE_WITHDRAWN, "cancelled", "WITHDRAWN" },
		{ PB__LEG_STATE__LEG_STATE_LAPSED, "failed", "LAPSED" },
		{ PB__LEG_STATE__LEG_STATE_BLOCKED, "cancelled", "BLOCKED" },
		{ PB__LEG_STATE__LEG_STATE_UNDELIVERABLE, "failed", "UNDELIVERABLE" },
		{ PB__LEG_STATE__LEG_STATE_TAKEN_ELSEWHERE, "cancelled", "TAKEN_ELSEWHERE" },
	};

	check_uint(sizeof(rows) / sizeof(*rows), LEG_STATE_COUNT - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check_text(fhir_task_status(rows[i].state), rows[i].status);
		check_text(fhir_business_status(rows[i].state), rows[i].business);
	}
}

/* Only FHIR's own codes, and an ended leg has one of those that end a Task. */
static void test_codes(void)
{
	for (int state = 1; state < (int)LEG_STATE_COUNT; state++) {
		const char *status = fhir_task_status((Pb__LegState)state);
		bool ends = false;
		bool known = false;

		unit_context("state %d", state);
		require(status != NULL);
		for (size_t i = 0; i < sizeof(r4) / sizeof(*r4); i++)
			known = known || strcmp(r4[i], status) == 0;
		ends = strcmp(status, "rejected") == 0 || strcmp(status, "cancelled") == 0 || strcmp(status, "failed") == 0 || strcmp(status, "completed") == 0;
		check(known);
		check(ends == !leg_is_open((Pb__LegState)state));
	}
}

static void test_no_state(void)
{
	check(fhir_task_status(PB__LEG_STATE__LEG_STATE_UNSPECIFIED) == NULL);
	check(fhir_task_status((Pb__LegState)LEG_STATE_COUNT) == NULL);
	check(fhir_task_status((Pb__LegState)-1) == NULL);
	check(fhir_business_status(PB__LEG_STATE__LEG_STATE_UNSPECIFIED) == NULL);
	check(fhir_business_status((Pb__LegState)99) == NULL);
}

UNIT_SUITE("contract/fhir_task",
	{ "each state of a leg", test_each_state },
	{ "FHIR's own codes", test_codes },
	{ "what is no state", test_no_state });

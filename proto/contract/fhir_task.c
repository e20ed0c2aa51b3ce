/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fhir_task.c - see fhir_task.h for the contract. */
#include "contract/fhir_task.h"

#include "contract/json.h"

/* "rejected" is FHIR's word for who evaluated the task and did not do it; "failed" for what was tried and could not be done, so that
 * someone must see to it; "cancelled" for what was stopped on purpose.  ACCEPTING is not accepted before the origin says so. */
static const char *const statuses[] = {
	[PB__LEG_STATE__LEG_STATE_AWAITING_SEAL] = "draft",
	[PB__LEG_STATE__LEG_STATE_SUBMITTED] = "requested",
	[PB__LEG_STATE__LEG_STATE_RECEIVED] = "received",
	[PB__LEG_STATE__LEG_STATE_QUESTIONED] = "received",
	[PB__LEG_STATE__LEG_STATE_ACCEPTING] = "received",
	[PB__LEG_STATE__LEG_STATE_ACCEPTED] = "accepted",
	[PB__LEG_STATE__LEG_STATE_ACTIVE] = "in-progress",
	[PB__LEG_STATE__LEG_STATE_ON_HOLD] = "on-hold",
	[PB__LEG_STATE__LEG_STATE_DECLINED] = "rejected",
	[PB__LEG_STATE__LEG_STATE_REDIRECTED] = "rejected",
	[PB__LEG_STATE__LEG_STATE_COMPLETED] = "completed",
	[PB__LEG_STATE__LEG_STATE_WITHDRAWN] = "cancelled",
	[PB__LEG_STATE__LEG_STATE_LAPSED] = "failed",
	[PB__LEG_STATE__LEG_STATE_BLOCKED] = "cancelled",
	[PB__LEG_STATE__LEG_STATE_UNDELIVERABLE] = "failed",
	[PB__LEG_STATE__LEG_STATE_TAKEN_ELSEWHERE] = "cancelled",
};

const char *fhir_task_status(Pb__LegState state)
{
	return (size_t)state < sizeof(statuses) / sizeof(*statuses) ? statuses[state] : NULL;
}

const char *fhir_business_status(Pb__LegState state)
{
	return fhir_task_status(state) != NULL ? json_word(&pb__leg_state__descriptor, (int)state) : NULL;
}

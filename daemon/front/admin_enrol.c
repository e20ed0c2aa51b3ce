/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/clock.h"
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/admin_serve.h"
#include "front/intake.h"
#include "front/refusals.h"

#define DAY_US (86400 * INT64_C(1000000))

static bool refused(struct admin_call *call, const Pb__Refusal *refusal)
{
	admin_refuse(call, refusal->code, refusal->subject, refusal->value, refusal->bound);
	return false;
}

static bool make_entry(struct admin_call *call, const Pb__Enrol *enrol, uint32_t agency, const char *address, Pb__BindEntry *entry)
{
	struct front *front = call->front;
	Pb__Refusal refusal;
	Pb__Operator *operator = arena_copy(&call->asked, bytes_of(&call->operator, sizeof call->operator));

	if (operator == NULL) {
		refusal = refusal_overloaded(0, 0);
		return refused(call, &refusal);
	}
	if (enrol->curve_key.len != CURVE_BYTES || strlen(enrol->device_name) > LIMIT_LABEL ||
	    enrol->signing_request.len > LIMIT_REQUEST_BYTES || enrol->sealing_request.len > LIMIT_REQUEST_BYTES) {
		refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "enrol", 0, 0);
		return refused(call, &refusal);
	}
	pb__bind_entry__init(entry);
	entry->operator_ = operator;
	entry->agency = agency;
	entry->device_name = enrol->device_name;
	entry->curve_key = enrol->curve_key;
	return issue_certificates(front->keys, address, enrol->device_name, bytes_of_pb(enrol->signing_request),
				  bytes_of_pb(enrol->sealing_request), clock_wall_us(),
				  (int64_t)front->certificate_days * DAY_US, &call->asked, entry, &refusal) ||
	       refused(call, &refusal);
}

enum err admin_enrol(struct admin_call *call, const Pb__AdminEnrolRequest *request)
{
	Pb__BindEntry *entry = arena_alloc(&call->asked, sizeof *entry);
	struct agency agency;
	char text[160];
	char *address;
	enum err err = entry != NULL ? admin_reading(call) : ERR_NOMEM;

	if (err == ERR_OK)
		err = agency_by_id(call->txn, bytes_of_text(request->agency), &call->arena, &agency);
	if (err == ERR_NOT_FOUND || (err == ERR_OK && (agency.closed || request->enrol == NULL))) {
		admin_refuse(call, err == ERR_OK && !agency.closed ? PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED :
								     PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, request->agency, 0, 0);
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	snprintf(text, sizeof text, "%s@%s", agency.record->id, call->front->site);
	address = arena_text(&call->asked, bytes_of_text(text));
	if (address == NULL)
		return ERR_NOMEM;
	if (make_entry(call, request->enrol, agency.number, address, entry))
		admin_bind(call, entry, address);
	return ERR_OK;
}

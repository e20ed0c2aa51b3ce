/* SPDX-License-Identifier: Apache-2.0 */
#include "asking_records.h"

#include <string.h>

const Pb__ReadResult *records_read(struct visitor *reader, Pb__Read *read)
{
	const Pb__ReadResult *result;

	do
		result = visitor_read(reader, read);
	while (result->result_case == PB__READ_RESULT__RESULT_REFUSAL && result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	return result;
}

const Pb__ReadResult *records_report_as(struct visitor *reader, const uint8_t case_id[16], uint64_t after)
{
	Pb__DisclosureQuery query = PB__DISCLOSURE_QUERY__INIT;
	Pb__Read read = PB__READ__INIT;

	query.case_id = pb_of_bytes(bytes_of(case_id, 16));
	query.after = after;
	read.what_case = PB__READ__WHAT_DISCLOSURE;
	read.disclosure = &query;
	return records_read(reader, &read);
}

const Pb__AdminReply *records_report(struct trio *trio, const uint8_t case_id[16])
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__DisclosureQuery query = PB__DISCLOSURE_QUERY__INIT;

	query.case_id = pb_of_bytes(bytes_of(case_id, 16));
	request.body_case = PB__ADMIN_REQUEST__BODY_DISCLOSURE;
	request.disclosure = &query;
	return trio_ask(trio, &request);
}

const Pb__Trace *records_trace_as(struct visitor *reader, const uint8_t id[16])
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = pb_of_bytes(bytes_of(id, 16));
	result = records_read(reader, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_TRACE);
	return result->trace;
}

const Pb__Trace *records_trace(struct trio *trio, const uint8_t id[16])
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	request.body_case = PB__ADMIN_REQUEST__BODY_TRACE;
	request.trace = pb_of_bytes(bytes_of(id, 16));
	reply = trio_ask(trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_TRACE);
	return reply->trace;
}

bool records_name(Pb__Happening *const *rows, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i]->by, text) == 0 || strcmp(rows[i]->to, text) == 0 || strcmp(rows[i]->next_agency, text) == 0)
			return true;
	return false;
}

const Pb__Happening *records_row_of(Pb__Happening *const *rows, size_t count, Pb__LegAction action)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i]->leg_action == action)
			return rows[i];
	return NULL;
}

const Pb__Happening *records_entry_of(Pb__Happening *const *rows, size_t count, const char *what)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i]->what, what) == 0)
			return rows[i];
	return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* asking_records.h - what is told of threads and cases in a trio: to an agency, and to the operator. */
#pragma once
#include "trio.h"

/* The answer; a busy broker is asked again. */
const Pb__ReadResult *records_read(struct visitor *reader, Pb__Read *read);

/* A case's report, or the page of it that begins after an entry; what is no report to an agency is a refusal. */
const Pb__ReadResult *records_report_as(struct visitor *reader, const uint8_t case_id[16], uint64_t after);
const Pb__AdminReply *records_report(struct trio *trio, const uint8_t case_id[16]);

/* What is required to be there: the trace of a message. */
const Pb__Trace *records_trace_as(struct visitor *reader, const uint8_t id[16]);
const Pb__Trace *records_trace(struct trio *trio, const uint8_t id[16]);

/* Whether anything that is told names that text. */
bool records_name(Pb__Happening *const *rows, size_t count, const char *text);

/* The first row of that act on a leg; of that kind of entry; NULL. */
const Pb__Happening *records_row_of(Pb__Happening *const *rows, size_t count, Pb__LegAction action);
const Pb__Happening *records_entry_of(Pb__Happening *const *rows, size_t count, const char *what);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/trace_print.h - a message through its stations. */
#pragma once
#include <jansson.h>

/* trace: {"message_id","stations":[{"what","agency","at","seq","item","note"}]} as the schema's JSON has it; to stdout. */
void trace_print(const json_t *trace);

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_report.h - an answer of routing as JSON, and a need from JSON: the same for the library and the command. */
#pragma once
#include <jansson.h>

#include "contract/language.h"
#include "contract/routing.h"

#define ROUTING_PASSED_SHOWN 64u /* agencies passed over that a report names unless it names all */

/* {"type":"route","site","directory_version","at","fell_back","danger"?,
 *  "choices":[{"agency","address","name","phone"?,"rule","because","cautions":[{"code","text"}],"opens_at"?}],
 *  "passed_over":{"counts":{"AREA":n,…},"agencies":[{"agency","name","rule"?,"reason","text"}],"left_off":n}}
 *
 * Agencies that no rule named (CATEGORY) are counted, and named with all only.  Texts are in that language.  A new reference; NULL when
 * memory is short. */
json_t *routing_report(const struct routing *routing, const struct routing_scratch *scratch, const struct routing_outcome *outcome,
		       const Pb__Need *need, bool all, enum language language);

/* Routes a need written as JSON.  *ret_fault (to be freed with free) tells a person what is wrong with it on ERR_FORMAT: each field, or the
 * ward with those there are.  ERR_NOMEM otherwise.  ret_report is a new reference, on ERR_OK only. */
enum err routing_answer(const struct routing *routing, const json_t *need, const char *asking, int64_t now_us, bool all,
			enum language language, json_t **ret_report, char **ret_fault);

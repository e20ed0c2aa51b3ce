/* SPDX-License-Identifier: Apache-2.0 */
/* front/refusals.h - the refusals that the front itself gives. */
#pragma once
#include "base/arena.h"
#include "frame.pb-c.h"

#define RETRY_MS 250u /* after OVERLOADED: a commit or two */

/* subject may be NULL; borrowed by ret. */
static inline Pb__Refusal refusal_of(Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = code;
	if (subject != NULL)
		refusal.subject = (char *)(uintptr_t)subject;
	refusal.value = value;
	refusal.bound = bound;
	return refusal;
}

static inline Pb__Refusal refusal_overloaded(int64_t value, int64_t bound)
{
	Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED, NULL, value, bound);

	refusal.retry_after_ms = RETRY_MS;
	return refusal;
}

/* A copy in the arena, subject included; NULL when the arena is full. */
const Pb__Refusal *refusal_keep(struct arena *arena, const Pb__Refusal *refusal);

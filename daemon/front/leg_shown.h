/* SPDX-License-Identifier: Apache-2.0 */
/* front/leg_shown.h - one leg as one who takes part in it may see it: for read_legs.c. */
#pragma once
#include "broker/lookup_legs.h"
#include "front/open_legs.h"
#include "front/reads.h"

/* Whether that agency sent it, was asked, or acts for who was. */
static inline bool leg_takes_part(const struct leg *leg, uint32_t agency)
{
	return leg->asker == agency || leg->sender == agency || leg->agency == agency || leg->acting == agency;
}

/* Whether it is not to be seen by the reader though it takes part: who was asked hears of it when something is handed out, not before it
 * is sealed to them and not when it ended before; and who is kept out of a protected case hears no more of it. */
enum err leg_is_hidden(struct asking *asking, const struct leg *leg, const struct request *request, bool *ret_hidden);

/* whole: also what an act on it rests on, which stands in the request's own entry. */
enum err leg_show(struct asking *asking, const struct leg *leg, const struct request *request, int64_t now_us, bool whole,
		  Pb__LegShown **ret_shown);

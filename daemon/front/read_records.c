/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept for the law, to agencies: what they sent and were handed.  Writes no entry. */
#include "front/reads.h"
#include "front/reviews.h"

enum err read_reviews(struct asking *asking, const Pb__ReviewQuery *query)
{
	Pb__ReviewListing *listing = arena_alloc(asking->arena, sizeof *listing);
	struct reader reader;
	enum err err = listing == NULL ? ERR_NOMEM : reader_agency(asking, &reader);

	if (err == ERR_OK)
		err = reviews_list(&reader, query, listing);
	asking->result.result_case = PB__READ_RESULT__RESULT_REVIEWS;
	asking->result.reviews = listing;
	return err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept for the law, to agencies: what they sent and were handed.  Writes no entry. */
#include "front/disclosure.h"
#include "front/provisions.h"
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

enum err read_provisions(struct asking *asking, const Pb__ProvisionQuery *query)
{
	Pb__ProvisionListing *listing = arena_alloc(asking->arena, sizeof *listing);
	struct reader reader;
	enum err err = listing == NULL ? ERR_NOMEM : reader_agency(asking, &reader);

	if (err == ERR_OK)
		err = provisions_list(&reader, query, listing);
	asking->result.result_case = PB__READ_RESULT__RESULT_PROVISIONS;
	asking->result.provisions = listing;
	return err;
}

enum err read_disclosure(struct asking *asking, const Pb__DisclosureQuery *query)
{
	Pb__Disclosure *disclosure = arena_alloc(asking->arena, sizeof *disclosure);
	struct reader reader;
	enum err err = disclosure == NULL ? ERR_NOMEM : reader_agency(asking, &reader);

	if (err == ERR_OK)
		err = disclosure_page(&reader, query, disclosure);
	asking->result.result_case = PB__READ_RESULT__RESULT_DISCLOSURE;
	asking->result.disclosure = disclosure;
	return err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept for the law, to operators: envelopes alone.  The entry that says so was made before. */
#include "front/admin_serve.h"
#include "front/disclosure.h"
#include "front/provisions.h"
#include "front/reviews.h"

enum err admin_reviews(struct admin_call *call, const Pb__ReviewQuery *query)
{
	Pb__ReviewListing *listing = arena_alloc(&call->arena, sizeof *listing);
	struct reader reader;
	enum err err = listing == NULL ? ERR_NOMEM : reader_operator(call, &reader);

	if (err == ERR_OK)
		err = reviews_list(&reader, query, listing);
	call->reply.body_case = PB__ADMIN_REPLY__BODY_REVIEWS;
	call->reply.reviews = listing;
	return err;
}

enum err admin_provisions(struct admin_call *call, const Pb__ProvisionQuery *query)
{
	Pb__ProvisionListing *listing = arena_alloc(&call->arena, sizeof *listing);
	struct reader reader;
	enum err err = listing == NULL ? ERR_NOMEM : reader_operator(call, &reader);

	if (err == ERR_OK)
		err = provisions_list(&reader, query, listing);
	call->reply.body_case = PB__ADMIN_REPLY__BODY_PROVISIONS;
	call->reply.provisions = listing;
	return err;
}

enum err admin_disclosure(struct admin_call *call, const Pb__DisclosureQuery *query)
{
	Pb__Disclosure *disclosure = arena_alloc(&call->arena, sizeof *disclosure);
	struct reader reader;
	enum err err = disclosure == NULL ? ERR_NOMEM : reader_operator(call, &reader);

	if (err == ERR_OK)
		err = disclosure_page(&reader, query, disclosure);
	call->reply.body_case = PB__ADMIN_REPLY__BODY_DISCLOSURE;
	call->reply.disclosure = disclosure;
	return err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_follow.c - memory follows an entry: see follow.h for the contract, entry_kinds.h for the table. */
#include "broker/entry_kinds.h"
#include "broker/follow.h"

#define FOLLOW(NAME, member, apply, follow)  \
	case PB__ENTRY_BODY__BODY_##NAME: \
		return follow(batch, header, body->member);

enum err batch_follow(struct batch *batch, const struct leaf_header *header, const Pb__EntryBody *body)
{
	switch (body->body_case) {
		ENTRY_KINDS(FOLLOW)
	case PB__ENTRY_BODY__BODY__NOT_SET:
	default:
		return ERR_VERSION; /* apply refused it already */
	}
}

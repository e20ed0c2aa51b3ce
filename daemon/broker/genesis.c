/* SPDX-License-Identifier: Apache-2.0 */
/* broker/genesis.c - rule: the first entry, and only that, names the site, its epoch, its checkpoint key and its root certificate.
 * Everything that is proved later rests on it; no table is derived from it. */
#include "broker/verbs.h"

enum err genesis_decide(struct world *world, const Pb__GenesisEntry *genesis, struct decision *ret_decision)
{
	Pb__GenesisEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return ERR_NOMEM;
	*entry = *genesis;
	return decide_entry(world, PB__ENTRY_BODY__BODY_GENESIS, entry, ret_decision);
}

enum err genesis_apply(struct txn *txn, const struct leaf_header *header, const Pb__GenesisEntry *entry)
{
	(void)txn;
	(void)entry;
	return header->seq == 0 ? ERR_OK : ERR_CORRUPT;
}

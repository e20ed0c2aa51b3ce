/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/signed_order.h"

#include "contract/batch.h"
#include "contract/codec.h"

Pb__SignedOrder *signed_order_of(const Pb__EntryBody *body)
{
	if (body == NULL)
		return NULL;
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return body->submit->order;
	case PB__ENTRY_BODY__BODY_ACKNOWLEDGE:
		return body->acknowledge->order;
	case PB__ENTRY_BODY__BODY_REFUSE:
		return body->refuse->order;
	case PB__ENTRY_BODY__BODY_BIND:
		return body->bind->order;
	case PB__ENTRY_BODY__BODY_UNBIND:
		return body->unbind->order;
	case PB__ENTRY_BODY__BODY_MARK_CASE:
		return body->mark_case->order;
	case PB__ENTRY_BODY__BODY_PURGED:
		return body->purged->order;
	case PB__ENTRY_BODY__BODY_STANDING:
		return body->standing->order;
	default:
		return NULL;
	}
}

enum err signed_order_root(const Pb__SignedOrder *order, struct digest *ret_root)
{
	struct merkle_frontier frontier;
	struct digest root, hash;

	if (order->n_statements == 0)
		return ERR_FORMAT;
	frontier.held = 0;
	frontier.size = 0;
	for (size_t i = 0; i < order->n_statements; i++) {
		struct digest leaf = merkle_leaf(bytes_of_pb(order->statements[i]));

		merkle_frontier_add(&frontier, &leaf);
	}
	root = merkle_frontier_root(&frontier);
	hash = order_hash_of_root(&root);
	return merkle_path_root(&hash, order->index, order->count, bytes_of_pb(order->path), ret_root);
}

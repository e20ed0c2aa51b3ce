/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/signed_order.h"

#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/entry_contents.h"
#include "frame.pb-c.h"

#define NONE(entry) NULL
#define ORDER(entry) ((entry)->order)
#define ORDER_OF(NAME, member, order_of, told) \
	case PB__ENTRY_BODY__BODY_##NAME:      \
		return order_of(body->member);

Pb__SignedOrder *signed_order_of(const Pb__EntryBody *body)
{
	if (body == NULL)
		return NULL;
	switch (body->body_case) {
		ENTRY_CONTENTS(ORDER_OF)
	case PB__ENTRY_BODY__BODY__NOT_SET:
	default:
		return NULL;
	}
}

const Pb__View *statement_view(struct bytes statement, struct arena *arena)
{
	const Pb__Statement *message = NULL;

	if (CODEC_DECODE(statement, statement, arena, &message, NULL) != ERR_OK || message->body_case != PB__STATEMENT__BODY_VIEW)
		return NULL;
	return message->view;
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

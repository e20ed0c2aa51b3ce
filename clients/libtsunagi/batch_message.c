/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/batch_message.c - see batch_message.h for the contract.  All statements are hashed at once, here and not as each order is made. */
#include "libtsunagi/batch_message.h"

#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/merkle.h"

/* All orders' rows, one after another. */
struct rows {
	Pb__Order *orders;
	Pb__Order **pointers;
	struct bytes *statements;
	ProtobufCBinaryData *fields; /* the same statements, as the message has them */
	struct bytes *parts;
};

static bool make_room(const struct batch_load *load, struct arena *arena, struct rows *rows)
{
	rows->orders = arena_alloc(arena, load->orders * sizeof *rows->orders);
	rows->pointers = arena_alloc(arena, load->orders * sizeof *rows->pointers);
	rows->statements = arena_alloc(arena, load->statements * sizeof *rows->statements);
	rows->fields = arena_alloc(arena, load->statements * sizeof *rows->fields);
	rows->parts = arena_alloc(arena, load->parts * sizeof *rows->parts);
	return rows->orders != NULL && rows->pointers != NULL && rows->statements != NULL && rows->fields != NULL && rows->parts != NULL;
}

static void fill(const struct rows *rows, const struct order *first, size_t count)
{
	struct bytes *statement = rows->statements;
	struct bytes *part = rows->parts;
	ProtobufCBinaryData *field = rows->fields;

	for (size_t i = 0; i < count; i++, first = first->next) {
		pb__order__init(&rows->orders[i]);
		rows->orders[i].n_statements = first->statement_count;
		rows->orders[i].statements = field;
		rows->pointers[i] = &rows->orders[i];
		for (size_t s = 0; s < first->statement_count; s++) {
			*statement++ = first->statements[s];
			*field++ = pb_of_bytes(first->statements[s]);
		}
		for (size_t p = 0; p < first->part_count; p++)
			*part++ = first->parts[p];
	}
}

static enum err hash(const struct rows *rows, const struct batch_load *load, struct arena *arena, struct digest *ret_root)
{
	struct digest *leaves = arena_alloc(arena, load->statements * sizeof *leaves);
	struct digest *roots = arena_alloc(arena, load->orders * sizeof *roots);
	struct digest *hashes = arena_alloc(arena, load->orders * sizeof *hashes);
	struct digest *nodes = arena_alloc(arena, MERKLE_NODES(load->orders) * sizeof *nodes);
	const struct digest *leaf = leaves;

	if (leaves == NULL || roots == NULL || hashes == NULL || nodes == NULL)
		return ERR_NOMEM;
	merkle_leaves(rows->statements, load->statements, leaves);
	for (size_t i = 0; i < load->orders; leaf += rows->orders[i++].n_statements)
		roots[i] = merkle_root(leaf, rows->orders[i].n_statements);
	order_hashes_of_roots(roots, load->orders, hashes);
	*ret_root = nodes[merkle_nodes(hashes, load->orders, nodes) - 1];
	return ERR_OK;
}

enum err batch_message_make(const struct order *first, const struct batch_load *load, struct arena *arena, struct batch_message *ret_message)
{
	struct batch_message made = { .batch = PB__BATCH__INIT, .part_count = load->parts };
	struct rows rows;
	enum err err;

	if (!make_room(load, arena, &rows))
		return ERR_NOMEM;
	fill(&rows, first, load->orders);
	err = hash(&rows, load, arena, &made.root);
	if (err != ERR_OK)
		return err;
	made.batch.n_orders = load->orders;
	made.batch.orders = rows.pointers;
	made.parts = rows.parts;
	*ret_message = made;
	return ERR_OK;
}

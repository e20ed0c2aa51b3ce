/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/reseal.c - see sealing.h: a recipient's key changed, so our own copy is opened and sealed again. */
#include "crypto/seal.h"
#include "frame.pb-c.h"
#include "libtsunagi/sealing.h"
#include "tsunagi/tsunagi.h"

/* What is gathered for the new order. */
struct again {
	struct arena arena;
	struct buf statements[LIMIT_RECIPIENTS];
	struct buf parts[LIMIT_RECIPIENTS * LIMIT_PARTS];
	size_t statement_count, part_count;
	size_t old_part; /* the next part of the old order */
};

enum err open_own_content(struct bytes sealed, const struct bundle *bundle, struct arena *arena, struct bytes *ret_content)
{
	const Pb__BoundPart *bound = NULL;
	struct buf opened;
	enum err err = ERR_OK;

	buf_init(&opened, LIMIT_PART_BYTES);
	err = open_with_own(sealed, bundle, &opened, NULL);
	if (err == ERR_OK)
		err = CODEC_DECODE(bound_part, buf_bytes(&opened), arena, &bound, NULL);
	if (err == ERR_OK)
		*ret_content = bytes_of_pb(bound->content);
	if (opened.data != NULL)
		secret_wipe(opened.data, opened.cap);
	buf_free(&opened);
	return err;
}

static enum err open_parts(const Pb__View *view, const struct order *order, const struct bundle *bundle, struct again *again,
			   struct clear_part *clear)
{
	for (size_t i = 0; i < view->n_parts; i++) {
		enum err err = ERR_FORMAT;

		if (again->old_part < order->part_count)
			err = open_own_content(order->parts[again->old_part++], bundle, &again->arena, &clear[i].content);
		if (err != ERR_OK)
			return err;
		clear[i].release = view->parts[i]->release;
		clear[i].classes = view->parts[i]->classes;
		clear[i].class_count = view->parts[i]->n_classes;
	}
	return ERR_OK;
}

static int reseal_view(struct bytes statement, const struct order *order, const struct bundle *bundle, const struct site_directory *directory,
		       int64_t now_us, struct again *again, struct failure *failure)
{
	const Pb__Statement *message = NULL;
	struct clear_part clear[LIMIT_PARTS];
	struct recipient recipient;
	Pb__View head;
	enum err err = CODEC_DECODE(statement, statement, &again->arena, &message, NULL);
	int result = TSG_OK;

	if (err == ERR_OK && (message->body_case != PB__STATEMENT__BODY_VIEW || message->view->n_parts > LIMIT_PARTS))
		err = ERR_FORMAT;
	if (err == ERR_OK)
		err = open_parts(message->view, order, bundle, again, clear);
	if (err != ERR_OK)
		return failure_err(failure, err, "sealing again");
	result = recipient_resolve(message->view->recipient, bundle, directory, now_us, &recipient, failure);
	if (result != TSG_OK)
		return result;
	head = *message->view;
	head.directory_version = site_directory_version(directory);
	err = seal_view(&head, &recipient, bundle, clear, head.n_parts, &again->statements[again->statement_count],
			&again->parts[again->part_count]);
	again->statement_count++;
	again->part_count += head.n_parts;
	recipient_free(&recipient);
	return err == ERR_OK ? TSG_OK : failure_err(failure, err, "sealing again");
}

static enum err gather(const struct again *again, void *owner, struct order **ret_order)
{
	struct bytes statements[LIMIT_RECIPIENTS], parts[LIMIT_RECIPIENTS * LIMIT_PARTS];

	for (size_t i = 0; i < again->statement_count; i++)
		statements[i] = buf_bytes(&again->statements[i]);
	for (size_t i = 0; i < again->part_count; i++)
		parts[i] = buf_bytes(&again->parts[i]);
	return order_new(statements, again->statement_count, parts, again->part_count, owner, ret_order);
}

int reseal(const struct order *order, const struct bundle *bundle, const struct site_directory *directory, int64_t now_us,
	   struct order **ret_order, struct failure *failure)
{
	struct again again = { .statement_count = 0 };
	int result = order->statement_count > LIMIT_RECIPIENTS ? failure_err(failure, ERR_FORMAT, "sealing again") : TSG_OK;
	enum err err = ERR_OK;

	arena_init(&again.arena, 2 * LIMIT_DATA_BYTES + LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++)
		buf_init(&again.statements[i], 2 * LIMIT_STATEMENT_BYTES);
	for (size_t i = 0; i < LIMIT_RECIPIENTS * LIMIT_PARTS; i++)
		buf_init(&again.parts[i], 2 * LIMIT_PART_BYTES);
	for (size_t i = 0; i < order->statement_count && result == TSG_OK; i++)
		result = reseal_view(order->statements[i], order, bundle, directory, now_us, &again, failure);
	if (result == TSG_OK)
		err = gather(&again, order->owner, ret_order);
	if (err != ERR_OK)
		result = failure_err(failure, err, "sealing again");
	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++)
		buf_free(&again.statements[i]);
	for (size_t i = 0; i < LIMIT_RECIPIENTS * LIMIT_PARTS; i++)
		buf_free(&again.parts[i]);
	arena_free(&again.arena);
	return result;
}

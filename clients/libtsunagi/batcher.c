/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/batcher.c - see batcher.h for the contract. */
#include "libtsunagi/batcher.h"

#include <stdlib.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "libtsunagi/batch_message.h"

#define ORDER_OVERHEAD 16u /* bytes of framing around an order and around each statement, at most */

struct open_batch {
	struct open_batch *next;
	uint64_t number;
	struct order_queue orders;
};

struct batcher {
	const char *site;
	const struct certificate *certificate;
	const struct private_key *key;
	struct order_queue waiting;
	struct open_batch *open; /* oldest first */
	size_t open_count;
	uint64_t number;
	struct arena arena; /* one batch's message */
	struct buf message; /* what is signed */
};

enum err batcher_new(const char *site, const struct certificate *certificate, const struct private_key *key, struct batcher **ret_batcher)
{
	struct batcher *batcher = calloc(1, sizeof *batcher);

	if (batcher == NULL)
		return ERR_NOMEM;
	batcher->site = site;
	batcher_set_signer(batcher, certificate, key);
	arena_init(&batcher->arena, LIMIT_DECODE_BYTES);
	buf_init(&batcher->message, 1024);
	*ret_batcher = batcher;
	return ERR_OK;
}

void batcher_set_signer(struct batcher *batcher, const struct certificate *certificate, const struct private_key *key)
{
	batcher->certificate = certificate;
	batcher->key = key;
}

void batcher_set_site(struct batcher *batcher, const char *site)
{
	batcher->site = site;
}

void batcher_free(struct batcher *batcher)
{
	if (batcher == NULL)
		return;
	batcher_requeue(batcher);
	order_queue_free(&batcher->waiting);
	arena_free(&batcher->arena);
	buf_free(&batcher->message);
	free(batcher);
}

void batcher_put(struct batcher *batcher, struct order *order, bool first)
{
	if (first)
		order_queue_put_first(&batcher->waiting, order);
	else
		order_queue_put(&batcher->waiting, order);
}

static size_t control_bytes(const struct order *order)
{
	return order->statement_bytes + ORDER_OVERHEAD * (1 + order->statement_count);
}

/* As many of the waiting orders as make the next batch; *ret_full when more would not have gone into it. */
static struct batch_load next_batch(const struct batcher *batcher, const struct session_terms *terms, bool *ret_full)
{
	size_t control = 0, data = 0;
	struct batch_load load = { 0 };

	*ret_full = true;
	for (const struct order *order = batcher->waiting.first; order != NULL; order = order->next) {
		control += control_bytes(order);
		data += order->part_bytes;
		if (load.orders > 0 && (control + data > LIMIT_BATCH_BYTES || data > terms->batch_bytes_max || load.orders == LIMIT_ORDERS))
			return load;
		load.orders++;
		load.statements += order->statement_count;
		load.parts += order->part_count;
	}
	*ret_full = control + data >= LIMIT_BATCH_BYTES || load.orders >= LIMIT_ORDERS;
	return load;
}

static enum err sign(struct batcher *batcher, const struct digest *root, uint8_t signature[SIGNATURE_P256_MAX], size_t *len)
{
	buf_clear(&batcher->message);
	batch_signed_message(batcher->site, certificate_digest(batcher->certificate), root, &batcher->message);
	if (batcher->message.err != ERR_OK)
		return batcher->message.err;
	return signature_sign_p256(batcher->key, buf_bytes(&batcher->message), signature, len);
}

static enum err transmit(struct batcher *batcher, struct session *session, const struct batch_load *load, uint64_t number)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	struct batch_message made;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t signature_len = sizeof signature;
	enum err err = ERR_OK;

	arena_reset(&batcher->arena);
	err = batch_message_make(batcher->waiting.first, load, &batcher->arena, &made);
	if (err == ERR_OK)
		err = sign(batcher, &made.root, signature, &signature_len);
	if (err != ERR_OK)
		return err;
	made.batch.number = number;
	made.batch.certificate_sha256 = pb_of_bytes(digest_bytes(certificate_digest(batcher->certificate)));
	made.batch.signature = pb_of_bytes(bytes_of(signature, signature_len));
	message.body_case = PB__FROM_CLIENT__BODY_BATCH;
	message.batch = &made.batch;
	return session_send_runs(session, &message, made.parts, made.part_count);
}

/* Moves the first count orders from waiting to the open batch. */
static void open_add(struct batcher *batcher, struct open_batch *opened, size_t count)
{
	struct open_batch **place = &batcher->open;

	while (count-- > 0)
		order_queue_put(&opened->orders, order_queue_take(&batcher->waiting));
	while (*place != NULL)
		place = &(*place)->next;
	*place = opened;
	batcher->open_count++;
}

static enum err send_one(struct batcher *batcher, struct session *session, const struct batch_load *load)
{
	struct open_batch *opened = calloc(1, sizeof *opened);
	enum err err = opened == NULL ? ERR_NOMEM : transmit(batcher, session, load, batcher->number + 1);

	if (err != ERR_OK) {
		free(opened);
		return err;
	}
	opened->number = ++batcher->number;
	open_add(batcher, opened, load->orders);
	return ERR_OK;
}

enum err batcher_send(struct batcher *batcher, struct session *session)
{
	const struct session_terms *terms = session_terms(session);

	while (batcher->waiting.count > 0 && batcher->open_count < terms->batches_open_max) {
		bool full = false;
		struct batch_load load = next_batch(batcher, terms, &full);
		enum err err = ERR_OK;

		if (!session_can_send(session) || (batcher->open_count > 0 && !full))
			return ERR_OK;
		err = send_one(batcher, session, &load);
		if (err == ERR_BUSY)
			return ERR_OK;
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err batcher_answered(struct batcher *batcher, uint64_t number, size_t answers, struct order_queue *ret_orders)
{
	struct open_batch **place = &batcher->open;
	struct open_batch *found = NULL;

	while (*place != NULL && (*place)->number != number)
		place = &(*place)->next;
	found = *place;
	if (found == NULL)
		return ERR_NOT_FOUND;
	if (found->orders.count != answers)
		return ERR_FORMAT;
	*place = found->next;
	batcher->open_count--;
	*ret_orders = found->orders;
	free(found);
	return ERR_OK;
}

void batcher_put_back(struct batcher *batcher, struct order_queue *orders)
{
	order_queue_prepend(&batcher->waiting, orders);
}

void batcher_requeue(struct batcher *batcher)
{
	struct order_queue again = { 0 };
	struct open_batch *opened = NULL;

	while ((opened = batcher->open) != NULL) {
		batcher->open = opened->next;
		while (opened->orders.first != NULL)
			order_queue_put(&again, order_queue_take(&opened->orders));
		free(opened);
	}
	batcher->open_count = 0;
	order_queue_prepend(&batcher->waiting, &again);
}

void batcher_take_all(struct batcher *batcher, struct order_queue *ret_orders)
{
	*ret_orders = batcher->waiting;
	batcher->waiting = (struct order_queue){ 0 };
}

size_t batcher_waiting(const struct batcher *batcher)
{
	return batcher->waiting.count;
}

size_t batcher_waiting_bytes(const struct batcher *batcher)
{
	return batcher->waiting.bytes;
}

size_t batcher_unanswered(const struct batcher *batcher)
{
	return batcher->open_count;
}

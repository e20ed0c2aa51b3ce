/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/batcher.h - gathers orders into signed batches.
 *
 * What is alone travels at once; what comes while a batch is unanswered travels together, as soon as LIMIT_BATCH_BYTES have come
 * together or nothing is unanswered any more; never more batches are unanswered than the broker's Welcome allows. */
#pragma once
#include "crypto/certificate.h"
#include "libtsunagi/order.h"
#include "libtsunagi/session.h"

struct batcher;

/* site, certificate and key are borrowed for the batcher's life (or until the next signer). */
enum err batcher_new(const char *site, const struct certificate *certificate, const struct private_key *key, struct batcher **ret_batcher);
void batcher_free(struct batcher *batcher); /* with the orders in it; NULL does nothing */
void batcher_set_signer(struct batcher *batcher, const struct certificate *certificate, const struct private_key *key);

void batcher_set_site(struct batcher *batcher, const char *site);

/* Takes the order over; first: before all that wait (acknowledgements). */
void batcher_put(struct batcher *batcher, struct order *order, bool first);

/* Sends all that may travel now.  ERR_OK also when nothing may; the session's errors; ERR_NOMEM, ERR_CRYPTO: the orders still wait. */
enum err batcher_send(struct batcher *batcher, struct session *session);

/* The batch of that number was answered: its orders, in order, are now in *ret_orders.  ERR_NOT_FOUND: no such batch is unanswered;
 * ERR_FORMAT: it holds another number of orders (it stays unanswered). */
enum err batcher_answered(struct batcher *batcher, uint64_t number, size_t answers, struct order_queue *ret_orders);

/* What was taken by batcher_answered waits again after all, first, in its order. */
void batcher_put_back(struct batcher *batcher, struct order_queue *orders);

/* The session was lost: what is unanswered waits again, first, in its order. */
void batcher_requeue(struct batcher *batcher);

/* Everything that waits, for its owner to free. */
void batcher_take_all(struct batcher *batcher, struct order_queue *ret_orders);

size_t batcher_waiting(const struct batcher *batcher);       /* orders not sent */
size_t batcher_waiting_bytes(const struct batcher *batcher);
size_t batcher_unanswered(const struct batcher *batcher);    /* batches */

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/saying.c - see saying.h for the contract. */
#include "libtsunagi/saying.h"

#include <stdlib.h>

#include "libtsunagi/api.h"

static enum err put(struct tsg_client *client, const Pb__Statement *statement, struct cargo *cargo)
{
	struct order *order = NULL;
	struct bytes bytes;
	struct buf packed;
	enum err err = ERR_OK;

	buf_init(&packed, LIMIT_STATEMENT_BYTES);
	err = codec_pack(&statement->base, &packed);
	bytes = buf_bytes(&packed);
	if (err == ERR_OK)
		err = order_new(&bytes, 1, NULL, 0, cargo, &order);
	buf_free(&packed);
	if (err == ERR_OK)
		batcher_put(client->batcher, order, false);
	return err;
}

int say_statement(struct tsg_client *client, const Pb__Statement *statement, int64_t until_us, uint64_t *ret_seq)
{
	struct saying saying = { .answered = false };
	struct cargo *cargo = NULL;
	enum err err = ERR_OK;

	if (!api_wait_open(client, until_us))
		return client_tell_connection(client, "the order");
	cargo = calloc(1, sizeof *cargo);
	if (cargo == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the order");
	cargo->kind = CARGO_SAYING;
	cargo->saying = &saying;
	err = put(client, statement, cargo);
	if (err != ERR_OK) {
		cargo_free(cargo);
		return failure_err(&client->failure, err, "the order");
	}
	client_work(client);
	while (!saying.answered && client_wait(client, until_us))
		;
	if (!saying.answered) {
		cargo->saying = NULL; /* still with the batcher: freed when it is answered */
		return client_tell_connection(client, "the order");
	}
	if (!saying.accepted) {
		client->failure = saying.failure;
		return saying.failure.result;
	}
	*ret_seq = saying.seq;
	return TSG_OK;
}

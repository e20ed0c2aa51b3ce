/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/asking.c - see client.h: questions to the broker that change nothing, each with a number to know its answer by. */
#include "base/clock.h"
#include "libtsunagi/client.h"

#define ANSWER_BYTES (2u * LIMIT_DECODE_BYTES)
#define PAUSE_MS 250 /* where a busy broker names none */

enum err asking_ask(struct tsg_client *client, Pb__Read *read, const struct asked *what)
{
	struct asking *asking = &client->asking;
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	enum err err = ERR_OK;

	if (asking->count == ASKED_MAX)
		return ERR_BUSY;
	read->number = asking->number + 1;
	message.body_case = PB__FROM_CLIENT__BODY_READ;
	message.read = read;
	err = session_send(client->session, &message, bytes_of(NULL, 0));
	if (err != ERR_OK)
		return err;
	asking->number++;
	asking->rows[asking->count] = *what;
	asking->rows[asking->count++].number = asking->number;
	return ERR_OK;
}

static bool take_row(struct asking *asking, uint64_t number, struct asked *ret_asked)
{
	for (size_t i = 0; i < asking->count; i++)
		if (asking->rows[i].number == number) {
			*ret_asked = asking->rows[i];
			asking->rows[i] = asking->rows[--asking->count];
			return true;
		}
	return false;
}

/* The frame is gone with the next one: who waits gets a copy. */
static void keep_for_caller(struct answer_read *caller, const Pb__ReadResult *result, struct bytes data)
{
	const ProtobufCMessage *copy = NULL;

	if (codec_copy(&result->base, &caller->arena, &copy) == ERR_OK)
		caller->result = (const Pb__ReadResult *)copy;
	buf_put(&caller->data, data);
	caller->done = true;
}

void asking_answered(struct tsg_client *client, const Pb__ReadResult *result, struct bytes data)
{
	struct asked asked;

	if (!take_row(&client->asking, result->number, &asked))
		return; /* who asked has gone */
	switch (asked.purpose) {
	case ASK_DIRECTORY:
		watching_directory_piece(client, result, data);
		break;
	case ASK_CONFIDENTIAL:
		watching_records_piece(client, result, data);
		break;
	case ASK_SIGNER:
		watching_signer_answer(client, &asked, result);
		break;
	case ASK_BINDING:
		watching_binding_proof(client, &asked, result);
		break;
	case ASK_CALLER:
		if (client->asking.caller != NULL)
			keep_for_caller(client->asking.caller, result, data);
		break;
	}
}

void asking_lost(struct tsg_client *client)
{
	client->asking.count = 0;
}

void asking_free(struct answer_read *answer)
{
	arena_free(&answer->arena);
	buf_free(&answer->data);
}

/* Says the question again when a session was lost meanwhile. */
static void ask_once(struct tsg_client *client, Pb__Read *read)
{
	const struct asked what = { .purpose = ASK_CALLER };

	for (size_t i = 0; i < client->asking.count; i++)
		if (client->asking.rows[i].purpose == ASK_CALLER)
			return;
	/* Whatever keeps it from going is over by the next turn or the time runs out. */
	if (session_is_open(client->session) && asking_ask(client, read, &what) != ERR_OK)
		return;
}

static void forget_caller(struct asking *asking)
{
	asking->caller = NULL;
	for (size_t i = asking->count; i-- > 0;)
		if (asking->rows[i].purpose == ASK_CALLER)
			asking->rows[i] = asking->rows[--asking->count];
}

bool asking_not_now(const Pb__ReadResult *result)
{
	if (result->result_case != PB__READ_RESULT__RESULT_REFUSAL)
		return false;
	return result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED ||
	       result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING || result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL;
}

static void wait_for_answer(struct tsg_client *client, Pb__Read *read, int64_t until_us)
{
	client->asking.caller->done = false;
	client_work(client);
	do
		ask_once(client, read);
	while (!client->asking.caller->done && !knowledge_forked(client->knowledge) && client_wait(client, until_us));
}

/* The pause that a busy broker asks for; false when the time would be over by then. */
static bool pause_is_over(struct tsg_client *client, const struct answer_read *answer, int64_t until_us)
{
	uint32_t pause_ms = answer->result->refusal->retry_after_ms;
	int64_t again_us = clock_mono_us() + (pause_ms == 0 ? PAUSE_MS : (int64_t)pause_ms) * 1000;

	if (again_us >= until_us)
		return false;
	while (client_wait(client, again_us))
		;
	return true;
}

int asking_wait(struct tsg_client *client, Pb__Read *read, const char *what, int64_t until_us, struct answer_read *ret_answer)
{
	int result = TSG_OK;

	*ret_answer = (struct answer_read){ 0 };
	arena_init(&ret_answer->arena, ANSWER_BYTES);
	buf_init(&ret_answer->data, LIMIT_DATA_BYTES);
	client->asking.caller = ret_answer;
	wait_for_answer(client, read, until_us);
	while (ret_answer->done && ret_answer->result != NULL && asking_not_now(ret_answer->result) && pause_is_over(client, ret_answer, until_us)) {
		arena_reset(&ret_answer->arena);
		buf_clear(&ret_answer->data);
		wait_for_answer(client, read, until_us);
	}
	forget_caller(&client->asking);
	if (!ret_answer->done)
		result = client_trusts(client) != TSG_OK ? client->failure.result : client_tell_connection(client, what);
	else if (ret_answer->result == NULL || ret_answer->data.err != ERR_OK)
		result = failure_tell(&client->failure, PROBLEM_MEMORY, what, NULL);
	else if (ret_answer->result->result_case == PB__READ_RESULT__RESULT_REFUSAL)
		result = failure_refused(&client->failure, ret_answer->result->refusal);
	if (result != TSG_OK)
		asking_free(ret_answer);
	return result;
}

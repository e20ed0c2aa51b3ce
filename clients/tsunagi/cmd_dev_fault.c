/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define TIMES_MAX 1000

static const struct {
	const char *word;
	Pb__DevFault fault;
	const char *told[2];
} faults[] = {
	{ "lose-ack", PB__DEV_FAULT__DEV_FAULT_LOSE_ACK,
	  { "TEST: the next answer that says accepted will be lost.\n", "TEST:次の「受け付けた」という返事が失われます。\n" } },
	{ "cut", PB__DEV_FAULT__DEV_FAULT_CUT, { "TEST: the connection is cut.\n", "TEST:接続を切ります。\n" } },
	{ "duplicate", PB__DEV_FAULT__DEV_FAULT_DUPLICATE,
	  { "TEST: what is handed out next will be handed out twice.\n", "TEST:次に渡すものは二度渡します。\n" } },
};

#define FAULTS (sizeof faults / sizeof *faults)

static enum outcome ask(const struct call *call, Pb__DevFault fault, uint64_t times, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminDevFault asked = PB__ADMIN_DEV_FAULT__INIT;
	const char *agency = args_text(&call->args, "agency");
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	asked.fault = fault;
	asked.times = (uint32_t)times;
	if (agency != NULL)
		asked.agency = (char *)(uintptr_t)agency;
	request.body_case = PB__ADMIN_REQUEST__BODY_DEV_FAULT;
	request.dev_fault = &asked;
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
	arena_free(&arena);
	return outcome;
}

enum outcome cmd_dev_fault(const struct call *call)
{
	const char *word = call_operand(call, 0);
	struct args_fault wrong;
	uint64_t times, seq = 0;
	enum outcome outcome;
	size_t at = 0;

	while (at < FAULTS && strcmp(faults[at].word, word) != 0)
		at++;
	if (at == FAULTS)
		return call_usage(call, words("%s: it is lose-ack, cut or duplicate", "%s:lose-ack、cut、duplicate のいずれかです"), word);
	if (args_count(&call->args, "times", 1, TIMES_MAX, 1, &times, &wrong) != ERR_OK)
		return call_fault(call, &wrong);
	outcome = ask(call, faults[at].fault, times, &seq);
	if (outcome != OUTCOME_DONE)
		return outcome;
	out_text("%s", words(faults[at].told[0], faults[at].told[1]));
	if (out_json_wanted())
		out_json(json_pack("{s:b,s:s,s:I,s:I}", "test", 1, "fault", word, "times", (json_int_t)times, "seq", (json_int_t)seq));
	return OUTCOME_DONE;
}

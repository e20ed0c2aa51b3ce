/* SPDX-License-Identifier: Apache-2.0 */
#include "trio.h"

#include "contract/leaf.h"
#include "contract/merkle.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };

void trio_open(struct trio *trio, void (*change)(struct config *config))
{
	house_open(&trio->house, change);
	house_directory(&trio->house, ids, 3);
	visitor_new(&trio->alpha, &trio->house, "alpha");
	visitor_new(&trio->beta, &trio->house, "beta");
	visitor_new(&trio->gamma, &trio->house, "gamma");
	visitor_enrol(&trio->alpha);
	visitor_enrol(&trio->beta);
	visitor_enrol(&trio->gamma);
	arena_init(&trio->arena, 64u << 20);
}

void trio_close(struct trio *trio)
{
	visitor_free(&trio->alpha);
	visitor_free(&trio->beta);
	visitor_free(&trio->gamma);
	arena_free(&trio->arena);
	house_close(&trio->house);
}

/* The only order's entry. */
static uint64_t send_accepted(struct visitor *visitor, struct parcels *parcels)
{
	const Pb__Replies *replies;
	struct leaf_header header;

	visitor_send_batch(visitor, parcels, NULL);
	replies = visitor_replies(visitor);
	parcels_free(parcels);
	require(replies->n_replies == 1 && replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	require_ok(leaf_header_decode(bytes_of_pb(replies->replies[0]->accepted->header), &header));
	return header.seq;
}

uint64_t trio_note(struct visitor *from, const struct visitor *const *to, size_t count, uint8_t ret_id[16], void (*change)(Pb__View *view))
{
	struct parcels parcels;

	parcels_begin(&parcels);
	parcels_note(&parcels, from, to, count, 500, ret_id, change);
	return send_accepted(from, &parcels);
}

struct taken trio_take(struct visitor *visitor)
{
	const Pb__Handout *handout;
	const Pb__HandoutItem *item;

	visitor_credit(visitor, 1, 1 << 20);
	handout = visitor_await(visitor, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	require(handout->n_items == 1);
	item = handout->items[0];
	return (struct taken){ item->item, item->seq, merkle_leaf(bytes_of_pb(item->statement)), item->attempts, item->redelivered };
}

void trio_refuse(struct visitor *visitor, const struct taken *taken, Pb__RefuseReason reason)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__Refuse refused = PB__REFUSE__INIT;
	struct parcels parcels;

	refused.item = taken->item;
	refused.view_hash = pb_of_bytes(digest_bytes(&taken->view_hash));
	refused.reason = reason;
	said.body_case = PB__STATEMENT__BODY_REFUSE;
	said.refuse = &refused;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &said);
	send_accepted(visitor, &parcels);
}

void trio_acknowledge(struct visitor *visitor, const struct taken *taken)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Acknowledge__Item one = PB__ACKNOWLEDGE__ITEM__INIT, *items = &one;
	struct parcels parcels;

	one.item = taken->item;
	one.view_hash = pb_of_bytes(digest_bytes(&taken->view_hash));
	acknowledge.items = &items;
	acknowledge.n_items = 1;
	said.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	said.acknowledge = &acknowledge;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &said);
	send_accepted(visitor, &parcels);
}

/* A reading that the writer records: it answers after the batches before. */
void trio_settle(struct trio *trio)
{
	const Pb__AdminQueueList everything = PB__ADMIN_QUEUE_LIST__INIT;

	require(trio_list(trio, &everything)->body_case == PB__ADMIN_REPLY__BODY_QUEUE);
}

static bool nothing_leased(void *context)
{
	struct broker_gauges gauges;

	broker_gauges(((struct trio *)context)->house.broker, &gauges);
	return gauges.leased == 0;
}

void trio_lose(struct trio *trio, struct visitor *visitor)
{
	trio_settle(trio);
	visitor_hang_up(visitor);
	require(eventually(nothing_leased, trio));
	visitor_connect(visitor, visitor->curve_public, visitor->curve_secret);
	visitor_hello(visitor);
}

const Pb__AdminReply *trio_ask(struct trio *trio, const Pb__AdminRequest *request)
{
	return house_ask(&trio->house, request, &trio->arena);
}

const Pb__AdminReply *trio_list(struct trio *trio, const Pb__AdminQueueList *list)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;

	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_LIST;
	request.queue_list = (Pb__AdminQueueList *)(uintptr_t)list;
	return trio_ask(trio, &request);
}

void trio_act(struct trio *trio, Pb__QueueAct act, uint64_t item)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminQueueAct queue_act = PB__ADMIN_QUEUE_ACT__INIT;

	queue_act.act = act;
	queue_act.items = &item;
	queue_act.n_items = 1;
	queue_act.reason = pb_of_text("test");
	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_ACT;
	request.queue_act = &queue_act;
	require(trio_ask(trio, &request)->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

void trio_hide_beta(struct trio *trio)
{
	static const char *const names[] = { "alpha", "beta", "gamma" };
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__Names ja = PB__NAMES__INIT;
	Pb__Agency agencies[3], *pointers[3];
	struct buf packed;

	ja.ja = pb_of_text("窓口");
	for (size_t i = 0; i < 3; i++) {
		pb__agency__init(&agencies[i]);
		agencies[i].id = pb_of_text(names[i]);
		agencies[i].coordinator = pb_of_text(i == 2 ? "alpha" : "gamma"); /* of beta it is its proxy */
		agencies[i].names = i == 1 ? NULL : &ja;
		pointers[i] = &agencies[i];
	}
	agencies[1].confidential = true;
	agencies[1].proxy = pb_of_text("gamma");
	file.site = pb_of_text(HOUSE_SITE);
	file.local_government_code = pb_of_text("121002");
	file.names = &ja;
	file.zone = pb_of_text("Asia/Tokyo");
	file.agencies = pointers;
	file.n_agencies = 3;
	buf_init(&packed, 1 << 20);
	require_ok(codec_pack(&file.base, &packed));
	request.body_case = PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD;
	request.directory_load = pb_of_bytes(buf_bytes(&packed));
	require(trio_ask(trio, &request)->body_case == PB__ADMIN_REPLY__BODY_DONE);
	buf_free(&packed);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* site.c - see site.h. */
#include "site.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/limits.h"
#include "contract/merkle.h"
#include "contract/replies.h"
#include "unit.h"
#include "ledger/entry.h"

#define INVITED_US 86400000000ll /* a day */

void (*site_change_agency)(Pb__Agency *agency);

static void open_broker(struct site *site)
{
	struct store_options options = {
		.directory = unit_folder(),
		.map_bytes = site->map_bytes,
		.reserve_bytes = 160u * 1024u, /* the last message that it lets in may take 90 KiB of it */
		.readers_max = 16,
		.create = true,
	};

	require_ok(store_open(&options, &site->store));
	require_ok(broker_open(&site->options, site->store, &site->broker));
}

void site_open(struct site *site)
{
	uint64_t map_bytes = site->map_bytes;
	struct broker_options options = site->options;

	*site = (struct site){ .map_bytes = map_bytes == 0 ? 256u * 1024u * 1024u : map_bytes };
	site->clocks = (struct clocks){ SITE_NOW_US, 1000000000 };
	require_ok(private_key_new(KEY_ED25519, &site->checkpoint_key));
	require_ok(private_key_new(KEY_P256, &site->root_key));
	require_ok(certificate_root_new(SITE_NAME, site->root_key, SITE_NOW_US - 1000000, SITE_NOW_US + 1000000000000, &site->root));
	site->options = (struct broker_options){
		.site = SITE_NAME,
		.local_government_code = "121002",
		.checkpoint_key = site->checkpoint_key,
		.site_certificate = site->root,
		.ring_slots = 4096,
		.ring_reserve = 64,
		.batch_orders = 4096,
		.batch_bytes = 8u * 1024u * 1024u,
		.attempts_max = options.attempts_max == 0 ? 3 : options.attempts_max,
		.lease_us = 120000000,
		.test_site = options.test_site,
		.unpolled_us = options.unpolled_us,
		.part_days = options.part_days,
		.body_years = options.body_years,
		.erase_piece = options.erase_piece,
		.mailbox_items_max = options.mailbox_items_max == 0 ? 100000 : options.mailbox_items_max,
		.items_max = options.items_max == 0 ? 1000000 : options.items_max,
	};
	arena_init(&site->answer_arena, 16u * 1024u * 1024u);
	open_broker(site);
}

static void forget_told(struct site *site)
{
	for (size_t i = 0; i < site->out_count; i++)
		outbound_free(site->out[i]);
	site->out_count = 0;
}

static void close_broker(struct site *site)
{
	forget_told(site);
	broker_close(site->broker);
	store_close(site->store);
	site->broker = NULL;
	site->store = NULL;
}

void site_reopen(struct site *site)
{
	close_broker(site);
	open_broker(site);
}

void site_close(struct site *site)
{
	close_broker(site);
	arena_free(&site->answer_arena);
	private_key_free(site->checkpoint_key);
	private_key_free(site->root_key);
	certificate_free(site->root);
}

enum err site_try(struct site *site, struct inbound *const *inbound, size_t count)
{
	void *item;
	enum err err;

	forget_told(site);
	err = batch_run(site->broker, site->clocks, inbound, count);
	if (err == ERR_OK)
		err = batch_tell(site->broker);
	while (site->out_count < SITE_OUT_MAX && ring_take(broker_outbound(site->broker), &item, 1) == 1)
		site->out[site->out_count++] = item;
	return err;
}

void site_run(struct site *site, struct inbound *inbound)
{
	require_ok(site_try(site, &inbound, inbound == NULL ? 0 : 1));
}

void site_pass(struct site *site, int64_t us)
{
	site->clocks.wall_us += us;
	site->clocks.mono_us += us;
}

/* ---- what the site does by itself ---- */

uint64_t site_settle(struct site *site, site_decide decide, void *context)
{
	struct batch *batch = &site->broker->batch;
	struct decision decision;
	struct outcome outcome;
	struct bytes note;

	batch->clocks = site->clocks;
	batch->world.now_us = site->clocks.wall_us;
	require_ok(txn_begin_write(site->store, &batch->world.txn));
	require_ok(decide(&batch->world, context, &decision));
	require_ok(batch_settle(batch, &decision, &outcome));
	batch->leg_work = batch->leg_work_last = NULL; /* what it leads to is a batch's affair, but for what it had no room to tell */
	require_ok(batch_legs(batch));
	require_ok(ledger_seal(site->broker->ledger, batch->world.txn, &note));
	require_ok(txn_commit(batch->world.txn));
	ledger_keep(site->broker->ledger);
	memory_apply_effects(batch);
	batch->effects.count = 0;
	arena_reset(&batch->arena);
	return outcome.seq;
}

struct tales {
	const struct site_tale *tales;
	size_t count;
};

static Pb__SubmitEntry *silent_entry(struct world *world, uint32_t author)
{
	static uint8_t statement[] = "silent";
	struct {
		Pb__SubmitEntry entry;
		Pb__SignedOrder order;
		Pb__SubmitEntry__Recipient recipient;
		Pb__SubmitEntry__Recipient *recipients[1];
		ProtobufCBinaryData statements[1];
		uint8_t id[16];
		struct digest hash;
	} *made = world_alloc(world, 1, sizeof(*made));

	require(made != NULL);
	pb__submit_entry__init(&made->entry);
	pb__signed_order__init(&made->order);
	pb__submit_entry__recipient__init(&made->recipient);
	unit_random_bytes(made->id, sizeof(made->id));
	made->statements[0] = pb_of_bytes(bytes_of(statement, sizeof(statement)));
	made->hash = merkle_leaf(bytes_of(statement, sizeof(statement)));
	made->order.statements = made->statements;
	made->order.n_statements = 1;
	made->order.agency = author;
	made->recipient.agency = author;
	made->recipient.silent = true;
	made->recipient.view_hash = pb_of_bytes(digest_bytes(&made->hash));
	made->recipients[0] = &made->recipient;
	made->entry.order = &made->order;
	made->entry.recipients = made->recipients;
	made->entry.n_recipients = 1;
	made->entry.message_id = pb_of_bytes(bytes_of(made->id, sizeof(made->id)));
	return &made->entry;
}

static enum err decide_tales(struct world *world, void *context, struct decision *ret_decision)
{
	const struct tales *tales = context;
	Pb__SubmitEntry *entry = silent_entry(world, tales->tales[0].author == 0 ? 1 : tales->tales[0].author);

	entry->told = world_alloc(world, tales->count, sizeof(*entry->told));
	require(entry->told != NULL);
	for (size_t i = 0; i < tales->count; i++) {
		Pb__Told *told = NULL;

		require_ok(tales->tales[i].tell(world, tales->tales[i].context, &told));
		if (told != NULL)
			entry->told[entry->n_told++] = told;
	}
	return decide_entry(world, PB__ENTRY_BODY__BODY_SUBMIT, entry, ret_decision);
}

uint64_t site_tell(struct site *site, const struct site_tale *tales, size_t count)
{
	return site_settle(site, decide_tales, &(struct tales){ tales, count });
}

/* ---- inbounds ---- */

static void release(struct inbound *inbound)
{
	arena_free(&inbound->arena);
	free(inbound);
}

static struct inbound *inbound_new(enum inbound_type type)
{
	struct inbound *inbound = calloc(1, sizeof(*inbound));

	require(inbound != NULL);
	arena_init(&inbound->arena, 256u * 1024u * 1024u);
	inbound->type = type;
	inbound->release = release;
	return inbound;
}

static void *take(struct inbound *inbound, size_t size)
{
	void *room = arena_calloc(&inbound->arena, 1, size);

	require(room != NULL);
	return room;
}

static ProtobufCBinaryData keep(struct inbound *inbound, struct bytes bytes)
{
	uint8_t *copy = arena_copy(&inbound->arena, bytes);

	require(copy != NULL);
	return pb_of_bytes(bytes_of(copy, bytes.len));
}

static char *keep_text(struct inbound *inbound, const char *text)
{
	return (char *)keep(inbound, bytes_of(text, strlen(text) + 1)).data;
}

/* ---- operators ---- */

static struct inbound *act_new(Pb__AdminRequest **ret_request)
{
	static const Pb__Operator operator = { PROTOBUF_C_MESSAGE_INIT(&pb__operator__descriptor), 1000, (char *)"operator" };
	struct inbound *inbound = inbound_new(INBOUND_OPERATOR);
	Pb__AdminRequest *request = take(inbound, sizeof(*request));

	pb__admin_request__init(request);
	inbound->act.request = request;
	inbound->act.operator = &operator;
	*ret_request = request;
	return inbound;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct inbound *site_load(const char *const *ids, size_t count)
{
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__Agency *agencies = calloc(count + 1, sizeof(*agencies));
	Pb__Agency **list = calloc(count + 1, sizeof(*list));
	const char **sorted = calloc(count + 1, sizeof(*sorted));
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(&request);
	struct buf packed;

	require(agencies != NULL && list != NULL && sorted != NULL);
	buf_init(&packed, SIZE_MAX);
	for (size_t i = 0; i < count; i++)
		sorted[i] = ids[i];
	qsort(sorted, count, sizeof(*sorted), compare_text);
	for (size_t i = 0; i < count; i++) {
		pb__agency__init(&agencies[i]);
		agencies[i].id = (char *)(uintptr_t)sorted[i];
		list[i] = &agencies[i];
		if (site_change_agency != NULL)
			site_change_agency(&agencies[i]);
	}
	file.site = (char *)(uintptr_t)SITE_NAME;
	file.local_government_code = (char *)(uintptr_t)"121002";
	file.agencies = list;
	file.n_agencies = count;
	require_ok(codec_pack(&file.base, &packed));
	request->body_case = PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD;
	request->directory_load = keep(inbound, buf_bytes(&packed));
	buf_free(&packed);
	free(sorted);
	free(list);
	free(agencies);
	return inbound;
}

struct inbound *site_add(const char *id, const uint8_t key[32], int64_t expires_at_us)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(&request);
	Pb__AdminAgencyAdd *add = take(inbound, sizeof(*add));

	pb__admin_agency_add__init(add);
	add->agency = keep_text(inbound, id);
	add->curve_key = keep(inbound, bytes_of(key, 32));
	add->expires_at_us = expires_at_us;
	request->body_case = PB__ADMIN_REQUEST__BODY_AGENCY_ADD;
	request->agency_add = add;
	return inbound;
}

struct inbound *site_revoke(const char *id, bool compromised)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(&request);
	Pb__AdminRevoke *revoke = take(inbound, sizeof(*revoke));

	pb__admin_revoke__init(revoke);
	revoke->agency = keep_text(inbound, id);
	revoke->compromised = compromised;
	revoke->reason = keep_text(inbound, "lost");
	request->body_case = PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE;
	request->agency_revoke = revoke;
	return inbound;
}

struct inbound *site_act(Pb__QueueAct act, const uint64_t *items, size_t count)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(&request);
	Pb__AdminQueueAct *queue_act = take(inbound, sizeof(*queue_act));

	pb__admin_queue_act__init(queue_act);
	queue_act->act = act;
	queue_act->items = (uint64_t *)keep(inbound, bytes_of(items, count * sizeof(*items))).data;
	queue_act->n_items = count;
	queue_act->reason = keep_text(inbound, "a test");
	request->body_case = PB__ADMIN_REQUEST__BODY_QUEUE_ACT;
	request->queue_act = queue_act;
	return inbound;
}

struct inbound *site_trace(const uint8_t message_id[16])
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(&request);

	request->body_case = PB__ADMIN_REQUEST__BODY_TRACE;
	request->trace = keep(inbound, bytes_of(message_id, 16));
	return inbound;
}

static void take_answer(struct inbound *inbound, const Pb__AdminReply *reply)
{
	struct site *site = inbound->context;

	arena_reset(&site->answer_arena);
	require_ok(codec_copy(&reply->base, &site->answer_arena, (const ProtobufCMessage **)&site->answer));
}

void site_operate(struct site *site, struct inbound *inbound)
{
	site->answer = NULL;
	inbound->context = site;
	inbound->answer = take_answer;
	site_run(site, inbound);
	require(site->answer != NULL);
}

void site_directory(struct site *site, const char *const *ids, size_t count)
{
	site_operate(site, site_load(ids, count));
	require(site->answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

/* ---- agencies ---- */

void site_make_device(const struct site *site, const char *id, struct desk_device *ret_device)
{
	const struct registry_agency *agency = registry_by_id(site->broker->registry, bytes_of_text(id));

	*ret_device = (struct desk_device){ 0 };
	require(agency != NULL);
	ret_device->agency = agency->number;
	snprintf(ret_device->id, sizeof(ret_device->id), "%s", id);
	snprintf(ret_device->address, sizeof(ret_device->address), "%s@" SITE_NAME, id);
	unit_random_bytes(ret_device->curve_key, sizeof(ret_device->curve_key));
	unit_random_bytes(ret_device->signing, sizeof(ret_device->signing));
	unit_random_bytes(ret_device->sealing, sizeof(ret_device->sealing));
}

static Pb__BindEntry *bind_entry(struct inbound *inbound, const struct desk_device *device)
{
	Pb__BindEntry *entry = take(inbound, sizeof(*entry));

	pb__bind_entry__init(entry);
	entry->agency = device->agency;
	entry->device_name = keep_text(inbound, "desk");
	entry->curve_key = keep(inbound, bytes_of(device->curve_key, sizeof(device->curve_key)));
	entry->signing_certificate = keep(inbound, bytes_of(device->signing, sizeof(device->signing)));
	entry->sealing_certificate = keep(inbound, bytes_of(device->sealing, sizeof(device->sealing)));
	return entry;
}

struct inbound *site_bind(const struct desk_device *device, const uint8_t *invitation)
{
	struct inbound *inbound = inbound_new(INBOUND_BIND);
	Pb__BindEntry *entry = bind_entry(inbound, device);

	entry->invitation = keep(inbound, bytes_of(invitation, 32));
	inbound->session = 1000000 + device->agency;
	inbound->agency = device->agency;
	inbound->bind.entry = entry;
	inbound->bind.address = keep_text(inbound, device->address);
	return inbound;
}

struct inbound *site_hello(struct site *site, struct desk_device *device, bool receives)
{
	struct inbound *inbound = inbound_new(INBOUND_SESSION_OPEN);

	device->session = ++site->last_session;
	inbound->session = device->session;
	inbound->agency = device->agency;
	inbound->device = device->device;
	inbound->receives = receives;
	return inbound;
}

struct inbound *site_bye(const struct desk_device *device, bool clean)
{
	struct inbound *inbound = inbound_new(INBOUND_SESSION_CLOSE);

	inbound->session = device->session;
	inbound->agency = device->agency;
	inbound->device = device->device;
	inbound->clean = clean;
	return inbound;
}

struct inbound *site_credit(const struct desk_device *device, uint64_t items, uint64_t bytes)
{
	struct inbound *inbound = inbound_new(INBOUND_CREDIT);

	inbound->session = device->session;
	inbound->agency = device->agency;
	inbound->device = device->device;
	inbound->credit.items = items;
	inbound->credit.bytes = bytes;
	return inbound;
}

struct inbound *site_blob(const struct desk_device *device, struct bytes bytes)
{
	struct inbound *inbound = inbound_new(INBOUND_BLOB);

	inbound->session = device->session;
	inbound->agency = device->agency;
	inbound->device = device->device;
	inbound->blob.number = 7;
	inbound->blob.bytes = bytes_of_pb(keep(inbound, bytes));
	inbound->blob.digest = digest_of(bytes);
	return inbound;
}

struct desk_device site_enrol(struct site *site, const char *id)
{
	struct desk_device device;
	const struct registry_agency *agency;
	uint8_t key[32];

	site_make_device(site, id, &device);
	unit_random_bytes(key, sizeof(key));
	site_operate(site, site_add(id, key, site->clocks.wall_us + INVITED_US)); /* a test site's clock may have been sent ahead */
	require(site->answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
	site_run(site, site_bind(&device, key));
	agency = registry_agency(site->broker->registry, device.agency);
	require(agency->device_count == 1);
	device.device = agency->devices[0].device;
	site_run(site, site_hello(site, &device, true));
	return device;
}

/* ---- orders ---- */

struct draft site_draft(struct site *site, const struct desk_device *from, const struct desk_device *to)
{
	struct draft draft = { .from = from, .to = { to }, .to_count = 1 };
	uint64_t ms = (uint64_t)site->clocks.wall_us / 1000;

	be64_put(draft.id, ms << 16);
	be64_put(draft.id + 8, ++site->last_id);
	draft.id[6] = 0x70;
	draft.id[8] = 0x80;
	return draft;
}

struct inbound *frame_new(const struct desk_device *device)
{
	struct inbound *inbound = inbound_new(INBOUND_BATCH);

	inbound->session = device->session;
	inbound->agency = device->agency;
	inbound->device = device->device;
	inbound->batch.number = 1;
	inbound->batch.certificate = digest_of(bytes_of(device->signing, sizeof(device->signing)));
	inbound->batch.signature = bytes_of_text("a signature");
	inbound->batch.orders = take(inbound, LIMIT_ORDERS * sizeof(struct inbound_order));
	return inbound;
}

static struct inbound_order *order_new(struct inbound *frame, size_t statements)
{
	struct inbound_order *order = (struct inbound_order *)(uintptr_t)&frame->batch.orders[frame->batch.count++];

	require(frame->batch.count <= LIMIT_ORDERS);
	order->statements = take(frame, statements * sizeof(struct bytes));
	order->decoded = take(frame, statements * sizeof(Pb__Statement *));
	order->leaf_hashes = take(frame, statements * sizeof(struct digest));
	return order;
}

static void put_statement(struct inbound *frame, struct inbound_order *order, const Pb__Statement *statement)
{
	size_t index = order->statement_count++;
	struct bytes *bytes = (struct bytes *)(uintptr_t)&order->statements[index];
	struct buf packed;

	buf_init(&packed, SIZE_MAX);
	require_ok(codec_pack(&statement->base, &packed));
	*bytes = bytes_of_pb(keep(frame, buf_bytes(&packed)));
	buf_free(&packed);
	require_ok(CODEC_DECODE(statement, *bytes, &frame->arena, &((const Pb__Statement **)(uintptr_t)order->decoded)[index], NULL));
	((struct digest *)(uintptr_t)order->leaf_hashes)[index] = merkle_leaf(*bytes);
}

/* Bytes that follow from the message, the View and the part. */
static struct bytes part_bytes(struct inbound *frame, const struct draft *draft, size_t view, size_t part)
{
	size_t len = draft->part_bytes == 0 ? 100 : draft->part_bytes;
	uint8_t *bytes = take(frame, len);

	memset(bytes, (int)(view * 16 + part), len);
	memcpy(bytes, draft->id, len < 16 ? len : 16);
	return bytes_of(bytes, len);
}

static Pb__PartRef *part_ref(struct inbound *frame, struct bytes bytes, bool held)
{
	struct { Pb__PartRef ref; Pb__DisclosureClass classes[1]; } *made = take(frame, sizeof(*made));
	struct digest digest = digest_of(bytes);

	pb__part_ref__init(&made->ref);
	made->ref.sha256 = keep(frame, digest_bytes(&digest));
	made->ref.size = (uint32_t)bytes.len;
	made->ref.release = held ? PB__RELEASE__RELEASE_ON_ACCEPT : PB__RELEASE__RELEASE_ON_DELIVERY;
	made->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT;
	made->ref.classes = made->classes;
	made->ref.n_classes = 1;
	return &made->ref;
}

static void put_view(struct inbound *frame, struct inbound_order *order, const struct draft *draft, size_t index)
{
	static const uint8_t no_thread[16];
	Pb__View *view = take(frame, sizeof(*view));
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__BasisClaim *basis = take(frame, sizeof(*basis));
	size_t parts = draft->no_parts ? 0 : draft->parts == 0 ? 1 : draft->parts;
	uint8_t nonce[16];

	pb__view__init(view);
	pb__basis_claim__init(basis);
	basis->basis = PB__BASIS__BASIS_ANONYMOUS;
	unit_random_bytes(nonce, sizeof(nonce));
	view->message_id = keep(frame, bytes_of(draft->id, 16));
	view->kind = draft->kind == 0 ? PB__KIND__KIND_NOTE : draft->kind;
	view->ask = view->kind == PB__KIND__KIND_REQUEST && parts > 1 ? PB__ASK__ASK_REFER : PB__ASK__ASK_UNSPECIFIED;
	view->sender = keep_text(frame, draft->from->address);
	view->recipient = keep_text(frame, draft->to[index]->address);
	view->case_id = keep(frame, bytes_of(draft->id, 16));
	if (memcmp(draft->thread, no_thread, 16) != 0)
		view->case_id = view->thread_id = keep(frame, bytes_of(draft->thread, 16));
	if (memcmp(draft->case_id, no_thread, 16) != 0)
		view->case_id = keep(frame, bytes_of(draft->case_id, 16));
	view->urgency = draft->urgency == 0 ? PB__URGENCY__URGENCY_ROUTINE : draft->urgency;
	view->basis = basis;
	view->expires_at_us = draft->expires_at_us;
	view->nonce = keep(frame, bytes_of(nonce, sizeof(nonce)));
	view->parts = take(frame, (parts + 1) * sizeof(*view->parts));
	for (size_t part = 0; part < parts; part++) {
		struct bytes bytes = part_bytes(frame, draft, index, part);

		((struct bytes *)(uintptr_t)order->parts)[order->part_count++] = bytes;
		view->parts[view->n_parts++] = part_ref(frame, bytes, part > 0 && view->kind == PB__KIND__KIND_REQUEST);
	}
	view->sealed_to = take(frame, 2 * sizeof(*view->sealed_to));
	for (size_t i = 0; i < 2; i++) {
		struct digest digest = digest_of(bytes_of((i == 0 ? draft->to[index] : draft->from)->sealing, 48));

		view->sealed_to[view->n_sealed_to++] = keep(frame, digest_bytes(&digest));
	}
	if (draft->blob != NULL) {
		struct { Pb__BlobRef ref; Pb__BlobRef *list[1]; } *blob = take(frame, sizeof(*blob));

		pb__blob_ref__init(&blob->ref);
		blob->ref.sha256 = keep(frame, digest_bytes(draft->blob));
		blob->ref.size = draft->blob_size;
		blob->list[0] = &blob->ref;
		view->blobs = blob->list;
		view->n_blobs = 1;
	}
	if (draft->change != NULL)
		draft->change(view, index);
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = view;
	put_statement(frame, order, &statement);
}

void frame_submit(struct inbound *frame, const struct draft *draft)
{
	struct inbound_order *order = order_new(frame, draft->to_count);

	order->parts = take(frame, draft->to_count * 4 * sizeof(struct bytes));
	for (size_t i = 0; i < draft->to_count; i++)
		put_view(frame, order, draft, i);
}

void frame_acknowledge(struct inbound *frame, const uint64_t *items, const struct digest *view_hashes, size_t count)
{
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Acknowledge__Item *list = take(frame, (count + 1) * sizeof(*list));

	acknowledge.items = take(frame, (count + 1) * sizeof(*acknowledge.items));
	for (size_t i = 0; i < count; i++) {
		pb__acknowledge__item__init(&list[i]);
		list[i].item = items[i];
		list[i].view_hash = keep(frame, digest_bytes(&view_hashes[i]));
		acknowledge.items[acknowledge.n_items++] = &list[i];
	}
	statement.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	statement.acknowledge = &acknowledge;
	put_statement(frame, order_new(frame, 1), &statement);
}

void frame_refuse(struct inbound *frame, uint64_t item, const struct digest *view_hash, Pb__RefuseReason reason)
{
	Pb__Refuse refuse = PB__REFUSE__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	refuse.item = item;
	refuse.view_hash = pb_of_bytes(digest_bytes(view_hash));
	refuse.reason = reason;
	statement.body_case = PB__STATEMENT__BODY_REFUSE;
	statement.refuse = &refuse;
	put_statement(frame, order_new(frame, 1), &statement);
}

void frame_statement(struct inbound *frame, const Pb__Statement *statement)
{
	put_statement(frame, order_new(frame, 1), statement);
}

void frame_bind(struct inbound *frame, uint32_t device, const struct desk_device *keys)
{
	struct inbound_order *order = order_new(frame, 1);
	Pb__BindDevice bind = PB__BIND_DEVICE__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	bind.device = device;
	bind.device_name = (char *)(uintptr_t)"desk";
	bind.curve_key = pb_of_bytes(bytes_of(keys->curve_key, 32));
	statement.body_case = PB__STATEMENT__BODY_BIND_DEVICE;
	statement.bind_device = &bind;
	put_statement(frame, order, &statement);
	order->issued = bind_entry(frame, keys);
}

void frame_purged(struct inbound *frame, const uint64_t *items, size_t count)
{
	Pb__Purged purged = PB__PURGED__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	purged.items = (uint64_t *)(uintptr_t)items;
	purged.n_items = count;
	statement.body_case = PB__STATEMENT__BODY_PURGED;
	statement.purged = &purged;
	put_statement(frame, order_new(frame, 1), &statement);
}

void frame_unbind(struct inbound *frame, uint32_t device, bool compromised)
{
	Pb__UnbindDevice unbind = PB__UNBIND_DEVICE__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	unbind.device = device;
	unbind.compromised = compromised;
	statement.body_case = PB__STATEMENT__BODY_UNBIND_DEVICE;
	statement.unbind_device = &unbind;
	put_statement(frame, order_new(frame, 1), &statement);
}

void frame_mark(struct inbound *frame, const uint8_t case_id[16], bool protected, const char *const *kept_out, size_t count)
{
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	mark.case_id = keep(frame, bytes_of(case_id, 16));
	mark.protected_ = protected;
	mark.kept_out = (char **)(uintptr_t)kept_out;
	mark.n_kept_out = count;
	statement.body_case = PB__STATEMENT__BODY_MARK_CASE;
	statement.mark_case = &mark;
	put_statement(frame, order_new(frame, 1), &statement);
}

void site_submit(struct site *site, const struct draft *draft)
{
	struct inbound *frame = frame_new(draft->from);

	frame_submit(frame, draft);
	site_run(site, frame);
}

/* ---- what was told ---- */

const struct outbound *site_told(const struct site *site, enum outbound_type type, size_t nth)
{
	for (size_t i = 0; i < site->out_count; i++)
		if (site->out[i]->type == type && nth-- == 0)
			return site->out[i];
	return NULL;
}

const Pb__Replies *site_replies(const struct site *site, size_t nth)
{
	for (size_t i = 0; i < site->out_count; i++)
		if (site->out[i]->frame != NULL && site->out[i]->frame->body_case == PB__FROM_BROKER__BODY_REPLIES && nth-- == 0) {
			require_ok(replies_expand(site->out[i]->frame->replies, &site->out[i]->arena));
			return site->out[i]->frame->replies;
		}
	return NULL;
}

const Pb__Reply *site_reply(const struct site *site, size_t index)
{
	const Pb__Replies *replies = site_replies(site, 0);

	require(replies != NULL && index < replies->n_replies);
	return replies->replies[index];
}

Pb__RefusalCode site_refusal(const struct site *site, size_t index)
{
	const Pb__Reply *reply = site_reply(site, index);

	return reply->outcome_case == PB__REPLY__OUTCOME_REFUSAL ? reply->refusal->code : 0;
}

const Pb__Notice *site_notice(const struct site *site, Pb__NoticeKind kind, size_t nth)
{
	for (size_t i = 0; i < site->out_count; i++) {
		const Pb__FromBroker *frame = site->out[i]->frame;

		if (frame != NULL && frame->body_case == PB__FROM_BROKER__BODY_NOTICE && frame->notice->kind == kind && nth-- == 0)
			return frame->notice;
	}
	return NULL;
}

size_t site_handed(const struct site *site, uint64_t session, uint64_t *items, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < site->out_count; i++) {
		if (site->out[i]->type != OUTBOUND_HANDOUT || site->out[i]->session != session)
			continue;
		for (size_t k = 0; k < site->out[i]->item_count && count < max; k++)
			items[count++] = site->out[i]->items[k].item;
	}
	return count;
}

/* ---- tables ---- */

struct txn *site_read(struct site *site)
{
	struct txn *txn;

	require_ok(txn_begin_read(site->store, &txn));
	return txn;
}

struct delivery site_delivery(struct site *site, uint64_t item)
{
	struct txn *txn = site_read(site);
	struct delivery delivery = { 0 };

	check_ok(delivery_get(txn, item, &delivery));
	txn_abort(txn);
	return delivery;
}

/* Walks the submissions until nth items were seen; the number of the last of them, or 0. */
static uint64_t walk_items(struct site *site, size_t nth, size_t *ret_seen)
{
	struct txn *txn = site_read(site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES), item = 0;
	struct arena arena;

	*ret_seen = 0;
	arena_init(&arena, 1u << 20);
	for (uint64_t seq = 0; seq < size && *ret_seen < nth; seq++) {
		const Pb__EntryBody *body;
		struct entry entry;

		arena_reset(&arena);
		enum err err = entry_decode(txn, seq, &arena, &entry, &body);

		require(err == ERR_OK || err == ERR_NOT_FOUND); /* erased */
		if (err != ERR_OK || body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
			continue;
		for (size_t i = 0; i < body->submit->n_recipients + body->submit->n_told && *ret_seen < nth; i++) {
			if (i < body->submit->n_recipients && body->submit->recipients[i]->silent)
				continue;
			item = item_number(seq, i);
			++*ret_seen;
		}
	}
	arena_free(&arena);
	txn_abort(txn);
	return item;
}

size_t site_item_count(struct site *site)
{
	size_t seen;

	(void)walk_items(site, SIZE_MAX, &seen);
	return seen;
}

uint64_t site_item(struct site *site, size_t nth)
{
	size_t seen;
	uint64_t item = walk_items(site, nth, &seen);

	require(seen == nth);
	return item;
}

static void add_bytes(struct digest_stream *stream, struct bytes bytes)
{
	uint8_t len[4];

	be32_put(len, (uint32_t)bytes.len);
	digest_stream_add(stream, bytes_of(len, sizeof(len)));
	digest_stream_add(stream, bytes);
}

struct digest site_table_digest(struct site *site, enum table table, uint64_t *ret_rows)
{
	struct txn *txn = site_read(site);
	struct digest_stream *stream;
	struct bytes key, value;
	struct cursor *cursor;
	struct digest digest;

	*ret_rows = 0;
	require_ok(digest_stream_new(&stream));
	require_ok(cursor_open(txn, table, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		add_bytes(stream, key);
		add_bytes(stream, value);
		++*ret_rows;
	}
	cursor_close(cursor);
	txn_abort(txn);
	digest = digest_stream_end(stream);
	digest_stream_free(stream);
	return digest;
}

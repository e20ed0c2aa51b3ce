/* SPDX-License-Identifier: Apache-2.0 */
#include "house.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"

#define ASK_BYTES (1u << 26)

bool eventually(bool (*holds)(void *context), void *context)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (!holds(context)) {
		if (clock_mono_us() > until_us)
			return false;
		poll(NULL, 0, 5);
	}
	return true;
}

void house_start(struct house *house)
{
	const struct store_options options = { .directory = house->home.store, .map_bytes = house->config.map_size,
					       .reserve_bytes = house->config.reserve_size, .readers_max = 64, .create = true };
	const struct front_setup setup = { &house->config, &house->keys, house->home.admin_socket, NULL, NULL, clock_wall_us() };
	struct front_setup with = setup;
	char fault[512] = "";

	require_ok(store_open(&options, &house->store));
	require_ok(broker_open(&house->options, house->store, &house->broker));
	with.store = house->store;
	with.broker = house->broker;
	if (!check_ok(front_start(&with, &house->front, fault, sizeof fault)))
		fprintf(stderr, "%s\n", fault);
	require(house->front != NULL);
	require_ok(broker_start(house->broker));
}

void house_open(struct house *house, void (*change)(struct config *config))
{
	const char *endpoint = house->endpoint;
	struct home_fault fault;
	char root[150];
	struct home_plan plan = { HOUSE_SITE, "121002", &endpoint, 1, clock_wall_us() - 1000000 };

	log_set_level(getenv("UNIT_LOG") != NULL ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
	*house = (struct house){ 0 };
	snprintf(root, sizeof root, "%s/home", unit_folder());
	snprintf(house->endpoint, sizeof house->endpoint, "ipc://%s/a", root);
	require_ok(home_at(root, &house->home));
	require_ok(home_create(&house->home, &plan, &fault));
	require_ok(config_load(house->home.options, NULL, NULL, &house->config));
	house->config.map_size = MIB(256);
	house->config.reserve_size = MIB(1);
	house->config.ring_slots = 256;
	if (change != NULL)
		change(&house->config);
	require_ok(site_keys_load(&house->home, &house->keys, &fault));
	house->options = (struct broker_options){
		.site = house->config.site, .local_government_code = "121002", .checkpoint_key = house->keys.checkpoint,
		.site_certificate = house->keys.certificate, .ring_slots = (size_t)house->config.ring_slots,
		.ring_reserve = 32, .batch_orders = 4096, .batch_bytes = MIB(8), .attempts_max = (uint32_t)house->config.attempts,
		.lease_us = (int64_t)house->config.lease, .mailbox_items_max = 10000, .items_max = 100000,
	};
	house->context = zmq_ctx_new();
	require(house->context != NULL);
	house_start(house);
}

void house_stop(struct house *house)
{
	front_close_doors(house->front);
	broker_stop(house->broker);
	front_stop(house->front);
	broker_close(house->broker);
	store_close(house->store);
	house->front = NULL;
	house->broker = NULL;
	house->store = NULL;
}

void house_close(struct house *house)
{
	if (house->front != NULL)
		house_stop(house);
	site_keys_free(&house->keys);
	zmq_ctx_term(house->context);
}

int house_dial(struct house *house)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	require(fd >= 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%.107s", house->home.admin_socket);
	require(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
	return fd;
}

static bool read_all(int fd, uint8_t *to, size_t len)
{
	while (len > 0) {
		ssize_t got = read(fd, to, len);

		if (got <= 0)
			return false;
		to += got;
		len -= (size_t)got;
	}
	return true;
}

const Pb__AdminReply *house_ask_bytes(struct house *house, struct bytes request, struct arena *arena)
{
	const Pb__AdminReply *reply = NULL;
	int fd = house_dial(house);
	struct buf in;
	uint8_t head[4];

	be32_put(head, (uint32_t)request.len);
	require(send(fd, head, 4, MSG_NOSIGNAL) == 4);
	require(send(fd, request.data, request.len, MSG_NOSIGNAL) == (ssize_t)request.len);
	buf_init(&in, ASK_BYTES);
	if (read_all(fd, head, 4) && be32_get(head) < ASK_BYTES && read_all(fd, buf_grow(&in, be32_get(head)), be32_get(head)))
		require_ok(CODEC_DECODE(admin_reply, buf_bytes(&in), arena, &reply, NULL));
	buf_free(&in);
	close(fd);
	return reply;
}

const Pb__AdminReply *house_ask(struct house *house, const Pb__AdminRequest *request, struct arena *arena)
{
	const Pb__AdminReply *reply;
	struct buf out;

	buf_init(&out, ASK_BYTES);
	require_ok(codec_pack(&request->base, &out));
	reply = house_ask_bytes(house, buf_bytes(&out), arena);
	buf_free(&out);
	require(reply != NULL);
	return reply;
}

unsigned house_sessions(struct house *house)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	struct arena arena;
	unsigned sessions;

	arena_init(&arena, 1 << 22);
	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	sessions = house_ask(house, &request, &arena)->status->sessions;
	arena_free(&arena);
	return sessions;
}

void house_directory(struct house *house, const char *const *ids, size_t count)
{
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__Agency agencies[16], *pointers[16];
	Pb__Names names = PB__NAMES__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	struct buf packed;

	require(count <= 16);
	names.ja = (char *)(uintptr_t)"窓口";
	for (size_t i = 0; i < count; i++) {
		pb__agency__init(&agencies[i]);
		agencies[i].id = (char *)(uintptr_t)ids[i];
		agencies[i].names = &names;
		agencies[i].coordinator = (char *)(uintptr_t)ids[(i + 1) % count];
		pointers[i] = &agencies[i];
	}
	file.site = (char *)(uintptr_t)HOUSE_SITE;
	file.local_government_code = (char *)(uintptr_t)"121002";
	file.names = &names;
	file.zone = (char *)(uintptr_t)"Asia/Tokyo";
	file.agencies = pointers;
	file.n_agencies = count;
	buf_init(&packed, ASK_BYTES);
	require_ok(codec_pack(&file.base, &packed));
	request.body_case = PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD;
	request.directory_load = pb_of_bytes(buf_bytes(&packed));
	arena_init(&arena, ASK_BYTES);
	reply = house_ask(house, &request, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_DONE);
	arena_free(&arena);
	buf_free(&packed);
}

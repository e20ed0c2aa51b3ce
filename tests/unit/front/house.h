/* SPDX-License-Identifier: Apache-2.0 */
/* house.h - a whole site in one process: home, store, writer and front, and visitors that speak the wire by hand.
 *
 * Everything that cannot fail in a sound test is required inside. */
#pragma once
#include "contract/codec.h"
#include "front/front.h"
#include "unit.h"

#define HOUSE_SITE "chiba-city"

struct house {
	struct home home;
	struct config config;
	struct site_keys keys;
	struct store *store;
	struct broker_options options;
	struct broker *broker;
	struct front *front;
	char endpoint[200];
	void *context; /* ZeroMQ, of the visitors */
};

/* change may be NULL: a last word on the options. */
void house_open(struct house *house, void (*change)(struct config *config));
void house_start(struct house *house); /* again, after house_stop */
void house_stop(struct house *house);
void house_close(struct house *house);

/* One request on the operators' socket; the reply lives in the arena. */
const Pb__AdminReply *house_ask(struct house *house, const Pb__AdminRequest *request, struct arena *arena);
const Pb__AdminReply *house_ask_bytes(struct house *house, struct bytes request, struct arena *arena); /* NULL: hung up */
int house_dial(struct house *house); /* a raw connection to it */

/* Open sessions, as `status` tells them. */
unsigned house_sessions(struct house *house);

/* Loads a directory of these agencies; each is the coordinator of the next. */
void house_directory(struct house *house, const char *const *ids, size_t count);

/* Waits until value() is not 0, for ten seconds at most; gives whether it came. */
bool eventually(bool (*holds)(void *context), void *context);

/* ---- visitors ---- */

struct visitor {
	struct house *house;
	void *socket;
	char id[64];
	char address[128];
	uint8_t curve_public[CURVE_BYTES], curve_secret[CURVE_BYTES];
	struct private_key *signing, *sealing;
	struct certificate *signing_certificate, *sealing_certificate;
	struct digest signer; /* of the signing certificate */
	uint64_t batches;     /* the number of the last one */
	uint64_t granted_items, granted_bytes;
	bool lazy;            /* its socket, too, reads nothing ahead: set before visitor_connect */
	struct arena arena;   /* of the last message received */
	struct buf data;      /* its data frame */
};

/* With fresh keys, not connected. */
void visitor_new(struct visitor *visitor, struct house *house, const char *id);
void visitor_free(struct visitor *visitor);

/* Connects with these CURVE keys. */
void visitor_connect(struct visitor *visitor, const uint8_t public_key[CURVE_BYTES], const uint8_t secret_key[CURVE_BYTES]);
void visitor_hang_up(struct visitor *visitor);

/* Invited by the operator and enrolled; then connected with its own key, and welcomed. */
void visitor_enrol(struct visitor *visitor);
void visitor_invite(struct visitor *visitor, const uint8_t invitation[CURVE_BYTES]); /* the operator's part */
const Pb__Enrolled *visitor_enrol_with(struct visitor *visitor, const uint8_t public_key[CURVE_BYTES], const uint8_t secret_key[CURVE_BYTES]);
const Pb__Welcome *visitor_hello(struct visitor *visitor);    /* requires a Welcome */
void visitor_say_hello(struct visitor *visitor, uint64_t known_size, const char *agency, uint32_t version);

void visitor_send(struct visitor *visitor, const Pb__FromClient *message, struct bytes data);
void visitor_send_raw(struct visitor *visitor, struct bytes control, struct bytes data);

/* The next message; NULL when none comes in time.  It lives until the next call. */
const Pb__FromBroker *visitor_receive(struct visitor *visitor, int timeout_ms);
/* The same, thrown away until one is of this kind. */
const Pb__FromBroker *visitor_await(struct visitor *visitor, Pb__FromBroker__BodyCase body);

void visitor_credit(struct visitor *visitor, uint64_t items, uint64_t bytes);
const Pb__ReadResult *visitor_read(struct visitor *visitor, const Pb__Read *read);

/* ---- batches ---- */

struct parcels {
	struct buf statements[64];  /* serialised */
	size_t of_order[64];        /* how many statements each order has */
	size_t statement_count, order_count;
	struct buf data;            /* parts, in order */
};

void parcels_begin(struct parcels *parcels);
void parcels_free(struct parcels *parcels);

/* A note to each of the recipients, with one random part each; its id into ret_id.  change may be NULL. */
void parcels_note(struct parcels *parcels, const struct visitor *from, const struct visitor *const *to, size_t count, size_t part_bytes,
		  uint8_t ret_id[16], void (*change)(Pb__View *view));
/* A note with a second part that is held until acceptance. */
void parcels_held_note(struct parcels *parcels, const struct visitor *from, const struct visitor *to, size_t part_bytes, size_t held_bytes,
		       uint8_t ret_id[16]);
void parcels_acknowledge(struct parcels *parcels, uint64_t item, struct bytes statement);
void parcels_statement(struct parcels *parcels, const Pb__Statement *statement); /* an order of its own */

/* Signs and sends; change may be NULL: a last word on the Batch, after it was signed. */
void visitor_send_batch(struct visitor *visitor, const struct parcels *parcels, void (*change)(Pb__Batch *batch));
const Pb__Replies *visitor_replies(struct visitor *visitor); /* the next Replies */

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver_message.c - see driver_message.h. */
#include "driver_message.h"

#include "contract/codec.h"
#include "driver_internal.h"

static ProtobufCBinaryData binary(const void *data, size_t len)
{
	return pb_of_bytes(bytes_of(data, len));
}

static void fill_view(struct driver_message *message)
{
	Pb__View *view = &message->view;

	view->message_id = binary(message->id.bytes, ID_BYTES);
	view->case_id = binary(message->case_id.bytes, ID_BYTES);
	view->nonce = binary(message->nonce, sizeof(message->nonce));
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
	view->urgency = PB__URGENCY__URGENCY_ROUTINE;
	view->sender = (char *)(uintptr_t)message->driver->bundle->address;
	view->basis = &message->basis;
	view->parts = message->parts;
	view->sealed_to = message->sealed_to;
}

static void fill_part(struct driver_message *message)
{
	size_t size = message->driver->plan.part_bytes;

	buf_init(&message->part_bytes, 1u << 20);
	random_bytes(buf_grow(&message->part_bytes, size), size);
	message->part_digest = digest_of(buf_bytes(&message->part_bytes));
	message->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	message->classes[1] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY;
	message->part.sha256 = pb_of_bytes(digest_bytes(&message->part_digest));
	message->part.size = (uint32_t)size;
	message->part.release = PB__RELEASE__RELEASE_ON_DELIVERY;
	message->part.n_classes = 2;
	message->part.classes = message->classes;
	message->parts[0] = &message->part;
}

void driver_message_init(struct driver_message *message, struct driver *driver)
{
	*message = (struct driver_message){ .driver = driver, .has_part = true };
	pb__statement__init(&message->statement);
	pb__view__init(&message->view);
	pb__basis_claim__init(&message->basis);
	pb__part_ref__init(&message->part);
	message->statement.body_case = PB__STATEMENT__BODY_VIEW;
	message->statement.view = &message->view;
	message->basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	message->basis.law = PB__LAW__LAW_ENTRUSTMENT_CONTRACT;
	message->basis.reason = (char *)(uintptr_t) "委託業務の引継ぎ";
	message->sealed_to[1] = pb_of_bytes(digest_bytes(certificate_digest(driver->bundle->sealing[0].certificate)));
	fill_part(message);
	fill_view(message);
	buf_init(&message->packed, 1u << 16);
}

void driver_message_free(struct driver_message *message)
{
	buf_free(&message->part_bytes);
	buf_free(&message->packed);
}

struct id driver_message_id(struct driver *driver)
{
	uint8_t random[16];

	be64_put(random, driver_random(driver));
	be64_put(random + 8, driver_random(driver));
	return id_make((uint64_t)driver->wall_us / 1000, random);
}

struct order *driver_message_order(struct driver_message *message, const struct bundle *to, void *owner)
{
	Pb__View *view = &message->view;
	struct bytes statement, part;
	struct order *order;

	message->nonce[0] = driver_random(message->driver);
	message->nonce[1] = driver_random(message->driver);
	message->sealed_to[0] = pb_of_bytes(digest_bytes(certificate_digest(to->sealing[0].certificate)));
	view->created_at_us = message->driver->wall_us;
	view->recipient = (char *)(uintptr_t)to->address;
	view->thread_id = binary(message->thread_id.bytes, message->has_thread ? ID_BYTES : 0);
	view->n_parts = message->has_part ? 1 : 0;
	view->n_sealed_to = message->has_part ? 2 : 0;
	buf_clear(&message->packed);
	driver_must(codec_pack(&message->statement.base, &message->packed), "pack");
	statement = buf_bytes(&message->packed);
	part = buf_bytes(&message->part_bytes);
	driver_must(order_new(&statement, 1, &part, view->n_parts, owner, &order), "order");
	return order;
}

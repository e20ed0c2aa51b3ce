/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver_send.c - see driver.h: messages with one View and one part each. */
#include "base/clock.h"
#include "base/id.h"
#include "contract/codec.h"
#include "driver_internal.h"

struct template {
	Pb__Statement statement;
	Pb__View view;
	Pb__BasisClaim basis;
	Pb__PartRef part;
	Pb__PartRef *parts[1];
	Pb__DisclosureClass classes[2];
	ProtobufCBinaryData sealed_to[2];
	struct id id, case_id;
	uint64_t nonce[2];
	struct digest part_digest;
	struct buf part_bytes, packed;
};

static ProtobufCBinaryData binary(const void *data, size_t len)
{
	return pb_of_bytes(bytes_of(data, len));
}

static void fill_view(struct template *template, const struct driver *driver)
{
	Pb__View *view = &template->view;

	view->message_id = binary(template->id.bytes, ID_BYTES);
	view->case_id = binary(template->case_id.bytes, ID_BYTES);
	view->nonce = binary(template->nonce, sizeof(template->nonce));
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
	view->urgency = PB__URGENCY__URGENCY_ROUTINE;
	view->sender = (char *)(uintptr_t)driver->bundle->address;
	view->basis = &template->basis;
	view->n_parts = 1;
	view->parts = template->parts;
	view->n_sealed_to = 2;
	view->sealed_to = template->sealed_to;
}

static void fill(struct template *template, struct driver *driver)
{
	pb__statement__init(&template->statement);
	pb__view__init(&template->view);
	pb__basis_claim__init(&template->basis);
	pb__part_ref__init(&template->part);
	template->statement.body_case = PB__STATEMENT__BODY_VIEW;
	template->statement.view = &template->view;
	template->basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	template->basis.law = PB__LAW__LAW_ENTRUSTMENT_CONTRACT;
	template->basis.reason = (char *)(uintptr_t) "委託業務の引継ぎ";
	buf_init(&template->part_bytes, 1u << 20);
	random_bytes(buf_grow(&template->part_bytes, driver->plan.part_bytes), driver->plan.part_bytes);
	template->part_digest = digest_of(buf_bytes(&template->part_bytes));
	template->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	template->classes[1] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY;
	template->part.sha256 = pb_of_bytes(digest_bytes(&template->part_digest));
	template->part.size = (uint32_t)driver->plan.part_bytes;
	template->part.release = PB__RELEASE__RELEASE_ON_DELIVERY;
	template->part.n_classes = 2;
	template->part.classes = template->classes;
	template->parts[0] = &template->part;
	template->sealed_to[1] = pb_of_bytes(digest_bytes(certificate_digest(driver->bundle->sealing[0].certificate)));
	fill_view(template, driver);
	buf_init(&template->packed, 1u << 16);
}

static void new_id(struct driver *driver, int64_t wall_us, struct id *ret_id)
{
	uint8_t random[16];

	be64_put(random, driver_random(driver));
	be64_put(random + 8, driver_random(driver));
	*ret_id = id_make((uint64_t)wall_us / 1000, random);
}

static struct order *next_order(struct driver *driver, struct template *template)
{
	const struct bundle *target = driver->targets[driver->sent % driver->target_count];
	int64_t wall_us = clock_wall_us();
	struct bytes statement, part;
	struct order *order;

	new_id(driver, wall_us, &template->id);
	new_id(driver, wall_us, &template->case_id);
	template->nonce[0] = driver_random(driver);
	template->nonce[1] = driver_random(driver);
	template->view.created_at_us = wall_us;
	template->view.recipient = (char *)(uintptr_t)target->address;
	template->sealed_to[0] = pb_of_bytes(digest_bytes(certificate_digest(target->sealing[0].certificate)));
	buf_clear(&template->packed);
	driver_must(codec_pack(&template->statement.base, &template->packed), "pack");
	statement = buf_bytes(&template->packed);
	part = buf_bytes(&template->part_bytes);
	driver_must(order_new(&statement, 1, &part, 1, (void *)(intptr_t)clock_mono_us(), &order), "order");
	return order;
}

static bool more_to_send(const struct driver *driver)
{
	return driver->plan.until_us != 0 ? clock_mono_us() < driver->plan.until_us : driver->sent < driver->plan.count;
}

void driver_send(struct driver *driver)
{
	struct template template = { 0 };

	fill(&template, driver);
	for (;;) {
		bool more = more_to_send(driver);

		while (more && driver->sent - driver->accepted - driver->refused < driver->plan.in_flight) {
			batcher_put(driver->batcher, next_order(driver, &template), false);
			driver->sent++;
			more = more_to_send(driver);
		}
		if (!more && driver->sent == driver->accepted + driver->refused)
			break;
		driver_turn(driver, clock_mono_us() + 100000);
	}
	buf_free(&template.part_bytes);
	buf_free(&template.packed);
}

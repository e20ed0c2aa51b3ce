/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/told_item.h"

#include <stdlib.h>
#include <string.h>

#include "contract/codec.h"
#include "ledger.pb-c.h"
#include "unit.h"

#define TOLD 3

/* What an entry tells: a notice, a release, a task to seal. */
static Pb__Told told[TOLD], *told_pointers[TOLD];
static uint8_t notices[TOLD][40];

static void make_told(void)
{
	for (size_t i = 0; i < TOLD; i++) {
		pb__told__init(&told[i]);
		unit_random_bytes(notices[i], sizeof(notices[i]));
		told[i].agency = (uint32_t)i;
		told[i].thread = UINT64_MAX;
		told[i].statement_bytes = 77;
		told_pointers[i] = &told[i];
	}
	told[0].what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	told[0].notice = pb_of_bytes(bytes_of(notices[0], sizeof(notices[0])));
	told[1].what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
	told[2].what = PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK;
	told[2].notice = pb_of_bytes(bytes_of(notices[2], sizeof(notices[2])));
}

static struct buf pack(Pb__EntryBody__BodyCase type, void *entry)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	struct buf packed;

	body.body_case = type;
	body.submit = entry; /* every member is a pointer */
	buf_init(&packed, 10000);
	require_ok(codec_pack(&body.base, &packed));
	return packed;
}

static void check_told(struct buf packed, size_t views)
{
	for (size_t i = 0; i < TOLD; i++) {
		struct bytes notice = bytes_of("x", 1);

		unit_context("item %zu", i);
		require_ok(told_item_notice(buf_bytes(&packed), views + i, &notice));
		check_bytes(notice, bytes_of_pb(told[i].notice));
	}
	unit_context(" ");
	check_err(told_item_notice(buf_bytes(&packed), views + TOLD, &(struct bytes){ 0 }), ERR_FORMAT);
	check_err(told_item_notice(buf_bytes(&packed), SIZE_MAX, &(struct bytes){ 0 }), ERR_FORMAT);
	if (views > 0)
		check_err(told_item_notice(buf_bytes(&packed), views - 1, &(struct bytes){ 0 }), ERR_FORMAT); /* a View's */
	buf_free(&packed);
}

/* Every kind of entry that tells something. */
static void test_every_entry(void)
{
	Pb__SubmitEntry submit = PB__SUBMIT_ENTRY__INIT;
	Pb__LegEventEntry leg = PB__LEG_EVENT_ENTRY__INIT;
	Pb__RequestEventEntry request = PB__REQUEST_EVENT_ENTRY__INIT;
	Pb__ConsentEventEntry consent = PB__CONSENT_EVENT_ENTRY__INIT;
	Pb__ConferenceEventEntry conference = PB__CONFERENCE_EVENT_ENTRY__INIT;
	Pb__AgencyEventEntry agency = PB__AGENCY_EVENT_ENTRY__INIT;
	Pb__SubmitEntry__Recipient recipients[2], *recipient_pointers[] = { &recipients[0], &recipients[1] };

	make_told();
	pb__submit_entry__recipient__init(&recipients[0]);
	pb__submit_entry__recipient__init(&recipients[1]);
	recipients[1].silent = true;
	submit.recipients = recipient_pointers;
	submit.n_recipients = 2;
	submit.told = leg.told = request.told = consent.told = conference.told = agency.told = told_pointers;
	submit.n_told = leg.n_told = request.n_told = consent.n_told = conference.n_told = agency.n_told = TOLD;
	check_told(pack(PB__ENTRY_BODY__BODY_SUBMIT, &submit), 2);
	check_told(pack(PB__ENTRY_BODY__BODY_LEG_EVENT, &leg), 0);
	check_told(pack(PB__ENTRY_BODY__BODY_REQUEST_EVENT, &request), 0);
	check_told(pack(PB__ENTRY_BODY__BODY_CONSENT_EVENT, &consent), 0);
	check_told(pack(PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, &conference), 0);
	check_told(pack(PB__ENTRY_BODY__BODY_AGENCY_EVENT, &agency), 0);
}

/* Every entry of the schema that has a field `told` is known: one that is added later is not forgotten. */
static void test_none_is_missed(void)
{
	const ProtobufCMessageDescriptor *body = &pb__entry_body__descriptor;

	for (unsigned i = 0; i < body->n_fields; i++) {
		const ProtobufCMessageDescriptor *entry = body->fields[i].descriptor;
		uint8_t packed[16], inner[8];
		struct bytes notice;
		size_t len = 0;

		if (protobuf_c_message_descriptor_get_field_by_name(entry, "told") == NULL)
			continue;
		unit_context("%s", body->fields[i].name);
		inner[0] = (uint8_t)(protobuf_c_message_descriptor_get_field_by_name(entry, "told")->id << 3 | 2);
		inner[1] = 0; /* an empty Told */
		packed[len++] = (uint8_t)((body->fields[i].id << 3 | 2) & 0x7f) | 0x80;
		packed[len++] = (uint8_t)(body->fields[i].id >> 4);
		packed[len++] = 2;
		memcpy(packed + len, inner, 2);
		check_ok(told_item_notice(bytes_of(packed, len + 2), 0, &notice));
	}
	unit_context(" ");
}

static void test_what_it_is_not(void)
{
	Pb__AccessEntry access = PB__ACCESS_ENTRY__INIT;
	struct buf packed = pack(PB__ENTRY_BODY__BODY_ACCESS, &access);
	struct bytes notice;

	check_err(told_item_notice(buf_bytes(&packed), 0, &notice), ERR_FORMAT);
	check_err(told_item_notice(bytes_of(NULL, 0), 0, &notice), ERR_FORMAT);
	check_err(told_item_notice(bytes_of_text("\xff\xff\xff"), 0, &notice), ERR_FORMAT);
	buf_free(&packed);
}

/* Cut anywhere and flipped anywhere: refused, or something inside the bytes; never read behind them. */
static void test_damaged(void)
{
	Pb__LegEventEntry leg = PB__LEG_EVENT_ENTRY__INIT;
	struct buf packed;
	uint8_t *exact;

	make_told();
	leg.told = told_pointers;
	leg.n_told = TOLD;
	packed = pack(PB__ENTRY_BODY__BODY_LEG_EVENT, &leg);
	for (unsigned round = 0; round < 20000; round++) {
		size_t len = round < packed.len ? round : packed.len;
		struct bytes notice = { 0 };

		exact = malloc(len > 0 ? len : 1);
		require(exact != NULL);
		memcpy(exact, packed.data, len);
		if (len == packed.len)
			exact[unit_random_below(len)] ^= (uint8_t)(1u << unit_random_below(8));
		if (told_item_notice(bytes_of(exact, len), round % TOLD, &notice) == ERR_OK && notice.len > 0)
			check(notice.data >= exact && notice.data + notice.len <= exact + len);
		free(exact);
	}
	buf_free(&packed);
}

UNIT_SUITE("contract/told_item",
	{ "each item of each entry", test_every_entry },
	{ "no entry that tells something is missed", test_none_is_missed },
	{ "what tells nothing", test_what_it_is_not },
	{ "damaged bytes", test_damaged });

/* SPDX-License-Identifier: Apache-2.0 */
/* What entries tell, as it must be, and as no release of ours makes it. */
#include "contract/limits.h"
#include "contract/merkle.h"
#include "site.h"

static uint8_t notice[] = { 8, 2 }, hash[DIGEST_BYTES], other[DIGEST_BYTES];

static Pb__Told a_notice(void)
{
	struct digest leaf = merkle_leaf(bytes_of(notice, sizeof(notice)));
	Pb__Told told = PB__TOLD__INIT;

	memcpy(hash, leaf.bytes, DIGEST_BYTES);
	told.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	told.agency = 1;
	told.notice = pb_of_bytes(bytes_of(notice, sizeof(notice)));
	told.hash = pb_of_bytes(bytes_of(hash, sizeof(hash)));
	return told;
}

static Pb__Told a_release(void)
{
	Pb__Told told = PB__TOLD__INIT;

	told.what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
	told.about = 1;
	told.hash = pb_of_bytes(bytes_of(other, sizeof(other)));
	return told;
}

static Pb__Told a_task(void)
{
	Pb__Told told = a_release();

	told.what = PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK;
	told.notice = pb_of_bytes(bytes_of(notice, sizeof(notice)));
	return told;
}

/* The verdict over a ledger whose second entry tells this so many times, whatever its kind. */
static struct verdict verdict_of(const Pb__Told *told, size_t count, Pb__EntryBody__BodyCase type)
{
	struct { Pb__LegEventEntry leg; Pb__RequestEventEntry request; Pb__ConferenceEventEntry conference; Pb__ConsentEventEntry consent;
		 Pb__AgencyEventEntry agency; Pb__PurgedEntry purged; Pb__NoticesEntry notices; Pb__EraseEntry erase; } entries;
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__Told copy = *told, *rows[32];
	struct verdict verdict;
	struct site site;

	pb__leg_event_entry__init(&entries.leg);
	pb__request_event_entry__init(&entries.request);
	pb__conference_event_entry__init(&entries.conference);
	pb__consent_event_entry__init(&entries.consent);
	pb__agency_event_entry__init(&entries.agency);
	pb__purged_entry__init(&entries.purged);
	pb__erase_entry__init(&entries.erase);
	pb__notices_entry__init(&entries.notices);
	entries.notices.told = rows;
	entries.notices.n_told = count;
	for (size_t i = 0; i < count; i++)
		rows[i] = &copy;
	entries.leg.told = entries.request.told = entries.conference.told = entries.consent.told = entries.agency.told = entries.purged.told = entries.erase.told = rows;
	entries.purged.n_told = entries.erase.n_told = count;
	entries.leg.n_told = entries.request.n_told = entries.conference.n_told = entries.consent.n_told = entries.agency.n_told = count;
	body.body_case = type;
	body.leg_event = type == PB__ENTRY_BODY__BODY_LEG_EVENT ? &entries.leg : NULL;
	if (type == PB__ENTRY_BODY__BODY_REQUEST_EVENT)
		body.request_event = &entries.request;
	if (type == PB__ENTRY_BODY__BODY_CONFERENCE_EVENT)
		body.conference_event = &entries.conference;
	if (type == PB__ENTRY_BODY__BODY_CONSENT_EVENT)
		body.consent_event = &entries.consent;
	if (type == PB__ENTRY_BODY__BODY_AGENCY_EVENT)
		body.agency_event = &entries.agency;
	if (type == PB__ENTRY_BODY__BODY_NOTICES)
		body.notices = &entries.notices;
	if (type == PB__ENTRY_BODY__BODY_PURGED)
		body.purged = &entries.purged;
	if (type == PB__ENTRY_BODY__BODY_ERASE)
		body.erase = &entries.erase;
	site_open(&site);
	site_append_access(&site, "before");
	site_append_body(&site, &body);
	site_commit(&site);
	verdict = site_verify(&site);
	site_close(&site);
	return verdict;
}

static const Pb__EntryBody__BodyCase types[] = { PB__ENTRY_BODY__BODY_LEG_EVENT, PB__ENTRY_BODY__BODY_REQUEST_EVENT,
						 PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, PB__ENTRY_BODY__BODY_CONSENT_EVENT,
						 PB__ENTRY_BODY__BODY_AGENCY_EVENT, PB__ENTRY_BODY__BODY_PURGED,
						 PB__ENTRY_BODY__BODY_ERASE, PB__ENTRY_BODY__BODY_NOTICES };

/* Every kind of entry whose schema tells, but a submission, which needs an order, is among them. */
static void test_every_kind(void)
{
	for (unsigned i = 0; i < pb__entry_body__descriptor.n_fields; i++) {
		const ProtobufCFieldDescriptor *kind = &pb__entry_body__descriptor.fields[i];
		bool tells = protobuf_c_message_descriptor_get_field_by_name(kind->descriptor, "told") != NULL;
		bool known = kind->id == PB__ENTRY_BODY__BODY_SUBMIT;

		unit_context("%s", kind->name);
		for (size_t type = 0; type < sizeof(types) / sizeof(*types); type++)
			known = known || (unsigned)types[type] == kind->id;
		check(known == tells);
	}
	unit_context(" ");
}

/* Of what it tells, that is: nothing else of such an entry is there. */
static void test_holds(void)
{
	const Pb__Told rows[] = { a_notice(), a_release(), a_task() };

	for (size_t type = 0; type < sizeof(types) / sizeof(*types); type++) {
		for (size_t i = 0; i < 3; i++) {
			struct verdict verdict = verdict_of(&rows[i], 1 + i, types[type]);

			unit_context("type %d, row %zu: %s", (int)types[type], i, verdict.lines);
			check_uint(verdict.result.entries, 2);
			check(strstr(verdict.lines, "that it tells") == NULL && strstr(verdict.lines, "into mailboxes") == NULL);
		}
	}
	unit_context(" ");
}

static void check_says(Pb__Told told, size_t count, const char *says)
{
	for (size_t type = 0; type < sizeof(types) / sizeof(*types); type++) {
		struct verdict verdict = verdict_of(&told, count, types[type]);

		unit_context("type %d: %s", (int)types[type], says);
		check(strstr(verdict.lines, says) != NULL); /* among what else such an entry lacks */
	}
	unit_context(" ");
}

static void test_faults(void)
{
	Pb__Told told = a_notice();

	check_says(told, LIMIT_RECIPIENTS + 1, "puts 17 items");
	told.about = 1;
	check_says(told, 1, "is a notice, and about");
	told = a_notice();
	told.hash = pb_of_bytes(bytes_of(other, sizeof(other)));
	check_says(told, 1, "whose hash is not");
	told.hash.len = 31;
	check_says(told, 1, "no hash to be acknowledged by");
	told = a_notice();
	told.what = PB__ITEM_WHAT__ITEM_WHAT_MESSAGE;
	check_says(told, 1, "to be a message");
	told = a_release();
	told.about = 0;
	check_says(told, 1, "about no item before it");
	told.about = LIMIT_RECIPIENTS; /* its own number */
	check_says(told, 1, "about no item before it");
	told = a_release();
	told.notice = pb_of_bytes(bytes_of(notice, sizeof(notice)));
	check_says(told, 1, "a notice where there is none");
	told = a_task();
	told.notice.len = 0;
	check_says(told, 1, "none where there is one");
}

UNIT_SUITE("ledger/verify_told",
	{ "every kind that tells", test_every_kind },
	{ "what holds", test_holds },
	{ "what does not", test_faults });

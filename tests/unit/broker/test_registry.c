/* SPDX-License-Identifier: Apache-2.0 */
/* Directory, invitations, bindings, revocations: who there is, and what lookup.h tells of it. */
#include <stdio.h>

#include "changed.h"
#include "contract/limits.h"
#include "hidden.h"
#include "unit.h"

static struct site site;

static void set_up(const char *const *ids, size_t count)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, count);
}

static const char *const two[] = { "link", "anshin" };

static Pb__RefusalCode answered(void)
{
	return site.answer->body_case == PB__ADMIN_REPLY__BODY_REFUSAL ? site.answer->refusal->code : 0;
}

static void test_directory(void)
{
	static const char *const other[] = { "link", "police" };
	const struct registry_agency *link, *anshin;
	uint32_t number;
	uint64_t entries;

	set_up(two, 2);
	link = registry_by_id(site.broker->registry, bytes_of_text("link"));
	require(link != NULL);
	number = link->number;
	check_text(link->address, "link@" SITE_NAME);
	check(registry_by_address(site.broker->registry, bytes_of_text("link@" SITE_NAME)) == link);
	check(registry_by_address(site.broker->registry, bytes_of_text("link@elsewhere")) == NULL);
	check(registry_by_address(site.broker->registry, bytes_of_text("@" SITE_NAME)) == NULL);
	check(site_told(&site, OUTBOUND_KEYS, 0) != NULL);
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DIRECTORY, 0) != NULL);
	entries = ledger_size(site.broker->ledger);
	site_directory(&site, two, 2); /* current already */
	check_uint(ledger_size(site.broker->ledger), entries);
	site_directory(&site, other, 2);
	anshin = registry_by_id(site.broker->registry, bytes_of_text("anshin"));
	require(anshin != NULL);
	check(anshin->closed);
	check_uint(registry_open_count(site.broker->registry), 2);
	check_uint(registry_by_id(site.broker->registry, bytes_of_text("link"))->number, number);
	check_uint(registry_by_id(site.broker->registry, bytes_of_text("police"))->number, 3);
	site_directory(&site, two, 2);
	check(!registry_by_id(site.broker->registry, bytes_of_text("anshin"))->closed);
	site_close(&site);
}

static void test_bad_directories(void)
{
	static const char *const twice[] = { "link", "link" };
	static const char *const no_label[] = { "Link" };
	struct inbound *inbound;

	set_up(two, 2);
	site_operate(&site, site_load(twice, 2));
	check_int(answered(), REFUSE(MALFORMED));
	site_operate(&site, site_load(no_label, 1));
	check_int(answered(), REFUSE(MALFORMED));
	inbound = site_load(two, 2);
	((uint8_t *)inbound->act.request->directory_load.data)[2] = 'x'; /* another site */
	site_operate(&site, inbound);
	check_int(answered(), REFUSE(MALFORMED));
	inbound = site_load(two, 2);
	((Pb__AdminRequest *)(uintptr_t)inbound->act.request)->directory_load.len -= 1;
	site_operate(&site, inbound);
	check_int(answered(), REFUSE(MALFORMED));
	check_uint(registry_open_count(site.broker->registry), 2);
	site_close(&site);
}

/* The snapshot holds the rules: none may name who must stay hidden, whatever the operator's tools let through. */
static void test_rules(void)
{
	static const char *const three[] = { "desk", "refuge", "shelter" };

	set_up(three, 3);
	site_operate(&site, site_load_ruled(three, 3, "shelter", "refuge", "shelter"));
	check_int(answered(), REFUSE(MALFORMED));
	site_operate(&site, site_load_ruled(three, 3, "shelter", "refuge", "nobody"));
	check_int(answered(), REFUSE(MALFORMED));
	site_operate(&site, site_load_ruled(three, 3, "shelter", "refuge", "refuge"));
	check_int(answered(), 0);
	site_close(&site);
}

static const char *named; /* the rule by which the sender found its recipient */

static void by_rule(Pb__View *view, size_t index)
{
	(void)index;
	view->rule_id = (char *)(uintptr_t)named;
}

static Pb__RefusalCode sent_by(const struct desk_device *from, const struct desk_device *to, const char *rule)
{
	struct draft draft = site_draft(&site, from, to);

	named = rule;
	draft.change = by_rule;
	site_submit(&site, &draft);
	return site_refusal(&site, 0);
}

/* The rule that chose must still stand when its message comes, under the directory in force then. */
static void test_rule_in_force(void)
{
	static const char *const three[] = { "desk", "refuge", "shelter" };
	struct desk_device desk, refuge;
	uint64_t entries;

	set_up(three, 3);
	desk = site_enrol(&site, "desk");
	refuge = site_enrol(&site, "refuge");
	check_int(sent_by(&desk, &refuge, "first-line"), REFUSE(STALE_RULE)); /* there are none */
	site_operate(&site, site_load_ruled(three, 3, "shelter", "refuge", "refuge"));
	check_int(answered(), 0);
	check(registry_has_rule(site.broker->registry, "first-line"));
	check(!registry_has_rule(site.broker->registry, "first-lin") && !registry_has_rule(site.broker->registry, "first-line2"));
	check_int(sent_by(&desk, &refuge, "first-line"), 0);
	entries = ledger_size(site.broker->ledger);
	check_int(sent_by(&desk, &refuge, "second-line"), REFUSE(STALE_RULE));
	check_text(site_reply(&site, 0)->refusal->subject, "second-line");
	check_uint(ledger_size(site.broker->ledger), entries); /* a refusal is none */
	site_operate(&site, site_load_hidden(three, 3, "shelter", "refuge"));
	check_int(sent_by(&desk, &refuge, "first-line"), REFUSE(STALE_RULE));
	check_int(sent_by(&desk, &refuge, ""), 0); /* who names the recipient needs none */
	site_close(&site);
}

static void test_invitation(void)
{
	struct desk_device device, other;
	uint8_t key[32] = { 1 }, late[32] = { 2 };
	const Pb__Enrolled *enrolled;

	set_up(two, 2);
	site_make_device(&site, "link", &device);
	site_make_device(&site, "link", &other);
	site_operate(&site, site_add("nobody", key, site.clocks.wall_us + 10));
	check_int(answered(), REFUSE(UNKNOWN_AGENCY));
	site_operate(&site, site_add("link", key, site.clocks.wall_us));
	check_int(answered(), REFUSE(EXPIRED));
	site_operate(&site, site_add("link", key, site.clocks.wall_us + 1000));
	check_int(answered(), 0);
	check(site_told(&site, OUTBOUND_KEYS, 0) != NULL);
	site_operate(&site, site_add("anshin", key, site.clocks.wall_us + 1000));
	check_int(answered(), REFUSE(CONFLICT)); /* the key is another invitation's */
	site_operate(&site, site_add("link", late, site.clocks.wall_us + 2000));
	site_pass(&site, 1000);
	site_run(&site, site_bind(&device, key));
	check_int(site_told(&site, OUTBOUND_FRAME, 0)->frame->enrolled->refusal->code, REFUSE(INVITATION));
	memcpy(device.curve_key, late, 32);
	site_run(&site, site_bind(&device, late));
	check_int(site_told(&site, OUTBOUND_FRAME, 0)->frame->enrolled->refusal->code, REFUSE(CONFLICT)); /* one-time key kept */
	unit_random_bytes(device.curve_key, 32);
	site_run(&site, site_bind(&device, late));
	enrolled = site_told(&site, OUTBOUND_FRAME, 0)->frame->enrolled;
	require(enrolled->refusal == NULL);
	check_uint(enrolled->device, 1);
	check_text(enrolled->agency, "link@" SITE_NAME);
	check_uint(enrolled->accepted->header.len, LEAF_HEADER_BYTES);
	check(strlen(enrolled->checkpoint) > 0);
	check(site_told(&site, OUTBOUND_KEYS, 0) != NULL);
	site_run(&site, site_bind(&other, late));
	check_int(site_told(&site, OUTBOUND_FRAME, 0)->frame->enrolled->refusal->code, REFUSE(ENROLLED)); /* it has a device */
	site_operate(&site, site_add("link", (uint8_t[32]){ 3 }, site.clocks.wall_us + 1000));
	check_int(answered(), REFUSE(ENROLLED)); /* and is told so, not that an id was used */
	check_text(site.answer->refusal->subject, "link@" SITE_NAME);
	check_int(site.answer->refusal->value, 1);
	site_close(&site);
}

static struct inbound *bind_order(const struct desk_device *by, uint32_t device, const struct desk_device *keys)
{
	struct inbound *frame = frame_new(by);

	frame_bind(frame, device, keys);
	return frame;
}

static void test_further_devices(void)
{
	struct desk_device first, next;

	set_up(two, 2);
	first = site_enrol(&site, "link");
	for (unsigned i = 2; i <= LIMIT_DEVICES; i++) {
		site_make_device(&site, "link", &next);
		site_run(&site, bind_order(&first, 0, &next));
		check_int(site_refusal(&site, 0), 0);
		check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_BINDING, 0) != NULL);
	}
	site_run(&site, bind_order(&first, 0, &next));
	check_int(site_refusal(&site, 0), REFUSE(TOO_MANY_DEVICES));
	site_run(&site, bind_order(&first, 2, &next));
	check_int(site_refusal(&site, 0), REFUSE(NOT_YOURS)); /* another device's keys */
	site_close(&site);
}

static void test_rotation(void)
{
	struct desk_device old, fresh;
	struct digest digest;
	const Pb__Binding *binding;
	struct device device;
	struct arena arena;
	struct txn *txn;

	set_up(two, 2);
	old = site_enrol(&site, "link");
	site_make_device(&site, "link", &fresh);
	fresh.device = old.device;
	fresh.session = old.session;
	site_pass(&site, 5000000);
	site_run(&site, bind_order(&old, old.device, &fresh));
	check_int(site_refusal(&site, 0), 0);
	site_run(&site, bind_order(&old, 0, &old));
	check_int(site_refusal(&site, 0), REFUSE(REVOKED)); /* the old key signs no more */

	txn = site_read(&site);
	arena_init(&arena, 1000000);
	check_ok(device_get(txn, old.agency, old.device, &device));
	check_bytes(device.sealing_certificate, bytes_of(fresh.sealing, sizeof(fresh.sealing)));
	check_int(device.bound_at_us, site.clocks.wall_us);
	digest = digest_of(bytes_of(old.signing, sizeof(old.signing)));
	require_ok(certificate_binding(txn, &digest, &arena, &binding)); /* also one no longer in force */
	check_text(binding->agency, "link");
	check_int(binding->ends_at_us, site.clocks.wall_us);
	check_bytes(bytes_of_pb(binding->signing_certificate), bytes_of(old.signing, sizeof(old.signing)));
	digest = digest_of(bytes_of(fresh.sealing, sizeof(fresh.sealing)));
	require_ok(certificate_binding(txn, &digest, &arena, &binding));
	check_int(binding->ends_at_us, 0);
	digest.bytes[0] ^= 1;
	check_err(certificate_binding(txn, &digest, &arena, &binding), ERR_NOT_FOUND);
	arena_free(&arena);
	txn_abort(txn);
	site_close(&site);
}

static enum err count_device(void *context, const struct device *device)
{
	(void)device;
	++*(unsigned *)context;
	return ERR_OK;
}

static enum err count_open(void *context, const struct invitation *invitation)
{
	*(unsigned *)context += !invitation->used;
	return ERR_OK;
}

static void test_revoke(void)
{
	struct desk_device link, anshin;
	const struct outbound *closing;
	struct draft draft;
	struct device device;
	unsigned devices = 0, invitations = 0;
	struct txn *txn;

	set_up(two, 2);
	link = site_enrol(&site, "link");
	anshin = site_enrol(&site, "anshin");
	site_operate(&site, site_revoke("link", true));
	check_int(answered(), 0);
	closing = site_told(&site, OUTBOUND_CLOSE, 0);
	require(closing != NULL);
	check_uint(closing->session, link.session);
	check_int(closing->frame->notice->refusal->code, REFUSE(REVOKED));
	draft = site_draft(&site, &link, &anshin);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(REVOKED));
	draft = site_draft(&site, &anshin, &link);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(NOT_ENROLLED));
	txn = site_read(&site);
	check_ok(device_get(txn, link.agency, link.device, &device));
	check(device.compromised);
	check_ok(device_each(txn, 0, count_device, &devices));
	check_uint(devices, 1);
	check_ok(invitation_each(txn, count_open, &invitations));
	check_uint(invitations, 0);
	txn_abort(txn);
	site_operate(&site, site_revoke("link", true));
	check_int(answered(), REFUSE(NOT_ENROLLED));
	link = site_enrol(&site, "link"); /* may be invited anew, as another device */
	check_uint(link.device, 2);
	site_close(&site);
}

static void test_revoke_invitation(void)
{
	struct desk_device device;
	uint8_t key[32] = { 1 };

	set_up(two, 2);
	site_make_device(&site, "link", &device);
	site_operate(&site, site_add("link", key, site.clocks.wall_us + 1000));
	site_operate(&site, site_revoke("link", false));
	check_int(answered(), 0);
	site_run(&site, site_bind(&device, key));
	check_int(site_told(&site, OUTBOUND_FRAME, 0)->frame->enrolled->refusal->code, REFUSE(INVITATION));
	site_close(&site);
}

/* A device unbinds itself: the rest of its frame is refused, its session ends. */
static void test_unbind_self(void)
{
	struct desk_device link;
	struct inbound *frame;

	set_up(two, 2);
	link = site_enrol(&site, "link");
	frame = frame_new(&link);
	frame_unbind(frame, 9, false);
	frame_unbind(frame, link.device, false);
	frame_unbind(frame, link.device, false);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(NOT_YOURS));
	check_int(site_refusal(&site, 1), 0);
	check_int(site_refusal(&site, 2), REFUSE(REVOKED));
	check(site_told(&site, OUTBOUND_CLOSE, 0) != NULL);
	site_run(&site, site_hello(&site, &link, true));
	check(site_told(&site, OUTBOUND_CLOSE, 0) != NULL);
	site_close(&site);
}

static void test_snapshot(void)
{
	const Pb__DirectorySnapshot *snapshot;
	struct desk_device link;
	struct arena arena;
	struct agency agency;
	uint64_t version;
	struct buf packed;
	struct txn *txn;

	set_up(two, 2);
	link = site_enrol(&site, "link");
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	buf_init(&packed, 1000000);
	require_ok(directory_snapshot(txn, &packed, &version));
	require_ok(CODEC_DECODE(directory_snapshot, buf_bytes(&packed), &arena, &snapshot, NULL));
	check_uint(snapshot->file->n_agencies, 2);
	check_uint(snapshot->n_bindings, 1);
	check_text(snapshot->bindings[0]->agency, "link");
	check_bytes(bytes_of_pb(snapshot->bindings[0]->sealing_certificate), bytes_of(link.sealing, sizeof(link.sealing)));
	check_uint(snapshot->version, version);
	check_uint(version, ledger_size(site.broker->ledger) - 1);
	check_ok(agency_by_id(txn, bytes_of_text("anshin"), &arena, &agency));
	check_text(agency.record->id, "anshin");
	check_err(agency_by_id(txn, bytes_of_text("nobody"), &arena, &agency), ERR_NOT_FOUND);
	check_err(agency_by_id(txn, bytes_of_text(""), &arena, &agency), ERR_NOT_FOUND);
	buf_free(&packed);
	arena_free(&arena);
	txn_abort(txn);
	site_close(&site);
}

/* 10,000 agencies, as many as a directory may have. */
static void test_large_directory(void)
{
	static char names[LIMIT_AGENCIES][16];
	static const char *ids[LIMIT_AGENCIES];

	for (unsigned i = 0; i < LIMIT_AGENCIES; i++) {
		snprintf(names[i], sizeof(names[i]), "agency-%05u", i);
		ids[i] = names[i];
	}
	set_up(ids, LIMIT_AGENCIES);
	check_uint(registry_open_count(site.broker->registry), LIMIT_AGENCIES);
	check(registry_by_id(site.broker->registry, bytes_of_text("agency-09999")) != NULL);
	site_close(&site);
}

/* ---- no entry leads to a confidential agency, whoever wrote the file ---- */

static const struct leak {
	const char *what;
	const char *of;          /* the agency whose entry is changed; "c" is confidential, behind "b" */
	const char *coordinator; /* NULL: as it is */
	const char *proxy;
	bool named, placed, publicly;
} leaks[] = {
	{ "nothing", "a", NULL, NULL, false, false, false },
	{ "its coordinator is its proxy", "c", "b", NULL, false, false, false },
	{ "its coordinator is another", "c", "a", NULL, false, false, false },
	{ "it is a coordinator", "a", "c", NULL, false, false, false },
	{ "it is a proxy", "c", NULL, "c", false, false, false },
	{ "it has a name", "c", NULL, NULL, true, false, false },
	{ "it has an area", "c", NULL, NULL, false, true, false },
	{ "one that anybody finds has a proxy", "c", NULL, NULL, false, false, true },
};
static const struct leak *leak;

static void put_leak(Pb__DirectoryFile *file, struct arena *arena)
{
	static char *area = (char *)(uintptr_t)"chuo";
	static Pb__Names names;
	Pb__Agency *hidden = changed_agency(file, "c"), *of = changed_agency(file, leak->of);

	(void)arena;
	pb__names__init(&names);
	hidden->confidential = !leak->publicly;
	hidden->proxy = (char *)(uintptr_t)"b";
	if (leak->coordinator != NULL)
		of->coordinator = (char *)(uintptr_t)leak->coordinator;
	if (leak->proxy != NULL)
		of->proxy = (char *)(uintptr_t)leak->proxy;
	hidden->names = leak->named ? &names : NULL;
	hidden->areas = leak->placed ? &area : NULL;
	hidden->n_areas = leak->placed;
}

static void test_leads_to_nobody_in_hiding(void)
{
	static const char *const three[] = { "a", "b", "c" };

	site_open(&site);
	for (size_t i = 0; i < sizeof(leaks) / sizeof(*leaks); i++) {
		leak = &leaks[i];
		unit_context("%s", leak->what);
		site_operate(&site, site_load_changed(three, 3, put_leak));
		check_int(answered(), i < 2 ? 0 : REFUSE(SAFETY));
	}
	site_close(&site);
}

UNIT_SUITE("broker/registry",
	{ "a directory numbers, closes and opens again", test_directory },
	{ "directories that are refused", test_bad_directories },
	{ "rules lead to someone, and to nobody hidden", test_rules },
	{ "no entry leads to a confidential agency", test_leads_to_nobody_in_hiding },
	{ "the rule that chose is in force", test_rule_in_force },
	{ "an invitation works once, in time, for its agency", test_invitation },
	{ "a device binds further ones, up to the limit", test_further_devices },
	{ "new keys end the old ones, which stay known", test_rotation },
	{ "a revoked agency is out, and may come again", test_revoke },
	{ "revoking ends open invitations", test_revoke_invitation },
	{ "a device unbinds itself", test_unbind_self },
	{ "the snapshot and single records", test_snapshot },
	{ "ten thousand agencies", test_large_directory });

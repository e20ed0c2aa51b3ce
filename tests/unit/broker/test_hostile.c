/* SPDX-License-Identifier: Apache-2.0 */
/* An enrolled agency that means ill: whatever it orders, the others are served, and memory stays bounded (P7, P8). */
#include <time.h>

#include "contract/limits.h"
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
}

/* What this program has worked, not how long a busy machine took for it. */
static int64_t cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* One large message, then a thousand small orders under its id: each a conflict, none reads the large one back. */
static void test_conflicts_are_cheap(void)
{
	struct draft large, small;
	struct inbound *frames[2];
	int64_t started;

	set_up();
	large = site_draft(&site, &alice, &bob);
	large.parts = 4;
	large.part_bytes = LIMIT_PART_BYTES;
	site_submit(&site, &large);
	check_int(site_refusal(&site, 0), 0);
	frames[0] = frame_new(&alice);
	for (unsigned i = 0; i < LIMIT_ORDERS; i++) {
		small = site_draft(&site, &alice, &bob);
		memcpy(small.id, large.id, 16);
		small.part_bytes = 1;
		frame_submit(frames[0], &small);
	}
	frames[1] = frame_new(&bob);
	small = site_draft(&site, &bob, &alice);
	frame_submit(frames[1], &small);
	started = cpu_us();
	require_ok(site_try(&site, frames, 2));
	check(cpu_us() - started < 2000000);
	for (unsigned i = 0; i < LIMIT_ORDERS; i++)
		check_int(site_refusal(&site, i), REFUSE(CONFLICT));
	require(site_replies(&site, 1) != NULL);
	check_int(site_replies(&site, 1)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	site_close(&site);
}

/* Many dead letters: whoever comes back hears of a hundred, not of all. */
static void test_dead_letters_told(void)
{
	struct inbound *frame;
	size_t told = 0;

	set_up();
	for (unsigned round = 0; round < 3; round++) {
		frame = frame_new(&alice);
		for (unsigned i = 0; i < 100; i++) {
			struct draft draft = site_draft(&site, &alice, &bob);

			frame_submit(frame, &draft);
		}
		site_run(&site, frame);
	}
	site_run(&site, site_credit(&bob, 1000, 100000000));
	site_run(&site, NULL);
	frame = frame_new(&bob);
	for (size_t nth = 1; nth <= 300; nth++) {
		uint64_t item = site_item(&site, nth);
		struct digest hash = site_delivery(&site, item).view_hash;

		frame_refuse(frame, item, &hash, PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD);
	}
	site_run(&site, frame);
	while (site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, told) != NULL)
		told++;
	check_uint(told, 300); /* each as it dies */
	site_run(&site, site_hello(&site, &alice, false));
	for (told = 0; site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, told) != NULL;)
		told++;
	check_uint(told, 100);
	site_close(&site);
}

/* Credit without end: what one session may hold is bounded all the same. */
static void test_endless_credit(void)
{
	uint64_t items[512];
	size_t total = 0;

	set_up();
	site_run(&site, site_credit(&bob, UINT64_MAX, UINT64_MAX));
	for (unsigned sent = 0; sent < SESSION_HELD_MAX + 1000; sent += 1000) {
		struct inbound *frame = frame_new(&alice);

		for (unsigned i = 0; i < 1000; i++) {
			struct draft draft = site_draft(&site, &alice, &bob);

			draft.part_bytes = 1;
			frame_submit(frame, &draft);
		}
		site_run(&site, frame);
		total += site_handed(&site, bob.session, items, 512);
	}
	for (int i = 0; i < 100 && batch_due_in(site.broker, site.clocks) == 0; i++) {
		site_run(&site, NULL);
		total += site_handed(&site, bob.session, items, 512);
	}
	check_uint(total, SESSION_HELD_MAX);
	check(batch_due_in(site.broker, site.clocks) > 0); /* nothing to do until something is answered */
	site_run(&site, site_bye(&bob, true));
	check_uint(broker_waiting(site.broker, bob.agency), 10000); /* none is lost */
	site_close(&site);
}

/* ---- limits of a message, one past each ---- */

static void many_classes(Pb__View *view, size_t index)
{
	static Pb__DisclosureClass classes[LIMIT_CLASSES + 1];

	(void)index;
	for (unsigned i = 0; i <= LIMIT_CLASSES; i++)
		classes[i] = (Pb__DisclosureClass)(1 + i % 12);
	view->parts[0]->classes = classes;
	view->parts[0]->n_classes = LIMIT_CLASSES + 1;
}

static void unordered_classes(Pb__View *view, size_t index)
{
	static Pb__DisclosureClass classes[] = { 9, 5 };

	(void)index;
	view->parts[0]->classes = classes;
	view->parts[0]->n_classes = 2;
}

static void same_class_twice(Pb__View *view, size_t index)
{
	static Pb__DisclosureClass classes[] = { 9, 9 };

	(void)index;
	view->parts[0]->classes = classes;
	view->parts[0]->n_classes = 2;
}

static void empty_part(Pb__View *view, size_t index)
{
	(void)index;
	view->parts[0]->size = 0;
}

static void huge_part(Pb__View *view, size_t index)
{
	(void)index;
	view->parts[0]->size = LIMIT_PART_BYTES + 1;
}

static void short_digest(Pb__View *view, size_t index)
{
	(void)index;
	view->parts[0]->sha256.len = 31;
}

static void one_part_less(Pb__View *view, size_t index)
{
	(void)index;
	view->n_parts = 0;
}

static void many_certificates(Pb__View *view, size_t index)
{
	static ProtobufCBinaryData list[LIMIT_SEALED_TO + 1];

	(void)index;
	for (unsigned i = 0; i <= LIMIT_SEALED_TO; i++)
		list[i] = view->sealed_to[0];
	view->sealed_to = list;
	view->n_sealed_to = LIMIT_SEALED_TO + 1;
}

static void short_certificate(Pb__View *view, size_t index)
{
	(void)index;
	view->sealed_to[1].len = 5;
}

static void short_thread(Pb__View *view, size_t index)
{
	(void)index;
	view->thread_id = view->message_id;
	view->thread_id.len = 3;
}

static void negative_expiry(Pb__View *view, size_t index)
{
	(void)index;
	view->expires_at_us = INT64_MIN;
}

static void short_id(Pb__View *view, size_t index)
{
	(void)index;
	view->message_id.len = 4;
}

static void no_id(Pb__View *view, size_t index)
{
	(void)index;
	view->message_id.len = 0;
}

static void many_blobs(Pb__View *view, size_t index)
{
	static Pb__BlobRef ref = PB__BLOB_REF__INIT;
	static Pb__BlobRef *list[LIMIT_BLOBS + 1];

	(void)index;
	for (unsigned i = 0; i <= LIMIT_BLOBS; i++)
		list[i] = &ref;
	view->blobs = list;
	view->n_blobs = LIMIT_BLOBS + 1;
}

static void no_kind(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = 0;
}

static void no_urgency(Pb__View *view, size_t index)
{
	(void)index;
	view->urgency = 0;
}

static void take_without_request(Pb__View *view, size_t index)
{
	(void)index;
	view->take = PB__TAKE__TAKE_ALL;
}

static void capacity_with_case(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_CAPACITY;
}

static void announcement_with_case(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_ANNOUNCEMENT;
}

static void empty_recipient(Pb__View *view, size_t index)
{
	(void)index;
	view->recipient = (char *)(uintptr_t)"";
}

static void test_limits(void)
{
	static const struct {
		const char *name;
		void (*change)(Pb__View *view, size_t index);
		Pb__RefusalCode code;
	} cases[] = {
		{ "many classes", many_classes, REFUSE(TOO_MANY) },
		{ "unordered classes", unordered_classes, REFUSE(MALFORMED) },
		{ "a class twice", same_class_twice, REFUSE(MALFORMED) },
		{ "an empty part", empty_part, REFUSE(TOO_LARGE) },
		{ "a huge part", huge_part, REFUSE(TOO_LARGE) },
		{ "a short digest", short_digest, REFUSE(MALFORMED) },
		{ "a part that no View names", one_part_less, REFUSE(MALFORMED) },
		{ "many certificates", many_certificates, REFUSE(TOO_MANY) },
		{ "a short certificate digest", short_certificate, REFUSE(MALFORMED) },
		{ "a short thread id", short_thread, REFUSE(MALFORMED) },
		{ "a negative expiry", negative_expiry, REFUSE(MALFORMED) },
		{ "a short id", short_id, REFUSE(MALFORMED) },
		{ "no id", no_id, REFUSE(MALFORMED) },
		{ "many segments", many_blobs, REFUSE(TOO_MANY) },
		{ "no kind", no_kind, REFUSE(MALFORMED) },
		{ "no urgency", no_urgency, REFUSE(MALFORMED) },
		{ "take without a request", take_without_request, REFUSE(MALFORMED) },
		{ "capacity with a case", capacity_with_case, REFUSE(MALFORMED) },
		{ "an announcement with a case", announcement_with_case, REFUSE(MALFORMED) },
		{ "no recipient", empty_recipient, REFUSE(UNKNOWN_AGENCY) },
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		unit_context("%s", cases[i].name);
		draft.change = cases[i].change;
		site_submit(&site, &draft);
		check_int(site_refusal(&site, 0), cases[i].code);
	}
	unit_context(" ");
	site_close(&site);
}

/* What is just within the limits is taken. */
static void test_just_within(void)
{
	struct draft draft;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.parts = LIMIT_PARTS;
	draft.part_bytes = LIMIT_PART_BYTES;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	site_run(&site, site_credit(&bob, 1, 1)); /* one item may pass the credit in bytes */
	check(site_told(&site, OUTBOUND_HANDOUT, 0) != NULL);
	draft = site_draft(&site, &alice, &bob);
	be64_put(draft.id, ((uint64_t)site.clocks.wall_us / 1000 + LIMIT_ID_AHEAD_S * 1000ull) << 16 | 0x7000);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

static void test_frames_of_nobody(void)
{
	struct desk_device nobody;
	struct inbound *frame;
	struct draft draft;

	set_up();
	nobody = alice;
	nobody.agency = 4000000000u; /* such numbers the front never gives */
	draft = site_draft(&site, &alice, &bob);
	frame = frame_new(&nobody);
	frame_submit(frame, &draft);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(REVOKED));
	site_run(&site, site_hello(&site, &nobody, true));
	check(site_told(&site, OUTBOUND_CLOSE, 0) != NULL);
	site_run(&site, site_credit(&nobody, 1, 1));
	site_run(&site, site_bye(&nobody, false));
	site_run(&site, site_blob(&nobody, bytes_of_text("bytes")));
	require(site_told(&site, OUTBOUND_FRAME, 0) != NULL);
	check_int(site_told(&site, OUTBOUND_FRAME, 0)->frame->blob_stored->refusal->code, REFUSE(REVOKED));
	check_uint(broker_waiting(site.broker, nobody.agency), 0);
	site_close(&site);
}

UNIT_SUITE("broker/hostile",
	{ "conflicts are cheap", test_conflicts_are_cheap },
	{ "dead letters are told, a hundred at a time", test_dead_letters_told },
	{ "endless credit is bounded", test_endless_credit },
	{ "one past each limit", test_limits },
	{ "just within the limits", test_just_within },
	{ "agencies and sessions that nobody knows", test_frames_of_nobody });

/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency says of itself: places of its services, and that its entry is right. */
#include "acts.h"
#include "broker/lookup.h"
#include "changed.h"
#include "contract/limits.h"
#include "unit.h"

#define OPEN PB__PLACES__PLACES_OPEN
#define WAITLIST PB__PLACES__PLACES_WAITLIST
#define FULL PB__PLACES__PLACES_FULL

static struct site site;
static struct desk_device link;
static struct arena arena;
static const char *const ids[] = { "anshin", "link" };

static void give_services(Pb__DirectoryFile *file, struct arena *in)
{
	static const char *const names[] = { "shien", "ibasho" };
	Pb__Agency *agency = changed_agency(file, "link");

	agency->services = arena_calloc(in, 2, sizeof(*agency->services));
	require(agency->services != NULL);
	for (size_t i = 0; i < 2; i++) {
		agency->services[i] = arena_calloc(in, 1, sizeof(**agency->services));
		require(agency->services[i] != NULL);
		pb__service__init(agency->services[i]);
		agency->services[i]->id = (char *)(uintptr_t)names[i];
	}
	agency->n_services = 2;
}

static void hide(Pb__DirectoryFile *file, struct arena *in)
{
	give_services(file, in);
	changed_agency(file, "link")->confidential = true;
	changed_agency(file, "link")->proxy = (char *)(uintptr_t)"anshin";
}

static void load(void (*change)(Pb__DirectoryFile *file, struct arena *in))
{
	site_operate(&site, site_load_changed(ids, 2, change));
	require(site_answered(&site) == 0);
}

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	load(give_services);
	link = site_enrol(&site, "link");
	arena_init(&arena, 10000000);
}

static void tear_down(void)
{
	arena_free(&arena);
	site_close(&site);
}

static Pb__RefusalCode say(const struct said_places *places, size_t count, const char *confirmed_on, int64_t at_us)
{
	struct inbound *frame = frame_new(&link);

	frame_standing(frame, places, count, confirmed_on, at_us);
	site_run(&site, frame);
	return site_refusal(&site, 0);
}

/* One service, said now; the clock goes on. */
static Pb__RefusalCode say_one(const char *service, Pb__Places places)
{
	site_pass(&site, 1000000);
	return say(&(struct said_places){ service, places }, 1, NULL, site.clocks.wall_us);
}

/* NULL: the snapshot tells nothing of link. */
static const Pb__Standing *told(void)
{
	const Pb__DirectorySnapshot *snapshot;
	struct buf packed;
	uint64_t version;
	struct txn *txn = site_read(&site);

	arena_reset(&arena);
	buf_init(&packed, 1000000);
	require_ok(directory_snapshot(txn, &packed, &version));
	require_ok(CODEC_DECODE(directory_snapshot, buf_bytes(&packed), &arena, &snapshot, NULL));
	buf_free(&packed);
	txn_abort(txn);
	require(snapshot->n_standings <= 1);
	return snapshot->n_standings == 0 ? NULL : snapshot->standings[0];
}

static void check_told(const char *service, Pb__Places places)
{
	const Pb__Standing *standing = told();

	require(standing != NULL);
	unit_context("%s", service);
	for (size_t i = 0; i < standing->n_places; i++)
		if (strcmp(standing->places[i]->service, service) == 0) {
			check_int(standing->places[i]->places, places);
			return;
		}
	check_int(PB__PLACES__PLACES_UNSPECIFIED, places);
}

static void test_places(void)
{
	set_up();
	check(told() == NULL);
	check_int(say_one("shien", FULL), 0);
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DIRECTORY, 0) != NULL); /* a new version for everyone */
	check_text(told()->agency, "link");
	check_uint(told()->seq, ledger_size(site.broker->ledger) - 1);
	check_told("shien", FULL);
	check_told("ibasho", PB__PLACES__PLACES_UNSPECIFIED);
	check_int(say_one("ibasho", WAITLIST), 0);
	check_told("shien", FULL); /* what is not named stays */
	check_told("ibasho", WAITLIST);
	check_int(say_one("shien", OPEN), 0);
	check_int(say_one("", FULL), 0); /* the agency as a whole */
	check_told("shien", OPEN);
	check_told("", FULL);
	site_reopen(&site);
	check_told("", FULL);
	tear_down();
}

static void test_refused(void)
{
	const struct said_places twice[] = { { "shien", OPEN }, { "shien", FULL } };
	const struct said_places many[] = { { "shien", OPEN }, { "ibasho", FULL }, { "", FULL }, { "a", FULL } };
	uint64_t entries;

	set_up();
	entries = ledger_size(site.broker->ledger);
	check_int(say_one("yoga", FULL), REFUSE(UNKNOWN_SERVICE));
	check_text(site_reply(&site, 0)->refusal->subject, "yoga");
	check_int(say_one("shien", PB__PLACES__PLACES_UNSPECIFIED), REFUSE(MALFORMED));
	check_int(say(twice, 2, NULL, site.clocks.wall_us), REFUSE(MALFORMED));
	check_int(say(many, 4, NULL, site.clocks.wall_us), REFUSE(TOO_MANY));
	check_int(say(NULL, 0, NULL, site.clocks.wall_us), REFUSE(MALFORMED)); /* says nothing */
	check_int(say(NULL, 0, "2100-13-01", site.clocks.wall_us), REFUSE(MALFORMED));
	check_int(say(NULL, 0, "2100-01-03", site.clocks.wall_us), REFUSE(MALFORMED)); /* the day after tomorrow */
	check_int(say(twice, 1, NULL, 0), REFUSE(ID_TIME));
	check_int(say(twice, 1, NULL, site.clocks.wall_us + ((int64_t)LIMIT_ID_AHEAD_S + 1) * 1000000), REFUSE(ID_TIME));
	check_uint(ledger_size(site.broker->ledger), entries);
	check(told() == NULL);
	tear_down();
}

static void test_confirm(void)
{
	set_up();
	check_int(say(NULL, 0, "2100-01-01", site.clocks.wall_us), 0);
	check_text(told()->confirmed_on, "2100-01-01");
	check_int(say_one("shien", FULL), 0);
	check_text(told()->confirmed_on, "2100-01-01"); /* stays with the places */
	site_pass(&site, 1000000);
	check_int(say(NULL, 0, "2099-05-01", site.clocks.wall_us), 0);
	check_text(told()->confirmed_on, "2100-01-01"); /* never back */
	check_told("shien", FULL);
	tear_down();
}

/* The day begins at the site, not in Greenwich: 2100-01-01 00:00 UTC is nine o'clock there. */
static void test_the_sites_day(void)
{
	set_up();
	site_pass(&site, INT64_C(15) * 3600 * 1000000 - 601 * INT64_C(1000000)); /* 601 s before midnight in Tokyo */
	check_int(say(NULL, 0, "2100-01-02", site.clocks.wall_us), REFUSE(MALFORMED));
	site_pass(&site, 2000000); /* what a clock may be ahead */
	check_int(say(NULL, 0, "2100-01-02", site.clocks.wall_us), 0);
	tear_down();
}

static void test_order(void)
{
	int64_t at_us;
	uint64_t entries;

	set_up();
	check_int(say_one("shien", FULL), 0);
	at_us = site.clocks.wall_us;
	entries = ledger_size(site.broker->ledger);
	check_int(say(&(struct said_places){ "shien", FULL }, 1, NULL, at_us), 0); /* asked again: the same entry */
	check(site_reply(&site, 0)->accepted->duplicate);
	check_int(say(&(struct said_places){ "shien", OPEN }, 1, NULL, at_us - 1), REFUSE(CONFLICT)); /* overtaken by another device */
	check_uint(ledger_size(site.broker->ledger), entries);
	check_told("shien", FULL);
	tear_down();
}

/* What the directory no longer names is told no more, and what it names again as it was. */
static void test_services_that_go(void)
{
	set_up();
	check_int(say_one("shien", FULL), 0);
	site_directory(&site, ids, 2);
	require(told() != NULL);
	check_uint(told()->n_places, 0);
	check_int(say_one("shien", FULL), REFUSE(UNKNOWN_SERVICE));
	load(give_services);
	check_told("shien", FULL);
	tear_down();
}

static void test_hidden(void)
{
	set_up();
	check_int(say_one("shien", FULL), 0);
	load(hide);
	check(told() == NULL);
	check_int(say_one("shien", WAITLIST), 0); /* it may say it; nobody is told */
	check(told() == NULL);
	tear_down();
}

UNIT_SUITE("broker/standing",
	{ "places are said and told", test_places },
	{ "what is refused changes nothing", test_refused },
	{ "an entry is confirmed", test_confirm },
	{ "today is the site's", test_the_sites_day },
	{ "the later word stands", test_order },
	{ "services that go and come", test_services_that_go },
	{ "a confidential agency is told of nowhere", test_hidden });

/* SPDX-License-Identifier: Apache-2.0 */
/* Whose business days: hours from the directory, the site's zone, holidays from the tables, each as the open transaction has it. */
#include "broker/business_time.h"

#include "broker/rows.h"
#include "changed.h"
#include "contract/civil_time.h"
#include "unit.h"

#define TOKYO 540

static struct site site;
static const char *const three[] = { "always", "link", "saturday" };

static const char golden_week[] = "\xef\xbb\xbf国民の祝日・休日月日,国民の祝日・休日名称\r\n"
				  "2026/1/1,元日\r\n2026/5/4,みどりの日\r\n2026/5/5,こどもの日\r\n2026/5/6,休日\r\n2026/11/23,勤労感謝の日\r\n";

static void set_hours(Pb__DirectoryFile *file, struct arena *arena)
{
	static uint32_t saturday[] = { 6 };
	Pb__Hours *always = arena_calloc(arena, 1, sizeof(*always));
	Pb__Hours *weekly = arena_calloc(arena, 1, sizeof(*weekly));
	Pb__OpenSpan *span = arena_calloc(arena, 1, sizeof(*span));
	Pb__OpenSpan **spans = arena_calloc(arena, 1, sizeof(*spans));

	require(always != NULL && weekly != NULL && span != NULL && spans != NULL);
	pb__hours__init(always);
	pb__hours__init(weekly);
	pb__open_span__init(span);
	always->always = true;
	span->days = saturday;
	span->n_days = 1;
	span->opens = (char *)(uintptr_t)"10:00";
	span->closes = (char *)(uintptr_t)"16:00";
	spans[0] = span;
	weekly->spans = spans;
	weekly->n_spans = 1;
	changed_agency(file, "always")->hours = always;
	changed_agency(file, "saturday")->hours = weekly;
}

static void in_utc(Pb__DirectoryFile *file, struct arena *arena)
{
	set_hours(file, arena);
	file->zone = (char *)(uintptr_t)"UTC";
}

/* YYYY-MM-DD and an hour in Tokyo. */
static int64_t at(const char *day, int hour)
{
	struct civil_time time = { .minute = hour * 60 };

	require_ok(civil_day_parse(bytes_of_text(day), &time.day));
	return civil_time_us(time, TOKYO);
}

static struct calendar of(const char *id)
{
	const struct registry_agency *agency = registry_by_id(site.broker->registry, bytes_of_text(id));
	struct calendar calendar;

	require(agency != NULL);
	site.broker->batch.world.registry = site.broker->registry; /* as a batch finds it */
	require_ok(calendar_of(&site.broker->batch.world, agency->number, &calendar));
	return calendar;
}

static bool open_at(const char *id, const char *day, int hour)
{
	struct calendar calendar = of(id);

	return calendar_open_at(&calendar, at(day, hour));
}

static void load(void (*change)(Pb__DirectoryFile *file, struct arena *arena))
{
	site_operate(&site, site_load_changed(three, 3, change));
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	load(set_hours);
}

static void test_hours(void)
{
	struct calendar calendar;

	set_up();
	check(open_at("always", "2026-05-02", 3));
	check(open_at("link", "2026-05-01", 9)); /* says nothing: Monday to Friday, 9 to 17 */
	check(!open_at("link", "2026-05-01", 17));
	check(!open_at("link", "2026-05-02", 10)); /* a Saturday */
	check(open_at("saturday", "2026-05-02", 10));
	check(!open_at("saturday", "2026-05-01", 10));
	calendar = of("link");
	check(calendar.holidays == NULL);
	check_err(calendar_of(&site.broker->batch.world, 99, &calendar), ERR_NOT_FOUND);
	check_err(calendar_of(&site.broker->batch.world, 0, &calendar), ERR_NOT_FOUND);
	site_close(&site);
}

/* Hours follow the directory, and those of a closed agency stay: it may hold a turn yet. */
static void test_directory_changes(void)
{
	static const char *const two[] = { "always", "link" };

	set_up();
	site_directory(&site, two, 2);
	check(!open_at("always", "2026-05-01", 3)); /* its entry says no hours any more */
	check(open_at("saturday", "2026-05-02", 10));
	load(set_hours);
	check(open_at("always", "2026-05-01", 3));
	site_reopen(&site);
	check(open_at("always", "2026-05-01", 3));
	check(open_at("saturday", "2026-05-02", 10));
	site_close(&site);
}

static void test_zone(void)
{
	set_up();
	check_int(of("link").offset_minutes, TOKYO); /* the file names none */
	load(in_utc);
	check_int(of("link").offset_minutes, 0);
	check(!open_at("link", "2026-05-01", 10)); /* one o'clock at night there */
	check(open_at("link", "2026-05-01", 19));
	site_reopen(&site);
	check_int(of("link").offset_minutes, 0);
	site_close(&site);
}

static void keep_holidays(struct bytes file)
{
	struct txn *txn;

	require_ok(txn_begin_write(site.store, &txn));
	holiday_file_put(txn, file);
	require_ok(txn_commit(txn));
}

static void test_holidays(void)
{
	struct calendar calendar;
	struct reckoned due;

	set_up();
	check(open_at("link", "2026-05-04", 10)); /* a Monday, as far as anyone knows */
	keep_holidays(bytes_of_text(golden_week));
	site_reopen(&site);
	calendar = of("link");
	check(holidays_cover(calendar.holidays, civil_time_of(at("2026-05-04", 10), TOKYO).day));
	check(!open_at("link", "2026-05-04", 10));
	check(open_at("always", "2026-05-04", 10));
	require_ok(calendar_after_business_days(&calendar, at("2026-05-01", 10), 100, &due));
	check_int(due.us, at("2026-05-07", 10)); /* three holidays and a weekend between */
	check(!due.provisional);
	require_ok(calendar_after_business_days(&calendar, at("2026-12-28", 10), 100, &due));
	check_int(due.us, at("2027-01-04", 10));
	check(due.provisional); /* the file ends with 2026 */
	site_close(&site);
}

/* What stands in the table was checked when it was loaded: anything else is damage, and says so at the start. */
static void test_damage(void)
{
	struct holidays *holidays = NULL;
	struct txn *txn;

	set_up();
	keep_holidays(bytes_of_text(golden_week));
	txn = site_read(&site);
	check_ok(business_time_load(txn, &holidays));
	require(holidays != NULL);
	txn_abort(txn);
	keep_holidays(bytes_of_text("no holidays\n"));
	txn = site_read(&site);
	check_err(business_time_load(txn, &holidays), ERR_CORRUPT);
	check_int(holidays->first_year, 2026); /* as it was */
	txn_abort(txn);
	holidays_free(holidays);
	site_close(&site);
}

UNIT_SUITE("broker/business_time",
	{ "hours are the agency's own", test_hours },
	{ "hours follow the directory", test_directory_changes },
	{ "the zone is the site's", test_zone },
	{ "holidays are those of the table", test_holidays },
	{ "a damaged table is told", test_damage });

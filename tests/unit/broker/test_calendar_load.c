/* SPDX-License-Identifier: Apache-2.0 */
/* A file of holidays becomes the site's, whole or not at all, and everyone hears of it. */
#include "acts.h"
#include "broker/business_time.h"
#include "broker/rows.h"
#include "ledger/entry.h"
#include "unit.h"

static struct site site;
static struct desk_device link;
static char text[ACTS_FILE], other[ACTS_FILE];
static const char *const ids[] = { "anshin", "link" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 2);
	link = site_enrol(&site, "link");
}

static int32_t known_until(void)
{
	return site.broker->holidays == NULL ? 0 : site.broker->holidays->last_year;
}

static void test_load(void)
{
	struct bytes file = acts_holidays(text, 2101);
	const Pb__EntryBody *body;
	struct entry entry;
	struct arena arena;
	struct txn *txn;
	struct bytes kept;
	uint64_t version;

	set_up();
	check_int(known_until(), 0);
	site_operate(&site, site_calendar(file));
	check_int(site_answered(&site), 0);
	check_int(known_until(), 2101);
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DIRECTORY, 0) != NULL); /* libraries route by it */
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	require_ok(entry_decode(txn, ledger_size(site.broker->ledger) - 4, &arena, &entry, &body)); /* three say that there was nothing to reckon */
	require(body->body_case == PB__ENTRY_BODY__BODY_CALENDAR);
	check_bytes(bytes_of_pb(body->calendar->file), file); /* as it was given */
	check_text(body->calendar->operator_->login, "operator");
	check_ok(holiday_file_get(txn, &kept));
	check_bytes(kept, file);
	check_ok(directory_version_get(txn, &version));
	check_uint(version, ledger_size(site.broker->ledger) - 4);
	arena_free(&arena);
	txn_abort(txn);
	site_reopen(&site);
	check_int(known_until(), 2101);
	site_close(&site);
}

static void test_again(void)
{
	uint64_t entries;

	set_up();
	site_operate(&site, site_calendar(acts_holidays(text, 2101)));
	entries = ledger_size(site.broker->ledger);
	site_operate(&site, site_calendar(acts_holidays(text, 2101)));
	check_int(site_answered(&site), 0);
	check_uint(site.answer->seq, 0);
	check_uint(ledger_size(site.broker->ledger), entries);
	site_operate(&site, site_calendar(acts_holidays(text, 2102)));
	check_int(site_answered(&site), 0);
	check_int(known_until(), 2102);
	site_operate(&site, site_calendar(acts_holidays(text, 2101))); /* due times stand on 2102 */
	check_int(site_answered(&site), REFUSE(MALFORMED));
	check_text(site.answer->refusal->subject, "holidays.last_year");
	check_int(site.answer->refusal->bound, 2102);
	check_int(known_until(), 2102);
	site_close(&site);
}

static void test_refused(void)
{
	static char large[HOLIDAYS_FILE_MAX + 1];
	struct bytes file = acts_holidays(text, 2026);
	uint64_t entries;

	set_up();
	entries = ledger_size(site.broker->ledger);
	memcpy(other, file.data, file.len);
	memcpy(strstr(other, "2026/5/4"), "2026/5/x", 8);
	site_operate(&site, site_calendar(bytes_of(other, file.len)));
	check_int(site_answered(&site), REFUSE(MALFORMED));
	check_text(site.answer->refusal->subject, "holidays.line");
	check_int(site.answer->refusal->value, 4);
	site_operate(&site, site_calendar(bytes_of(file.data, file.len / 2))); /* cut off: no whole year */
	check_int(site_answered(&site), REFUSE(MALFORMED));
	site_operate(&site, site_calendar(bytes_of(large, 0)));
	check_int(site_answered(&site), REFUSE(MALFORMED));
	site_operate(&site, site_calendar(bytes_of(large, sizeof(large))));
	check_int(site_answered(&site), REFUSE(TOO_LARGE));
	check_uint(ledger_size(site.broker->ledger), entries);
	check_int(known_until(), 0);
	site_close(&site);
}

/* What the snapshot tells is what the file says, in its order. */
static void test_snapshot(void)
{
	const Pb__DirectorySnapshot *snapshot;
	struct arena arena;
	struct buf packed;
	uint64_t version;
	struct txn *txn;

	set_up();
	site_operate(&site, site_calendar(acts_holidays(text, 2027)));
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	buf_init(&packed, 1000000);
	require_ok(directory_snapshot(txn, &packed, &version));
	require_ok(CODEC_DECODE(directory_snapshot, buf_bytes(&packed), &arena, &snapshot, NULL));
	require(check_uint(snapshot->n_holidays, 10));
	check_text(snapshot->holidays[0], "2026-01-01");
	check_text(snapshot->holidays[9], "2027-11-23");
	for (size_t i = 1; i < snapshot->n_holidays; i++)
		check(strcmp(snapshot->holidays[i - 1], snapshot->holidays[i]) < 0);
	buf_free(&packed);
	arena_free(&arena);
	txn_abort(txn);
	site_close(&site);
}

UNIT_SUITE("broker/calendar_load",
	{ "a file is loaded, kept and told", test_load },
	{ "the same again, a longer one, a shorter one", test_again },
	{ "files that are refused change nothing", test_refused },
	{ "the snapshot tells its days", test_snapshot });

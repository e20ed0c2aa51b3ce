/* SPDX-License-Identifier: Apache-2.0 */
/* One agency's record by itself, through the file that people write: what just holds, and what just does not. */
#include <stdio.h>
#include <string.h>

#include "collected.h"
#include "config/directory_file.h"
#include "unit.h"

/* Line 6 is agency a, lines 7 to 9 are agency b; what a row adds stands from line 10. */
#define HEAD "site: chiba-city\nlocal_government_code: \"121002\"\nnames: {ja: 千葉市}\nzone: Asia/Tokyo\nagencies:\n"
#define PAIR HEAD "  - {id: a, names: {ja: エー}, coordinator: b}\n  - id: b\n    names: {ja: ビー}\n    coordinator: a\n"
#define SPAN(days, opens, closes) "    hours: {spans: [{days: " days ", opens: \"" opens "\", closes: \"" closes "\"}]}\n"

static enum err load(const char *added, struct collected *collected)
{
	const Pb__DirectoryFile *file;
	struct arena arena;
	char text[4096];
	enum err err;

	snprintf(text, sizeof text, "%s%s", PAIR, added);
	*collected = (struct collected){ 0 };
	arena_init(&arena, DIRECTORY_ARENA_BYTES);
	err = directory_file_load(written_file("directory.yaml", text), collect, collected, &arena, &file);
	arena_free(&arena);
	return err;
}

static const char *const held[] = {
	SPAN("[1]", "00:00", "00:01"),
	SPAN("[1]", "23:59", "24:00"),
	SPAN("[7]", "09:00", "17:00"),
	SPAN("[1, 2, 3, 4, 5, 6, 7]", "09:59", "19:00"),
	"    hours: {always: true}\n",
	"    hours: {always: true, spans: []}\n",
	"    hours: {}\n",
	"    hours: {open_on_holidays: true}\n",
	"    hours:\n      spans: [{days: [1], opens: \"09:00\", closes: \"12:00\"}, {days: [1], opens: \"13:00\", closes: \"17:00\"}]\n",
	"    confirmed_on: 2024-02-29\n",
	"    confirmed_on: 2026-12-31\n",
	"    confirmed_on: \"\"\n", /* as if it were not there */
	"    corporate_number: \"\"\n",
	"    proxy: \"\"\n",
	"    services: [{id: a}, {id: b}, {id: a-b}]\n",
	"    kinds: [REQUEST, NOTE]\n",
	"    areas: [chuo, \"*\"]\n    categories: [chuo]\n", /* the same word in two lists */
	"    contact: {phone: \"\"}\n",
	"    contact: {fax: 043-000-0000, address: 千葉市中央区}\n",
	"  - {id: 0, names: {ja: x}, coordinator: a}\n",
	"  - {id: c, confidential: true, coordinator: b, proxy: b}\n",
	"  - {id: c, confidential: true, coordinator: a, proxy: a, hours: {always: true}, kinds: [REQUEST], confirmed_on: 2026-01-01}\n",
	"  - {id: c, confidential: false, names: {ja: x}, coordinator: a}\n",
};

static void test_what_just_holds(void)
{
	struct collected collected;

	for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
		unit_context("row %zu", i);
		check_ok(load(held[i], &collected));
		check_uint(collected.count, 0);
		if (collected.count > 0)
			check_text(collected.faults[0].text, NULL);
	}
}

static const struct {
	const char *added;
	unsigned line;
	const char *piece;
} refused[] = {
	{ SPAN("[0]", "09:00", "17:00"), 10, "days are 1 (Monday) to 7" },
	{ SPAN("[8]", "09:00", "17:00"), 10, "days are 1" },
	{ SPAN("[3, 3]", "09:00", "17:00"), 10, "each once" },
	{ SPAN("[1]", "09:00", "09:00"), 10, "closes at 09:00, not after it opens at 09:00" },
	{ SPAN("[1]", "24:00", "24:00"), 10, "not after it opens" },
	{ SPAN("[1]", "09:00", "24:01"), 10, "HH:MM" },
	{ SPAN("[1]", "09:00", "17:60"), 10, "HH:MM" },
	{ SPAN("[1]", "09:00", "17:5x"), 10, "HH:MM" },
	{ SPAN("[1]", "09.00", "17:00"), 10, "HH:MM" },
	{ SPAN("[1]", "x9:00", "17:00"), 10, "HH:MM" },
	{ SPAN("[1]", "0x:00", "17:00"), 10, "HH:MM" },
	{ SPAN("[1]", "09:x0", "17:00"), 10, "HH:MM" },
	{ SPAN("[1]", "09:00:00", "17:00"), 10, "HH:MM" },
	{ SPAN("[1]", "", "17:00"), 10, "HH:MM" },
	{ "    hours: {spans: [{days: [1], closes: \"17:00\"}]}\n", 10, "HH:MM" },
	{ "    hours: {spans: [{opens: \"09:00\", closes: \"17:00\"}]}\n", 10, "days are 1" },
	{ "    hours:\n      spans:\n        - {days: [1], opens: \"09:00\", closes: \"10:00\"}\n        - {days: [9], opens: \"09:00\", closes: \"10:00\"}\n",
	  13, "days are 1" }, /* the span's own line */
	{ "    confirmed_on: 2026-1-01\n", 10, "no date, YYYY-MM-DD" },
	{ "    confirmed_on: 2025-02-29\n", 10, "no date" },
	{ "    confirmed_on: 2026-00-01\n", 10, "no date" },
	{ "    confirmed_on: 2026-13-01\n", 10, "no date" },
	{ "    confirmed_on: 2026/01/01\n", 10, "no date" },
	{ "    confirmed_on: 20260-1-01\n", 10, "no date" },
	{ "    confirmed_on: 2026-01-01T00:00:00Z\n", 10, "no date" },
	{ "    corporate_number: 600002012100\n", 10, "13 digits" },
	{ "    corporate_number: 0000000000000\n", 10, "13 digits" },
	{ "    care_office_number: 107020184\n", 10, "10 digits" },
	{ "    kinds: [NOTE, REQUEST, NOTE]\n", 10, "one is given twice" },
	{ "    categories: [a, b, a]\n", 10, "categories: a is given twice" },
	{ "    areas:\n    - a\n    - \"\"\n", 11, "areas: an empty word" },
	{ "    services: [{names: {ja: x}}]\n", 10, "services: id \"\" is no label" },
	{ "    services:\n      - id: a\n      - id: b\n      - id: a\n", 13, "services: a is given twice" },
	{ "  - {names: {ja: x}, coordinator: a}\n", 10, "id: \"\" is no label" },
	{ "  - id: c\n    names: {en: x}\n    coordinator: a\n", 11, "c has no name in Japanese" },
	{ "  - id: c\n    names: {ja: \"\"}\n    coordinator: a\n", 11, "no name in Japanese" },
	{ "  - id: c\n    coordinator: a\n    names: {ja: x}\n    proxy: b\n", 13, "only a confidential agency has one" },
};

static void test_what_just_does_not(void)
{
	struct collected collected;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		unit_context("row %zu", i);
		check_err(load(refused[i].added, &collected), ERR_FORMAT);
		check_uint(collected.count, 1); /* one problem is told once */
		check(collected_has(&collected, refused[i].line, refused[i].piece));
	}
}

/* Whatever tells who a shelter is or where: each field by itself, in its own line. */
static void test_confidential_tells_nothing(void)
{
	static const char *const telling[] = {
		"names: {ja: x}", "sector: x", "categories: [x]", "areas: [x]", "services: [{id: x}]", "contact: {phone: x}",
		"corporate_number: \"6000020121002\"", "care_office_number: \"1070201841\"",
		"names: {}", "areas: []", "sector: \"\"", /* even with nothing in it */
	};

	for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
		struct collected collected;
		char added[300];

		unit_context("%s", telling[i]);
		snprintf(added, sizeof added, "  - id: c\n    confidential: true\n    coordinator: a\n    proxy: a\n    %s\n", telling[i]);
		check_err(load(added, &collected), ERR_FORMAT);
		check_uint(collected.count, 1);
		check(collected_has(&collected, 14, "a confidential agency has none"));
	}
}

static void test_longest_label(void)
{
	struct collected collected;
	char id[65], added[300];

	memset(id, 'c', 64);
	id[64] = '\0';
	snprintf(added, sizeof added, "  - {id: %s, names: {ja: x}, coordinator: a}\n", id);
	check_err(load(added, &collected), ERR_FORMAT);
	check(collected_has(&collected, 10, "is no label"));
	id[63] = '\0';
	snprintf(added, sizeof added, "  - {id: %s, names: {ja: x}, coordinator: a}\n", id);
	check_ok(load(added, &collected));
}

UNIT_SUITE("config/directory_agency",
	{ "what just holds", test_what_just_holds },
	{ "what just does not", test_what_just_does_not },
	{ "a confidential agency tells nothing", test_confidential_tells_nothing },
	{ "the longest label", test_longest_label });

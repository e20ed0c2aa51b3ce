/* SPDX-License-Identifier: Apache-2.0 */
/* The site's own fields, and agencies against each other. */
#include <stdio.h>
#include <string.h>

#include "collected.h"
#include "config/directory_file.h"
#include "unit.h"

#define CODE "local_government_code: \"121002\"\n"
#define NAMES "names: {ja: 千葉市}\n"
#define ZONE "zone: Asia/Tokyo\n"
#define TWO "agencies:\n  - {id: a, names: {ja: エー}, coordinator: b}\n  - {id: b, names: {ja: ビー}, coordinator: a}\n"
#define HEAD "site: chiba-city\n" CODE NAMES ZONE TWO /* eight lines with 7 the last of the agencies */

#define WHY "because: {ja: 理由, en: reason}"
#define RULES "rules:\n"
#define LAST "  - {id: z, fallback: true, agencies: [a], " WHY "}\n"
#define SPANS(from, to) "{days: [1], opens: \"" from ":00\", closes: \"" to ":00\"},"

static struct arena arena;

static enum err load(const char *text, struct collected *collected, const Pb__DirectoryFile **file)
{
	*collected = (struct collected){ 0 };
	arena_free(&arena);
	arena_init(&arena, DIRECTORY_ARENA_BYTES);
	return directory_file_load(written_file("directory.yaml", text), collect, collected, &arena, file);
}

static const struct {
	const char *text;
	unsigned line;
	const char *piece;
} refused[] = {
	{ CODE NAMES ZONE TWO, 0, "site: \"\" is no DNS label" },
	{ "site: Chiba\n" CODE NAMES ZONE TWO, 1, "\"Chiba\" is no DNS label" },
	{ "site: a\n" NAMES ZONE TWO, 0, "local_government_code: \"\" is not six digits" },
	{ "site: a\nlocal_government_code: 121003\n" NAMES ZONE TWO, 2, "\"121003\" is not six digits" },
	{ "site: a\n" CODE ZONE TWO, 0, "the site has no name in Japanese" },
	{ "site: a\n" CODE "names: {en: Chiba}\n" ZONE TWO, 3, "the site has no name in Japanese" },
	{ "site: a\n" CODE NAMES TWO, 0, "zone: \"\" is no IANA name" },
	{ "site: a\n" CODE NAMES "zone: /etc/passwd\n" TWO, 4, "is no IANA name" },
	{ "site: a\n" CODE NAMES "zone: Asia/../../etc/passwd\n" TWO, 4, "is no IANA name" },
	{ "site: a\n" CODE NAMES "zone: \"Asia/Tokyo \"\n" TWO, 4, "is no IANA name" },
	{ "site: a\n" CODE NAMES "zone: Asia/東京\n" TWO, 4, "is no IANA name" },
	{ "site: a\n" CODE NAMES ZONE, 0, "agencies: there is none" },
	{ "site: a\n" CODE NAMES ZONE "agencies: []\n", 5, "agencies: there is none" },
	{ HEAD "  - {id: c, confidential: true, coordinator: a, proxy: c}\n", 8, "proxy: c cannot be its own" },
	{ HEAD "  - {id: c, confidential: true, coordinator: a, proxy: \"A\"}\n", 8, "there is no agency \"A\"" },
	{ HEAD "  - {id: c, names: {ja: x}, coordinator: aa}\n", 8, "coordinator: there is no agency \"aa\"" },
	{ HEAD "  - {id: c, names: {ja: x}, coordinator: \"a@chiba-city\"}\n", 8, "there is no agency" },
	{ HEAD "  - {id: c, names: {ja: x}, coordinator: \"\"}\n", 8, "coordinator: missing; who hears when c stays silent?" },
	{ HEAD RULES "  - {id: r, when: [{outside: true}], agencies: [c], " WHY "}\n" LAST, 9, "rule r: agencies: there is no agency \"c\"" },
	{ HEAD RULES LAST "  - id: r\n    when: [{outside: true}]\n    categories: [gold]\n    " WHY "\n", 12, "rule r: categories: no agency has the category \"gold\"" },
	{ HEAD RULES LAST "  - {id: z, when: [{outside: true}], agencies: [a], " WHY "}\n", 10, "rule z: id: z is given twice" },
	{ HEAD RULES "  - {id: r, when: [{outside: true}], agencies: [a], " WHY "}\n", 8, "rules: fallback: 0 rules have it" },
	{ HEAD RULES LAST "  - {id: r, agencies: [a], " WHY "}\n", 10, "rule r: when: when does it hold?" },
	{ HEAD "  - {id: h, confidential: true, coordinator: a, proxy: a}\n" RULES LAST "  - {id: r, when: [{outside: true}], agencies: [h], " WHY "}\n", 11,
	  "rule r: agencies: there is no agency \"h\" that a rule may name" },
	{ HEAD "  - id: c\n    names: {ja: x}\n    coordinator: a\n    hours: {spans: [" SPANS("00", "01") SPANS("02", "03") SPANS("04", "05") SPANS("06", "07") SPANS("08", "09") SPANS("10", "11")
	  SPANS("12", "13") SPANS("14", "15") SPANS("16", "17") "]}\n", 11, "hours: more than 8 spans on one day" },
};

static void test_refused(void)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const Pb__DirectoryFile *file = NULL;
		struct collected collected;

		unit_context("row %zu", i);
		check_err(load(refused[i].text, &collected, &file), ERR_FORMAT);
		check_uint(collected.count, 1);
		check(collected_has(&collected, refused[i].line, refused[i].piece));
		check(file == NULL);
	}
	arena_free(&arena);
}

static void test_zones(void)
{
	static const char *const zones[] = { "UTC", "Asia/Tokyo", "America/Argentina/Buenos_Aires", "Etc/GMT+9", "Etc/GMT-14" };
	const Pb__DirectoryFile *file;
	struct collected collected;
	char text[600], longest[65];

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		unit_context("%s", zones[i]);
		snprintf(text, sizeof text, "site: a\n" CODE NAMES "zone: %s\n" TWO, zones[i]);
		check_ok(load(text, &collected, &file));
	}
	memset(longest, 'A', 64);
	longest[64] = '\0';
	snprintf(text, sizeof text, "site: a\n" CODE NAMES "zone: %s\n" TWO, longest);
	check_err(load(text, &collected, &file), ERR_FORMAT);
	longest[63] = '\0';
	snprintf(text, sizeof text, "site: a\n" CODE NAMES "zone: %s\n" TWO, longest);
	check_ok(load(text, &collected, &file));
	arena_free(&arena);
}

/* A shelter that stands for a shelter would leave nobody to ask; both directions are told of. */
static void test_confidential_for_each_other(void)
{
	const Pb__DirectoryFile *file;
	struct collected collected;

	check_err(load(HEAD "  - {id: c, confidential: true, coordinator: a, proxy: d}\n"
			    "  - {id: d, confidential: true, coordinator: a, proxy: c}\n",
		       &collected, &file),
		  ERR_FORMAT);
	check_uint(collected.count, 2);
	check(collected_has(&collected, 8, "proxy: d is confidential itself"));
	check(collected_has(&collected, 9, "proxy: c is confidential itself"));
	check_err(load(HEAD "  - {id: c, confidential: true, coordinator: d, proxy: a}\n"
			    "  - {id: d, confidential: true, coordinator: a, proxy: a}\n",
		       &collected, &file),
		  ERR_FORMAT);
	check_uint(collected.count, 1);
	check(collected_has(&collected, 8, "coordinator: d is confidential"));
	/* What it had taken passes to its coordinator when it closes: that must be who knows it. */
	check_err(load(HEAD "  - {id: d, confidential: true, coordinator: a, proxy: b}\n", &collected, &file), ERR_FORMAT);
	check_uint(collected.count, 1);
	check(collected_has(&collected, 8, "coordinator: that of a confidential agency is its proxy, b"));
	arena_free(&arena);
}

/* Three of one id are two repeats; each names the one before it, and where. */
static void test_id_given_three_times(void)
{
	const Pb__DirectoryFile *file;
	struct collected collected;

	check_err(load(HEAD "  - {id: a, names: {ja: x}, coordinator: b}\n  - id: a\n    names: {ja: y}\n    coordinator: b\n", &collected,
		       &file),
		  ERR_FORMAT);
	check_uint(collected.count, 2);
	check(collected_has(&collected, 8, "a is given twice; also in line 6"));
	check(collected_has(&collected, 9, "a is given twice; also in line 8"));
	arena_free(&arena);
}

/* The second list is the one that counts, and its nodes are not the first's: no fault may be looked for in the wrong one. */
static void test_two_lists_of_agencies(void)
{
	static const char *const first[] = { "[]", "5", "{a: b}", "[{id: z}]" };
	const Pb__DirectoryFile *file;

	for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
		struct collected collected;
		char text[1000];

		unit_context("%s", first[i]);
		snprintf(text, sizeof text,
			 "site: a\n" CODE NAMES ZONE "agencies: %s\n" TWO "  - {id: c, confidential: true, names: {ja: x}, hours: {spans: [1]}}\n",
			 first[i]);
		check_err(load(text, &collected, &file), ERR_FORMAT);
		check(collected_has(&collected, 6, "agencies is given twice; first in line 5"));
	}
	arena_free(&arena);
}

/* Found wherever they stand: each of many names the one before it in another order than the file's. */
static void test_found_among_many(void)
{
	enum { COUNT = 257 };
	const Pb__DirectoryFile *file;
	struct collected collected;
	struct buf text;

	for (unsigned missing = 0; missing < 2; missing++) {
		buf_init(&text, 100000);
		buf_put_text(&text, "site: a\n" CODE NAMES ZONE "agencies:\n");
		for (unsigned i = 0; i < COUNT; i++) {
			unsigned place = i * 100 % COUNT; /* each once: 257 is a prime */

			buf_printf(&text, "  - {id: n%u, names: {ja: x}, coordinator: n%u}\n", place,
				   missing && place == 200 ? 999 : (place + 129) % COUNT);
		}
		check_err(load(buf_text(&text), &collected, &file), missing ? ERR_FORMAT : ERR_OK);
		check_uint(collected.count, missing);
		if (!missing)
			for (size_t i = 1; i < file->n_agencies; i++)
				check(strcmp(file->agencies[i - 1]->id, file->agencies[i]->id) < 0);
		buf_free(&text);
	}
	arena_free(&arena);
}

static void test_files_that_cannot_be_read(void)
{
	const Pb__DirectoryFile *file = NULL;
	struct collected collected = { 0 };

	arena_init(&arena, DIRECTORY_ARENA_BYTES);
	check_err(directory_file_load("/nonexistent/directory.yaml", collect, &collected, &arena, &file), ERR_NOT_FOUND);
	check(collected_has(&collected, 0, "cannot be read: not there"));
	collected = (struct collected){ 0 };
	check_err(directory_file_load(unit_folder(), collect, &collected, &arena, &file), ERR_FORMAT);
	check_uint(collected.count, 1);
	check_err(directory_file_load("/nonexistent/directory.yaml", NULL, NULL, &arena, &file), ERR_NOT_FOUND);
	check(file == NULL);
	arena_free(&arena);
}

UNIT_SUITE("config/directory_check",
	{ "the site's own fields", test_refused },
	{ "zones", test_zones },
	{ "confidential agencies for each other", test_confidential_for_each_other },
	{ "an id given three times", test_id_given_three_times },
	{ "two lists of agencies", test_two_lists_of_agencies },
	{ "found among many", test_found_among_many },
	{ "files that cannot be read", test_files_that_cannot_be_read });

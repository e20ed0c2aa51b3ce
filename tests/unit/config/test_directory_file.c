/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directory_file.h"

#include <stdio.h>
#include <string.h>

#include "collected.h"
#include "unit.h"

#define HEAD "site: chiba-city\nlocal_government_code: \"121002\"\nnames: {ja: 千葉市}\nzone: Asia/Tokyo\nagencies:\n"
/* Line 6 is agency a, line 7 agency b; further lines continue b. */
#define PAIR HEAD "  - {id: a, names: {ja: エー}, coordinator: b}\n  - id: b\n    names: {ja: ビー}\n    coordinator: a\n"

static struct arena arena;

static enum err load(const char *text, struct collected *collected, const Pb__DirectoryFile **file)
{
	*collected = (struct collected){ 0 };
	arena_free(&arena);
	arena_init(&arena, DIRECTORY_ARENA_BYTES);
	return directory_file_load(written_file("directory.yaml", text), collect, collected, &arena, file);
}

static void test_least(void)
{
	const Pb__DirectoryFile *file;
	struct collected collected;

	require_ok(load(PAIR, &collected, &file));
	check_text(file->site, "chiba-city");
	check_text(file->zone, "Asia/Tokyo");
	check_uint(file->n_agencies, 2);
	check_text(file->agencies[1]->names->ja, "ビー");
	check_text(file->agencies[0]->coordinator, "b");
	arena_free(&arena);
}

static void test_all_fields(void)
{
	const Pb__DirectoryFile *file;
	const Pb__Agency *agency;
	struct collected collected;

	require_ok(load(PAIR "    sector: welfare\n    categories: [x, y]\n    areas: [\"*\", outside]\n"
			     "    hours: {spans: [{days: [1, 2], opens: \"09:00\", closes: \"24:00\"}], open_on_holidays: true}\n"
			     "    services: [{id: s, names: {ja: サ}}]\n    kinds: [REQUEST, NOTE]\n"
			     "    contact: {phone: 043-000-0000, email: a@example.jp}\n"
			     "    corporate_number: \"6000020121002\"\n    care_office_number: \"1070201841\"\n"
			     "    confirmed_on: 2026-10-01\n",
			&collected, &file));
	agency = file->agencies[1];
	check_uint(agency->n_categories, 2);
	check_text(agency->areas[1], "outside");
	check_uint(agency->hours->spans[0]->days[1], 2);
	check(agency->hours->open_on_holidays && !agency->hours->always);
	check_int(agency->kinds[1], PB__KIND__KIND_NOTE);
	check_text(agency->services[0]->names->ja, "サ");
	check_text(agency->contact->email, "a@example.jp");
	arena_free(&arena);
}

static void test_sorted(void)
{
	const Pb__DirectoryFile *file;
	struct collected collected;

	require_ok(load(HEAD "  - {id: c, names: {ja: シ}, coordinator: a}\n  - {id: a, names: {ja: エ}, coordinator: b}\n"
			     "  - {id: b, names: {ja: ビ}, coordinator: c}\n",
			&collected, &file));
	check_text(file->agencies[0]->id, "a");
	check_text(file->agencies[2]->id, "c");
	arena_free(&arena);
}

static const struct {
	const char *text;
	unsigned line;
	const char *piece;
} refused[] = {
	{ PAIR "    nmaes: 1\n", 10, "nmaes: there is no such field" },
	{ PAIR "    kinds: [LETTER]\n", 10, "\"LETTER\" is not in the list" },
	{ PAIR "    kinds: [UNSPECIFIED]\n", 10, "is not in the list" },
	{ PAIR "    kinds: [NOTE, NOTE]\n", 10, "given twice" },
	{ PAIR "    kinds: NOTE\n", 10, "needs a list" },
	{ PAIR "    sector: [a]\n", 10, "needs a text" },
	{ PAIR "    sector: \"\xee\x80\x80\"\n", 10, "sector:" }, /* U+E000, private use */
	{ PAIR "    confidential: yes\n", 10, "true or false" },
	{ PAIR "    contact: 043\n", 10, "needs a mapping" },
	{ PAIR "    areas: [a, a]\n", 10, "a is given twice" },
	{ PAIR "    categories: [\"\"]\n", 10, "an empty word" },
	{ PAIR "    corporate_number: \"6000020121003\"\n", 10, "13 digits with the right check digit" },
	{ PAIR "    care_office_number: \"1070201842\"\n", 10, "10 digits with the right check digit" },
	{ PAIR "    confirmed_on: 2026-02-30\n", 10, "no date" },
	{ PAIR "    confirmed_on: yesterday\n", 10, "no date" },
	{ PAIR "    services: [{id: A}]\n", 10, "is no label" },
	{ PAIR "    services:\n      - {id: a}\n      - {id: a}\n", 12, "a is given twice" },
	{ PAIR "    hours: {always: true, spans: [{days: [1], opens: \"09:00\", closes: \"10:00\"}]}\n", 10, "exclude each other" },
	{ PAIR "    hours: {spans: [{days: [], opens: \"09:00\", closes: \"10:00\"}]}\n", 10, "days are 1" },
	{ PAIR "    hours: {spans: [{days: [1, 8], opens: \"09:00\", closes: \"10:00\"}]}\n", 10, "days are 1" },
	{ PAIR "    hours: {spans: [{days: [2, 1], opens: \"09:00\", closes: \"10:00\"}]}\n", 10, "days are 1" },
	{ PAIR "    hours: {spans: [{days: [one], opens: \"09:00\", closes: \"10:00\"}]}\n", 10, "no whole number" },
	{ PAIR "    hours: {spans: [{days: [1], opens: \"9:00\", closes: \"10:00\"}]}\n", 10, "HH:MM" },
	{ PAIR "    hours: {spans: [{days: [1], opens: \"09:60\", closes: \"10:00\"}]}\n", 10, "HH:MM" },
	{ PAIR "    hours: {spans: [{days: [1], opens: \"09:00\", closes: \"25:00\"}]}\n", 10, "HH:MM" },
	{ PAIR "    hours: {spans: [{days: [1], opens: \"10:00\", closes: \"09:00\"}]}\n", 10, "not after it opens" },
	{ PAIR "    proxy: a\n", 10, "only a confidential agency" },
	{ PAIR "  - {id: b, names: {ja: x}, coordinator: a}\n", 10, "b is given twice; also in line 7" },
	{ PAIR "  - {id: A, names: {ja: x}, coordinator: a}\n", 10, "\"A\" is no label" },
	{ PAIR "  - {id: c, coordinator: a}\n", 10, "no name in Japanese" },
	{ PAIR "  - {id: c, names: {ja: x}}\n", 10, "coordinator: missing" },
	{ PAIR "  - {id: c, names: {ja: x}, coordinator: d}\n", 10, "no agency \"d\"" },
	{ PAIR "  - {id: c, names: {ja: x}, coordinator: c}\n", 10, "cannot be its own" },
	{ PAIR "  - {id: c, confidential: true, coordinator: a}\n", 10, "proxy: missing" },
	{ PAIR "  - {id: c, confidential: true, coordinator: a, proxy: d}\n", 10, "no agency \"d\"" },
	{ PAIR "  - {id: c, confidential: true, coordinator: a, proxy: a, names: {ja: x}}\n", 10, "a confidential agency has none" },
	{ PAIR "  - id: c\n    confidential: true\n    coordinator: a\n    proxy: a\n    areas: [chuo]\n", 14, "has none" },
	{ PAIR "  - {id: c, confidential: true, coordinator: a, proxy: a}\n  - {id: d, names: {ja: x}, coordinator: c}\n", 11, "is confidential" },
	{ PAIR "  - 5\n", 10, "needs a mapping" },
	{ PAIR "    id: c\n", 10, "given twice" },
	{ "site: chiba-city\nagencies: []\n", 0, "local_government_code" },
	{ "site: chiba-city\nagencies: []\n", 2, "there is none" },
	{ "zone: ../etc\n", 1, "no IANA name" },
	{ "agencies: 1\n", 1, "needs a list" },
};

static void test_refused(void)
{
	struct collected collected;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const Pb__DirectoryFile *file = NULL;

		unit_context("row %zu", i);
		check_err(load(refused[i].text, &collected, &file), ERR_FORMAT);
		check(collected_has(&collected, refused[i].line, refused[i].piece));
		check(file == NULL);
	}
	arena_free(&arena);
}

static void test_samples(void)
{
	static const char *const samples[] = { SOURCE_ROOT "/deploy/chiba/directory.yaml",
					       SOURCE_ROOT "/deploy/chiba/directory-pref.yaml" };

	for (size_t i = 0; i < 2; i++) {
		struct collected collected = { 0 };
		const Pb__DirectoryFile *file = NULL;

		arena_init(&arena, DIRECTORY_ARENA_BYTES);
		unit_context("%s", samples[i]);
		check_ok(directory_file_load(samples[i], collect, &collected, &arena, &file));
		check(!collected_has(&collected, 0, ""));
		check(file != NULL && file->n_agencies > 5);
		arena_free(&arena);
	}
}

static void test_ten_thousand(void)
{
	const Pb__DirectoryFile *file;
	struct collected collected;
	struct buf text;

	buf_init(&text, 32 << 20);
	buf_put_text(&text, HEAD);
	for (int i = 0; i < 10000; i++)
		buf_printf(&text, "  - {id: a%05d, names: {ja: あ}, coordinator: a%05d}\n", i, (i + 1) % 10000);
	require_ok(load(buf_text(&text), &collected, &file));
	check_uint(file->n_agencies, 10000);
	buf_put_text(&text, "  - {id: b, names: {ja: あ}, coordinator: a00000}\n");
	check_err(load(buf_text(&text), &collected, &file), ERR_FORMAT);
	check(collected_has(&collected, 6, "at most 10000"));
	buf_free(&text);
	arena_free(&arena);
}

/* Aliases that multiply: the arena's limit ends it. */
static void test_multiplying_aliases(void)
{
	const Pb__DirectoryFile *file;
	struct collected collected;
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_put_text(&text, HEAD "  - &a {id: a, names: {ja: あ}, coordinator: b, categories: [");
	for (int i = 0; i < 64; i++)
		buf_printf(&text, "%s%01000d", i > 0 ? ", " : "", i);
	buf_put_text(&text, "]}\n");
	for (int i = 1; i < 9000; i++)
		buf_put_text(&text, "  - *a\n");
	check_err(load(buf_text(&text), &collected, &file), ERR_TOO_LARGE);
	buf_free(&text);
	arena_free(&arena);
}

UNIT_SUITE("config/directory_file",
	{ "the least directory", test_least },
	{ "every field", test_all_fields },
	{ "agencies come back in order", test_sorted },
	{ "each problem with its line", test_refused },
	{ "the sample network holds", test_samples },
	{ "ten thousand agencies and not one more", test_ten_thousand },
	{ "aliases that multiply", test_multiplying_aliases });

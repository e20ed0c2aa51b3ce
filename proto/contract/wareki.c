/* SPDX-License-Identifier: Apache-2.0 */
/* contract/wareki.c - see wareki.h for the contract.
 *
 * Whatever the writing, a date is first put into one plain form, [era letter] year - month - day, and then read from that. */
#include "contract/wareki.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"

#define PLAIN_MAX 24
#define YEAR_MIN 1868
#define YEAR_MAX 2999

struct day {
	int year;
	int month;
	int day;
};

/* First and last day of each era (元号法 and the edicts before it); offset: year 1 less one. */
static const struct era {
	char letter;
	int offset;
	struct day first;
	struct day last;
} eras[] = {
	{ 'M', 1867, { 1873, 1, 1 }, { 1912, 7, 30 } },
	{ 'T', 1911, { 1912, 7, 30 }, { 1926, 12, 25 } },
	{ 'S', 1925, { 1926, 12, 25 }, { 1989, 1, 7 } },
	{ 'H', 1988, { 1989, 1, 8 }, { 2019, 4, 30 } },
	{ 'R', 2018, { 2019, 5, 1 }, { YEAR_MAX, 12, 31 } },
};

/* Characters that stand for one of the plain form; 0 for those that are left out. */
static const struct {
	uint32_t code;
	char plain;
} plain_of[] = {
	{ ' ', 0 }, { 0x3000, 0 },                                      /* spaces */
	{ 0x660e, 'M' }, { 0x5927, 'T' }, { 0x662d, 'S' }, { 0x5e73, 'H' }, /* 明 大 昭 平; 成 治 正 和 follow */
	{ 0x4ee4, 'R' },                                                /* 令 */
	{ 0x337e, 'M' }, { 0x337d, 'T' }, { 0x337c, 'S' }, { 0x337b, 'H' }, { 0x32ff, 'R' }, /* ㍾ ㍽ ㍼ ㍻ ㋿ */
	{ 0x5143, '1' },                                                /* 元 */
	{ 0x5e74, '-' }, { 0x6708, '-' },                               /* 年 月 */
	{ 0x65e5, '$' },                                                /* 日: the end */
	{ '.', '-' }, { '/', '-' }, { '-', '-' }, { 0x30fb, '-' },      /* ・ among them */
};

/* The second character of an era's name, which must follow the first; 0: none. */
static uint32_t second_of(uint32_t first)
{
	switch (first) {
	case 0x660e:
		return 0x6cbb; /* 明治 */
	case 0x5927:
		return 0x6b63; /* 大正 */
	case 0x662d:
	case 0x4ee4:
		return 0x548c; /* 昭和, 令和 */
	case 0x5e73:
		return 0x6210; /* 平成 */
	default:
		return 0;
	}
}

/* -1 for a character that no date has. */
static int plain_character(uint32_t code)
{
	if (code >= 0xff01 && code <= 0xff5e)
		code -= 0xff01 - '!'; /* full-width forms */
	if (code >= '0' && code <= '9')
		return (int)code;
	if (code >= 'a' && code <= 'z')
		code -= 'a' - 'A';
	if (code == 'M' || code == 'T' || code == 'S' || code == 'H' || code == 'R')
		return (int)code;
	for (size_t i = 0; i < sizeof(plain_of) / sizeof(*plain_of); i++) {
		if (plain_of[i].code == code)
			return plain_of[i].plain;
	}
	return -1;
}

static bool take_character(struct bytes *rest, uint32_t *ret_code)
{
	size_t len = text_decode(*rest, ret_code);

	if (len == 0)
		return false;
	*rest = bytes_of(rest->data + len, rest->len - len);
	return true;
}

static bool make_plain(struct bytes text, char plain[PLAIN_MAX])
{
	size_t count = 0;

	while (text.len > 0) {
		uint32_t code;
		uint32_t second;
		int character;

		if (!take_character(&text, &code))
			return false;
		character = plain_character(code);
		if (second_of(code) != 0 && (!take_character(&text, &second) || second != second_of(code)))
			return false;
		if (character < 0 || count + 1 >= PLAIN_MAX)
			return false;
		if (character != 0)
			plain[count++] = (char)character;
	}
	if (count > 0 && plain[count - 1] == '$')
		count--;
	plain[count] = '\0';
	return true;
}

/* One to most digits; false otherwise. */
static bool take_number(const char **at, size_t most, int *ret_number)
{
	size_t count = 0;
	int number = 0;

	while (**at >= '0' && **at <= '9') {
		if (++count > most)
			return false;
		number = number * 10 + (*(*at)++ - '0');
	}
	*ret_number = number;
	return count > 0;
}

static bool take(const char **at, char character)
{
	if (**at != character)
		return false;
	(*at)++;
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool exists(struct day day)
{
	if (day.year < YEAR_MIN || day.year > YEAR_MAX || day.month < 1 || day.month > 12)
		return false;
	return day.day >= 1 && day.day <= days_in(day.year, day.month);
}

static bool before(struct day a, struct day b)
{
	if (a.year != b.year)
		return a.year < b.year;
	return a.month != b.month ? a.month < b.month : a.day < b.day;
}

static const struct era *take_era(const char **at)
{
	for (size_t i = 0; i < sizeof(eras) / sizeof(*eras); i++) {
		if (take(at, eras[i].letter))
			return &eras[i];
	}
	return NULL;
}

enum err wareki_parse(struct bytes text, char date[WAREKI_DATE])
{
	char plain[PLAIN_MAX];
	const char *at = plain;
	const struct era *era;
	struct day day;

	if (!make_plain(text, plain))
		return ERR_FORMAT;
	era = take_era(&at);
	if (!take_number(&at, era != NULL ? 3 : 4, &day.year) || !take(&at, '-') || !take_number(&at, 2, &day.month) || !take(&at, '-') ||
	    !take_number(&at, 2, &day.day) || *at != '\0')
		return ERR_FORMAT;
	if (era != NULL)
		day.year = day.year == 0 ? 0 : day.year + era->offset;
	if (!exists(day) || (era != NULL && (before(day, era->first) || before(era->last, day))))
		return ERR_RANGE;
	snprintf(date, WAREKI_DATE, "%04u-%02u-%02u", (unsigned)day.year % 10000, (unsigned)day.month % 100, (unsigned)day.day % 100);
	return ERR_OK;
}

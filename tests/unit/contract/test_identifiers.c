/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/identifiers.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

struct scheme {
	const char *name;
	bool (*holds)(const char *text);
	size_t digits;
	size_t check_digit; /* its place */
	const char *valid[4];
};

static const struct scheme schemes[] = {
	{ "local government", identifier_local_government, 6, 5, { "121002", "131016", "011002", "120006" } }, /* 千葉市, 千代田区, 札幌市, 千葉県 */
	{ "corporate", identifier_corporate, 13, 0, { "6000020121002", "7000012050002", "8000020130001", NULL } }, /* 千葉市, 国税庁, 東京都 */
	{ "care office", identifier_care_office, 10, 9, { "1070201841", NULL } },
};

#define EACH_VALID(scheme, text)                                                          \
	for (const struct scheme *scheme = schemes; scheme < schemes + 3; scheme++)       \
		for (size_t each = 0; each < 4 && scheme->valid[each] != NULL; each++)    \
			for (const char *text = scheme->valid[each]; text != NULL; text = NULL)

static void test_valid(void)
{
	EACH_VALID(scheme, text) {
		unit_context("%s %s", scheme->name, text);
		check(scheme->holds(text));
	}
}

static void test_check_digit(void)
{
	EACH_VALID(scheme, text) {
		char altered[16];
		unsigned held = 0;

		snprintf(altered, sizeof(altered), "%s", text);
		for (char digit = '0'; digit <= '9'; digit++) {
			altered[scheme->check_digit] = digit;
			held += scheme->holds(altered);
		}
		unit_context("%s %s", scheme->name, text);
		check_uint(held, 1);
	}
}

/* A single wrong digit is what such a check is for.  法人番号 cannot tell 0 from 9 (its sum is modulo 9). */
static void test_one_wrong_digit(void)
{
	EACH_VALID(scheme, text) {
		char altered[16];

		for (size_t place = 0; place < scheme->digits; place++) {
			snprintf(altered, sizeof(altered), "%s", text);
			for (char digit = '0'; digit <= '9'; digit++) {
				bool alike = scheme->digits == 13 && place > 0 && (digit == '0' || digit == '9') &&
					     (text[place] == '0' || text[place] == '9');

				altered[place] = digit;
				unit_context("%s %s", scheme->name, altered);
				if (digit != text[place] && !alike && scheme->digits != 6)
					check(!scheme->holds(altered));
			}
		}
	}
	check(!identifier_local_government("121001"));
	check(!identifier_local_government("121012"));
	check(!identifier_local_government("221002"));
}

static void test_form(void)
{
	EACH_VALID(scheme, text) {
		char altered[32];

		unit_context("%s %s", scheme->name, text);
		snprintf(altered, sizeof(altered), "%s0", text);
		check(!scheme->holds(altered));
		snprintf(altered, sizeof(altered), "%s ", text);
		check(!scheme->holds(altered));
		snprintf(altered, sizeof(altered), " %s", text);
		check(!scheme->holds(altered));
		snprintf(altered, sizeof(altered), "%s", text);
		altered[scheme->digits - 1] = '\0';
		check(!scheme->holds(altered));
		for (int c = 1; c < 256; c++) {
			snprintf(altered, sizeof(altered), "%s", text);
			altered[2] = (char)c;
			if (c < '0' || c > '9')
				check(!scheme->holds(altered));
		}
		check(!scheme->holds(""));
		check(!scheme->holds("１２１００２"));
	}
}

UNIT_SUITE("contract/identifiers",
	{ "numbers that are in use", test_valid },
	{ "one check digit fits", test_check_digit },
	{ "one wrong digit is caught", test_one_wrong_digit },
	{ "digits alone, and exactly as many", test_form });

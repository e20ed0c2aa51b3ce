/* SPDX-License-Identifier: Apache-2.0 */
/* contract/identifiers.c - see identifiers.h for the contract. */
#include "contract/identifiers.h"

#include <string.h>

/* Exactly count ASCII digits, as numbers. */
static bool digits_of(const char *text, size_t count, unsigned *ret_digits)
{
	if (strnlen(text, count + 1) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		ret_digits[i] = (unsigned)(text[i] - '0');
	}
	return true;
}

/* Weights 6, 5, 4, 3, 2 from the left. */
bool identifier_local_government(const char *text)
{
	unsigned digits[6];
	unsigned sum = 0;

	if (!digits_of(text, 6, digits))
		return false;
	for (unsigned i = 0; i < 5; i++)
		sum += digits[i] * (6 - i);
	return digits[5] == (11 - sum % 11) % 10;
}

/* From the right of the twelve behind the check digit, odd places weigh 1 and even ones 2: the twelfth, the leftmost, is even. */
bool identifier_corporate(const char *text)
{
	unsigned digits[13];
	unsigned sum = 0;

	if (!digits_of(text, 13, digits))
		return false;
	for (unsigned i = 1; i < 13; i++)
		sum += digits[i] * (i % 2 == 1 ? 2 : 1);
	return digits[0] == 9 - sum % 9;
}

/* From the right of the nine before the check digit, weights 2, 1, 2, ...; the digits of a product count one by one. */
bool identifier_care_office(const char *text)
{
	unsigned digits[10];
	unsigned sum = 0;

	if (!digits_of(text, 10, digits))
		return false;
	for (unsigned i = 0; i < 9; i++) {
		unsigned product = digits[i] * (i % 2 == 0 ? 2 : 1);

		sum += product / 10 + product % 10;
	}
	return digits[9] == (10 - sum % 10) % 10;
}

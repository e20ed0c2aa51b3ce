/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/refusal_texts.h"

#include <stdbool.h>
#include <string.h>

#include "unit.h"

static const ProtobufCEnumDescriptor *const codes = &pb__refusal_code__descriptor;

static void test_every_code_has_a_row(void)
{
	for (unsigned i = 0; i < codes->n_values; i++) {
		unit_context("%s", codes->values[i].name);
		check_int((int)refusal_texts((Pb__RefusalCode)codes->values[i].value)->code, codes->values[i].value);
	}
	check_int((int)refusal_texts((Pb__RefusalCode)9999)->code, 0);
}

/* Placeholders are known, brackets close and do not nest, and both languages say the same things. */
static unsigned placeholders(const char *text)
{
	static const char known[] = "SVBRTU";
	unsigned found = 0;
	int open = 0;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '[')
			check(open++ == 0);
		if (*at == ']')
			check(open-- == 1);
		if (*at == '$') {
			const char *place = at[1] == '\0' ? NULL : strchr(known, at[1]);

			check(place != NULL && open == 1);
			if (place != NULL)
				found |= 1u << (place - known);
		}
	}
	check_int(open, 0);
	return found;
}

static void test_texts(void)
{
	for (unsigned i = 0; i < codes->n_values; i++) {
		const struct refusal_text *row = refusal_texts((Pb__RefusalCode)codes->values[i].value);

		unit_context("%s", codes->values[i].name);
		for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
			check(strlen(row->message[language]) > 10);
			check(strlen(row->hint[language]) > 10);
			check(strchr(row->message[language], '\n') == NULL && strchr(row->hint[language], '\n') == NULL);
		}
		check_uint(placeholders(row->message[LANGUAGE_JA]), placeholders(row->message[LANGUAGE_EN]));
		check_uint(placeholders(row->hint[LANGUAGE_JA]), placeholders(row->hint[LANGUAGE_EN]));
	}
}

static void test_languages_differ(void)
{
	for (unsigned i = 0; i < codes->n_values; i++) {
		const struct refusal_text *row = refusal_texts((Pb__RefusalCode)codes->values[i].value);

		unit_context("%s", codes->values[i].name);
		check((row->message[LANGUAGE_EN][0] & 0x80) == 0);
		check(strstr(row->message[LANGUAGE_JA], "。") != NULL);
		check(strstr(row->hint[LANGUAGE_JA], "。") != NULL);
	}
}

static void test_basis_reasons(void)
{
	check_text(refusal_basis_text("needs_law", LANGUAGE_EN), "the law that it rests on is not named");
	check_text(refusal_basis_text("needs_law", LANGUAGE_JA), "根拠とする法律が示されていません");
	check_text(refusal_basis_text("something else", LANGUAGE_JA), "something else");
	check_text(refusal_basis_text("", LANGUAGE_EN), "");
}

UNIT_SUITE("contract/refusal_texts",
	{ "every code has its row", test_every_code_has_a_row },
	{ "texts and their placeholders", test_texts },
	{ "each language has its own", test_languages_differ },
	{ "what a basis lacks", test_basis_reasons });

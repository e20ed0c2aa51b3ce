/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/language.h"

#include <stdlib.h>

#include "unit.h"

static void test_language(void)
{
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	check_int(language_of_environment(), LANGUAGE_EN);
	setenv("LANG", "ja_JP.UTF-8", 1);
	check_int(language_of_environment(), LANGUAGE_JA);
	setenv("LC_MESSAGES", "C", 1);
	check_int(language_of_environment(), LANGUAGE_EN);
	setenv("LC_ALL", "", 1); /* empty is not set */
	check_int(language_of_environment(), LANGUAGE_EN);
	setenv("LC_ALL", "ja", 1);
	check_int(language_of_environment(), LANGUAGE_JA);
}

UNIT_SUITE("contract/language",
	{ "the reader's language", test_language });

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/words.h"

static enum language reader = LANGUAGE_EN;

void words_start(enum language language)
{
	reader = language;
}

enum language words_language(void)
{
	return reader;
}

const char *words(const char *english, const char *japanese)
{
	return reader == LANGUAGE_JA ? japanese : english;
}

const char *words_of(const char *const pair[2])
{
	return words(pair[0], pair[1]);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/routing_texts.h"

#include "unit.h"

static bool is_japanese(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0xe3)
			return true;
	return false;
}

static bool is_code(const char *text)
{
	return *text != '\0' && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(text);
}

static void test_verdicts(void)
{
	for (int i = 0; i < ROUTING_PASSES; i++) {
		enum routing_pass pass = (enum routing_pass)i;

		unit_context("verdict %d", i);
		require(routing_pass_code(pass) != NULL && routing_pass_text(pass, LANGUAGE_EN) != NULL);
		check(is_code(routing_pass_code(pass)));
		check(!is_japanese(routing_pass_text(pass, LANGUAGE_EN)));
		check(is_japanese(routing_pass_text(pass, LANGUAGE_JA)));
		for (int j = 0; j < i; j++)
			check(strcmp(routing_pass_code(pass), routing_pass_code((enum routing_pass)j)) != 0);
	}
	check_text(routing_pass_code(ROUTING_PASS_AREA), "AREA");
	check_text(routing_pass_code(ROUTING_PASS_FULL), "FULL");
	check(routing_pass_code(ROUTING_PASSES) != NULL);
}

static void test_cautions(void)
{
	for (unsigned i = 0; i < ROUTING_CAUTIONS; i++) {
		enum routing_caution caution = (enum routing_caution)(1u << i);

		unit_context("caution %u", i);
		check(is_code(routing_caution_code(caution)));
		check(!is_japanese(routing_caution_text(caution, LANGUAGE_EN)));
		check(is_japanese(routing_caution_text(caution, LANGUAGE_JA)));
		for (unsigned j = 0; j < i; j++)
			check(strcmp(routing_caution_code(caution), routing_caution_code((enum routing_caution)(1u << j))) != 0);
	}
	check_text(routing_caution_code(ROUTING_CAUTION_STALE), "STALE");
	check_text(routing_caution_code(ROUTING_CAUTION_SELF), "SELF");
}

static void test_danger(void)
{
	check(strstr(routing_danger_text(LANGUAGE_EN), "110") != NULL && strstr(routing_danger_text(LANGUAGE_EN), "119") != NULL);
	check(strstr(routing_danger_text(LANGUAGE_JA), "110") != NULL && is_japanese(routing_danger_text(LANGUAGE_JA)));
}

UNIT_SUITE("contract/routing_texts",
	{ "each verdict has its code and two texts", test_verdicts },
	{ "each caution has its code and two texts", test_cautions },
	{ "danger to life names the telephone", test_danger });

/* SPDX-License-Identifier: Apache-2.0 */
/* What a desk is told of a refusal: never a command, and what to do where the library knew only one. */
#include <string.h>

#include "tsunagi/desk_why.h"
#include "tsunagi/words.h"
#include "unit.h"

static char why[2000];

static const char *why_of(const char *code, const char *message, const char *hint)
{
	json_t *error = json_pack("{s:s,s:s,s:s}", "code", code, "message", message, "hint", hint);

	desk_why(error, why, sizeof why);
	json_decref(error);
	return why;
}

static void test_commands_are_left_out(void)
{
	check_text(why_of("NOT_NOW", "It is over.", "What this agency may do now: report.  `tsunagi request show` tells where it stands."),
		   "It is over. What this agency may do now: report.");
	check_text(why_of("NOT_NOW", "今はできません。", "今できる操作:経過。状態と、だれの番かは「tsunagi request show」で分かります。"),
		   "今はできません。 今できる操作:経過。");
	check_text(why_of("MALFORMED", "It is wrong.", "Correct the field and send again; `tsunagi check FILE` names every problem beforehand."),
		   "It is wrong. Correct the field and send again");
	check_text(why_of("ELSE", "No.", "With --even-open it is erased all the same. Ask the operator."), "No. Ask the operator.");
	check_text(why_of("ELSE", "No.", "`tsunagi inbox` shows what waits."), "No.");
	check_text(why_of("ELSE", "No.", ""), "No.");
}

/* Where there is another way than a command, both languages know it. */
static void test_the_desk_s_own_way(void)
{
	static const char *const codes[] = { "WHICH_LEG", "NO_LEG", "LEGS_OPEN", "NO_REQUEST", "CONFIDENTIAL", "UNKNOWN_WORD" };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		for (int japanese = 0; japanese < 2; japanese++) {
			unit_context("%s %d", codes[i], japanese);
			words_start(japanese != 0 ? LANGUAGE_JA : LANGUAGE_EN);
			why_of(codes[i], "x", "Say --for AGENCY, or `tsunagi it`.");
			check(strncmp(why, "x ", 2) == 0 && strlen(why) > 20);
			check(strstr(why, "tsunagi") == NULL && strstr(why, "--") == NULL);
		}
	unit_context(" ");
	check(strstr(why_of("WHICH_LEG", "x", ""), "「対象機関」の列") != NULL);
	words_start(LANGUAGE_EN);
}

static void test_little_room(void)
{
	char small[8];
	json_t *error = json_pack("{s:s,s:s}", "message", "0123456789", "hint", "more");

	desk_why(error, small, sizeof small);
	check_text(small, "0123456");
	desk_why(NULL, small, sizeof small);
	check_text(small, "");
	json_decref(error);
}

UNIT_SUITE("tsunagi/desk_why",
	{ "commands are left out", test_commands_are_left_out },
	{ "the desk's own way", test_the_desk_s_own_way },
	{ "little room", test_little_room });

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_why.h"

#include <stdio.h>
#include <string.h>

#include "tsunagi/json_row.h"
#include "tsunagi/words.h"

#define HINT_BYTES 700u

/* What a desk does where the library's hint is a command. */
static const struct {
	const char *code, *english, *japanese;
} hints[] = {
	{ "WHICH_LEG",
	  "Write its name into the column 対象機関 (add that to the heading where it is missing), and one agency a row; this agency's own name for its own "
	  "part.",
	  "どの機関の分かを「対象機関」の列に書き、一行に一機関ずつにしてください(自機関の分なら自機関の名。列がなければ見出しの最後に足してください)。" },
	{ "NO_LEG", "Look at the number and at the column 対象機関.", "番号と「対象機関」の列を確かめてください。" },
	{ "LEGS_OPEN", "Take it back there first (取り下げ, with a reason), so that nobody goes on working on what is closed.",
	  "先に、返答「取り下げ」と理由を書いた行で取り下げてください。終わった依頼を続ける機関が残らないようにします。" },
	{ "NO_REQUEST", "Look at the number on the page in inbox/, or on the receipt of what was sent.",
	  "inbox/ のページか、送ったときの受領証の番号を確かめてください。" },
	{ "CONFIDENTIAL", "Accept the request yourself and send it on as a request of your own, as a sheet in outbox/.",
	  "依頼は自機関で受け、自機関からの依頼として、シートを outbox/ に入れて送ってください。" },
	{ "UNKNOWN_WORD", "The slip shows the words that there are.", "返信票にある語を使ってください。" },
};

static const char *hint_of(const char *code)
{
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (strcmp(hints[i].code, code) == 0)
			return words(hints[i].english, hints[i].japanese);
	return NULL;
}

/* How long the sentence, or the part before a semicolon, is with which text begins. */
static size_t sentence(const char *text)
{
	static const char *const ends[] = { ". ", "; ", "。" };
	size_t least = strlen(text);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		const char *end = strstr(text, ends[i]);

		if (end != NULL && (size_t)(end - text) + strlen(ends[i]) < least)
			least = (size_t)(end - text) + strlen(ends[i]);
	}
	return least;
}

static bool speaks_of_commands(const char *text)
{
	return strstr(text, "tsunagi") != NULL || strstr(text, "--") != NULL || strchr(text, '`') != NULL;
}

/* What is left of a hint; a part that ended in a semicolon ends the whole, unless something follows. */
static void leave_out_commands(const char *hint, char to[HINT_BYTES])
{
	size_t used = 0;

	for (size_t length = 0; *hint != '\0'; hint += length) {
		char part[HINT_BYTES];

		length = sentence(hint);
		snprintf(part, sizeof part, "%.*s", (int)length, hint);
		if (!speaks_of_commands(part) && used + length < HINT_BYTES)
			used += (size_t)snprintf(to + used, HINT_BYTES - used, "%s", part);
	}
	while (used > 0 && strchr("; ", to[used - 1]) != NULL)
		used--;
	to[used] = '\0';
}

void desk_why(const json_t *error, char *to, size_t room)
{
	const char *hint = hint_of(json_row_text(error, "code"));
	char left[HINT_BYTES];

	leave_out_commands(hint != NULL ? hint : json_row_text(error, "hint"), left);
	snprintf(to, room, "%s%s%s", json_row_text(error, "message"), *left == '\0' ? "" : " ", left);
}

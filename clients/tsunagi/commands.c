/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/commands.h"

#include <string.h>

const struct option_row commands_common_options[] = {
	{ "home", "DIR",
	  { "the site's home; else $TSUNAGI_HOME, else /var/lib/tsunagi", "拠点のホーム。なければ $TSUNAGI_HOME、/var/lib/tsunagi" } },
	{ "as", "FILE", { "the device's bundle; else $TSUNAGI_BUNDLE", "端末のバンドル。なければ $TSUNAGI_BUNDLE" } },
	{ "outbox", "DIR", { "this device's outbox; else the bundle's name with .outbox", "この端末の送信箱。なければバンドル名に .outbox" } },
	{ "timeout", "S", { "how long to wait for the broker's answer (10)", "ブローカーの返答を待つ秒数(10)" } },
	{ "json", NULL, { "results and errors as JSON on stdout", "結果とエラーを JSON で標準出力へ" } },
	{ "help", NULL, { "this text", "この説明" } },
	{ NULL },
};

static const struct command *const tables[] = { commands_of_operators, commands_of_developers, commands_of_agencies, commands_of_requests, commands_of_conferences, commands_of_cases, commands_of_records };

const struct command *command_at(size_t index)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct command *row = tables[i]; row->name != NULL; row++)
			if (index-- == 0)
				return row;
	return NULL;
}

/* How many of the words name spells: all of its own, or 0. */
static size_t spelled(const char *name, char *const *words, size_t count)
{
	size_t matched = 0;

	for (;;) {
		size_t length = strcspn(name, " ");

		if (matched == count || strlen(words[matched]) != length || strncmp(words[matched], name, length) != 0)
			return 0;
		matched++;
		if (name[length] == '\0')
			return matched;
		name += length + 1;
	}
}

const struct command *command_find(char *const *words, size_t count, size_t *ret_words)
{
	const struct command *best = NULL;
	const struct command *row;
	size_t best_words = 0;

	for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
		size_t matched = spelled(row->name, words, count);

		if (matched > best_words) {
			best = row;
			best_words = matched;
		}
	}
	*ret_words = best_words;
	return best;
}

bool command_is_group(const char *word)
{
	const struct command *row;
	size_t length = strlen(word);

	for (size_t i = 0; (row = command_at(i)) != NULL; i++)
		if (strncmp(row->name, word, length) == 0 && row->name[length] == ' ')
			return true;
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/help.h"

#include <stdio.h>
#include <string.h>

#include "tsunagi/commands.h"
#include "tsunagi/display.h"
#include "tsunagi/words.h"

#define OPTION_COLUMNS 20
#define USAGE_COLUMNS 38

/* text, then spaces up to columns; on a line of its own where it is longer. */
static void print_left(const char *text, size_t columns)
{
	size_t width = display_width(text);

	if (width >= columns)
		out_text("  %s\n  %*s", text, (int)columns, "");
	else
		out_text("  %s%*s", text, (int)(columns - width), "");
}

static void print_row(const struct command *command)
{
	char usage[200];

	snprintf(usage, sizeof usage, "%s%s%s", command->name, *command->operands == '\0' ? "" : " ", command->operands);
	print_left(usage, USAGE_COLUMNS);
	out_text("%s\n", words_of(command->summary));
}

static bool in_group(const struct command *command, const char *group)
{
	size_t length = group == NULL ? 0 : strlen(group);

	return group == NULL || (strncmp(command->name, group, length) == 0 && strchr(" ", command->name[length]) != NULL);
}

static void print_side(const char *title, const struct command *rows, const char *group)
{
	bool any = false;

	for (; rows->name != NULL; rows++) {
		if (!in_group(rows, group))
			continue;
		if (!any)
			out_text("\n%s%s%s\n", out_style(OUT_BOLD), title, out_style(OUT_PLAIN));
		any = true;
		print_row(rows);
	}
}

static void print_options(const struct option_row *rows)
{
	char left[80];

	for (; rows != NULL && rows->name != NULL; rows++) {
		snprintf(left, sizeof left, "--%s%s%s", rows->name, rows->value == NULL ? "" : " ", rows->value == NULL ? "" : rows->value);
		print_left(left, OPTION_COLUMNS);
		out_text("%s\n", words_of(rows->text));
	}
}

static void print_title(const char *english, const char *japanese)
{
	out_text("\n%s%s%s\n", out_style(OUT_BOLD), words(english, japanese), out_style(OUT_PLAIN));
}

static json_t *options_json(const struct option_row *rows)
{
	json_t *list = json_array();

	for (; rows != NULL && rows->name != NULL; rows++)
		json_array_append_new(list, json_pack("{s:s,s:s*,s:s}", "name", rows->name, "value", rows->value, "text", words_of(rows->text)));
	return list;
}

static json_t *row_json(const struct command *command)
{
	return json_pack("{s:s,s:s,s:s}", "command", command->name, "operands", command->operands, "summary", words_of(command->summary));
}

static void all_json(const char *group)
{
	json_t *list = json_array();
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++)
		if (in_group(command, group))
			json_array_append_new(list, row_json(command));
	out_json(json_pack("{s:o,s:o}", "commands", list, "options", options_json(commands_common_options)));
}

void help_all(const char *group)
{
	if (out_json_wanted()) {
		all_json(group);
		return;
	}
	if (group == NULL)
		out_text("%s", words("tsunagi - hand over referrals between agencies: durable, sealed, provable\n"
				     "Usage: tsunagi [--home DIR | --as FILE] COMMAND [OPTIONS] ...\n",
				     "tsunagi - 相談機関のあいだの受け渡しを、失わず、封をして、証明できるように\n"
				     "使い方:tsunagi [--home DIR | --as FILE] コマンド [オプション] ...\n"));
	print_side(words("For operators (with a home)", "運用担当(ホームを使う)"), commands_of_operators, group);
	print_side(words("For developers of partner tools", "連携ソフトの開発者"), commands_of_developers, group);
	print_side(words("For agencies (with a bundle)", "各機関(バンドルを使う)"), commands_of_agencies, group);
	print_side(words("Requests (with a bundle)", "依頼のやり取り(バンドルを使う)"), commands_of_requests, group);
	print_side(words("Conferences, action items, announcements (with a bundle)", "会議・宿題・お知らせ(バンドルを使う)"), commands_of_conferences, group);
	print_side(words("Cases and consents (with a bundle)", "ケースと同意(バンドルを使う)"), commands_of_cases, group);
	print_side(words("Kept for the law (with a home, or a bundle for what is an agency's own)", "法令に基づく記録(ホーム、または自機関の分はバンドルを使う)"), commands_of_records, group);
	print_title("Every command takes", "すべてのコマンドで");
	print_options(commands_common_options);
	print_title("Exit codes", "終了コード");
	out_text("%s", words("  0 done   1 refused or failed   2 wrong usage   3 not there, or a wait ran out\n"
			     "  4 broker unreachable   5 safe in the outbox only, or undecided\n"
			     "\n`tsunagi COMMAND --help` explains one, with an example.\n",
			     "  0 完了   1 拒否または失敗   2 使い方の誤り   3 見つからない、または待ち時間切れ\n"
			     "  4 ブローカーに届かない   5 送信箱に保存のみ、または判定できない\n"
			     "\n`tsunagi コマンド --help` で個別の説明と例を表示します。\n"));
}

static void command_json(const struct command *command)
{
	json_t *json = row_json(command);

	if (command->detail[0] != NULL)
		json_object_set_new(json, "detail", json_string(words_of(command->detail)));
	json_object_set_new(json, "options", options_json(command->options));
	json_object_set_new(json, "example", json_string(command->example));
	out_json(json);
}

void help_command(const struct command *command)
{
	if (out_json_wanted()) {
		command_json(command);
		return;
	}
	out_text(words("Usage: tsunagi %s%s%s%s\n\n%s.\n", "使い方:tsunagi %s%s%s%s\n\n%s。\n"), command->name,
		 command->options == NULL ? "" : words(" [OPTIONS]", " [オプション]"), *command->operands == '\0' ? "" : " ", command->operands,
		 words_of(command->summary));
	if (command->detail[0] != NULL)
		out_text("%s\n", words_of(command->detail));
	if (command->options != NULL) {
		print_title("Options", "オプション");
		print_options(command->options);
	}
	print_title("Every command takes", "すべてのコマンドで");
	print_options(commands_common_options);
	print_title("Example", "例");
	for (const char *line = command->example; *line != '\0';) {
		size_t length = strcspn(line, "\n");

		out_text("  %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi: the command.  Finds the subcommand, sorts its words, runs it; what it says and how it ends are the subcommand's. */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tsunagi/commands.h"
#include "tsunagi/help.h"
#include "tsunagi/words.h"

static const struct option_row version_option[] = { { "version", NULL, { "release and formats", "版と形式" } }, { NULL } };

/* Widths of characters need a UTF-8 locale; nearly every system has one of these. */
static void start_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (MB_CUR_MAX < 4 && setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		setlocale(LC_CTYPE, "en_US.UTF-8");
}

/* --json counts wherever it stands, so that even a wrong command line is answered in the form that was asked for. */
static bool json_anywhere(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

static enum outcome unknown_command(const struct args *args)
{
	const char *first = args->operands[0];

	if (command_is_group(first) && args->operand_count > 1)
		return out_problem(OUTCOME_USAGE, "USAGE", words("`tsunagi --help` lists all commands.", "`tsunagi --help` で一覧を表示します。"),
				   words("There is no command \"%s %s\".", "コマンド「%s %s」はありません。"), first, args->operands[1]);
	if (command_is_group(first)) {
		enum outcome outcome = out_problem(OUTCOME_USAGE, "USAGE", NULL,
						   words("\"%s\" needs one more word:", "「%s」にはもう一語必要です:"), first);

		if (!out_json_wanted())
			help_all(first);
		return outcome;
	}
	return out_problem(OUTCOME_USAGE, "USAGE", words("`tsunagi --help` lists all commands.", "`tsunagi --help` で一覧を表示します。"),
			   words("There is no command \"%s\".", "コマンド「%s」はありません。"), first);
}

static enum outcome run_command(struct call *call, int argc, char **argv)
{
	struct args_fault fault;
	size_t count;

	args_allow(&call->args, call->command->options);
	if (args_parse(&call->args, argc, argv, &fault) != ERR_OK)
		return call_fault(call, &fault);
	if (args_has(&call->args, "help")) {
		help_command(call->command);
		return OUTCOME_DONE;
	}
	out_type(call->command->name);
	count = call->args.operand_count;
	if (count < call->command->least)
		return call_usage(call, words("something is missing: %s", "足りないものがあります:%s"), call->command->operands);
	if (count > call->command->most)
		return call_usage(call, words("one word too many: %s", "余分な語があります:%s"), call->args.operands[call->command->most]);
	return call->command->run(call);
}

static enum outcome run(int argc, char **argv)
{
	struct call call = { 0 };
	struct args_fault fault;
	size_t named = 0;

	args_allow(&call.args, commands_common_options);
	args_allow(&call.args, version_option);
	if (args_parse_before(&call.args, argc, argv, &fault) != ERR_OK)
		return out_problem_text(OUTCOME_USAGE, "USAGE", fault.text, words("See `tsunagi --help`.", "`tsunagi --help` をご覧ください。"));
	call.command = command_find(call.args.operands, call.args.operand_count, &named);
	if (args_has(&call.args, "version"))
		call.command = command_find((char *[]){ (char[]){ "version" } }, 1, &named);
	else if (call.args.operand_count == 0 && args_has(&call.args, "help"))
		return help_all(NULL), OUTCOME_DONE;
	else if (call.args.operand_count == 0)
		return out_problem_text(OUTCOME_USAGE, "USAGE", words("A command is missing.", "コマンドがありません。"),
					words("`tsunagi --help` lists all commands.", "`tsunagi --help` で一覧を表示します。"));
	if (call.command == NULL && command_is_group(call.args.operands[0]) &&
	    (args_has(&call.args, "help") || (call.args.operand_count == 2 && strcmp(call.args.operands[1], "--help") == 0)))
		return help_all(call.args.operands[0]), OUTCOME_DONE;
	if (call.command == NULL)
		return unknown_command(&call.args);
	if (args_has(&call.args, "version")) {
		out_type(call.command->name);
		return call.command->run(&call);
	}
	/* What getopt takes for the program's name is the last word of the command's. */
	return run_command(&call, argc - (int)(call.args.operands - argv) - (int)named + 1, call.args.operands + named - 1);
}

int main(int argc, char **argv)
{
	start_locale();
	umask(077); /* invitations, answers and bundles hold keys; what may be read by others says so itself */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* who ignores it hands that on, and then the end of no program of ours could be learned */
	words_start(language_of_environment());
	out_start(json_anywhere(argc, argv));
	return (int)out_finish(run(argc, argv));
}

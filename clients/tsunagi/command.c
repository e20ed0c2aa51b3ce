/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tsunagi/words.h"

enum outcome call_usage(const struct call *call, const char *format, ...)
{
	char text[1024];
	char hint[200];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	snprintf(hint, sizeof hint, words("Usage: tsunagi %s%s%s; more with --help.", "使い方:tsunagi %s%s%s(詳しくは --help)"),
		 call->command->name, *call->command->operands == '\0' ? "" : " ", call->command->operands);
	return out_problem_text(OUTCOME_USAGE, "USAGE", text, hint);
}

enum outcome call_fault(const struct call *call, const struct args_fault *fault)
{
	return call_usage(call, "%s", fault->text);
}

const char *call_operand(const struct call *call, size_t index)
{
	return index < call->args.operand_count ? call->args.operands[index] : NULL;
}

const char *call_home(const struct call *call)
{
	return args_text(&call->args, "home");
}

const char *call_bundle(const struct call *call)
{
	const char *bundle = args_text(&call->args, "as");

	if (bundle == NULL)
		bundle = getenv("TSUNAGI_BUNDLE");
	return bundle != NULL && *bundle != '\0' ? bundle : NULL;
}

bool call_as_agency(const struct call *call)
{
	bool home_named = call_home(call) != NULL || getenv("TSUNAGI_HOME") != NULL;

	return args_has(&call->args, "as") || (call_bundle(call) != NULL && !home_named);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "config/fault_texts.h"

static void report(struct fault_sink *sink, unsigned line, const char *text)
{
	struct config_fault fault = { sink->file, line, text };

	if (sink->report != NULL)
		sink->report(sink->context, &fault);
}

void fault_at(struct fault_sink *sink, unsigned line, const char *format, ...)
{
	char text[512];
	va_list arguments;

	sink->count++;
	if (sink->count == FAULTS_MAX + 1)
		report(sink, 0, fault_text("there are further problems", language_of_environment()));
	if (sink->count > FAULTS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, fault_text(format, language_of_environment()), arguments);
	va_end(arguments);
	report(sink, line, text);
}

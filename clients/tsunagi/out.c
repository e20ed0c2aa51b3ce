/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tsunagi/display.h"
#include "tsunagi/words.h"

#define TYPE_TEXT 40u
#define DIGITS 15 /* of a real number: as many as it surely holds, so that 0.3 stays 0.3 */

static struct {
	bool json;
	bool terminal;
	bool error_terminal;
	bool colours;
	int failed; /* errno of the first write that failed; 0: none did */
	char type[TYPE_TEXT];
} out;

void out_start(bool json)
{
	const char *term = getenv("TERM");

	out.json = json;
	out.failed = 0;
	out_type("help");
	out.terminal = isatty(STDOUT_FILENO) == 1;
	out.error_terminal = isatty(STDERR_FILENO) == 1;
	out.colours = out.terminal && getenv("NO_COLOR") == NULL && term != NULL && strcmp(term, "dumb") != 0;
}

void out_type(const char *name)
{
	snprintf(out.type, sizeof out.type, "%s", name);
	for (char *letter = out.type; *letter != '\0'; letter++)
		if (*letter == ' ' || *letter == '-')
			*letter = '_';
}

bool out_json_wanted(void)
{
	return out.json;
}

bool out_is_terminal(void)
{
	return out.terminal;
}

bool out_errors_on_terminal(void)
{
	return out.error_terminal;
}

static void note_failure(int error)
{
	if (out.failed == 0)
		out.failed = error == 0 ? EIO : error;
}

static const char *const styles[] = { "\033[0m", "\033[1m", "\033[32m", "\033[33m", "\033[31m", "\033[2m" };

/* How many bytes at text are no text: a control character, of one byte or of two, that is neither a line's end, a tabulator nor a style of ours. */
static size_t steers(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (bytes[0] == 0xc2 && bytes[1] >= 0x80 && bytes[1] <= 0x9f)
		return 2;
	if ((bytes[0] >= 0x20 && bytes[0] != 0x7f) || bytes[0] == '\n' || bytes[0] == '\t' || (bytes[0] == '\r' && bytes[1] == '\n'))
		return 0;
	for (size_t i = 0; out.colours && i < sizeof styles / sizeof *styles; i++)
		if (strncmp(text, styles[i], strlen(styles[i])) == 0)
			return 0;
	return 1;
}

/* What comes from elsewhere stands in it as well: nothing of that steers a terminal. */
static void clean(char *text)
{
	char *to = text;

	while (*text != '\0') {
		size_t skipped = steers(text);

		*to++ = skipped > 0 ? '?' : *text;
		text += skipped > 0 ? skipped : 1;
	}
	*to = '\0';
}

void out_text(const char *format, ...)
{
	char *text = NULL;
	va_list list;
	int length;

	if (out.json)
		return;
	va_start(list, format);
	length = vasprintf(&text, format, list);
	va_end(list);
	if (length < 0) {
		note_failure(errno);
		return;
	}
	clean(text);
	if (fputs(text, stdout) == EOF)
		note_failure(errno);
	free(text);
}

/* The same object with its type in front, where it lacks one; takes the reference over. */
static json_t *typed(json_t *json)
{
	bool error_alone = json_object_size(json) == 1 && json_object_get(json, "error") != NULL;
	json_t *with;

	if (!json_is_object(json) || error_alone || out.type[0] == '\0' || json_object_get(json, "type") != NULL)
		return json;
	with = json_pack("{s:s}", "type", out.type);
	if (json_object_update(with, json) != 0) {
		json_decref(with);
		with = NULL;
	}
	json_decref(json);
	return with;
}

static void put_json(json_t *json, size_t flags)
{
	json = typed(json);
	if (json == NULL) {
		out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
		note_failure(ENOMEM);
		return;
	}
	if (json_dumpf(json, stdout, flags | JSON_REAL_PRECISION(DIGITS)) != 0 || fputc('\n', stdout) == EOF || fflush(stdout) != 0)
		note_failure(errno);
	json_decref(json);
}

void out_json(json_t *json)
{
	put_json(json, out.terminal ? JSON_INDENT(2) : 0);
}

void out_json_line(json_t *json)
{
	put_json(json, 0);
}

void out_note(const char *format, ...)
{
	va_list list;

	fflush(stdout);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}

json_t *out_error(const char *code, const char *message, const char *hint)
{
	return json_pack("{s:s,s:s,s:s}", "code", code, "message", message, "hint", hint == NULL ? "" : hint);
}

enum outcome out_problem_text(enum outcome outcome, const char *code, const char *message, const char *hint)
{
	char line[DISPLAY_LINE];

	if (out.json) {
		out_json_line(json_pack("{s:o}", "error", out_error(code, message, hint)));
		return outcome;
	}
	fflush(stdout);
	display_clean(message, line, sizeof line);
	fprintf(stderr, "tsunagi: %s\n", line);
	if (hint != NULL && *hint != '\0') {
		display_clean(hint, line, sizeof line);
		fprintf(stderr, "  %s\n", line);
	}
	return outcome;
}

enum outcome out_problem(enum outcome outcome, const char *code, const char *hint, const char *format, ...)
{
	char *message = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&message, format, list) < 0)
		message = NULL;
	va_end(list);
	out_problem_text(outcome, code, message == NULL ? code : message, hint);
	free(message);
	return outcome;
}

bool out_is_broken(void)
{
	return out.failed != 0;
}

enum outcome out_finish(enum outcome outcome)
{
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		note_failure(errno);
	if (out.failed == 0)
		return outcome;
	if (out.failed != EPIPE) /* who closes a pipe has read enough */
		fprintf(stderr, words("tsunagi: the result could not be written: %s\n", "tsunagi: 結果を書き出せませんでした:%s\n"),
			strerror(out.failed));
	return outcome == OUTCOME_DONE ? OUTCOME_REFUSED : outcome;
}

const char *out_style(enum out_style style)
{
	return out.colours ? styles[style] : "";
}

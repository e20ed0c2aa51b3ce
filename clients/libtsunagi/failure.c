/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/failure.c - see failure.h for the contract. */
#include "libtsunagi/failure.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "tsunagi/tsunagi.h"

void failure_clear(struct failure *failure)
{
	*failure = (struct failure){ 0 };
}

/* A detail may come from elsewhere, such as a parser's excerpt that ends within a character: what is no text is shown as '?', or
 * the failure could not be told in JSON at all. */
static void put_detail(struct buf *out, const char *detail)
{
	struct bytes rest = bytes_of_text(detail == NULL ? "-" : detail);
	size_t offset = 0;

	while (text_check(rest, &offset) != TEXT_OK) {
		buf_put(out, bytes_of(rest.data, offset));
		buf_put_byte(out, '?');
		rest = bytes_of(rest.data + offset + 1, rest.len - offset - 1);
	}
	buf_put(out, rest);
}

/* Copies template to the field, with the details in place of their marks; what does not fit is cut at a character's start. */
static void fill(char *to, size_t size, const char *template, const char *detail, const char *second)
{
	struct buf text;

	buf_init(&text, 16u * 1024u);
	while (*template != '\0') {
		if (strncmp(template, "{}", 2) == 0) {
			put_detail(&text, detail);
			template += 2;
		} else if (strncmp(template, "{2}", 3) == 0) {
			put_detail(&text, second);
			template += 3;
		} else {
			buf_put_byte(&text, (uint8_t)*template++);
		}
	}
	snprintf(to, size, "%s", text.err == ERR_OK ? buf_text(&text) : "");
	if (text.len >= size) {
		size_t end = size - 1;

		while (end > 0 && ((uint8_t)text.data[end] & 0xc0) == 0x80)
			end--;
		to[end] = '\0';
	}
	buf_free(&text);
}

int failure_tell(struct failure *failure, enum problem problem, const char *detail, const char *second)
{
	const struct failure_row *row = failure_row(problem);
	bool japanese = language_of_environment() == LANGUAGE_JA;
	struct failure told = { .problem = problem, .result = row->result };

	fill(told.code, sizeof told.code, row->code, NULL, NULL);
	fill(told.message, sizeof told.message, japanese ? row->message_ja : row->message_en, detail, second);
	fill(told.hint, sizeof told.hint, japanese ? row->hint_ja : row->hint_en, detail, second);
	*failure = told;
	return told.result;
}

int failure_lacks(struct failure *failure, const char *en, const char *ja)
{
	return failure_tell(failure, PROBLEM_USAGE, language_of_environment() == LANGUAGE_JA ? ja : en, NULL);
}

static bool says_not_there(Pb__RefusalCode code)
{
	return code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE || code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM;
}

static void take_text(char *to, size_t size, struct buf *text)
{
	fill(to, size, text->err == ERR_OK ? buf_text(text) : "", NULL, NULL);
	buf_clear(text);
}

int failure_refused(struct failure *failure, const Pb__Refusal *refusal)
{
	struct failure told = { .problem = PROBLEM_NONE, .result = says_not_there(refusal->code) ? TSG_NOT_FOUND : TSG_REFUSED };
	enum language language = language_of_environment();
	struct buf text;

	buf_init(&text, 4096);
	snprintf(told.code, sizeof told.code, "%s", refusal_code(refusal->code));
	refusal_message(refusal, language, &text);
	take_text(told.message, sizeof told.message, &text);
	refusal_hint(refusal, language, &text);
	take_text(told.hint, sizeof told.hint, &text);
	buf_free(&text);
	told.retry_after_ms = refusal->retry_after_ms;
	*failure = told;
	return told.result;
}

int failure_err(struct failure *failure, enum err err, const char *what)
{
	switch (err) {
	case ERR_NOMEM:
		return failure_tell(failure, PROBLEM_MEMORY, what, NULL);
	case ERR_NOT_FOUND:
		return failure_tell(failure, PROBLEM_FILE_MISSING, what, NULL);
	case ERR_NOSPC:
		return failure_tell(failure, PROBLEM_DISK_FULL, what, NULL);
	case ERR_TIMEOUT:
		return failure_tell(failure, PROBLEM_TIMEOUT, what, NULL);
	case ERR_TOO_LARGE:
		return failure_tell(failure, PROBLEM_TOO_LARGE, what, NULL);
	case ERR_AUTH:
		return failure_tell(failure, PROBLEM_NOT_AUTHENTIC, what, NULL);
	case ERR_CRYPTO:
		return failure_tell(failure, PROBLEM_CRYPTO, what, NULL);
	default:
		return failure_tell(failure, PROBLEM_FILE, what, err_text(err));
	}
}

json_t *failure_json(const struct failure *failure)
{
	json_t *json = json_pack("{s:s, s:s, s:s}", "code", failure->code, "message", failure->message, "hint", failure->hint);

	if (json != NULL && failure->retry_after_ms > 0 &&
	    json_object_set_new(json, "retry_after_ms", json_integer(failure->retry_after_ms)) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

char *failure_text(const struct failure *failure)
{
	json_t *json = json_pack("{s:o}", "error", failure_json(failure));
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);

	json_decref(json);
	return text;
}

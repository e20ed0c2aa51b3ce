/* SPDX-License-Identifier: Apache-2.0 */
/* contract/refusal.c - see refusal.h for the contract. */
#include "contract/refusal.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "contract/json.h"
#include "contract/refusal_texts.h"
#include "contract/state_refusal.h"

const char *refusal_code(Pb__RefusalCode code)
{
	const char *word = json_word(&pb__refusal_code__descriptor, (int)code);

	return word != NULL ? word : "UNKNOWN";
}

/* The subject in the reader's words, where it is a word of ours. */
static const char *subject_text(const Pb__Refusal *refusal, enum language language)
{
	const char *subject = refusal->subject != NULL ? refusal->subject : "";

	switch (refusal->code) {
	case PB__REFUSAL_CODE__REFUSAL_CODE_BASIS:
	case PB__REFUSAL_CODE__REFUSAL_CODE_CONSENT:
	case PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY:
		return refusal_basis_text(subject, language);
	case PB__REFUSAL_CODE__REFUSAL_CODE_REDIRECT:
	case PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW:
	case PB__REFUSAL_CODE__REFUSAL_CODE_INCOMPLETE:
		return refusal_request_text(subject, language);
	default:
		return subject;
	}
}

/* Of a refused act: the action, the state or what is missing, what would be allowed. */
static bool put_act(const struct transition_refusal *act, char placeholder, enum language language, struct buf *out)
{
	switch (placeholder) {
	case 'S':
		return state_refusal_put_action(act, language, out);
	case 'V':
		return act->missing != 0 ? state_refusal_put_missing(act, language, out) : state_refusal_put_state(act, language, out);
	case 'B':
		return state_refusal_put_allowed(act, language, out);
	default:
		return true;
	}
}

static bool put_time(int64_t at_us, struct buf *out)
{
	char text[CLOCK_TEXT];

	clock_format(at_us, JSON_OFFSET_MINUTES, text);
	text[16] = '\0'; /* to the minute */
	text[10] = ' ';
	buf_put_text(out, text);
	return at_us > 0;
}

/* Appends what a placeholder stands for; false when the refusal does not say it. */
static bool put_placeholder(const Pb__Refusal *refusal, char placeholder, enum language language, struct buf *out)
{
	const char *subject = subject_text(refusal, language);
	struct transition_refusal act;

	if (state_refusal_read(refusal, &act))
		return put_act(&act, placeholder, language, out);
	switch (placeholder) {
	case 'S':
		buf_put_text(out, subject);
		return subject[0] != '\0';
	case 'V':
		buf_printf(out, "%" PRId64, refusal->value);
		return refusal->value != 0 || refusal->bound != 0;
	case 'B':
		buf_printf(out, "%" PRId64, refusal->bound);
		return refusal->bound != 0;
	case 'T':
		return put_time(refusal->value, out);
	case 'U':
		return put_time(refusal->bound, out);
	case 'R':
		buf_printf(out, "%" PRIu32, refusal->retry_after_ms / 1000 + (refusal->retry_after_ms % 1000 != 0));
		return refusal->retry_after_ms != 0;
	default:
		return true;
	}
}

/* $S, $V, $B and $R are subject, value, bound and the seconds to wait; $T and $U value and bound as times.  What stands in [ ] is left out when one of those in it is
 * not known. */
static void put_filled(const Pb__Refusal *refusal, const char *text, enum language language, struct buf *out)
{
	size_t start = out->len; /* of the present [ ] */
	bool known = true;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '[') {
			start = out->len;
			known = true;
		} else if (*at == ']') {
			if (!known && out->err == ERR_OK)
				out->len = start;
		} else if (*at == '$' && at[1] != '\0') {
			known = put_placeholder(refusal, *++at, language, out) && known;
		} else {
			buf_put_byte(out, (uint8_t)*at);
		}
	}
}

static const struct refusal_text *texts_of(const Pb__Refusal *refusal)
{
	bool of_a_case = refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE && refusal->subject != NULL && strcmp(refusal->subject, "case_id") == 0;
	bool of_review = refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM && refusal->subject != NULL && strcmp(refusal->subject, "review") == 0;

	return of_a_case ? refusal_case_texts() : of_review ? refusal_review_texts() : refusal_texts(refusal->code);
}

void refusal_message(const Pb__Refusal *refusal, enum language language, struct buf *out)
{
	put_filled(refusal, texts_of(refusal)->message[language], language, out);
}

/* Their subjects are words with a hint of their own. */
static bool has_words(Pb__RefusalCode code)
{
	return code == PB__REFUSAL_CODE__REFUSAL_CODE_BASIS || code == PB__REFUSAL_CODE__REFUSAL_CODE_CONSENT ||
	       code == PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY;
}

void refusal_hint(const Pb__Refusal *refusal, enum language language, struct buf *out)
{
	const char *hint = NULL;

	if (has_words(refusal->code) && refusal->subject != NULL)
		hint = refusal_basis_hint(refusal->subject, language);
	put_filled(refusal, hint != NULL ? hint : texts_of(refusal)->hint[language], language, out);
}

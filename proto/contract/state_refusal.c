/* SPDX-License-Identifier: Apache-2.0 */
/* contract/state_refusal.c - see state_refusal.h for the contract. */
#include "contract/state_refusal.h"

#include <stdio.h>
#include <string.h>

#include "contract/codec.h"
#include "contract/conference_states.h"
#include "contract/json.h"
#include "contract/reasons.h"
#include "contract/request_states.h"
#include "contract/vocabulary_texts.h"

static const struct transition_table *const tables[] = { &leg_table, &conference_table, &action_item_table };

static const struct {
	uint32_t need;
	const char *text[2];
} needs[] = {
	{ NEED_BASIS, { "a basis that covers the recipient and everything it tells", "宛先と内容の全てに及ぶ提供の根拠" } },
	{ NEED_QUESTION, { "the question", "問い合わせの内容" } },
	{ NEED_REASON, { "a reason that belongs to it", "この操作に当たる理由" } },
	{ NEED_SUGGESTION,
	  { "who could help instead (next), or the word that none is known (none_known)",
	    "代わりに支援できる機関(next)、または「心当たりなし」(none_known)" } },
	{ NEED_NEXT_AGENCY, { "the agency that is to have it next", "次にお願いする機関" } },
	{ NEED_FIRST_CONTACT, { "the day of the first contact with the person", "本人と最初に接触した日" } },
	{ NEED_WORD, { "a word on progress", "経過についての一言" } },
	{ NEED_REVIEW_DATE, { "the day on which it is looked at again", "見直しの日" } },
	{ NEED_OUTCOME, { "an outcome that belongs to it", "この操作に当たる結果" } },
	{ NEED_LAST_ESCALATION, { "the last reminder to have passed", "最後の督促の期限が過ぎていること" } },
	{ NEED_PARTS_WAITING, { "parts that were not handed over yet", "まだ渡していない部分" } },
	{ NEED_NOTHING_DELIVERED, { "nothing of it to have been handed over", "まだ何も渡していないこと" } },
	{ NEED_DEAD_LETTER, { "the delivery to have failed", "配達不能になっていること" } },
	{ NEED_ANY_ONE, { "another agency's acceptance of a request to any one", "「どこか一つ」の依頼で他機関の受諾が確定していること" } },
	{ NEED_DATE, { "the date and time", "日時" } },
	{ NEED_ANSWER,
	  { "an answer (ACCEPTED, TENTATIVE, DECLINED, or DELEGATED with the agency)",
	    "出欠の回答(ACCEPTED、TENTATIVE、DECLINED、または機関名を添えたDELEGATED)" } },
	{ NEED_MINUTES, { "the minutes", "議事録" } },
	{ NEED_DISSENT, { "what is seen differently", "異なる意見の内容" } },
	{ NEED_MATERIALS, { "the materials", "資料" } },
	{ NEED_ITEMS_SETTLED, { "every action item to be done or dropped", "全ての宿題が完了または取りやめになっていること" } },
	{ NEED_OWNER, { "the agency that is to do it", "担当する機関" } },
	{ NEED_DUE_DATE, { "the day by which it is done", "期限の日" } },
};

const char *need_text(uint32_t need, enum language language)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (needs[i].need == need)
			return needs[i].text[language];
	}
	return NULL;
}

void state_refusal_put(const struct transition_refusal *refusal, char subject[STATE_SUBJECT], Pb__Refusal *ret_refusal)
{
	const char *word = json_word(refusal->table->actions, (int)refusal->action);

	snprintf(subject, STATE_SUBJECT, "%s.%s", refusal->table->name, word != NULL ? word : "UNKNOWN");
	ret_refusal->subject = subject;
	if (refusal->missing != 0) {
		ret_refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_INCOMPLETE;
		ret_refusal->value = refusal->missing;
		ret_refusal->bound = 0;
	} else {
		ret_refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW;
		ret_refusal->value = refusal->state;
		ret_refusal->bound = refusal->allowed;
	}
}

/* Splits "leg.ACCEPT" into its table and action. */
static bool read_subject(const char *subject, struct transition_refusal *refusal)
{
	const char *dot = subject != NULL ? strchr(subject, '.') : NULL;
	int action;

	for (size_t i = 0; dot != NULL && i < sizeof(tables) / sizeof(*tables); i++) {
		size_t len = strlen(tables[i]->name);

		if (len != (size_t)(dot - subject) || memcmp(subject, tables[i]->name, len) != 0)
			continue;
		refusal->table = tables[i];
		if (!json_word_value(tables[i]->actions, dot + 1, &action))
			return false;
		refusal->action = (unsigned)action;
		return true;
	}
	return false;
}

bool state_refusal_read(const Pb__Refusal *refusal, struct transition_refusal *ret_refusal)
{
	bool incomplete = refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_INCOMPLETE;
	struct transition_refusal read = { 0 };

	if (!incomplete && refusal->code != PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW)
		return false;
	if (!read_subject(refusal->subject, &read))
		return false;
	if (refusal->value < 0 || refusal->value > UINT32_MAX || refusal->bound < 0 || refusal->bound > UINT32_MAX)
		return false;
	if (incomplete)
		read.missing = (uint32_t)refusal->value;
	else
		read.state = (unsigned)refusal->value;
	read.allowed = (uint32_t)refusal->bound;
	*ret_refusal = read;
	return true;
}

static bool put_known(const char *text, struct buf *out)
{
	if (text != NULL)
		buf_put_text(out, text);
	return text != NULL;
}

bool state_refusal_put_action(const struct transition_refusal *refusal, enum language language, struct buf *out)
{
	return put_known(vocabulary_text(refusal->table->actions, (int)refusal->action, language), out);
}

bool state_refusal_put_state(const struct transition_refusal *refusal, enum language language, struct buf *out)
{
	if (refusal->state > INT32_MAX)
		return false;
	return put_known(vocabulary_text(refusal->table->states, (int)refusal->state, language), out);
}

/* " (FULL, OUTSIDE_AREA)": the codes, as they are typed. */
static void put_codes(const struct transition_refusal *refusal, bool outcomes, struct buf *out)
{
	const ProtobufCEnumDescriptor *list = outcomes ? &pb__outcome__descriptor : &pb__reason__descriptor;
	const char *separator = " (";

	for (unsigned i = 0; i < list->n_values; i++) {
		int value = list->values[i].value;

		if (outcomes ? !outcome_fits_completion((Pb__Outcome)value) :
			       !reason_fits(refusal->table->actions, refusal->action, (Pb__Reason)value))
			continue;
		buf_put_text(out, separator);
		buf_put_text(out, json_word(list, value));
		separator = ", ";
	}
	if (separator[0] == ',')
		buf_put_text(out, ")");
}

bool state_refusal_put_missing(const struct transition_refusal *refusal, enum language language, struct buf *out)
{
	const char *separator = "";

	for (unsigned bit = 0; bit < 32; bit++) {
		uint32_t need = refusal->missing & UINT32_C(1) << bit;
		const char *text = need != 0 ? need_text(need, language) : NULL;

		if (text == NULL)
			continue;
		buf_put_text(out, separator);
		buf_put_text(out, text);
		if (need == NEED_REASON || need == NEED_OUTCOME)
			put_codes(refusal, need == NEED_OUTCOME, out);
		separator = language == LANGUAGE_JA ? "、" : "; ";
	}
	return separator[0] != '\0';
}

bool state_refusal_put_allowed(const struct transition_refusal *refusal, enum language language, struct buf *out)
{
	size_t before = out->len;

	vocabulary_put_set(refusal->table->actions, refusal->allowed, language, out);
	return out->len > before;
}

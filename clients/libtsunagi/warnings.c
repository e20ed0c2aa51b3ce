/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/warnings.c - see warnings.h for the contract. */
#include "libtsunagi/warnings.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contract/refusal.h"
#include "libtsunagi/fields.h"

static const struct {
	enum warning warning;
	const char *code, *en, *ja;
} texts[] = {
	{ WARNING_UNKNOWN_BINDING, "unknown_binding",
	  "The broker has a certificate of this agency that its people did not make: someone else may read what is sent to it. Ask the operator at once.",
	  "この機関の名義で、職員が作っていない証明書がブローカーにあります。宛てられた連絡を他者が読めるおそれがあります。すぐ運用担当に確認してください。" },
	{ WARNING_BINDING_MISSING, "binding_missing",
	  "The certificates of this device are no longer in force at the broker: it was revoked or replaced.",
	  "この端末の証明書はブローカーで有効ではありません。失効または交換されています。" },
	{ WARNING_LEDGER_FORK, "ledger_fork",
	  "The site's ledger does not continue the one that this device knows: history may have been rewritten. Ask other agencies and the supervisor.",
	  "拠点の台帳が、この端末の知る台帳の続きになっていません。記録が書き換えられた可能性があります。他の機関と監督者に確認してください。" },
	{ WARNING_LEDGER_RESTORED, "ledger_restored", "The site was restored and began a new epoch of its ledger.",
	  "拠点が復元され、台帳が新しい世代になりました。" },
	{ WARNING_NOT_AUTHENTIC, "not_authentic",
	  "A delivery was refused because a signature, binding or digest did not hold: it was altered or is not its sender's.",
	  "署名・結び付け・ダイジェストが正しくないため、配達を拒否しました。途中で変えられたか、差出人のものではありません。" },
	{ WARNING_CANNOT_OPEN, "cannot_open", "A delivery was refused because no key of this device opens it.",
	  "この端末の鍵で開けないため、配達を拒否しました。" },
	{ WARNING_FOREIGN_CERTIFICATE, "foreign_certificate",
	  "A message to this agency was sealed to a certificate that is not this device's: the directory's keys may have been swapped.",
	  "この機関宛ての連絡が、この端末のものでない証明書で封をされていました。一覧の鍵がすり替えられた可能性があります。" },
	{ WARNING_DEAD_LETTER, "dead_letter", "A message of this agency could not be delivered.", "この機関の連絡が届けられませんでした。" },
	{ WARNING_DIRECTORY_FORGED, "directory_forged", "The directory that the broker gave was not signed by the site; it is not used.",
	  "ブローカーが渡した機関一覧に拠点の正しい署名がないため、使っていません。" },
	{ WARNING_OUTBOX_DAMAGED, "outbox_damaged", "A file of the outbox is damaged and was set aside.",
	  "送信箱のファイルが壊れているため、別にしました。" },
	{ WARNING_CLOCK_SKEW, "clock_skew", "This device's clock and the broker's differ by more than a minute.",
	  "この端末とブローカーの時計が1分以上ずれています。" },
	{ WARNING_SEND_REFUSED, "send_refused", "A message that waited in the outbox was refused by the broker and is not sent.",
	  "送信箱で待っていた連絡がブローカーに断られ、送られていません。" },
};

_Static_assert(sizeof texts / sizeof texts[0] == WARNING_COUNT, "one row per warning");

const char *warning_code(enum warning warning)
{
	return texts[warning].code;
}

bool warning_of_code(const char *code, enum warning *ret_warning)
{
	for (size_t i = 0; i < WARNING_COUNT; i++)
		if (strcmp(texts[i].code, code) == 0) {
			*ret_warning = texts[i].warning;
			return true;
		}
	return false;
}

static void remove_row(struct warnings *warnings, size_t row)
{
	warnings->count--;
	memmove(&warnings->rows[row], &warnings->rows[row + 1], (warnings->count - row) * sizeof warnings->rows[0]);
}

static void make_room(struct warnings *warnings)
{
	for (size_t i = 0; i < warnings->count; i++)
		if (warnings->rows[i].warning != WARNING_LEDGER_FORK) {
			remove_row(warnings, i);
			return;
		}
	remove_row(warnings, 0);
}

bool warnings_add(struct warnings *warnings, enum warning warning, const char *subject, const char *detail, int64_t now_us)
{
	for (size_t i = 0; i < warnings->count; i++)
		if (warnings->rows[i].warning == warning && strcmp(warnings->rows[i].subject, subject) == 0)
			return false;
	if (warnings->count == WARNINGS_MAX)
		make_room(warnings);
	warnings->rows[warnings->count].warning = warning;
	snprintf(warnings->rows[warnings->count].subject, sizeof warnings->rows[0].subject, "%s", subject);
	snprintf(warnings->rows[warnings->count].detail, sizeof warnings->rows[0].detail, "%s", detail);
	warnings->rows[warnings->count].since_us = now_us;
	warnings->count++;
	return true;
}

size_t warnings_remove(struct warnings *warnings, enum warning warning, const char *subject)
{
	size_t before = warnings->count;

	for (size_t i = warnings->count; i-- > 0;)
		if (warnings->rows[i].warning == warning && (subject == NULL || strcmp(warnings->rows[i].subject, subject) == 0))
			remove_row(warnings, i);
	return before - warnings->count;
}

bool warnings_has(const struct warnings *warnings, enum warning warning)
{
	for (size_t i = 0; i < warnings->count; i++)
		if (warnings->rows[i].warning == warning)
			return true;
	return false;
}

json_t *warnings_json(const struct warnings *warnings, bool with_message)
{
	json_t *list = json_array();
	bool japanese = language_of_environment() == LANGUAGE_JA;

	for (size_t i = 0; i < warnings->count; i++) {
		enum warning warning = warnings->rows[i].warning;
		json_t *row = json_pack("{s:s, s:s, s:s, s:o}", "code", texts[warning].code, "subject", warnings->rows[i].subject, "detail",
					warnings->rows[i].detail, "since", json_time(warnings->rows[i].since_us));

		if (row != NULL && with_message)
			json_object_set_new(row, "message", json_string(japanese ? texts[warning].ja : texts[warning].en));
		json_array_append_new(list, row);
	}
	return list;
}

void warnings_of_json(const json_t *json, struct warnings *ret_warnings)
{
	size_t index = 0;
	const json_t *row = NULL;

	ret_warnings->count = 0;
	json_array_foreach(json, index, row) {
		const char *code = field_text(row, "code");
		const char *subject = field_text(row, "subject");
		const char *detail = field_text(row, "detail");
		const char *since = field_text(row, "since");
		enum warning warning;
		int64_t since_us = 0;

		if (code != NULL && subject != NULL && detail != NULL && since != NULL && warning_of_code(code, &warning) &&
		    clock_parse(since, &since_us) == ERR_OK)
			warnings_add(ret_warnings, warning, subject, detail, since_us);
	}
}

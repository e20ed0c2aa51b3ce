/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/receipt_print.h"

#include <string.h>

#include "contract/json.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

static const char *lane_word(const json_t *recipient)
{
	int value = 0;

	json_word_value(&pb__urgency__descriptor, json_row_text(recipient, "lane"), &value);
	return urgency_word((Pb__Urgency)value);
}

void receipt_print_precautions(const json_t *receipt)
{
	const json_t *danger = json_object_get(receipt, "danger");
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(danger, "added"), index, row)
		out_text(words("  also   %s: %s\n", "  併せて %s:%s\n"), json_row_text(row, "agency"), json_row_text(row, "because"));
	if (danger != NULL)
		out_text("  %s%s%s\n", out_style(OUT_BAD), json_row_text(danger, "text"), out_style(OUT_PLAIN));
	json_array_foreach(json_object_get(receipt, "warnings"), index, row)
		out_text("  %s%s%s\n", out_style(OUT_WARN), json_row_text(row, "text"), out_style(OUT_PLAIN));
}

void receipt_print(const json_t *receipt)
{
	bool waits = strcmp(json_row_text(receipt, "state"), "outbox") == 0;
	char time[DISPLAY_TIME];
	json_t *recipient;
	size_t index;

	if (test_site_is(json_row_text(receipt, "site")))
		out_text("%s%s%s\n", out_style(OUT_WARN), words("TEST: a throw-away site; this reaches nobody.", "TEST:使い捨ての拠点です。どこにも届きません。"), out_style(OUT_PLAIN));
	if (waits)
		out_text(words("%sin the outbox%s  message %s  (%s)\n", "%s送信箱に保存%s  連絡 %s(%s)\n"), out_style(OUT_WARN), out_style(OUT_PLAIN),
			 json_row_text(receipt, "message_id"), json_row_text(receipt, "code"));
	else
		out_text(words("%saccepted%s  message %s  (%s)\n", "%s受付済み%s  連絡 %s(%s)\n"), out_style(OUT_GOOD), out_style(OUT_PLAIN),
			 json_row_text(receipt, "message_id"), json_row_text(receipt, "code"));
	json_array_foreach(json_object_get(receipt, "recipients"), index, recipient)
		out_text(words("  to     %s, %s\n", "  宛先  %s(%s)\n"), json_row_text(recipient, "address"), lane_word(recipient));
	receipt_print_precautions(receipt);
	if (waits)
		return;
	json_row_time(receipt, "accepted_at", time);
	out_text(words("  entry  %" JSON_INTEGER_FORMAT " of %s/%" JSON_INTEGER_FORMAT ", %s\n", "  記録  %" JSON_INTEGER_FORMAT "(%s/%" JSON_INTEGER_FORMAT ")、%s\n"),
		 json_integer_value(json_object_get(receipt, "seq")), json_row_text(receipt, "site"), json_integer_value(json_object_get(receipt, "epoch")), time);
	if (json_is_true(json_object_get(receipt, "duplicate")))
		out_text("  %s\n", words("It was sent before; this is its first receipt, and nothing was sent twice.", "送信済みの連絡です。最初の受付証を示しました。二重には送られません。"));
}

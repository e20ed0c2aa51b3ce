/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/reply_slip.h"

#include "contract/reasons.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/html.h"
#include "tsunagi/json_row.h"
#include "tsunagi/sheet_words.h"

static void put_number(const json_t *request, struct buf *out)
{
	const char *code = sheet_code(request);

	buf_put_text(out, "<p>番号 ");
	if (*code == '\0') {
		buf_put_text(out, "<u class=long>&nbsp;</u>(送信後の受付証の番号を書いてください)</p>");
		return;
	}
	html_put_in(out, "b", "", code);
	buf_put_text(out, " <span class=id>");
	html_put(out, json_row_text(request, "message_id"));
	buf_put_text(out, "</span></p>");
}

static void put_reasons(struct buf *out)
{
	const ProtobufCEnumDescriptor *list = &pb__reason__descriptor;

	buf_put_text(out, "<p class=reasons>");
	for (unsigned i = 0; i < list->n_values; i++) {
		Pb__Reason reason = (Pb__Reason)list->values[i].value;

		if (reason_fits(&pb__leg_action__descriptor, PB__LEG_ACTION__LEG_ACTION_DECLINE, reason))
			buf_printf(out, "<span class=box>□ %s</span>", field_word(list, list->values[i].value));
	}
	buf_put_text(out, "</p>");
}

void reply_slip_put(const json_t *request, struct buf *out)
{
	buf_put_text(out, "<div class=cut>✂ きりとり</div><section class=slip><h2>返信票</h2><span class=to>返信先 ");
	html_put(out, json_row_text(request, "sender"));
	if (*json_row_text(request, "sender") == '\0')
		html_put(out, json_row_text(json_object_get(request, "sheet"), "organisation"));
	buf_put_text(out, " 御中</span>");
	put_number(request, out);
	buf_put_text(out, "<p><span class=box>□ 受けます</span>初回連絡の予定 <u>&nbsp;</u>"
			  " <span class=box>□ 質問があります</span><u class=long>&nbsp;</u></p>"
			  "<p><span class=box>□ 別の機関につなぎます</span>機関名 <u class=long>&nbsp;</u></p>"
			  "<p><span class=box>□ 受けられません</span>理由を選び、ほかに力になれる機関をお書きください(分からなければ「なし」) "
			  "<u>&nbsp;</u></p>");
	put_reasons(out);
	buf_put_text(out, "<p>機関 <u class=long>&nbsp;</u> 対象機関(複数の分があるとき) <u>&nbsp;</u> 担当者 <u>&nbsp;</u> 日付 <u>&nbsp;</u> "
			  "電話 <u>&nbsp;</u></p></section>");
}

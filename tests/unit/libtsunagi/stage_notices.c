/* SPDX-License-Identifier: Apache-2.0 */
/* stage_notices.c - see stage.h: what the broker tells unasked. */
#include "base/id.h"
#include "contract/codec.h"
#include "stage.h"

void stage_notify(struct stage *stage, int kind)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Notice notice = PB__NOTICE__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	struct id id;

	if (kind == 0 || id_parse(STAGE_DEAD_LETTER, &id) != ERR_OK)
		return;
	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING;
	notice.kind = (Pb__NoticeKind)kind;
	notice.version = stage->directory_version + 1;
	notice.message_id = pb_of_bytes(bytes_of(id.bytes, ID_BYTES));
	notice.recipient = stage->agencies[0].address;
	notice.reason = PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED;
	notice.refusal = kind == PB__NOTICE_KIND__NOTICE_KIND_CLOSING ? &refusal : NULL;
	message.body_case = PB__FROM_BROKER__BODY_NOTICE;
	message.notice = &notice;
	for (size_t i = 0; i < STAGE_SESSIONS; i++)
		if (stage->sessions[i].agency != 0)
			stage_send(stage, &stage->sessions[i], &message, bytes_of(NULL, 0));
}

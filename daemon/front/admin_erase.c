/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "broker/erase_survey.h"
#include "broker/erased.h"
#include "front/admin_serve.h"

/* Not an envelope: how many there are, and in which states. */
static enum err fill(struct admin_call *call, const struct erase_survey *survey, Pb__Erasure *erasure)
{
	enum err err = ERR_OK;
	struct buf words;

	pb__erasure__init(erasure);
	erasure->entries = survey->entries;
	erasure->messages = survey->messages;
	erasure->parts = survey->parts;
	erasure->segments = survey->segments;
	erasure->agencies = erase_survey_holders(survey);
	erasure->open = survey->open;
	buf_init(&words, ERASE_OPEN_KINDS * sizeof survey->kinds[0]);
	erase_survey_open(survey, &words);
	erasure->what_is_open = buf_text(&words) == NULL ? NULL : arena_text(&call->arena, bytes_of_text(buf_text(&words)));
	if (erasure->what_is_open == NULL)
		err = ERR_NOMEM;
	buf_free(&words);
	return err;
}

enum err admin_erase_look(struct admin_call *call, struct bytes case_id)
{
	Pb__Erasure *erasure = arena_alloc(&call->arena, sizeof *erasure);
	struct erase_survey survey;
	enum err err = erasure == NULL ? ERR_NOMEM : admin_reading(call);

	call->named = case_id;
	call->named_as = ERASED_CASE;
	if (err == ERR_OK && case_id.len != ID_BYTES)
		err = ERR_NOT_FOUND;
	if (err != ERR_OK)
		return err;
	err = erase_survey(call->txn, &(struct erase_scope){ .case_id = case_id }, &survey);
	if (err == ERR_OK)
		err = fill(call, &survey, erasure);
	if (err == ERR_OK) {
		call->reply.body_case = PB__ADMIN_REPLY__BODY_ERASURE;
		call->reply.erasure = erasure;
	}
	erase_survey_free(&survey);
	return err;
}

void admin_refuse_absent(struct admin_call *call)
{
	struct erased_mark mark = erased_mark(call->named_as, 0, call->named);
	struct objection objection = OBJECT(UNKNOWN_MESSAGE, .subject = call->named_as == ERASED_CASE ? "case_id" : NULL);
	struct erasure erasure;

	if (call->named.len == ID_BYTES && admin_reading(call) == ERR_OK && erased_get(call->txn, &mark, &erasure) == ERR_OK)
		objection = erased_object_operator(&erasure, objection.subject);
	admin_refuse(call, objection.code, objection.subject, objection.value, objection.bound);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/precautions.c - see precautions.h for the contract. */
#include "libtsunagi/precautions.h"

#include <string.h>

static bool is_request(const struct draft *draft)
{
	return draft->head->kind == PB__KIND__KIND_REQUEST && !draft_is_act(draft->head);
}

bool draft_names(const struct draft *draft, const char *id, const char *site)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < draft->to_count; i++) {
		const char *to = draft->to[i];

		if (strncmp(to, id, len) == 0 && (to[len] == '\0' || (to[len] == '@' && strcmp(to + len + 1, site) == 0)))
			return true;
	}
	return false;
}

void draft_need(const struct draft *draft, Pb__Need *ret_need)
{
	pb__need__init(ret_need);
	ret_need->urgency = draft->head->urgency;
	ret_need->kind = PB__KIND__KIND_REQUEST;
	if (draft->content != NULL && draft->content->body_case == PB__CONTENT__BODY_SHEET)
		ret_need->ward = draft->content->sheet->ward;
}

int precautions_take(struct tsg_client *client, struct draft *draft, int64_t now_us, struct precautions *ret_precautions)
{
	struct precautions precautions = { NULL, NULL };
	int result = TSG_OK;

	if (is_request(draft) && draft->head->urgency == PB__URGENCY__URGENCY_DANGER)
		result = danger_take(client, draft, &precautions.danger);
	if (is_request(draft) && draft->head->urgency == PB__URGENCY__URGENCY_URGENT)
		precautions.warnings = closed_desks(client, draft, now_us);
	if (result == TSG_OK)
		*ret_precautions = precautions;
	return result;
}

void precautions_free(struct precautions *precautions)
{
	json_decref(precautions->danger);
	json_decref(precautions->warnings);
}

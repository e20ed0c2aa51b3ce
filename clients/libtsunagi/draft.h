/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft.h - a message as its writer's JSON says it, read and checked, not yet sealed.
 *
 * {"kind","ask","to":[…],"urgency","take","case","thread","basis":{…},"release","respond_by","expires_at","key","rule",
 *  "sheet"|"conference"|"consent"|"note"|"announcement":{…}, "attach":[{"path","media_type","classes":[…]}],
 *  "leg_act"|"conference_act"|"consent_act"|"announcement_act":{…}, "close":OUTCOME, "report_days":N, "co_support":true}
 *
 * With an act or a close there may be no content at all: what it says stands in the envelope, and its words, if any, are a note. */
#pragma once
#include "contract/disclosure.h"
#include "contract/limits.h"
#include "crypto/digest.h"
#include "libtsunagi/problems.h"

struct draft_attachment {
	const char *path;
	int64_t size;
	Pb__Attachment *attachment; /* in content: name, media_type and classes are set; sealing sets the rest */
};

struct draft {
	struct arena arena; /* of all that is pointed to */
	const Pb__View *head; /* kind, ask, urgency, take, case_id, thread_id, basis, respond_by_us, expires_at_us, rule_id are set */
	Pb__Release release;
	Pb__Content *content; /* NULL: an act without words */
	class_set classes;
	const char *to[LIMIT_RECIPIENTS]; /* agency or agency@site */
	size_t to_count;
	const char *key; /* NULL: none */
	struct draft_attachment attachments[LIMIT_ATTACHMENTS];
	size_t attachment_count;
	struct digest content_hash; /* of the JSON in canonical form; sealing adds the attachments' digests */
};

/* Reads and checks all of it; problems gets every fault by field.  now_us: the wall clock, for times that must lie ahead.
 * ERR_REFUSED when there is a problem; ERR_NOMEM, ERR_TOO_LARGE.  The draft is to be freed in any case. */
enum err draft_read(const json_t *json, int64_t now_us, struct draft *ret_draft, struct problems *problems);
void draft_free(struct draft *draft);

/* The rules that need more than one field; called by draft_read. */
void draft_check(struct draft *draft, int64_t now_us, struct problems *problems);

/* Whether it does something to what its thread is about, or opens a thread by an act. */
bool draft_is_act(const Pb__View *head);

/* What a conference's message need not say by itself; called by draft_read before the rules.  ERR_NOMEM. */
enum err draft_complete_conference(struct draft *draft);

/* Stands in a basis for the message's own id. */
extern const uint8_t draft_own_id[16];

/* The rules of acts (draft_acts.c) and of each kind of them; called by draft_check.  now_us as draft_read. */
void draft_check_acts(const struct draft *draft, int64_t now_us, struct problems *problems);
void draft_check_leg(const struct draft *draft, int64_t now_us, struct problems *problems);
void draft_check_conference(const struct draft *draft, int64_t now_us, struct problems *problems);
void draft_check_consent(const struct draft *draft, int64_t now_us, struct problems *problems);
void draft_check_announcement(const struct draft *draft, int64_t now_us, struct problems *problems);
void draft_check_series(const struct draft *draft, int64_t now_us, struct problems *problems);

/* The attachments' list of a content, or NULL where its kind has none. */
bool draft_attachment_list(Pb__Content *content, Pb__Attachment ****ret_list, size_t **ret_count);

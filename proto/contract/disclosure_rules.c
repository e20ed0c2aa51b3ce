/* SPDX-License-Identifier: Apache-2.0 */
/* contract/disclosure_rules.c - see disclosure_rules.h for the contract. */
#include "contract/disclosure_rules.h"

#include <string.h>

#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define TELLS(type, field, path, class) { &pb__##type##__descriptor, field, path, TELLS_CLASS, C(class) }
#define OTHER(type, field, path, telling) { &pb__##type##__descriptor, field, path, telling, 0 }

static const struct disclosure_rule rules[] = {
	TELLS(person, "name", "sheet.person.name", IDENTITY),
	TELLS(person, "kana", "sheet.person.kana", IDENTITY),
	TELLS(person, "sex", "sheet.person.sex", IDENTITY),
	TELLS(person, "birth_date", "sheet.person.birth_date", IDENTITY),
	TELLS(person, "address", "sheet.person.address", CONTACT),
	TELLS(person, "phone", "sheet.person.phone", CONTACT),
	TELLS(person, "email", "sheet.person.email", CONTACT),
	TELLS(person, "whereabouts", "sheet.person.whereabouts", WHEREABOUTS),

	TELLS(visitor, "name", "sheet.visitor.name", FAMILY),
	TELLS(visitor, "relation", "sheet.visitor.relation", FAMILY),
	TELLS(household_member, "name", "sheet.household.name", FAMILY),
	TELLS(household_member, "age", "sheet.household.age", FAMILY),
	TELLS(household_member, "relation", "sheet.household.relation", FAMILY),
	OTHER(household_member, "remark", "sheet.household.remark", TELLS_FREELY),
	TELLS(sheet, "household_cases", "sheet.household_cases", FAMILY),
	TELLS(sheet, "household", "sheet.household", FAMILY),
	TELLS(sheet, "visitor", "sheet.visitor", FAMILY),

	OTHER(topic, "topic", "sheet.topics.topic", TELLS_TOPIC),
	OTHER(topic, "mark", "sheet.topics.mark", TELLS_NOTHING),
	OTHER(topic, "note", "sheet.topics.note", TELLS_FREELY),

	TELLS(facts, "finance", "sheet.facts.finance", FINANCE),
	TELLS(facts, "health", "sheet.facts.health", HEALTH),
	TELLS(facts, "mental_health", "sheet.facts.mental_health", MENTAL_HEALTH),
	TELLS(facts, "disability", "sheet.facts.disability", DISABILITY),
	TELLS(facts, "education", "sheet.facts.education", EDUCATION),
	TELLS(facts, "employment", "sheet.facts.employment", EMPLOYMENT),
	TELLS(facts, "legal", "sheet.facts.legal", LEGAL),
	TELLS(facts, "violence", "sheet.facts.violence", VIOLENCE),

	TELLS(outreach_checks, "family_relation", "sheet.outreach.family_relation", FAMILY),
	TELLS(outreach_checks, "psychiatric", "sheet.outreach.psychiatric", MENTAL_HEALTH),
	OTHER(outreach_checks, "person_knows_date", "sheet.outreach.person_knows_date", TELLS_NOTHING),
	OTHER(outreach_checks, "person_consent", "sheet.outreach.person_consent", TELLS_FREELY),
	OTHER(outreach_checks, "whose_wish", "sheet.outreach.whose_wish", TELLS_FREELY),
	OTHER(outreach_checks, "could_come_instead", "sheet.outreach.could_come_instead", TELLS_NOTHING),
	OTHER(outreach_checks, "knows_date", "sheet.outreach.knows_date", TELLS_NOTHING),
	OTHER(outreach_checks, "can_come", "sheet.outreach.can_come", TELLS_NOTHING),

	OTHER(occasion, "what", "sheet.occasion.what", TELLS_FREELY),
	OTHER(occasion, "place", "sheet.occasion.place", TELLS_FREELY),
	OTHER(occasion, "held_on", "sheet.occasion.held_on", TELLS_NOTHING),
	OTHER(occasion, "time", "sheet.occasion.time", TELLS_NOTHING),
	OTHER(supporter, "number", "sheet.supporter.number", TELLS_NOTHING),
	OTHER(supporter, "name", "sheet.supporter.name", TELLS_NOTHING),
	OTHER(inquiry, "question", "sheet.inquiry.question", TELLS_FREELY),
	OTHER(inquiry, "purpose", "sheet.inquiry.purpose", TELLS_FREELY),
	OTHER(capacity_inquiry, "service", "sheet.capacity.service", TELLS_NOTHING),
	OTHER(capacity_inquiry, "places", "sheet.capacity.places", TELLS_NOTHING),
	OTHER(capacity_inquiry, "from_on", "sheet.capacity.from_on", TELLS_NOTHING),
	OTHER(concern, "agency", "sheet.concern.agency", TELLS_NOTHING),
	OTHER(concern, "facts", "sheet.concern.facts", TELLS_FREELY),
	OTHER(concern, "hope", "sheet.concern.hope", TELLS_FREELY),

	OTHER(sheet, "received_on", "sheet.received_on", TELLS_NOTHING),
	OTHER(sheet, "organisation", "sheet.organisation", TELLS_NOTHING),
	OTHER(sheet, "worker", "sheet.worker", TELLS_NOTHING),
	OTHER(sheet, "ward", "sheet.ward", TELLS_NOTHING),
	OTHER(sheet, "age_band", "sheet.age_band", TELLS_NOTHING),
	OTHER(sheet, "history", "sheet.history", TELLS_FREELY),
	OTHER(sheet, "wishes", "sheet.wishes", TELLS_FREELY),
	OTHER(sheet, "referral_reason", "sheet.referral_reason", TELLS_FREELY),
	OTHER(sheet, "expected_support", "sheet.expected_support", TELLS_FREELY),
	OTHER(sheet, "risk", "sheet.risk", TELLS_FREELY),
	OTHER(sheet, "not_seen", "sheet.not_seen", TELLS_FREELY),
	OTHER(sheet, "text_classes", "sheet.text_classes", TELLS_DECLARED),
	OTHER(sheet, "attachments", "sheet.attachments", TELLS_ATTACHMENT),

	OTHER(conference_content, "title", "conference.title", TELLS_FREELY),
	OTHER(conference_content, "place", "conference.place", TELLS_NOTHING),
	OTHER(conference_content, "agenda", "conference.agenda", TELLS_FREELY),
	OTHER(conference_content, "text_classes", "conference.text_classes", TELLS_DECLARED),
	OTHER(conference_content, "attachments", "conference.attachments", TELLS_ATTACHMENT),
	OTHER(conference_content__decision, "text", "conference.decisions.text", TELLS_FREELY),
	OTHER(conference_content__dissent, "agency", "conference.dissents.agency", TELLS_NOTHING),
	OTHER(conference_content__dissent, "text", "conference.dissents.text", TELLS_FREELY),
	OTHER(conference_content__action_item, "owner", "conference.action_items.owner", TELLS_NOTHING),
	OTHER(conference_content__action_item, "text", "conference.action_items.text", TELLS_FREELY),
	OTHER(conference_content__action_item, "due_on", "conference.action_items.due_on", TELLS_NOTHING),
	OTHER(conference_content, "starts_at", "conference.starts_at", TELLS_NOTHING),
	OTHER(conference_content, "ends_at", "conference.ends_at", TELLS_NOTHING),
	OTHER(series, "step", "conference.series.step", TELLS_NOTHING),
	OTHER(series, "weekday", "conference.series.weekday", TELLS_NOTHING),
	OTHER(series, "nth", "conference.series.nth", TELLS_NOTHING),
	OTHER(series, "day", "conference.series.day", TELLS_NOTHING),
	OTHER(series, "starts_on", "conference.series.starts_on", TELLS_NOTHING),
	OTHER(series, "until_on", "conference.series.until_on", TELLS_NOTHING),

	TELLS(consent_content, "person_name", "consent.person_name", IDENTITY),
	TELLS(consent_content, "given_by", "consent.given_by", IDENTITY),
	OTHER(consent_content, "how", "consent.how", TELLS_NOTHING),
	OTHER(consent_content, "text", "consent.text", TELLS_FREELY),
	OTHER(consent_content, "attachments", "consent.attachments", TELLS_ATTACHMENT),

	OTHER(note_content, "text", "note.text", TELLS_FREELY),
	OTHER(note_content, "text_classes", "note.text_classes", TELLS_DECLARED),
	OTHER(note_content, "attachments", "note.attachments", TELLS_ATTACHMENT),

	/* for all to read: about an event, never about a person */
	OTHER(announcement_content, "title", "announcement.title", TELLS_NOTHING),
	OTHER(announcement_content, "text", "announcement.text", TELLS_NOTHING),
	OTHER(announcement_content, "place", "announcement.place", TELLS_NOTHING),
	OTHER(announcement_content, "starts_at", "announcement.starts_at", TELLS_NOTHING),
	OTHER(announcement_content, "ends_at", "announcement.ends_at", TELLS_NOTHING),
	OTHER(announcement_content, "places", "announcement.places", TELLS_NOTHING),
};

const struct disclosure_rule *disclosure_rule_of(const ProtobufCMessageDescriptor *type, const char *field)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (rules[i].type == type && strcmp(rules[i].field, field) == 0)
			return &rules[i];
	}
	return NULL;
}

/* A trouble with care, children, housing, rights, neighbours, family, withdrawal or food is a reason to ask for help, and tells no
 * class by its mark alone; those below name a condition of the person that a class protects. */
class_set disclosure_of_topic(Pb__TopicName topic)
{
	switch (topic) {
	case PB__TOPIC_NAME__TOPIC_NAME_ILLNESS:
		return C(HEALTH);
	case PB__TOPIC_NAME__TOPIC_NAME_MIND:
		return C(MENTAL_HEALTH);
	case PB__TOPIC_NAME__TOPIC_NAME_DISABILITY:
		return C(DISABILITY);
	case PB__TOPIC_NAME__TOPIC_NAME_JOB_SEARCH:
	case PB__TOPIC_NAME__TOPIC_NAME_WORKPLACE:
		return C(EMPLOYMENT);
	case PB__TOPIC_NAME__TOPIC_NAME_INCOME_WORK:
	case PB__TOPIC_NAME__TOPIC_NAME_EXPENSES_ARREARS:
	case PB__TOPIC_NAME__TOPIC_NAME_DEBT:
	case PB__TOPIC_NAME__TOPIC_NAME_TAX_UTILITIES:
	case PB__TOPIC_NAME__TOPIC_NAME_RENT_LOAN:
		return C(FINANCE);
	case PB__TOPIC_NAME__TOPIC_NAME_VIOLENCE_ABUSE:
		return C(VIOLENCE);
	default:
		return 0;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/disclosure.c - see disclosure.h for the contract. */
#include "contract/disclosure.h"

#include "contract/codec.h"
#include "contract/disclosure_rules.h"
#include "contract/fields.h"

#define CLASSES_MAX 32 /* bits of a class_set */

/* What a walk over a content found. */
struct tale {
	class_set fields;
	class_set declared;     /* for free text and attachments */
	bool text_declared;
	bool takes_declaration; /* its kind of content has a list for the classes of free text */
	const char *free_text;  /* path of the first, or NULL */
	const char *attachment; /* path of the first, or NULL */
	bool attachment_undeclared;
	const char *first[CLASSES_MAX]; /* path of the first field that tells the class */
};

static void tell(struct tale *tale, class_set classes, const char *path)
{
	tale->fields |= classes;
	for (unsigned i = 0; i < CLASSES_MAX; i++) {
		if ((classes >> i & 1) != 0 && tale->first[i] == NULL)
			tale->first[i] = path;
	}
}

static class_set set_of(const Pb__DisclosureClass *classes, size_t count)
{
	class_set set = 0;

	for (size_t i = 0; i < count; i++) {
		if ((unsigned)classes[i] < CLASSES_MAX)
			set |= CLASS_BIT(classes[i]);
	}
	return set;
}

static void tell_attachment(struct tale *tale, const Pb__Attachment *attachment, const char *path)
{
	if (tale->attachment == NULL)
		tale->attachment = path;
	tale->declared |= set_of(attachment->classes, attachment->n_classes);
	if (attachment->n_classes == 0)
		tale->attachment_undeclared = true;
}

static void tell_value(struct tale *tale, const struct disclosure_rule *rule, const void *value)
{
	switch (rule->telling) {
	case TELLS_CLASS:
		tell(tale, rule->classes, rule->path);
		break;
	case TELLS_FREELY:
		if (tale->free_text == NULL)
			tale->free_text = rule->path;
		break;
	case TELLS_TOPIC:
		tell(tale, disclosure_of_topic(*(const Pb__TopicName *)value), rule->path);
		break;
	case TELLS_ATTACHMENT:
		tell_attachment(tale, field_pointer(value), rule->path);
		break;
	case TELLS_DECLARED:
		tale->text_declared = true;
		tale->declared |= set_of(value, 1);
		break;
	case TELLS_NOTHING:
		break;
	}
}

static void walk(struct tale *tale, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const struct disclosure_rule *rule = disclosure_rule_of(type, field->name);
		bool inner = field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor != &pb__attachment__descriptor;

		if (rule != NULL && rule->telling == TELLS_DECLARED)
			tale->takes_declaration = true;
		for (size_t k = 0; k < field_count(message, field); k++) {
			const void *value = field_value(message, field, k);

			if (rule != NULL)
				tell_value(tale, rule, value);
			if (inner)
				walk(tale, field_pointer(value));
		}
	}
}

static struct tale tale_of(const Pb__Content *content)
{
	struct tale tale = { 0 };

	walk(&tale, &content->base);
	return tale;
}

class_set disclosure_of_fields(const Pb__Content *content)
{
	return tale_of(content).fields;
}

class_set disclosure_of(const Pb__Content *content)
{
	struct tale tale = tale_of(content);

	return tale.fields | tale.declared;
}

bool disclosure_has_free_text(const Pb__Content *content)
{
	struct tale tale = tale_of(content);

	return tale.free_text != NULL || tale.attachment != NULL;
}

enum err disclosure_set(const Pb__DisclosureClass *classes, size_t count, class_set *ret_set)
{
	for (size_t i = 0; i < count; i++) {
		if (classes[i] == PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_UNSPECIFIED ||
		    protobuf_c_enum_descriptor_get_value(&pb__disclosure_class__descriptor, (int)classes[i]) == NULL)
			return ERR_FORMAT;
	}
	*ret_set = set_of(classes, count);
	return ERR_OK;
}

/* ---- what a basis needs and allows (domain: Basis) ---- */

#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define L(name) ((uint32_t)1 << PB__LAW__LAW_##name)
#define ANY_LAW (~(uint32_t)1) /* any that is named */

struct basis_rule {
	uint32_t laws; /* one of these; 0: none is needed */
	class_set withholds;
	bool consent;
	bool meeting;
	bool reason;
	bool no_text; /* neither free text nor attachments */
};

static const struct basis_rule basis_rules[] = {
	[PB__BASIS__BASIS_CONSENT] = { .consent = true },
	[PB__BASIS__BASIS_ANONYMOUS] = { .withholds = C(IDENTITY) | C(CONTACT) | C(WHEREABOUTS) | C(FAMILY), .no_text = true },
	[PB__BASIS__BASIS_PROTECT_LIFE] = { .reason = true, .laws = L(PERSONAL_INFORMATION_27_1_2) | L(PERSONAL_INFORMATION_69_2) },
	[PB__BASIS__BASIS_REPORT_ABUSE] = { .laws = L(CHILD_ABUSE_PREVENTION) | L(ELDER_ABUSE_PREVENTION) |
						    L(DISABILITY_ABUSE_PREVENTION) | L(SPOUSAL_VIOLENCE_6) },
	[PB__BASIS__BASIS_SUPPORT_MEETING] = { .meeting = true,
					       .laws = L(SOCIAL_WELFARE_106_6) | L(SELF_RELIANCE_9) | L(CHILD_AND_YOUTH_SUPPORT) |
						       L(CHILD_WELFARE_25_2) | L(PUBLIC_ASSISTANCE_27_3) | L(CARE_INSURANCE_115_48) |
						       L(WOMEN_IN_DIFFICULTY_15) | L(SPOUSAL_VIOLENCE_5_2) },
	[PB__BASIS__BASIS_PUBLIC_DUTY] = { .reason = true, .laws = ANY_LAW },
};

static enum err refuse(struct disclosure_fault *ret_fault, const char *field, const char *reason)
{
	*ret_fault = (struct disclosure_fault){ field, reason };
	return ERR_REFUSED;
}

static enum err check_law(Pb__Law law, uint32_t laws, struct disclosure_fault *ret_fault)
{
	if (laws == 0)
		return ERR_OK;
	if (law == PB__LAW__LAW_UNSPECIFIED)
		return refuse(ret_fault, "basis.law", "needs_law");
	if ((unsigned)law >= 32 || (laws >> (unsigned)law & 1) == 0)
		return refuse(ret_fault, "basis.law", "law_of_another_basis");
	return ERR_OK;
}

static enum err check_claim(const Pb__BasisClaim *claim, const struct basis_rule *rule, struct disclosure_fault *ret_fault)
{
	if (rule->consent && claim->consent_id.len != 16)
		return refuse(ret_fault, "basis.consent_id", "needs_consent");
	if (rule->meeting && claim->meeting_id.len != 16)
		return refuse(ret_fault, "basis.meeting_id", "needs_meeting");
	if (rule->reason && (claim->reason == NULL || claim->reason[0] == '\0'))
		return refuse(ret_fault, "basis.reason", "needs_reason");
	return check_law(claim->law, rule->laws, ret_fault);
}

static enum err check_withheld(class_set classes, const struct tale *tale, struct disclosure_fault *ret_fault)
{
	static const struct {
		unsigned class;
		const char *reason;
	} withheld[] = {
		{ PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY, "anonymous_identity" },
		{ PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_CONTACT, "anonymous_contact" },
		{ PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_WHEREABOUTS, "anonymous_whereabouts" },
		{ PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY, "anonymous_family" },
	};

	for (size_t i = 0; i < sizeof(withheld) / sizeof(*withheld); i++) {
		const char *path = tale->first[withheld[i].class];

		if ((classes & CLASS_BIT(withheld[i].class)) != 0)
			return refuse(ret_fault, path != NULL ? path : "parts.classes", withheld[i].reason);
	}
	return ERR_OK;
}

/* Free text and attachments carry the classes that the sender declares; a consent's own words stand in a form without that list. */
static enum err check_declared(class_set classes, const struct tale *tale, struct disclosure_fault *ret_fault)
{
	if (tale->free_text != NULL && tale->takes_declaration && !tale->text_declared)
		return refuse(ret_fault, tale->free_text, "free_text_undeclared");
	if (tale->attachment_undeclared)
		return refuse(ret_fault, tale->attachment, "attachment_undeclared");
	if (((tale->fields | tale->declared) & ~classes) != 0)
		return refuse(ret_fault, "parts.classes", "class_undeclared");
	return ERR_OK;
}

enum err disclosure_check(const Pb__BasisClaim *claim, class_set classes, const Pb__Content *content, struct disclosure_fault *ret_fault)
{
	const struct basis_rule *rule;
	struct tale tale = { 0 };
	enum err err;

	if (claim == NULL || claim->basis == PB__BASIS__BASIS_UNSPECIFIED ||
	    (size_t)claim->basis >= sizeof(basis_rules) / sizeof(*basis_rules))
		return refuse(ret_fault, "basis.basis", "needs_basis");
	rule = &basis_rules[claim->basis];
	if (content != NULL)
		tale = tale_of(content);
	err = check_claim(claim, rule, ret_fault);
	if (err == ERR_OK && rule->withholds != 0)
		err = check_withheld((classes | tale.fields) & rule->withholds, &tale, ret_fault);
	if (err == ERR_OK && rule->no_text && tale.free_text != NULL)
		err = refuse(ret_fault, tale.free_text, "anonymous_free_text");
	if (err == ERR_OK && rule->no_text && tale.attachment != NULL)
		err = refuse(ret_fault, tale.attachment, "anonymous_attachment");
	return err != ERR_OK ? err : check_declared(classes, &tale, ret_fault);
}

enum err disclosure_check_release(class_set classes, Pb__Release release, struct disclosure_fault *ret_fault)
{
	if ((classes & C(WHEREABOUTS)) != 0 && release != PB__RELEASE__RELEASE_ON_ACCEPT)
		return refuse(ret_fault, "release", "whereabouts_on_delivery");
	return ERR_OK;
}

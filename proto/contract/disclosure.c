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

/* ---- what a basis allows (domain: Basis) ---- */

static enum err refuse(struct disclosure_fault *ret_fault, const char *field, const char *reason)
{
	*ret_fault = (struct disclosure_fault){ field, reason };
	return ERR_REFUSED;
}

/* What the basis withholds, named by the first field that tells it. */
static enum err check_withheld(Pb__Basis basis, class_set classes, const struct tale *tale, struct disclosure_fault *ret_fault)
{
	class_set withheld = classes & basis_rule_of(basis)->withholds;
	unsigned first;

	if (withheld == 0)
		return ERR_OK;
	first = (unsigned)__builtin_ctz(withheld);
	(void)basis_check_classes(basis, CLASS_BIT(first), ret_fault);
	if (tale->first[first] != NULL)
		ret_fault->field = tale->first[first];
	return ERR_REFUSED;
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

	err = basis_check_claim(claim, ret_fault);
	if (err != ERR_OK)
		return err;
	rule = basis_rule_of(claim->basis);
	if (content != NULL)
		tale = tale_of(content);
	err = check_withheld(claim->basis, classes | tale.fields, &tale, ret_fault);
	if (err == ERR_OK && rule->no_text && tale.free_text != NULL)
		err = refuse(ret_fault, tale.free_text, "anonymous_free_text");
	if (err == ERR_OK && rule->no_text && tale.attachment != NULL)
		err = refuse(ret_fault, tale.attachment, "anonymous_attachment");
	return err != ERR_OK ? err : check_declared(classes, &tale, ret_fault);
}

enum err disclosure_check_release(class_set classes, Pb__Release release, struct disclosure_fault *ret_fault)
{
	if ((classes & CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_WHEREABOUTS)) != 0 && release != PB__RELEASE__RELEASE_ON_ACCEPT)
		return refuse(ret_fault, "release", "whereabouts_on_delivery");
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/disclosure_rules.h"

#include "contract/fields.h"
#include "samples.h"

/* Every field that holds something by itself has a row; a field added to the schema without one fails here. */
static void check_rows(const ProtobufCMessageDescriptor *type)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const struct disclosure_rule *rule = disclosure_rule_of(type, field->name);
		bool inner = field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor != &pb__attachment__descriptor;

		unit_context("%s.%s", type->short_name, field->name);
		check(rule != NULL || inner);
		if (rule != NULL) {
			check(rule->type == type);
			check((rule->telling == TELLS_CLASS) == (rule->classes != 0));
			check(strstr(rule->path, field->name) != NULL);
		}
		if (inner)
			check_rows(field->descriptor);
	}
}

static void test_every_field_has_a_row(void)
{
	check_rows(&pb__content__descriptor);
}

static void test_attachment_classes_are_its_declaration(void)
{
	check(disclosure_rule_of(&pb__attachment__descriptor, "name") == NULL);
	check(disclosure_rule_of(&pb__sheet__descriptor, "no_such_field") == NULL);
}

static void test_topics(void)
{
	static const struct {
		Pb__TopicName topic;
		Pb__DisclosureClass class;
	} rows[] = {
		{ PB__TOPIC_NAME__TOPIC_NAME_ILLNESS, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH },
		{ PB__TOPIC_NAME__TOPIC_NAME_MIND, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_MENTAL_HEALTH },
		{ PB__TOPIC_NAME__TOPIC_NAME_DISABILITY, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_DISABILITY },
		{ PB__TOPIC_NAME__TOPIC_NAME_INCOME_WORK, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE },
		{ PB__TOPIC_NAME__TOPIC_NAME_EXPENSES_ARREARS, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE },
		{ PB__TOPIC_NAME__TOPIC_NAME_DEBT, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE },
		{ PB__TOPIC_NAME__TOPIC_NAME_TAX_UTILITIES, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE },
		{ PB__TOPIC_NAME__TOPIC_NAME_RENT_LOAN, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE },
		{ PB__TOPIC_NAME__TOPIC_NAME_JOB_SEARCH, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT },
		{ PB__TOPIC_NAME__TOPIC_NAME_WORKPLACE, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT },
		{ PB__TOPIC_NAME__TOPIC_NAME_VIOLENCE_ABUSE, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_VIOLENCE },
	};
	class_set identifying = CLASS_BIT(1) | CLASS_BIT(2) | CLASS_BIT(3) | CLASS_BIT(4);
	unsigned telling = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_uint(disclosure_of_topic(rows[i].topic), CLASS_BIT(rows[i].class));
	for (int topic = 0; topic < 30; topic++) {
		telling += disclosure_of_topic((Pb__TopicName)topic) != 0;
		check_uint(disclosure_of_topic((Pb__TopicName)topic) & identifying, 0); /* an anonymous inquiry may mark any */
	}
	check_uint(telling, sizeof(rows) / sizeof(*rows));
}

UNIT_SUITE("contract/disclosure_rules",
	{ "every field of a content has a row", test_every_field_has_a_row },
	{ "attachments are not walked into", test_attachment_classes_are_its_declaration },
	{ "what topics tell", test_topics });

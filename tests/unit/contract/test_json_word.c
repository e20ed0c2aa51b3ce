/* SPDX-License-Identifier: Apache-2.0 */
#include "samples.h"
#include "contract/json.h"

static const ProtobufCEnumDescriptor *const lists[] = {
	&pb__kind__descriptor,	      &pb__ask__descriptor,	   &pb__urgency__descriptor,	  &pb__basis__descriptor,
	&pb__law__descriptor,	      &pb__disclosure_class__descriptor, &pb__release__descriptor,	  &pb__take__descriptor,
	&pb__refuse_reason__descriptor, &pb__topic_name__descriptor, &pb__topic_mark__descriptor, &pb__sex__descriptor,
	&pb__refusal_code__descriptor, &pb__notice_kind__descriptor, &pb__entry_type__descriptor, &pb__queue_act__descriptor,
	&pb__timer_kind__descriptor,
};

static void test_words(void)
{
	check_text(json_word(&pb__urgency__descriptor, PB__URGENCY__URGENCY_SOON), "SOON");
	check_text(json_word(&pb__law__descriptor, PB__LAW__LAW_SELF_RELIANCE_9), "SELF_RELIANCE_9");
	check_text(json_word(&pb__disclosure_class__descriptor, 6), "HEALTH");
	check_text(json_word(&pb__topic_name__descriptor, 8), "WORKPLACE");
	check_text(json_word(&pb__refusal_code__descriptor, 0), "UNSPECIFIED");
	check(json_word(&pb__urgency__descriptor, 99) == NULL);
	check(json_word(&pb__urgency__descriptor, -1) == NULL);
}

/* Every list carries its own prefix, as the schemas promise, and every word finds its way back. */
static void test_every_word(void)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		for (unsigned k = 0; k < lists[i]->n_values; k++) {
			const ProtobufCEnumValue *value = &lists[i]->values[k];
			const char *word = json_word(lists[i], value->value);
			int back = -1;

			unit_context("%s", value->name);
			require(word != NULL);
			check(strlen(word) < strlen(value->name));
			check(word[0] != '_');
			check(json_word_value(lists[i], word, &back));
			check_int(back, value->value);
			check(!json_word_value(lists[i], value->name, &back)); /* not with its prefix */
		}
	}
}

static void test_no_words(void)
{
	int value = 77;

	check(!json_word_value(&pb__urgency__descriptor, "", &value));
	check(!json_word_value(&pb__urgency__descriptor, "soon", &value));
	check(!json_word_value(&pb__urgency__descriptor, "SOON ", &value));
	check(!json_word_value(&pb__urgency__descriptor, "REFER", &value));
	check_int(value, 77);
}

/* A list whose names do not carry its own name keeps them whole. */
static void test_foreign_prefix(void)
{
	static const ProtobufCEnumValue values[] = { { "ODD", "ODD", 0 }, { "OTHER_LIST_ONE", "OTHER_LIST_ONE", 1 }, { "OTHER_LIS", "OTHER_LIS", 2 } };
	static const ProtobufCIntRange ranges[] = { { 0, 0 }, { 0, 3 } };
	ProtobufCEnumDescriptor list = pb__sex__descriptor;

	list.short_name = "OtherList";
	list.values = values;
	list.n_values = 3;
	list.n_value_ranges = 1;
	list.value_ranges = ranges;
	check_text(json_word(&list, 0), "ODD");
	check_text(json_word(&list, 1), "ONE");
	check_text(json_word(&list, 2), "OTHER_LIS");
}

UNIT_SUITE("contract/json_word",
	{ "words without their prefix", test_words },
	{ "every word of every list", test_every_word },
	{ "what is no word", test_no_words },
	{ "names without the list's prefix", test_foreign_prefix });

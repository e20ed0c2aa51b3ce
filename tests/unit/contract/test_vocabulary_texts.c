/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/vocabulary_texts.h"

#include <string.h>

#include "unit.h"

static const ProtobufCEnumDescriptor *const lists[] = {
	&pb__party__descriptor,		   &pb__leg_state__descriptor,	       &pb__leg_action__descriptor,	   &pb__request_state__descriptor,
	&pb__reason__descriptor,	   &pb__outcome__descriptor,	       &pb__conference_kind__descriptor,   &pb__conference_state__descriptor,
	&pb__conference_action__descriptor, &pb__conference_answer__descriptor, &pb__action_item_state__descriptor, &pb__action_item_action__descriptor,
	&pb__series_step__descriptor,	   &pb__consent_giver__descriptor,     &pb__answered__descriptor,	   &pb__ask__descriptor,
	&pb__urgency__descriptor,	   &pb__consent_how__descriptor,       &pb__consent_state__descriptor,
};

/* Every word has both texts, and no two words of a list read alike. */
static void check_list(const ProtobufCEnumDescriptor *list, enum language language)
{
	for (unsigned i = 0; i < list->n_values; i++) {
		const char *text = vocabulary_text(list, list->values[i].value, language);

		unit_context("%s", list->values[i].name);
		check((text != NULL) == (list->values[i].value != 0));
		if (text == NULL)
			continue;
		check(text[0] != '\0' && strchr(text, '\n') == NULL);
		check((language == LANGUAGE_EN) == ((text[0] & 0x80) == 0));
		for (unsigned k = 0; k < i; k++) {
			const char *other = vocabulary_text(list, list->values[k].value, language);

			check(other == NULL || strcmp(text, other) != 0);
		}
	}
}

static void test_every_word(void)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		check_list(lists[i], LANGUAGE_EN);
		check_list(lists[i], LANGUAGE_JA);
	}
}

static void test_some(void)
{
	check_text(vocabulary_text(&pb__leg_state__descriptor, PB__LEG_STATE__LEG_STATE_ON_HOLD, LANGUAGE_JA), "保留中");
	check_text(vocabulary_text(&pb__reason__descriptor, PB__REASON__REASON_SUPPORT_REFUSED, LANGUAGE_JA), "支援拒否");
	check_text(vocabulary_text(&pb__ask__descriptor, PB__ASK__ASK_REFER, LANGUAGE_JA), "繋ぐ");
	check_text(vocabulary_text(&pb__outcome__descriptor, PB__OUTCOME__OUTCOME_RESOLVED, LANGUAGE_EN), "resolved");
	check(vocabulary_text(&pb__leg_state__descriptor, 17, LANGUAGE_EN) == NULL);
	check(vocabulary_text(&pb__leg_state__descriptor, -1, LANGUAGE_EN) == NULL);
	check(vocabulary_text(&pb__law__descriptor, 1, LANGUAGE_EN) == NULL);
}

static void set_is(uint32_t set, enum language language, const char *expected)
{
	struct buf out;

	buf_init(&out, 1000);
	vocabulary_put_set(&pb__answered__descriptor, set, language, &out);
	check_text(buf_text(&out), expected);
	buf_free(&out);
}

static void test_sets(void)
{
	set_is(0, LANGUAGE_EN, "");
	set_is(1u << PB__ANSWERED__ANSWERED_NO, LANGUAGE_EN, "no");
	set_is(UINT32_MAX, LANGUAGE_EN, "yes, no"); /* what the list lacks is left out */
	set_is(UINT32_MAX, LANGUAGE_JA, "はい、いいえ");
}

UNIT_SUITE("contract/vocabulary_texts",
	{ "every word, in both languages", test_every_word },
	{ "some of them", test_some },
	{ "sets", test_sets });

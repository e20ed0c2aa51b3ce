/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/act_words.h"

#include <stdio.h>

#include "contract/json.h"
#include "contract/vocabulary_texts.h"
#include "tsunagi/json_row.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/words.h"

/* Where the word of each kind of act stands, and of which list it is. */
static const struct {
	const char *object; /* NULL: at the top */
	const char *name;
	const ProtobufCEnumDescriptor *list;
} acts[] = {
	{ "leg_act", "action", &pb__leg_action__descriptor },
	{ NULL, "leg_action", &pb__leg_action__descriptor },
	{ "conference_act", "action", &pb__conference_action__descriptor },
	{ NULL, "close", &pb__outcome__descriptor },
};

static const char *text_at(const json_t *message, size_t index)
{
	const json_t *place = acts[index].object == NULL ? message : json_object_get(message, acts[index].object);
	const char *word = json_row_text(place, acts[index].name);
	int value = 0;

	if (*word == '\0' || !json_word_value(acts[index].list, word, &value))
		return NULL;
	return vocabulary_text(acts[index].list, value, words_language());
}

/* Why, or how it ended, where the act says so. */
static const char *why(const json_t *message)
{
	const json_t *act = json_object_get(message, "leg_act");
	int value = 0;

	if (json_word_value(&pb__reason__descriptor, json_row_text(act, "reason"), &value) && value != 0)
		return vocabulary_text(&pb__reason__descriptor, value, words_language());
	if (json_word_value(&pb__outcome__descriptor, json_row_text(act, "outcome"), &value) && value != 0)
		return vocabulary_text(&pb__outcome__descriptor, value, words_language());
	return NULL;
}

void act_words(const json_t *message, char to[ACT_WORDS])
{
	const char *act = NULL, *reason = why(message);
	int kind = 0;

	json_word_value(&pb__kind__descriptor, json_row_text(message, "kind"), &kind);
	for (size_t i = 0; act == NULL && i < sizeof acts / sizeof *acts; i++)
		act = text_at(message, i);
	if (act == NULL)
		snprintf(to, ACT_WORDS, "%s", kind_word((Pb__Kind)kind));
	else if (reason == NULL)
		snprintf(to, ACT_WORDS, words("%s: %s", "%s:%s"), kind_word((Pb__Kind)kind), act);
	else
		snprintf(to, ACT_WORDS, words("%s: %s (%s)", "%s:%s(%s)"), kind_word((Pb__Kind)kind), act, reason);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/queue_words.h - an item of a queue as a person reads it. */
#pragma once
#include <jansson.h>

#include "admin.pb-c.h"

const char *queue_state_word(const char *state);
const char *queue_reason_word(const char *reason); /* why the last attempt failed */
const char *queue_next_word(const char *next);     /* what happens next */
const char *urgency_word(Pb__Urgency urgency);
const char *kind_word(Pb__Kind kind);

/* What an item is: a message's kind, that parts of one were released, or a notice's title; a constant, or kind. */
const char *item_word(Pb__ItemWhat what, Pb__NoticeWhat notice, const char *kind);

/* The schema's fields, and the short code. */
json_t *queue_item_json(const Pb__QueueItem *item);

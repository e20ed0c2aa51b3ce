/* SPDX-License-Identifier: Apache-2.0 */
/* acting.h - actions through tsg_act_json, what came of them, and what the broker was sent for them. */
#pragma once
#include <jansson.h>

#include "conversation.h"

/* An action's answer, a new reference; NULL where there is none.  The result is checked. */
json_t *acting(tsg_client *client, int expected, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Does what must not succeed: the result and the error's code are checked, nothing was submitted, and there are words to read. */
void acting_fails(struct talk *talk, tsg_client *client, int result, const char *code, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The text at a path such as "conference.state"; "" where there is none. */
const char *acting_text(const json_t *json, const char *path);

/* The recipients of the last message, as "desk third", in the order of its Views. */
const char *acting_recipients(struct talk *talk);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/consent_act.h - what the commands about cases and consents have in common. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* Puts the words of a comma-separated option under name; nothing when it was not given. */
void consent_put_words(const struct call *call, const char *option, const char *name, json_t *action);

/* A receipt with the consent as it then stands; a consent. */
void consent_print_receipt(const json_t *receipt);
void consent_print(const json_t *consent);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/consent_act.h - what the commands about cases and consents have in common. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* Puts the option's text, or all that were given, or the words of a comma-separated one, under name; nothing when it was not given. */
void consent_put_text(const struct call *call, const char *option, const char *name, json_t *action);
void consent_put_list(const struct call *call, const char *option, const char *name, json_t *action);
void consent_put_words(const struct call *call, const char *option, const char *name, json_t *action);

/* Acts as the call's agency, takes action's reference over, and tells what came of it: as JSON, or by print.  What is safe in the outbox
 * only is told as such. */
enum outcome consent_act(const struct call *call, json_t *action, void (*print)(const json_t *result));

/* A receipt with the consent as it then stands; a consent. */
void consent_print_receipt(const json_t *receipt);
void consent_print(const json_t *consent);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/action_call.h - an action of the library made of a command line: options into fields, the call, its result told. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* An option under the name that the action has for it; nothing when it was not given. */
void action_put_text(const struct call *call, const char *option, const char *name, json_t *action);
void action_put_code(const struct call *call, const char *option, json_t *action); /* "support-refused" as SUPPORT_REFUSED */
void action_put_flag(const struct call *call, const char *option, const char *name, json_t *action);
void action_put_list(const struct call *call, const char *option, const char *name, json_t *action); /* given once or more */

/* --text ("-": stdin, so that a person's affairs need not stand on a command line), --attach, --classes and --key. */
enum outcome action_put_words(const struct call *call, json_t *action);

/* Reads FILE ("-": stdin) as a JSON object; told when it is none.  A new reference. */
enum outcome action_read_file(const char *path, json_t **ret_json);

/* Asks the library, and tells: the JSON as it is with --json, else print's words.  Takes action over.  A receipt comes from the outbox as well. */
enum outcome action_call(const struct call *call, json_t *action, void (*print)(const json_t *result));

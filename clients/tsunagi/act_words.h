/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/act_words.h - what a message is, in a few words: "request", or what it does to one: "request: accept". */
#pragma once
#include <jansson.h>

#define ACT_WORDS 300 /* bytes */

/* message: a delivery's or a listed item's JSON, with kind and what it does where it does something. */
void act_words(const json_t *message, char to[ACT_WORDS]);

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_texts.h - verdicts and cautions of routing as a program and a person read them. */
#pragma once
#include "contract/language.h"
#include "contract/routing.h"

/* Stable codes: "AREA", "STALE"; never NULL. */
const char *routing_pass_code(enum routing_pass pass);
const char *routing_caution_code(enum routing_caution caution);

/* A sentence without its full stop; never NULL. */
const char *routing_pass_text(enum routing_pass pass, enum language language);
const char *routing_caution_text(enum routing_caution caution, enum language language);

/* To be told with every need in danger to life: a message does not replace the telephone. */
const char *routing_danger_text(enum language language);

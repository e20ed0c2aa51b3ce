/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/result_file.h - a JSON document that is the command's result: to --out FILE (never replacing one), else to stdout. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* Takes the reference over.  what names it in the sentence that follows, such as "receipt". */
enum outcome result_file_put(const struct call *call, json_t *json, const char *what);

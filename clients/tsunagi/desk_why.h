/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_why.h - why something was refused, for a desk that types no commands: what to do is said of its folder and its columns. */
#pragma once
#include <stddef.h>

#include <jansson.h>

/* The message and the hint of an error as the library tells it ({"code","message","hint"}; NULL: nothing is said), in the reader's language.
 * Of a hint only what speaks of no command and no option is left.  to is cut at room. */
void desk_why(const json_t *error, char *to, size_t room);

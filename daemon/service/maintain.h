/* SPDX-License-Identifier: Apache-2.0 */
/* service/maintain.h - what tsunagid does instead of running. */
#pragma once
#include <stdbool.h>

#include "service/exit.h"

/* Whether options and keys hold; with_store: whether everything stored does too, every fault named on stderr. */
enum exit_code maintain_check(const char *root, bool with_store);

/* Derives every table anew from the entries. */
enum exit_code maintain_rebuild(const char *root);

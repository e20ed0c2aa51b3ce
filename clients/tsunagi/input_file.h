/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/input_file.h - a file that a person names, whole; "-" is stdin. */
#pragma once
#include "base/buf.h"
#include "tsunagi/outcome.h"

#define INPUT_BYTES (16u * 1024u * 1024u) /* a larger one is refused */

/* Appends the content to out, which this initialises; to be freed whatever comes back.  Told when it cannot be read. */
enum outcome input_file_read(const char *path, struct buf *out);

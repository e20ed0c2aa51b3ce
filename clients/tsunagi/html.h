/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/html.h - text of others inside a page: nothing of it is markup, nothing of it is left out. */
#pragma once
#include "base/buf.h"

/* Appends UTF-8 text with & < > " ' written as references. */
void html_put(struct buf *out, const char *text);

/* <td> or another tag (with its attributes), the escaped text, and its end. */
void html_put_in(struct buf *out, const char *tag, const char *attributes, const char *text);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/sheet_page.h - a request as the printable つなぎシート with its reply slip: one HTML document, A4, always in Japanese. */
#pragma once
#include <jansson.h>

#include "base/buf.h"

/* Appends the page of a request as sheet_source gives it.  What lifelike sheets hold fits one page; longer texts are set smaller, and what
 * then does not fit goes on on a further page: nothing is cut off.  The page loads nothing and runs nothing. */
void sheet_page_put(const json_t *request, struct buf *out);

/* The page of an arrival that names nobody, as plain text for a printer that many pass by. */
void sheet_page_put_nameless(const json_t *request, struct buf *out);

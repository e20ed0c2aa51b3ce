/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/disclosure_page.h - a case's report (開示請求の報告) as a page that any browser prints: HTML, A4, Japanese. */
#pragma once
#include <jansson.h>

#include "base/buf.h"

/* made: when it was made, as it shall stand there. */
void disclosure_page_put(const json_t *disclosure, const char *made, struct buf *out);

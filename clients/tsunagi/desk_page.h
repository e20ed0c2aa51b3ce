/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_page.h - any arrival as a page to read and print: a request as its つなぎシート, everything else as a plain form. */
#pragma once
#include <jansson.h>

#include "base/buf.h"

/* Appends the page of a delivery as tsg_delivery_json gives it, always in Japanese. */
void desk_page_put(const json_t *delivery, struct buf *out);

/* Whether it is a request with its sheet, or one whose sheet is still held back: what sheet_page.h prints. */
bool desk_page_is_sheet(const json_t *delivery);

/* What it is in a few words for a list: "依頼 繋ぐ", "受諾", "連絡"; a constant or borrowed from the delivery. */
const char *desk_page_summary(const json_t *delivery);

/* SPDX-License-Identifier: Apache-2.0 */
/* front/reviews.h - the review list: what was provided without the person's consent, and every fan-out in danger to life; to operators,
 * what they handed over of closed agencies. */
#pragma once
#include "front/reader.h"

/* A page of it, as the reader may see it: an agency what it sent and what it was handed.  Looks at no more than a bounded number of entries:
 * where few of many fit, ret_listing says where to go on. */
enum err reviews_list(const struct reader *reader, const Pb__ReviewQuery *query, Pb__ReviewListing *ret_listing);

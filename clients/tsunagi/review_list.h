/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/review_list.h - the review list, for the commands that show it and that say that it was looked at. */
#pragma once
#include "tsunagi/records.h"

extern const struct records_list review_list;

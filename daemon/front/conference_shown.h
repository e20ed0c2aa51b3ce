/* SPDX-License-Identifier: Apache-2.0 */
/* front/conference_shown.h - conferences and action items as one who takes part in them may see them. */
#pragma once
#include "broker/conferences.h"
#include "front/reads.h"

/* The name under which the reader is shown an agency: its address, its proxy's, or "" where it may not know of it. */
enum err shown_as(struct asking *asking, uint32_t agency, char **ret_name);

enum err conference_shown(struct asking *asking, const struct conference *conference, Pb__ConferenceShown **ret_shown);
enum err action_item_shown(struct asking *asking, const struct action_item *item, Pb__ActionItemShown **ret_shown);

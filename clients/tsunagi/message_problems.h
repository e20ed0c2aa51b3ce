/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/message_problems.h - what tsg_check_json found, told. */
#pragma once
#include "tsunagi/outcome.h"

/* path as the person named it; result and json as tsg_check_json gave them (json may be NULL). */
enum outcome message_problems_tell(const char *path, int result, const char *json);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_reply_action.h - a row of reply.csv as an action of the library.
 *
 * 番号 | 返答 | 理由 | 日付 | 機関 | 結果 | 内容 | 対象機関.  The words of 返答, 理由 and 結果 are those that the slip and `tsunagi codes` show, in Japanese or
 * as codes; 日付 may be in the Japanese calendar; 機関 is an address, or なし where none is known;
 * 対象機関 is the agency whose part of the request is meant, where several can be: itself, one that closed and for which it acts, or one that it asked. */
#pragma once
#include <jansson.h>

#include "tsunagi/outcome.h"

/* The heading's cells: constants. */
const char *const *desk_reply_titles(size_t *ret_count);

/* The action that a row asks for, as tsg_act_json takes it (without "key").  heading and cells are arrays of texts.
 *   ret_action  a new reference, on OUTCOME_DONE only
 *   fault       why the row asks for nothing that can be done, in the reader's language */
enum outcome desk_reply_action(const json_t *heading, const json_t *cells, json_t **ret_action, char fault[300]);

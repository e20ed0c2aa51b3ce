/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/need.h - a need out of the file that --need names, and the agencies that it leads to. */
#pragma once
#include <jansson.h>

#include "tsunagi/agency_client.h"

/* Reads FILE ("-": stdin).  ret_need is a new reference on OUTCOME_DONE; told otherwise. */
enum outcome need_read(const char *path, json_t **ret_need);

/* What a need looks like, to be filled in; a new reference. */
json_t *need_template(void);

/* Routes it over the directory that the client keeps.  ret_report is a new reference on OUTCOME_DONE; told otherwise. */
enum outcome need_route(const struct agency_client *client, const json_t *need, bool all, json_t **ret_report);

/* Routes it over a directory file, as nobody in particular: for who writes the rules. */
enum outcome need_route_file(const char *directory, const json_t *need, bool all, json_t **ret_report);

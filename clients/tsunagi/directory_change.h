/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/directory_change.h - what loading a directory would change. */
#pragma once
#include <jansson.h>

#include "admin.pb-c.h"

struct directory_change {
	size_t added, changed, removed; /* agencies */
	size_t rules;                   /* routing rules that differ */
	json_t *list; /* [{"agency","change" (added, changed, removed),"fields" (of changed),"waiting","enrolled"}], ascending by agency, then
		       * [{"rule","change","fields"}]; NULL: no memory */
};

/* before->file may be NULL.  ret_change's list is a new reference. */
void directory_compare(const Pb__DirectoryView *before, const Pb__DirectoryFile *after, struct directory_change *ret_change);

/* A line an agency, and what it touches: mail that waits for an agency that goes. */
void directory_change_print(const struct directory_change *change);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/directory_source.h - a directory out of a file, with every problem told, and the one in force at the daemon. */
#pragma once
#include "admin.pb-c.h"
#include "base/arena.h"
#include "tsunagi/command.h"

/* Reads the file.  Problems go to stderr line by line, or with --json as {"ok":false,"problems":[{"file","line","message"}]} to stdout.
 * ret_file lives in the arena, which this initialises; free it whatever comes back.  OUTCOME_NOT_THERE when there is no file. */
enum outcome directory_of_file(const char *path, struct arena *arena, const Pb__DirectoryFile **ret_file);

/* The daemon's; with nothing loaded yet, ret_view's file is NULL.  The arena is initialised here. */
enum outcome directory_in_force(const struct call *call, struct arena *arena, const Pb__DirectoryView **ret_view);

/* Takes out of a view that is about to be listed what leads to a confidential agency: "*" stands for it, without keys and fingerprints.
 * Who knows its label is shown it by name (directory_named), before this. */
void directory_hide(const Pb__DirectoryView *view);

/* The agency's entry by its id, or NULL. */
const Pb__Agency *directory_agency(const Pb__DirectoryFile *file, const char *id);
const Pb__AgencyState *directory_state(const Pb__DirectoryView *view, const char *id);

/* Tells that there is no agency of this name; OUTCOME_NOT_THERE. */
enum outcome directory_not_there(const char *name);

/* The same by id or id@site; tells when it is not there. */
enum outcome directory_named(const Pb__DirectoryView *view, const char *name, const Pb__Agency **ret_agency, const Pb__AgencyState **ret_state);

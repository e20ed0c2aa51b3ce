/* SPDX-License-Identifier: Apache-2.0 */
/* changed.h - a directory with more in it than ids, and a file of holidays. */
#pragma once
#include "site.h"

/* As site_load, with a last word on the file; what it adds is taken from the arena. */
struct inbound *site_load_changed(const char *const *ids, size_t count, void (*change)(Pb__DirectoryFile *file, struct arena *arena));

/* The agency with that id in a file that is being changed. */
Pb__Agency *changed_agency(const Pb__DirectoryFile *file, const char *id);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/conference_kept.h - what a folder of stored deliveries holds of a conference's words: they are sealed, and the site knows none. */
#pragma once
#include <jansson.h>

/* Title, place and series of the conference with that id, each from the latest message of its thread that has one; a new reference, empty
 * where none was kept.  folder: as `receive --out` fills it. */
json_t *conference_kept(const char *folder, const char *conference_id);

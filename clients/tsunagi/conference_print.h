/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/conference_print.h - conferences, action items and announcements as a caseworker reads them. */
#pragma once
#include <jansson.h>

void conference_print_list(const json_t *listing);
void conference_print_whole(const json_t *conference);
void conference_print_receipt(const json_t *receipt); /* with the conference as it stands now */
void conference_print_items(const json_t *listing);
void conference_print_announcement(const json_t *announcement);
void conference_print_announced(const json_t *announced);
void conference_print_purged(const json_t *purged);

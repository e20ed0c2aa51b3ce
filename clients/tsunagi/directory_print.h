/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/directory_print.h - the directory and its entries as people read them. */
#pragma once
#include <jansson.h>

/* An agency's entry (its JSON form), a line for each field that it has. */
void directory_print_entry(const json_t *entry);

/* All entries of a directory file's JSON form, a line each.  state gives each one's last column; context is handed to it. */
void directory_print_table(const json_t *file, const char *(*state)(const void *context, size_t index), const void *context);

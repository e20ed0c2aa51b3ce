/* SPDX-License-Identifier: Apache-2.0 */
/* config/directory_file.h - directory.yaml, the file in which an operator says who can be reached at the site. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "config/fault.h"
#include "directory.pb-c.h"

#define DIRECTORY_FILE_BYTES (32u * 1024u * 1024u)   /* of YAML */
#define DIRECTORY_ARENA_BYTES (192u * 1024u * 1024u) /* what the largest valid one takes in memory, with room to spare */

/* Reads and checks the file.  Keys are the field names of DirectoryFile (proto/directory.proto), enum values stand without their
 * list's prefix.  Every problem goes to report with its line: unknown keys, bad labels, agencies given twice, coordinators and proxies
 * that are missing or not there, check digits, dates, hours, what a confidential agency must not tell, routing rules that lead nowhere.
 *
 *   arena     where the message lives
 *   ret_file  agencies in ascending order of id; set on ERR_OK only
 *
 * ERR_FORMAT when there was any problem, ERR_TOO_LARGE, what file_read gives; all told. */
enum err directory_file_load(const char *path, fault_report *report, void *context, struct arena *arena,
			     const Pb__DirectoryFile **ret_file);

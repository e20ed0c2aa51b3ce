/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_folder.h - the shared folder of a desk without a developer: its places, and which of its files may be touched now.
 *
 *   はじめに.txt   what this folder is; written once
 *   inbox/         CODE.html, a page for each arrival; messages/ID as `receive --out` stores it
 *   outbox/        sheets (JSON or CSV) that people put here are sent
 *   sent/          where they go then; refused/ when something in them was refused
 *   reply.csv      answers, a row each; read, never written once it is there
 *   result.csv     what became of each row and file; written, never read
 *   .tsunagi/      which rows of reply.csv were carried out */
#pragma once
#include <stdbool.h>

#include "tsunagi/csv_text.h"
#include "tsunagi/outcome.h"

struct desk_folder {
	enum csv_encoding encoding; /* of reply.csv's heading and of result.csv */
	char *path;
	char *inbox, *messages, *outbox, *sent, *refused, *state;
	char *replies, *results;
};

/* Makes what is missing.  Told when it cannot be; desk_folder_free in any case. */
enum outcome desk_folder_open(const char *path, enum csv_encoding encoding, struct desk_folder *ret_folder);
void desk_folder_free(struct desk_folder *folder);

/* Whether nobody is at work on the file: a regular one that no office tool keeps locked, that was last written a while ago, and whose name is
 * none of a tool's own.  A clock of the file server that runs ahead makes it wait until then. */
bool desk_file_is_settled(const char *path);

/* Whether an office tool has it open, as the file that it puts beside says; also for a file that is not there. */
bool desk_file_is_open(const char *path);

/* Moves a file into a place of the folder, under its own name or, when that is taken, with the time in it.  False: it could not be. */
bool desk_file_move(const char *path, const char *place);

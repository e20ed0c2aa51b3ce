/* SPDX-License-Identifier: Apache-2.0 */
/* fake_daemon.h - a home with something behind its admin.sock that answers as a test says; for tests of this room. */
#pragma once
#include "admin.pb-c.h"
#include "base/arena.h"
#include "said.h"
#include "tsunagi/command.h"

/* Fills reply in; what it points to may live in the arena until the next question.  Runs on another thread. */
typedef void fake_answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply);

struct fake_daemon;

/* A home in unit_folder with this behind its socket; answer NULL: garbage comes back. */
struct fake_daemon *fake_daemon_start(fake_answer *answer, void *context);
void fake_daemon_stop(struct fake_daemon *daemon);
unsigned fake_daemon_questions(const struct fake_daemon *daemon);

const char *fake_daemon_home(const struct fake_daemon *daemon); /* its directory */

/* A call of the named command with these words (split at spaces, kept until the next call), --home included; daemon NULL: as they are. */
const struct call *fake_call(const struct fake_daemon *daemon, const char *words);

/* Runs that command, and gives what it said (said.h).  printf's format. */
const struct said *fake_run(const struct fake_daemon *daemon, bool json, enum outcome *ret_outcome, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

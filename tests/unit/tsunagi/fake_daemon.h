/* SPDX-License-Identifier: Apache-2.0 */
/* fake_daemon.h - a home with something behind its admin.sock that answers as a test says; for tests of this room. */
#pragma once
#include "admin.pb-c.h"
#include "base/arena.h"
#include "tsunagi/command.h"

/* Fills reply in; what it points to may live in the arena until the next question.  Runs on another thread. */
typedef void fake_answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply);

struct fake_daemon;

/* A home in unit_folder with this behind its socket; answer NULL: garbage comes back. */
struct fake_daemon *fake_daemon_start(fake_answer *answer, void *context);
void fake_daemon_stop(struct fake_daemon *daemon);
unsigned fake_daemon_questions(const struct fake_daemon *daemon);

/* A call of the named command with these words (split at spaces, kept until the next call), --home included. */
const struct call *fake_call(const struct fake_daemon *daemon, const char *words);

/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_sending.h - what a desk puts into outbox/: each sheet is sent once, and the file moves on when all of it was answered. */
#pragma once
#include "tsunagi/agency_client.h"
#include "tsunagi/desk_results.h"

/* Sends what lies there and may be read now.  A sheet without a key of its own gets one from its content, so that a file put there again sends
 * only what was not sent.  A file all of whose sheets were accepted moves to sent/, one with a refused sheet to refused/; while the broker cannot be reached it
 * stays where it is. */
void desk_sending_send(const struct desk_folder *folder, const struct agency_client *client, struct desk_results *results);

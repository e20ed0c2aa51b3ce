/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/admin_socket.h - one question and its answer over an operators' socket: be32(length) and that many bytes, each way. */
#pragma once
#include "base/buf.h"

#define ADMIN_FRAME_BYTES (64u * 1024u * 1024u) /* a larger answer is refused */

/* Connects to the socket at path, of any length.
 * ERR_NOT_FOUND  no such file
 * ERR_UNREACHABLE  nobody listens there
 * ERR_PERMISSION, ERR_IO */
enum err admin_socket_connect(const char *path, int *ret_socket);

/* Sends the question and waits for the answer until deadline_us (monotonic).  answer's limit holds.
 * ERR_TIMEOUT; ERR_UNREACHABLE when the other side hung up; ERR_TOO_LARGE, ERR_NOMEM, ERR_IO. */
enum err admin_socket_ask(int socket, struct bytes question, int64_t deadline_us, struct buf *answer);

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/admin_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

static enum err connect_error(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case ECONNREFUSED:
	case EAGAIN:
		return ERR_UNREACHABLE;
	default:
		return err_from_errno(number);
	}
}

/* A socket's address holds 107 bytes of path; a longer one is reached through its directory's descriptor.
 * ret_directory: to be closed after connecting; -1: none. */
static enum err address_of(const char *path, struct sockaddr_un *address, int *ret_directory)
{
	char copy[PATH_MAX];
	char *slash;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*ret_directory = -1;
	if (strlen(path) < sizeof address->sun_path) {
		strcpy(address->sun_path, path);
		return ERR_OK;
	}
	if (strlen(path) >= sizeof copy)
		return ERR_TOO_LARGE;
	strcpy(copy, path);
	slash = strrchr(copy, '/');
	if (slash == NULL || strlen(slash) > 64)
		return ERR_TOO_LARGE;
	*slash = '\0';
	*ret_directory = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_directory < 0)
		return connect_error(errno);
	snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", *ret_directory, slash + 1);
	return ERR_OK;
}

enum err admin_socket_connect(const char *path, int *ret_socket)
{
	struct sockaddr_un address;
	int directory;
	int fd = -1;
	enum err err = address_of(path, &address, &directory);

	if (err != ERR_OK)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0)
		err = connect_error(errno);
	if (directory >= 0)
		close(directory);
	if (err == ERR_OK)
		*ret_socket = fd;
	else if (fd >= 0)
		close(fd);
	return err;
}

/* Waits until fd is ready for events. */
static enum err await(int fd, short events, int64_t deadline_us)
{
	struct pollfd poll_one = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline_us - clock_mono_us();
		int ready;

		if (left <= 0)
			return ERR_TIMEOUT;
		ready = poll(&poll_one, 1, (int)(left / 1000 > 60000 ? 60000 : left / 1000 + 1));
		if (ready > 0)
			return ERR_OK;
		if (ready < 0 && errno != EINTR)
			return err_from_errno(errno);
	}
}

static enum err send_all(int fd, struct bytes bytes, int64_t deadline_us)
{
	while (bytes.len > 0) {
		enum err err = await(fd, POLLOUT, deadline_us);
		ssize_t sent;

		if (err != ERR_OK)
			return err;
		sent = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
			return ERR_UNREACHABLE;
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return err_from_errno(errno);
		if (sent > 0)
			bytes = bytes_of(bytes.data + sent, bytes.len - (size_t)sent);
	}
	return ERR_OK;
}

static enum err receive_all(int fd, uint8_t *to, size_t len, int64_t deadline_us)
{
	while (len > 0) {
		enum err err = await(fd, POLLIN, deadline_us);
		ssize_t got;

		if (err != ERR_OK)
			return err;
		got = recv(fd, to, len, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return ERR_UNREACHABLE;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return err_from_errno(errno);
		if (got > 0) {
			to += got;
			len -= (size_t)got;
		}
	}
	return ERR_OK;
}

enum err admin_socket_ask(int fd, struct bytes question, int64_t deadline_us, struct buf *answer)
{
	uint8_t length[4];
	uint8_t *room;
	uint32_t size;
	enum err err;

	be32_put(length, (uint32_t)question.len);
	err = send_all(fd, bytes_of(length, sizeof length), deadline_us);
	if (err == ERR_OK)
		err = send_all(fd, question, deadline_us);
	if (err == ERR_OK)
		err = receive_all(fd, length, sizeof length, deadline_us);
	if (err != ERR_OK)
		return err;
	size = be32_get(length);
	if (size > ADMIN_FRAME_BYTES)
		return ERR_TOO_LARGE;
	room = buf_grow(answer, size);
	return room == NULL ? answer->err : receive_all(fd, room, size, deadline_us);
}

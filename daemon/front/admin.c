/* SPDX-License-Identifier: Apache-2.0 */
#include "front/admin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "front/admin_serve.h"

#define ADMIN_THREADS 4
#define ADMIN_MODE 0660

struct admin {
	struct front *front;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int listening;
	int stop_fd;
	pthread_t threads[ADMIN_THREADS];
	size_t thread_count;
};

/* A socket file that a killed daemon left is in the way; one that somebody answers on is not ours to take. */
static enum err clear_path(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answered;

	if (fd < 0)
		return err_from_errno(errno);
	answered = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
	close(fd);
	if (answered)
		return ERR_BUSY;
	if (unlink(address->sun_path) != 0 && errno != ENOENT)
		return err_from_errno(errno);
	return ERR_OK;
}

static enum err listen_at(const struct sockaddr_un *address, int *ret_fd)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	enum err err = ERR_OK;

	if (fd < 0)
		return err_from_errno(errno);
	/* Nobody can connect before listen, so there is no moment at which a wider mode matters. */
	if (bind(fd, (const struct sockaddr *)address, sizeof *address) != 0 || chmod(address->sun_path, ADMIN_MODE) != 0 ||
	    listen(fd, 16) != 0)
		err = err_from_errno(errno);
	if (err == ERR_OK)
		*ret_fd = fd;
	else
		close(fd);
	return err;
}

static enum err open_socket(struct admin *admin)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	enum err err;

	memcpy(address.sun_path, admin->path, sizeof admin->path);
	err = clear_path(&address);
	if (err == ERR_OK)
		err = listen_at(&address, &admin->listening);
	return err;
}

static void *serve(void *context)
{
	struct admin *admin = context;
	struct pollfd waits[] = { { admin->listening, POLLIN, 0 }, { admin->stop_fd, POLLIN, 0 } };

	pthread_setname_np(pthread_self(), "admin");
	for (;;) {
		int fd;

		if (poll(waits, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (waits[1].revents != 0)
			return NULL;
		fd = accept4(admin->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); /* another thread may have been quicker */
		if (fd < 0)
			continue;
		admin_serve(admin->front, fd, admin->stop_fd);
		close(fd);
	}
}

static enum err start_threads(struct admin *admin)
{
	for (; admin->thread_count < ADMIN_THREADS; admin->thread_count++) {
		int failed = pthread_create(&admin->threads[admin->thread_count], NULL, serve, admin);

		if (failed != 0)
			return err_from_errno(failed);
	}
	return ERR_OK;
}

enum err admin_start(struct front *front, const char *path, struct admin **ret_admin, char *fault, size_t fault_size)
{
	struct admin *admin = calloc(1, sizeof *admin);
	enum err err;

	if (admin == NULL)
		return ERR_NOMEM;
	admin->front = front;
	admin->listening = -1;
	admin->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (strlen(path) >= sizeof admin->path)
		err = ERR_TOO_LARGE;
	else {
		snprintf(admin->path, sizeof admin->path, "%s", path);
		err = admin->stop_fd >= 0 ? open_socket(admin) : err_from_errno(errno);
	}
	if (err == ERR_OK)
		err = start_threads(admin);
	if (err == ERR_OK) {
		*ret_admin = admin;
		return ERR_OK;
	}
	snprintf(fault, fault_size, "%s cannot be opened: %s", path, err == ERR_TOO_LARGE ? "the path is longer than 107 bytes" : err_text(err));
	admin_stop(admin);
	return err;
}

void admin_stop(struct admin *admin)
{
	if (admin == NULL)
		return;
	if (admin->stop_fd >= 0)
		eventfd_write(admin->stop_fd, 1);
	for (size_t i = 0; i < admin->thread_count; i++)
		pthread_join(admin->threads[i], NULL);
	if (admin->listening >= 0) {
		close(admin->listening);
		unlink(admin->path);
	}
	if (admin->stop_fd >= 0)
		close(admin->stop_fd);
	free(admin);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/receiving_exec.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tsunagi/temporary_folder.h"
#include "tsunagi/words.h"

#define HEARTBEAT_MS 1000 /* at least so often the library gets its turn while a program runs */

/* The text as a file descriptor to read from its start; nothing of it touches a disk.  -1 on failure. */
static int stdin_of(const char *text)
{
	int fd = memfd_create("delivery", MFD_CLOEXEC);

	if (fd >= 0 && (file_put(fd, bytes_of_text(text)) != ERR_OK || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* In the child; does not return. */
static _Noreturn void become(const char *program, int input, const char *directory, tsg_delivery *delivery)
{
	char item[24];

	snprintf(item, sizeof item, "%" PRIu64, tsg_delivery_item(delivery));
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	setenv("TSUNAGI_DIR", directory, 1);
	setenv("TSUNAGI_TYPE", tsg_delivery_is_notice(delivery) ? "notice" : "delivery", 1);
	setenv("TSUNAGI_ITEM", item, 1);
	if (tsg_delivery_is_notice(delivery))
		unsetenv("TSUNAGI_MESSAGE_ID");
	else
		setenv("TSUNAGI_MESSAGE_ID", tsg_delivery_message_id(delivery), 1);
	dup2(input, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* stdout is this command's own result */
	execl("/bin/sh", "sh", "-c", program, (char *)NULL);
	_exit(127);
}

/* Waits for the child's end, letting the library work; -1 when its end cannot be learned, which is not the same as a good one. */
static int await(struct receiving *receiving, pid_t child)
{
	int watch = pidfd_open(child, 0);
	int status = 0;
	pid_t ended = 0;

	for (;;) {
		struct pollfd polls[] = { { .fd = watch, .events = POLLIN }, { .fd = tsg_client_fd(receiving->client.tsg), .events = POLLIN } };

		ended = waitpid(child, &status, WNOHANG);
		if (ended == child || (ended < 0 && errno != EINTR))
			break;
		poll(polls, 2, watch < 0 ? 20 : HEARTBEAT_MS);
		tsg_client_dispatch(receiving->client.tsg, 0);
	}
	if (watch >= 0)
		close(watch);
	if (ended < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int receiving_run_program(struct receiving *receiving, tsg_delivery *delivery, const char *directory)
{
	int input = stdin_of(tsg_delivery_json(delivery));
	pid_t child;

	fflush(NULL);
	child = input < 0 ? -1 : fork();
	if (child == 0)
		become(receiving->program, input, directory, delivery);
	if (input >= 0)
		close(input);
	if (child < 0) {
		out_note(words("tsunagi: the program could not be started: %s", "tsunagi: プログラムを起動できません:%s"), strerror(errno));
		return -1;
	}
	return await(receiving, child);
}

static void settle(struct receiving *receiving, tsg_delivery *delivery, int code)
{
	char text[80];

	switch (code) {
	case 0:
		receiving_tell(delivery, receiving_acknowledge(receiving, delivery) ? "acknowledged" : "undecided", NULL);
		return;
	case -1:
	case EXEC_RETRY_LATER: /* its lease runs out, or the session ends, and it comes again: no failure of the message */
		receiving->put_off++;
		receiving_tell(delivery, "put_off", NULL);
		return;
	case EXEC_NOT_UNDERSTOOD:
		receiving_refuse(receiving, delivery, "NOT_UNDERSTOOD", "the program does not understand it");
		break;
	default:
		snprintf(text, sizeof text, "the program ended with %d", code);
		receiving_refuse(receiving, delivery, "PROGRAM_FAILED", text);
		break;
	}
	receiving_tell(delivery, "refused", NULL);
}

void receiving_exec(struct receiving *receiving, tsg_delivery *delivery)
{
	char directory[TEMPORARY_FOLDER_PATH];
	char own[TEMPORARY_FOLDER_PATH + ID_TEXT];
	int code = -1;
	int result;

	if (temporary_folder_make("tsunagi-receive", directory) != ERR_OK) {
		out_note(words("tsunagi: no temporary directory: %s", "tsunagi: 一時ディレクトリを作れません:%s"), strerror(errno));
		settle(receiving, delivery, -1);
		return;
	}
	snprintf(own, sizeof own, "%s/%s", directory, tsg_delivery_is_notice(delivery) ? "notices" : tsg_delivery_message_id(delivery));
	result = tsg_delivery_save(delivery, directory);
	if (result == TSG_OK)
		code = receiving_run_program(receiving, delivery, own);
	else
		agency_client_problem(&receiving->client, result);
	temporary_folder_remove(directory);
	settle(receiving, delivery, code);
}

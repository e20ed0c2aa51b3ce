/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <stdlib.h>
#include <sys/un.h>

#include "base/text.h"

static const char *ipc_fault(const char *path)
{
	const struct sockaddr_un *address = NULL;

	if (*path != '/')
		return "the path of an ipc:// endpoint begins with a slash: ipc:///run/tsunagi/broker.sock";
	if (strlen(path) >= sizeof address->sun_path)
		return "the path of an ipc:// endpoint may have at most 107 bytes";
	return NULL;
}

static const char *tcp_fault(const char *text)
{
	const char *colon = strrchr(text, ':');
	char *end;
	long port;

	if (colon == NULL || colon == text)
		return "a tcp:// endpoint names address and port: tcp://127.0.0.1:7411";
	if (colon[1] < '0' || colon[1] > '9')
		return "the port is a number from 1 to 65535";
	port = strtol(colon + 1, &end, 10);
	if (*end != '\0' || port < 1 || port > 65535)
		return "the port is a number from 1 to 65535";
	return NULL;
}

enum err config_check_endpoint(const char *text, const char **ret_reason)
{
	const char *fault;

	if (strlen(text) >= CONFIG_ENDPOINT_BYTES)
		fault = "an endpoint may have at most 255 bytes";
	else if (text_check(bytes_of_text(text), NULL) != TEXT_OK || strpbrk(text, " \t\r\n") != NULL)
		fault = "an endpoint holds no spaces or control characters";
	else if (strncmp(text, "ipc://", 6) == 0)
		fault = ipc_fault(text + 6);
	else if (strncmp(text, "tcp://", 6) == 0)
		fault = tcp_fault(text + 6);
	else
		fault = "an endpoint begins with tcp:// or ipc://";
	if (fault == NULL)
		return ERR_OK;
	*ret_reason = fault;
	return ERR_FORMAT;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config/home.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void join(char to[PATH_MAX], const char *directory, const char *name)
{
	snprintf(to, PATH_MAX, "%.*s/%s", HOME_PATH_MAX + 16, directory, name); /* 16: "/keys" and the like */
}

static void place_options(struct home *home)
{
	join(home->options, home->root, "tsunagid.yaml");
	if (strcmp(home->root, HOME_DEFAULT) == 0 && access(home->options, F_OK) != 0 && access(HOME_PACKAGED_OPTIONS, F_OK) == 0)
		snprintf(home->options, sizeof home->options, "%s", HOME_PACKAGED_OPTIONS);
}

enum err home_at(const char *root, struct home *ret_home)
{
	struct home home;

	if (root == NULL)
		root = getenv("TSUNAGI_HOME");
	if (root == NULL || *root == '\0')
		root = HOME_DEFAULT;
	if (strlen(root) > HOME_PATH_MAX)
		return ERR_TOO_LARGE;
	snprintf(home.root, sizeof home.root, "%s", root);
	for (size_t len = strlen(home.root); len > 1 && home.root[len - 1] == '/'; len--)
		home.root[len - 1] = '\0';
	place_options(&home);
	join(home.keys, home.root, "keys");
	join(home.curve_key, home.keys, "curve.key");
	join(home.checkpoint_key, home.keys, "checkpoint.key");
	join(home.site_key, home.keys, "site.key");
	join(home.site_certificate, home.keys, "site.crt");
	join(home.store, home.root, "store");
	join(home.run, home.root, "run");
	join(home.admin_socket, home.run, "admin.sock");
	*ret_home = home;
	return ERR_OK;
}

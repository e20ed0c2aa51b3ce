/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/dev_site.h - a throw-away site: a home in a temporary directory, its daemon, its agencies enrolled. */
#pragma once
#include <sys/types.h>

#include "config/home.h"
#include "tsunagi/temporary_folder.h"
#include "tsunagi/outcome.h"

#define DEV_COORDINATOR "dev-coordinator" /* in the directory beside the agencies asked for: each needs one */

struct dev_site {
	char folder[TEMPORARY_FOLDER_PATH];
	struct home home;
	pid_t daemon;
};

/* Told when it fails; nothing is left then. */
enum outcome dev_site_start(const char *const *agencies, size_t count, struct dev_site *ret_site);

/* Stops the daemon and removes everything. */
void dev_site_stop(struct dev_site *site);

#define DEV_BUNDLE_NAME 100

/* The variable that names an agency's bundle: TSUNAGI_BUNDLE_LINK and the like. */
void dev_bundle_name(const char *agency, char name[DEV_BUNDLE_NAME]);

/* The agency's bundle. */
void dev_site_bundle(const struct dev_site *site, const char *agency, char path[PATH_MAX]);

/* SPDX-License-Identifier: Apache-2.0 */
/* config/config.h - the options of a site, from its tsunagid.yaml. */
#pragma once
#include "base/buf.h"
#include "config/fault.h"
#include "config/options.h"

#define CONFIG_BYTES (256u * 1024u) /* a larger file is refused */

/* Every option at its default; site and code empty. */
void config_defaults(struct config *config);

/* Reads and checks the file; every problem goes to report with its line.  ret_config is written on ERR_OK only.
 * ERR_FORMAT when there was any problem; what file_read gives (told as well) when the file could not be read. */
enum err config_load(const char *path, fault_report *report, void *context, struct config *ret_config);

/* ERR_FORMAT unless text is tcp://ADDRESS:PORT or ipc:///ABSOLUTE/PATH as ZeroMQ binds them.  ret_reason: a constant. */
enum err config_check_endpoint(const char *text, const char **ret_reason);

/* Appends the commented file that `tsunagi init` writes: site, code and endpoints filled in, every other option as a comment with
 * its default, unit and bounds.  endpoint_count 0: the default endpoint. */
void config_sample(const char *site, const char *local_government_code, const char *const *endpoints, size_t endpoint_count,
		   struct buf *out);

/* Appends the OPTIONS section of tsunagid.yaml(5), in man(7) macros. */
void config_manual(struct buf *out);

/* Copies from fresh what SIGHUP may change; true when anything else differs, which waits for the next start. */
bool config_reload(struct config *config, const struct config *fresh);

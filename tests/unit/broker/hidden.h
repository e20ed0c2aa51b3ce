/* SPDX-License-Identifier: Apache-2.0 */
/* hidden.h - a directory in which one agency is confidential. */
#pragma once
#include "site.h"

/* As site_load, but the agency hidden is confidential and reached through proxy; proxy NULL: through nobody. */
struct inbound *site_load_hidden(const char *const *ids, size_t count, const char *hidden, const char *proxy);

/* As that, with one routing rule, the fallback, which names the agency target. */
struct inbound *site_load_ruled(const char *const *ids, size_t count, const char *hidden, const char *proxy, const char *target);

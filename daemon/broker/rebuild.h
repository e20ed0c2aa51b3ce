/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rebuild.h - for broker_open: a rebuild that was cut short leaves tables half derived, and a mark that says so. */
#pragma once
#include "broker/broker.h"

enum err rebuild_if_unfinished(const struct broker_options *options, struct store *store);

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/binding.h - what binding and unbinding share. */
#pragma once
#include "broker/lookup.h"

/* Notes at both certificates of a device when their binding ended.  device may be borrowed from txn. */
enum err binding_end_certificates(struct txn *txn, const struct device *device, int64_t at_us, bool compromised);

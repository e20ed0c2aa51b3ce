/* SPDX-License-Identifier: Apache-2.0 */
/* front/provisions.h - what was provided: one record for what each recipient was handed of a message. */
#pragma once
#include "broker/lookup.h"
#include "front/reader.h"

/* The record of one item.  ERR_NOT_FOUND where it provided nothing (not handed out, a word alone, a notice, an announcement), was erased, or is
 * not the reader's to see. */
enum err provision_show(const struct reader *reader, const struct delivery *delivery, Pb__ProvisionShown **ret_shown);

/* A page of them: an agency's of what it sent and was handed.  Looks at no more than a bounded number of items: where few of many fit,
 * ret_listing says where to go on. */
enum err provisions_list(const struct reader *reader, const Pb__ProvisionQuery *query, Pb__ProvisionListing *ret_listing);

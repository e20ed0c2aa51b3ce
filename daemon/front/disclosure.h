/* SPDX-License-Identifier: Apache-2.0 */
/* front/disclosure.h - what happened in a case, and what of it was provided to whom: to operators, and to the case's owner (開示請求). */
#pragma once
#include "front/reader.h"

/* A page of it.  ERR_NOT_FOUND: there is no such case, or it is another's. */
enum err disclosure_page(struct reader *reader, const Pb__DisclosureQuery *query, Pb__Disclosure *ret_disclosure);

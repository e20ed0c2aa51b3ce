/* SPDX-License-Identifier: Apache-2.0 */
/* contract/disclosure.h - which classes a content tells, and whether a basis covers them (domain: disclosure classes, basis). */
#pragma once
#include <stdbool.h>

#include "content.pb-c.h"
#include "envelope.pb-c.h"

#include "contract/basis_rules.h"

/* What the fields that are set tell by themselves. */
class_set disclosure_of_fields(const Pb__Content *content);

/* That plus what the sender declared for free text and attachments. */
class_set disclosure_of(const Pb__Content *content);

/* True when free text or attachments stand in it. */
bool disclosure_has_free_text(const Pb__Content *content);

/* A class list of the schema, as a set; ERR_FORMAT for unknown values. */
enum err disclosure_set(const Pb__DisclosureClass *classes, size_t count, class_set *ret_set);

/* Whether the claim has what its basis needs and allows these classes, and, with a content, whether free text and attachments
 * are declared and nothing tells more than classes (content NULL: the broker, which sees classes only).  claim NULL: no basis.
 * ERR_REFUSED with the fault otherwise.  Consents and meetings themselves are looked up elsewhere. */
enum err disclosure_check(const Pb__BasisClaim *claim, class_set classes, const Pb__Content *content, struct disclosure_fault *ret_fault);

/* Whether a part that tells these classes may be released so, whatever its basis: where someone really stays is told only to who
 * has accepted (domain: `whereabouts` is released only ON_ACCEPT).  ERR_REFUSED with the fault, of the field "release", otherwise. */
enum err disclosure_check_release(class_set classes, Pb__Release release, struct disclosure_fault *ret_fault);

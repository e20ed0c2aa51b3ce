/* SPDX-License-Identifier: Apache-2.0 */
/* broker/submit_check.h - what can be said against a message by looking at it, at the registry and at the clock alone, the cheapest
 * first.  Each gives code 0 when there is nothing.  Subjects are constant, or in the order or the registry. */
#pragma once
#include "broker/world.h"

/* Form: Views that agree in all but recipient, parts, certificates and nonce, each within its limits; sender and id. */
struct objection submit_check_form(const struct world *world, const struct signer *signer);

/* Recipients, which signer has by now: known, each once, enrolled, taking this kind, sealed to their certificates in force; basis; expiry; room. */
struct objection submit_check_recipients(const struct world *world, const struct signer *signer);

/* View number index of the order; its statements are Views, as submit_check_form has seen. */
static inline const Pb__View *submit_view(const struct signer *signer, size_t index)
{
	return signer->order->decoded[index]->view;
}

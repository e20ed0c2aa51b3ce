/* SPDX-License-Identifier: Apache-2.0 */
/* broker/openers.h - which devices may still open an item that another device of its agency could not.
 *
 * A part is sealed to the devices that were in force when it was sent: one enrolled later opens nothing older.  The View names them by
 * their certificates, and certificates are known for ever; a device that has new keys since keeps its old ones. */
#pragma once
#include "broker/rows.h"
#include "broker/world.h"

/* Leaves those that are in force. */
void openers_in_force(const struct registry *registry, uint32_t agency, struct openers *openers);
void openers_remove(struct openers *openers, uint32_t device);
bool openers_have(const struct openers *openers, uint32_t device);

/* Devices in force of the delivery's agency to which its View was sealed.  ret_open: it is sealed to nobody, so that any can read it. */
enum err openers_sealed_to(struct world *world, const struct delivery *delivery, struct openers *ret_openers, bool *ret_open);

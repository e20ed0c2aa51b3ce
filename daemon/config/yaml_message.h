/* SPDX-License-Identifier: Apache-2.0 */
/* config/yaml_message.h - a YAML mapping as a message of the schemas, by descriptor.  For this room only. */
#pragma once
#include "config/yaml_file.h"
#include "contract/codec.h"

#define YAML_LIST_MAX 64u /* elements of a list, unless it is the root's */

/* Builds the message in the arena.  Faults (unknown key, wrong type, unknown word, bad text, too long) are told to the file's sink
 * and leave the field at its default, so that all are found in one go.
 *   list_max  elements of each list at the root
 * ERR_TOO_LARGE when the arena is full; ERR_OK otherwise, faults or not. */
enum err yaml_message(const struct yaml_file *file, const yaml_node_t *mapping, const ProtobufCMessageDescriptor *type,
		      size_t list_max, struct arena *arena, ProtobufCMessage **ret_message);

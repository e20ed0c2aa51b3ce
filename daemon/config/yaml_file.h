/* SPDX-License-Identifier: Apache-2.0 */
/* config/yaml_file.h - a YAML file as a tree of nodes that know their lines.
 *
 * libyaml's document rather than a library that maps YAML onto structs: a person who wrote two thousand lines by hand is owed every
 * problem with its line, and such mappings stop at the first and keep no lines.  For this room only. */
#pragma once
#include <stdbool.h>
#include <yaml.h>

#include "base/bytes.h"
#include "config/fault.h"

struct yaml_file {
	yaml_document_t document;
	bool loaded;
	struct fault_sink *sink;
};

/* Parses one document.  ERR_FORMAT (told to sink, as everything found later) unless the root is a mapping and the file holds nothing
 * else; ERR_NOMEM.  Close it whatever came back. */
enum err yaml_file_parse(struct bytes text, struct fault_sink *sink, struct yaml_file *ret_file);
void yaml_file_close(struct yaml_file *file);

const yaml_node_t *yaml_root(const struct yaml_file *file);

/* Line of the node's first character, from 1; 0 for NULL. */
unsigned yaml_line(const yaml_node_t *node);

/* A scalar's text, which ends in a NUL; the length tells whether it holds others.  {NULL, 0} for any other node. */
struct bytes yaml_scalar(const yaml_node_t *node);

/* Pair number index of a mapping; false past the end. */
bool yaml_pair(const struct yaml_file *file, const yaml_node_t *mapping, size_t index, const yaml_node_t **ret_key,
	       const yaml_node_t **ret_value);

/* Element number index of a sequence; NULL past the end, or when sequence is NULL or something else. */
const yaml_node_t *yaml_element(const struct yaml_file *file, const yaml_node_t *sequence, size_t index);
size_t yaml_count(const yaml_node_t *sequence);

/* The value of a key and, if ret_key is not NULL, the key's node; NULL when it is not there.  mapping may be NULL. */
const yaml_node_t *yaml_find(const struct yaml_file *file, const yaml_node_t *mapping, const char *key, const yaml_node_t **ret_key);

/* Tells of keys that are no plain text and of keys given twice. */
void yaml_check_keys(const struct yaml_file *file, const yaml_node_t *mapping);

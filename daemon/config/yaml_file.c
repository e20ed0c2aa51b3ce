/* SPDX-License-Identifier: Apache-2.0 */
#include "config/yaml_file.h"

static void report_parser(const yaml_parser_t *parser, struct fault_sink *sink)
{
	/* libyaml reports a bad byte or character without a mark, by its offset alone. */
	unsigned line = parser->error == YAML_READER_ERROR ? 0 : (unsigned)parser->problem_mark.line + 1;

	if (parser->error == YAML_READER_ERROR)
		fault_at(sink, line, "not YAML: %s at byte %zu", parser->problem, parser->problem_offset);
	else
		fault_at(sink, line, "not YAML: %s%s%s", parser->problem != NULL ? parser->problem : "cannot be read",
			 parser->context != NULL ? ", " : "", parser->context != NULL ? parser->context : "");
}

static enum err parser_failed(const yaml_parser_t *parser, struct fault_sink *sink)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return ERR_NOMEM;
	report_parser(parser, sink);
	return ERR_FORMAT;
}

static enum err load_only_document(yaml_parser_t *parser, struct yaml_file *file)
{
	yaml_document_t further;
	const yaml_node_t *root;

	if (!yaml_parser_load(parser, &file->document))
		return parser_failed(parser, file->sink);
	file->loaded = true;
	root = yaml_root(file);
	if (root == NULL || root->type != YAML_MAPPING_NODE) {
		fault_at(file->sink, yaml_line(root), "the file must hold one mapping, such as \"site: chiba-city\"");
		return ERR_FORMAT;
	}
	if (!yaml_parser_load(parser, &further))
		return parser_failed(parser, file->sink);
	root = yaml_document_get_root_node(&further);
	if (root != NULL)
		fault_at(file->sink, yaml_line(root), "a second document; the file must hold one");
	yaml_document_delete(&further);
	return root == NULL ? ERR_OK : ERR_FORMAT;
}

enum err yaml_file_parse(struct bytes text, struct fault_sink *sink, struct yaml_file *ret_file)
{
	yaml_parser_t parser;
	enum err err;

	*ret_file = (struct yaml_file){ .sink = sink };
	if (!yaml_parser_initialize(&parser))
		return ERR_NOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, text.len > 0 ? text.data : (const uint8_t *)"", text.len);
	err = load_only_document(&parser, ret_file);
	yaml_parser_delete(&parser);
	return err;
}

void yaml_file_close(struct yaml_file *file)
{
	if (file->loaded)
		yaml_document_delete(&file->document);
	file->loaded = false;
}

/* libyaml's readers take the document as writable, and leave it as it is. */
static yaml_document_t *document_of(const struct yaml_file *file)
{
	return (yaml_document_t *)(uintptr_t)&file->document;
}

const yaml_node_t *yaml_root(const struct yaml_file *file)
{
	return yaml_document_get_root_node(document_of(file));
}

unsigned yaml_line(const yaml_node_t *node)
{
	return node == NULL ? 0 : (unsigned)node->start_mark.line + 1;
}

struct bytes yaml_scalar(const yaml_node_t *node)
{
	if (node == NULL || node->type != YAML_SCALAR_NODE)
		return bytes_of(NULL, 0);
	return bytes_of(node->data.scalar.value, node->data.scalar.length);
}

bool yaml_pair(const struct yaml_file *file, const yaml_node_t *mapping, size_t index, const yaml_node_t **ret_key,
	       const yaml_node_t **ret_value)
{
	const yaml_node_pair_t *pair;

	if (mapping->type != YAML_MAPPING_NODE)
		return false;
	pair = mapping->data.mapping.pairs.start + index;
	if (pair >= mapping->data.mapping.pairs.top)
		return false;
	*ret_key = yaml_document_get_node(document_of(file), pair->key);
	*ret_value = yaml_document_get_node(document_of(file), pair->value);
	return true;
}

size_t yaml_count(const yaml_node_t *sequence)
{
	if (sequence == NULL || sequence->type != YAML_SEQUENCE_NODE)
		return 0;
	return (size_t)(sequence->data.sequence.items.top - sequence->data.sequence.items.start);
}

const yaml_node_t *yaml_element(const struct yaml_file *file, const yaml_node_t *sequence, size_t index)
{
	if (index >= yaml_count(sequence))
		return NULL;
	return yaml_document_get_node(document_of(file), sequence->data.sequence.items.start[index]);
}

const yaml_node_t *yaml_find(const struct yaml_file *file, const yaml_node_t *mapping, const char *key, const yaml_node_t **ret_key)
{
	const yaml_node_t *name;
	const yaml_node_t *value;

	if (mapping == NULL)
		return NULL;
	for (size_t i = 0; yaml_pair(file, mapping, i, &name, &value); i++) {
		if (!bytes_equal(yaml_scalar(name), bytes_of_text(key)))
			continue;
		if (ret_key != NULL)
			*ret_key = name;
		return value;
	}
	return NULL;
}

#define KEYS_MAX 256 /* of one mapping; no form of ours has nearly as many */

void yaml_check_keys(const struct yaml_file *file, const yaml_node_t *mapping)
{
	const yaml_node_t *key;
	const yaml_node_t *value;
	const yaml_node_t *first;

	for (size_t i = 0; yaml_pair(file, mapping, i, &key, &value); i++) {
		struct bytes name = yaml_scalar(key);

		if (i == KEYS_MAX) {
			fault_at(file->sink, yaml_line(key), "more than %d keys in one mapping", KEYS_MAX);
			return;
		}
		if (name.data == NULL || strlen((const char *)name.data) != name.len)
			fault_at(file->sink, yaml_line(key), "a key must be plain text");
		else if (yaml_find(file, mapping, (const char *)name.data, &first) != NULL && first != key)
			fault_at(file->sink, yaml_line(key), "%s is given twice; first in line %u", (const char *)name.data,
				 yaml_line(first));
	}
}

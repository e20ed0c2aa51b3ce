/* SPDX-License-Identifier: Apache-2.0 */
#include "config/yaml_file.h"

#include "base/buf.h"
#include "collected.h"
#include "unit.h"

static void test_tree(void)
{
	static const char text[] = "# head\na: 1\nb:\n  - x\n  - {c: y}\n";
	struct fault_sink sink = { 0 };
	struct yaml_file file;
	const yaml_node_t *key = NULL;
	const yaml_node_t *list;

	require_ok(yaml_file_parse(bytes_of_text(text), &sink, &file));
	check_bytes(yaml_scalar(yaml_find(&file, yaml_root(&file), "a", &key)), bytes_of_text("1"));
	check_uint(yaml_line(key), 2);
	list = yaml_find(&file, yaml_root(&file), "b", NULL);
	require(list != NULL);
	check_uint(yaml_count(list), 2);
	check_uint(yaml_line(yaml_element(&file, list, 1)), 5);
	check(yaml_element(&file, list, 2) == NULL);
	check_bytes(yaml_scalar(yaml_find(&file, yaml_element(&file, list, 1), "c", NULL)), bytes_of_text("y"));
	check(yaml_find(&file, yaml_root(&file), "z", NULL) == NULL);
	yaml_file_close(&file);
	yaml_file_close(&file); /* a second time does nothing */
}

static void test_other_nodes(void)
{
	struct fault_sink sink = { 0 };
	struct yaml_file file;
	const yaml_node_t *key, *value;

	require_ok(yaml_file_parse(bytes_of_text("a: 1\n"), &sink, &file));
	value = yaml_find(&file, yaml_root(&file), "a", NULL);
	check(!yaml_pair(&file, value, 0, &key, &value));
	check_uint(yaml_count(yaml_root(&file)), 0);
	check_uint(yaml_count(NULL), 0);
	check(yaml_scalar(yaml_root(&file)).data == NULL);
	check(yaml_scalar(NULL).data == NULL);
	check_uint(yaml_line(NULL), 0);
	check(yaml_find(&file, NULL, "a", NULL) == NULL);
	yaml_file_close(&file);
}

static void test_faults(void)
{
	static const char *const bad[] = { "a: [1\n", "a: \xff\n", "a: b: c\n", "\t- a", "a: &x *y\n", "%YAML 9.9\n---\na: 1\n" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct collected collected = { 0 };
		struct fault_sink sink = { collect, &collected, "a.yaml", 0 };
		struct yaml_file file;

		unit_context("%zu", i);
		check_err(yaml_file_parse(bytes_of_text(bad[i]), &sink, &file), ERR_FORMAT);
		check_uint(collected.count, 1);
		yaml_file_close(&file);
	}
}

/* A mapping that holds itself must not send anybody round in circles. */
static void test_alias(void)
{
	struct fault_sink sink = { 0 };
	struct yaml_file file;
	const yaml_node_t *root;

	require_ok(yaml_file_parse(bytes_of_text("&a\nb: *a\nc: 1\n"), &sink, &file));
	root = yaml_root(&file);
	check(yaml_find(&file, root, "b", NULL) == root);
	yaml_check_keys(&file, root);
	check_uint(sink.count, 0);
	yaml_file_close(&file);
}

static void test_many_keys(void)
{
	struct collected collected = { 0 };
	struct fault_sink sink = { collect, &collected, "a.yaml", 0 };
	struct yaml_file file;
	struct buf text;

	buf_init(&text, 100000);
	for (int i = 0; i < 300; i++)
		buf_printf(&text, "k%d: 1\n", i);
	require_ok(yaml_file_parse(buf_bytes(&text), &sink, &file));
	yaml_check_keys(&file, yaml_root(&file));
	check(collected_has(&collected, 257, "more than 256 keys"));
	yaml_file_close(&file);
	buf_free(&text);
}

UNIT_SUITE("config/yaml_file",
	{ "nodes know their lines", test_tree },
	{ "asking the wrong node", test_other_nodes },
	{ "what is no YAML", test_faults },
	{ "a circle of aliases", test_alias },
	{ "keys have a bound", test_many_keys });

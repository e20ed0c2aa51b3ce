/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directory_file.h"

#include <stdlib.h>

#include "base/file.h"
#include "config/directory_check.h"
#include "config/yaml_message.h"
#include "contract/limits.h"

static int by_id(const void *a, const void *b)
{
	const struct directory_place *first = a;
	const struct directory_place *second = b;
	int order = strcmp(first->agency->id, second->agency->id);

	if (order != 0)
		return order;
	/* Equal ids in the order of the file, so that the later one is told of. */
	return (yaml_line(first->node) > yaml_line(second->node)) - (yaml_line(first->node) < yaml_line(second->node));
}

/* Puts the agencies into order and checks everything. */
static enum err check(const struct yaml_file *file, struct arena *arena, Pb__DirectoryFile *directory)
{
	const yaml_node_t *agencies = yaml_find(file, yaml_root(file), "agencies", NULL);
	size_t count = directory->n_agencies;
	struct directory_place *places = arena_calloc(arena, count, sizeof *places);

	if (places == NULL)
		return ERR_TOO_LARGE;
	for (size_t i = 0; i < count; i++)
		places[i] = (struct directory_place){ directory->agencies[i], yaml_element(file, agencies, i) };
	qsort(places, count, sizeof *places, by_id);
	directory_check_site(file, directory);
	directory_check_agencies(file, places, count);
	for (size_t i = 0; i < count; i++)
		directory->agencies[i] = (Pb__Agency *)(uintptr_t)places[i].agency;
	directory_check_rules(file, directory);
	return file->sink->count == 0 ? ERR_OK : ERR_FORMAT;
}

static enum err load_text(struct bytes text, struct fault_sink *sink, struct arena *arena, const Pb__DirectoryFile **ret_file)
{
	ProtobufCMessage *message = NULL;
	struct yaml_file file;
	enum err err = yaml_file_parse(text, sink, &file);

	if (err == ERR_OK)
		err = yaml_message(&file, yaml_root(&file), &pb__directory_file__descriptor, LIMIT_AGENCIES, arena, &message);
	if (err == ERR_OK)
		err = check(&file, arena, (Pb__DirectoryFile *)message);
	if (err == ERR_TOO_LARGE)
		fault_at(sink, 0, "more than %u bytes in memory", DIRECTORY_ARENA_BYTES);
	yaml_file_close(&file);
	if (err == ERR_OK)
		*ret_file = (Pb__DirectoryFile *)message;
	return err;
}

enum err directory_file_load(const char *path, fault_report *report, void *context, struct arena *arena,
			     const Pb__DirectoryFile **ret_file)
{
	struct fault_sink sink = { report, context, path, 0 };
	struct buf text;
	enum err err;

	buf_init(&text, DIRECTORY_FILE_BYTES);
	err = file_read(path, &text);
	if (err == ERR_OK)
		err = load_text(buf_bytes(&text), &sink, arena, ret_file);
	else
		fault_at(&sink, 0, "cannot be read: %s", err_text(err));
	buf_free(&text);
	return err;
}

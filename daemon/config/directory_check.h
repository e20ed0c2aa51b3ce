/* SPDX-License-Identifier: Apache-2.0 */
/* config/directory_check.h - what a directory must hold beyond its form.  For this room only. */
#pragma once
#include "config/yaml_file.h"
#include "directory.pb-c.h"

/* One agency with where it stands. */
struct directory_place {
	const Pb__Agency *agency;
	const yaml_node_t *node; /* its mapping */
};

/* The site's own fields. */
void directory_check_site(const struct yaml_file *file, const Pb__DirectoryFile *directory);

/* Each agency by itself and against the others.  places are in ascending order of id; equal ids stand side by side. */
void directory_check_agencies(const struct yaml_file *file, const struct directory_place *places, size_t count);

/* One agency's own fields. */
void directory_check_agency(const struct yaml_file *file, const struct directory_place *place);

/* The routing rules.  directory's agencies are in ascending order of id. */
void directory_check_rules(const struct yaml_file *file, const Pb__DirectoryFile *directory);

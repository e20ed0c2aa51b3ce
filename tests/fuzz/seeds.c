/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seeds.c - writes valid inputs for every target, made by the real functions: seeds DIRECTORY DIRECTORY_YAML SHEETS */
#include "seeds.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *root;

void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "seeds: %s\n", what);
		exit(1);
	}
}

const char *seed_path(const char *target, const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", root, target);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", root, target, name);
	return path;
}

void write_seed(const char *target, const char *name, int choice, struct bytes bytes)
{
	FILE *file = fopen(seed_path(target, name), "wb");

	must(file != NULL, name);
	if (choice >= 0)
		fputc(choice, file);
	must(fwrite(bytes.data, 1, bytes.len, file) == bytes.len && fclose(file) == 0, name);
}

void write_message(const char *target, const char *name, int choice, const ProtobufCMessage *message)
{
	write_seed(target, name, choice, sample_packed(message));
}

/* Every sheet of the sample network is a valid message. */
void seed_messages(const char *sheets)
{
	static uint8_t text[SEED_MAX];
	DIR *folder = opendir(sheets);
	struct dirent *entry;
	char path[4096];

	must(folder != NULL, sheets);
	while ((entry = readdir(folder)) != NULL) {
		FILE *file;
		size_t size;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", sheets, entry->d_name);
		file = fopen(path, "rb");
		must(file != NULL, path);
		size = fread(text, 1, sizeof(text), file);
		fclose(file);
		write_seed("message", entry->d_name, -1, bytes_of(text, size));
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: seeds DIRECTORY DIRECTORY_YAML SHEETS\n");
		return 2;
	}
	root = argv[1];
	seed_frames();
	write_seed("envelope", "statement", 0, sample_statement());
	write_message("envelope", "content", 1, &sample_content()->base);
	seed_parts();
	seed_entries();
	seed_directory(argv[2]);
	seed_bundle();
	seed_messages(argv[3]);
	seed_receipts();
	samples_free();
	return 0;
}

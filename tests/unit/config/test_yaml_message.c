/* SPDX-License-Identifier: Apache-2.0 */
#include "config/yaml_message.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "collected.h"
#include "contract/limits.h"
#include "directory.pb-c.h"
#include "unit.h"

#define ARENA_BYTES (1u << 20)

/* One conversion with what it said. */
struct made {
	struct collected collected;
	struct fault_sink sink;
	struct yaml_file file;
	struct arena arena;
	ProtobufCMessage *message;
};

static enum err make_bytes(struct made *made, const ProtobufCMessageDescriptor *type, struct bytes text, size_t arena_bytes)
{
	*made = (struct made){ 0 };
	made->sink = (struct fault_sink){ collect, &made->collected, "a.yaml", 0 };
	arena_init(&made->arena, arena_bytes);
	require_ok(yaml_file_parse(text, &made->sink, &made->file));
	return yaml_message(&made->file, yaml_root(&made->file), type, 3, &made->arena, &made->message);
}

static void make(struct made *made, const ProtobufCMessageDescriptor *type, const char *text)
{
	require_ok(make_bytes(made, type, bytes_of_text(text), ARENA_BYTES));
}

static void made_free(struct made *made)
{
	yaml_file_close(&made->file);
	arena_free(&made->arena);
}

/* ---- what is read ---- */

static void test_each_kind_of_field(void)
{
	const Pb__Agency *agency;
	struct made made;

	make(&made, &pb__agency__descriptor,
	     "id: a\nnames: {ja: 窓口, kana: まどぐち, en: desk}\ncategories: [x, \"\"]\nconfidential: true\nkinds: [NOTE, REQUEST]\n"
	     "hours: {spans: [{days: [1, 4294967295, 0], opens: \"09:00\"}], always: false}\n");
	agency = (const Pb__Agency *)made.message;
	check_uint(made.sink.count, 0);
	check_text(agency->id, "a");
	check_text(agency->names->kana, "まどぐち");
	require(agency->n_categories == 2);
	check_text(agency->categories[1], "");
	check(agency->confidential);
	require(agency->n_kinds == 2);
	check_int(agency->kinds[0], PB__KIND__KIND_NOTE);
	require(agency->hours->n_spans == 1 && agency->hours->spans[0]->n_days == 3);
	check_uint(agency->hours->spans[0]->days[1], UINT32_MAX);
	check_uint(agency->hours->spans[0]->days[2], 0);
	check(!agency->hours->always);
	check_text(agency->hours->spans[0]->closes, ""); /* not given */
	made_free(&made);
}

static void test_what_is_not_given(void)
{
	const Pb__Agency *agency;
	struct made made;

	make(&made, &pb__agency__descriptor, "{}\n");
	agency = (const Pb__Agency *)made.message;
	check_uint(made.sink.count, 0);
	check_text(agency->id, "");
	check(agency->names == NULL && agency->hours == NULL && agency->contact == NULL);
	check_uint(agency->n_areas, 0);
	check(!agency->confidential);
	made_free(&made);
}

static void test_empty_lists(void)
{
	const Pb__Agency *agency;
	struct made made;

	make(&made, &pb__agency__descriptor, "areas: []\nkinds: []\nservices: []\n");
	agency = (const Pb__Agency *)made.message;
	check_uint(made.sink.count, 0);
	check_uint(agency->n_areas + agency->n_kinds + agency->n_services, 0);
	made_free(&made);
}

/* ---- what is refused, and what stands there then ---- */

static const struct {
	const ProtobufCMessageDescriptor *type;
	const char *text;
	unsigned line;
	const char *piece;
} refused[] = {
	{ &pb__agency__descriptor, "id: a\nId: b\n", 2, "Id: there is no such field" },
	{ &pb__agency__descriptor, "id: [a]\n", 1, "id: needs a text" },
	{ &pb__agency__descriptor, "id: {a: b}\n", 1, "id: needs a text" },
	{ &pb__agency__descriptor, "id: \"a\\0b\"\n", 1, "id:" },
	{ &pb__agency__descriptor, "id: \"a\\x07b\"\n", 1, "id:" },
	{ &pb__agency__descriptor, "names: a\n", 1, "needs a mapping of fields" },
	{ &pb__agency__descriptor, "names: [ja]\n", 1, "needs a mapping of fields" },
	{ &pb__agency__descriptor, "names:\n  ja: a\n  ja: b\n", 3, "ja is given twice; first in line 2" },
	{ &pb__agency__descriptor, "names:\n  fr: a\n", 2, "fr: there is no such field" },
	{ &pb__agency__descriptor, "confidential: True\n", 1, "confidential: needs true or false" },
	{ &pb__agency__descriptor, "confidential: 1\n", 1, "needs true or false" },
	{ &pb__agency__descriptor, "confidential: \"true\\0\"\n", 1, "needs true or false" },
	{ &pb__agency__descriptor, "confidential: [true]\n", 1, "needs true or false" },
	{ &pb__agency__descriptor, "kinds: [note]\n", 1, "\"note\" is not in the list" },
	{ &pb__agency__descriptor, "kinds: [KIND_NOTE]\n", 1, "is not in the list" },
	{ &pb__agency__descriptor, "kinds: [[NOTE]]\n", 1, "is not in the list" },
	{ &pb__agency__descriptor, "kinds: [\"NOTE\\0x\"]\n", 1, "is not in the list" },
	{ &pb__agency__descriptor, "kinds: {NOTE: 1}\n", 1, "needs a list of at most 3" },
	{ &pb__agency__descriptor, "areas:\n", 1, "needs a list of at most 3" },
	{ &pb__agency__descriptor, "areas: [a, b, c, d]\n", 1, "areas: needs a list of at most 3" },
	{ &pb__open_span__descriptor, "days: [-1]\n", 1, "\"-1\" is no whole number" },
	{ &pb__open_span__descriptor, "days: [+1]\n", 1, "is no whole number" },
	{ &pb__open_span__descriptor, "days: [1.0]\n", 1, "is no whole number" },
	{ &pb__open_span__descriptor, "days: [0x1]\n", 1, "is no whole number" },
	{ &pb__open_span__descriptor, "days: [4294967296]\n", 1, "\"4294967296\" is no whole number" },
	{ &pb__open_span__descriptor, "days: [99999999999999999999999]\n", 1, "is no whole number" },
	{ &pb__open_span__descriptor, "days: [\"\"]\n", 1, "is no whole number" },
	{ &pb__open_span__descriptor, "days: [\"1\\0\"]\n", 1, "is no whole number" },
	{ &pb__open_span__descriptor, "days: [[1]]\n", 1, "is no whole number" },
	{ &pb__binding__descriptor, "agency: a\nsigning_certificate: x\n", 2, "cannot be given in a file" }, /* bytes */
	{ &pb__binding__descriptor, "seq: 1\n", 1, "seq: cannot be given in a file" },
};

static void test_refused(void)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct made made;

		unit_context("row %zu", i);
		make(&made, refused[i].type, refused[i].text);
		check_uint(made.sink.count, 1); /* told once, under one name */
		check(collected_has(&made.collected, refused[i].line, refused[i].piece));
		check(made.message != NULL && made.message->descriptor == refused[i].type);
		made_free(&made);
	}
}

/* A message with faults is looked at further, to find the rest: every element must be safe to read. */
static void test_faulty_elements_are_valid(void)
{
	const Pb__Agency *agency;
	struct made made;

	make(&made, &pb__agency__descriptor,
	     "categories: [[x], b]\nkinds: [LETTER, NOTE]\nservices: [5, {id: s}]\nnames: 7\nid: {}\nhours: {spans: [x]}\n");
	agency = (const Pb__Agency *)made.message;
	check_uint(made.sink.count, 6);
	require(agency->n_categories == 2 && agency->n_kinds == 2 && agency->n_services == 2);
	check_text(agency->categories[0], "");
	check_text(agency->categories[1], "b");
	check_int(agency->kinds[0], 0);
	check_text(agency->services[0]->id, "");
	check_text(agency->services[1]->id, "s");
	check_text(agency->names->ja, "");
	check_text(agency->id, "");
	check_text(agency->hours->spans[0]->opens, "");
	made_free(&made);
}

static void test_length_of_a_text(void)
{
	char text[LIMIT_SHORT_TEXT + 10] = "id: ";
	struct made made;

	memset(text + 4, 'x', LIMIT_SHORT_TEXT);
	make(&made, &pb__agency__descriptor, text);
	check_uint(made.sink.count, 0);
	check_uint(strlen(((const Pb__Agency *)made.message)->id), LIMIT_SHORT_TEXT);
	made_free(&made);
	text[4 + LIMIT_SHORT_TEXT] = 'x';
	make(&made, &pb__agency__descriptor, text);
	check(collected_has(&made.collected, 1, "id: 1025 bytes; at most 1024"));
	check_text(((const Pb__Agency *)made.message)->id, "");
	made_free(&made);
}

/* The bound that the caller gives is the root's; lists further down have their own. */
static void test_length_of_lists(void)
{
	struct made made;
	struct buf text;

	for (unsigned count = YAML_LIST_MAX; count <= YAML_LIST_MAX + 1; count++) {
		buf_init(&text, 10000);
		buf_put_text(&text, "areas: [a, b, c]\nhours:\n  spans:\n    - days: [");
		for (unsigned i = 0; i < count; i++)
			buf_printf(&text, "%s%u", i > 0 ? ", " : "", i);
		buf_put_text(&text, "]\n");
		make(&made, &pb__agency__descriptor, buf_text(&text));
		check_uint(made.sink.count, count > YAML_LIST_MAX);
		if (count > YAML_LIST_MAX)
			check(collected_has(&made.collected, 4, "days: needs a list of at most 64"));
		made_free(&made);
		buf_free(&text);
	}
}

/* ---- memory ---- */

static void test_full_arena(void)
{
	static const char text[] = "id: a\nnames: {ja: b}\nareas: [c, d]\nservices: [{id: e}]\n";
	unsigned refusals = 0;
	struct made made;
	enum err err;

	for (size_t room = 0; room < 4000; room += 16) {
		unit_context("%zu bytes", room);
		err = make_bytes(&made, &pb__agency__descriptor, bytes_of_text(text), room);
		check(err == ERR_OK || err == ERR_TOO_LARGE);
		check(made.arena.used <= room);
		refusals += err == ERR_TOO_LARGE;
		check(err == ERR_OK || made.sink.count == 0); /* not a fault of the file's form */
		made_free(&made);
	}
	check(refusals > 5 && refusals < 4000 / 16);
}

/* Aliases make one node stand in many places; a node that holds itself must end all the same. */
static void test_aliases(void)
{
	const Pb__DirectoryFile *file;
	struct made made;

	make(&made, &pb__directory_file__descriptor, "names: &n {ja: x}\nagencies:\n  - {id: a, names: *n}\n  - {id: b, names: *n}\n");
	file = (const Pb__DirectoryFile *)made.message;
	check_uint(made.sink.count, 0);
	require(file->n_agencies == 2);
	check_text(file->agencies[0]->names->ja, "x");
	check(file->agencies[0]->names != file->agencies[1]->names);
	made_free(&made);
	make(&made, &pb__directory_file__descriptor, "agencies: &a\n  - {id: a, services: *a}\n");
	check(made.sink.count > 0); /* an agency is no service */
	made_free(&made);
}

/* Any tree of the right words in wrong places: no crash, memory within its bound. */
static void test_random_trees(void)
{
	static const char *const words[] = { "id", "names", "ja", "hours", "spans", "days", "areas", "kinds", "NOTE", "true", "7", "\"\"" };

	for (unsigned round = 0; round < 2000; round++) {
		struct buf text;
		struct made made;

		buf_init(&text, 10000);
		for (unsigned i = 0; i < 6; i++) {
			const char *key = words[unit_random_below(8)];
			const char *value = words[unit_random_below(sizeof words / sizeof *words)];

			switch (unit_random_below(4)) {
			case 0:
				buf_printf(&text, "%s: %s\n", key, value);
				break;
			case 1:
				buf_printf(&text, "%s: [%s, {%s: %s}]\n", key, value, key, value);
				break;
			case 2:
				buf_printf(&text, "%s: {%s: %s, spans: [{days: [%s], opens: [%s]}]}\n", key, value, key, value, value);
				break;
			default:
				buf_printf(&text, "? [%s]\n: {%s: [%s]}\n", key, value, key);
				break;
			}
		}
		require_ok(make_bytes(&made, &pb__agency__descriptor, buf_bytes(&text), ARENA_BYTES));
		check_int(codec_size(made.message) > 0 || made.sink.count > 0, 1);
		made_free(&made);
		buf_free(&text);
	}
}

UNIT_SUITE("config/yaml_message",
	{ "each kind of field", test_each_kind_of_field },
	{ "what is not given has its default", test_what_is_not_given },
	{ "empty lists", test_empty_lists },
	{ "each problem with its line", test_refused },
	{ "what could not be read is a valid default", test_faulty_elements_are_valid },
	{ "the length of a text", test_length_of_a_text },
	{ "the length of lists", test_length_of_lists },
	{ "an arena that is full", test_full_arena },
	{ "aliases", test_aliases },
	{ "random trees", test_random_trees });

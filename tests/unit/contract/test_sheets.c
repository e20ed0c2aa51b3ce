/* SPDX-License-Identifier: Apache-2.0 */
/* The sample network's sheets, read as a desk's program would: each is right, and may be shared as it says. */
#include <dirent.h>
#include <stdio.h>

#include "contract/ask_rules.h"
#include "contract/disclosure.h"
#include "faults.h"

static bool is_sheet(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

static const void *read_part(const json_t *whole, const char *name, const ProtobufCMessageDescriptor *type, struct arena *arena)
{
	const ProtobufCMessage *message = NULL;
	struct faults faults = { 0 };

	check_ok(json_to_message(json_object_get(whole, name), type, arena, &message, faults_add, &faults));
	for (size_t i = 0; i < faults.count; i++)
		printf("%s.%s: %s\n", name, faults.list[i].path, faults.list[i].reason);
	require(message != NULL);
	return message;
}

static int word_of(const json_t *whole, const char *name, const ProtobufCEnumDescriptor *list)
{
	const char *word = json_string_value(json_object_get(whole, name));
	int value = 0;

	require(word != NULL && json_word_value(list, word, &value));
	return value;
}

/* A sample is complete: it has all that its ask needs. */
static void check_ask(const json_t *whole, const Pb__BasisClaim *claim, const Pb__Content *content)
{
	const struct ask_problem *problems[ASK_PROBLEMS_MAX];
	Pb__View head = PB__VIEW__INIT;
	size_t count;

	head.kind = (Pb__Kind)word_of(whole, "kind", &pb__kind__descriptor);
	head.ask = (Pb__Ask)word_of(whole, "ask", &pb__ask__descriptor);
	head.urgency = (Pb__Urgency)word_of(whole, "urgency", &pb__urgency__descriptor);
	head.basis = (Pb__BasisClaim *)(uintptr_t)claim;
	count = ask_check(&head, content, problems);
	check_text(count > 0 ? problems[0]->field : "none", "none");
}

static void check_sheet(const char *name)
{
	struct disclosure_fault fault = { "none", "none" };
	Pb__Content content = PB__CONTENT__INIT;
	const Pb__BasisClaim *claim;
	const Pb__Content *back;
	struct arena arena;
	char path[500];
	json_t *whole;

	snprintf(path, sizeof(path), "%s/%s", SHEETS, name);
	whole = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	unit_context("%s", name);
	require(whole != NULL);
	arena_init(&arena, 1 << 20);
	claim = read_part(whole, "basis", &pb__basis_claim__descriptor, &arena);
	content.body_case = PB__CONTENT__BODY_SHEET;
	content.sheet = (Pb__Sheet *)(uintptr_t)read_part(whole, "sheet", &pb__sheet__descriptor, &arena);
	check_ok(codec_check(&content.base, NULL));
	check_ok(CODEC_DECODE(content, sample_packed(&content.base, &arena), &arena, &back, NULL));
	check_ok(disclosure_check(claim, disclosure_of(&content), &content, &fault));
	check_text(fault.reason, "none");
	check_ask(whole, claim, &content);
	arena_free(&arena);
	json_decref(whole);
}

static void test_sheets(void)
{
	DIR *folder = opendir(SHEETS);
	unsigned count = 0;

	require(folder != NULL);
	for (struct dirent *each = readdir(folder); each != NULL; each = readdir(folder)) {
		if (!is_sheet(each->d_name))
			continue;
		check_sheet(each->d_name);
		count++;
	}
	closedir(folder);
	check(count >= 8);
}

UNIT_SUITE("contract/sheets", { "the sample network's sheets", test_sheets });

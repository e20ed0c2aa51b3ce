/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_envelope.c - statements and contents: decoded, judged, written as JSON and read back.
 *
 * The first byte chooses between a Statement and a Content.  What decodes must survive the way to JSON and back. */
#include "contract/codec.h"
#include "contract/disclosure.h"
#include "contract/json.h"
#include "contract/limits.h"
#include "frame.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void to_json_and_back(const ProtobufCMessage *message, struct arena *arena)
{
	json_t *json = json_of_message(message);
	const ProtobufCMessage *again;

	if (json == NULL)
		return;
	(void)json_to_message(json, message->descriptor, arena, &again, NULL, NULL);
	json_decref(json);
}

static void judge(const Pb__View *view)
{
	class_set classes = 0;
	struct disclosure_fault fault;

	for (size_t i = 0; i < view->n_parts; i++)
		(void)disclosure_set(view->parts[i]->classes, view->parts[i]->n_classes, &classes);
	if (view->basis != NULL)
		(void)disclosure_check(view->basis, classes, NULL, &fault);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const Pb__Statement *statement;
	const Pb__Content *content;
	struct arena arena;

	if (size == 0)
		return 0;
	arena_init(&arena, 4 * LIMIT_DECODE_BYTES);
	if (data[0] % 2 == 0) {
		if (CODEC_DECODE(statement, bytes_of(data + 1, size - 1), &arena, &statement, NULL) == ERR_OK) {
			if (statement->body_case == PB__STATEMENT__BODY_VIEW)
				judge(statement->view);
			to_json_and_back(&statement->base, &arena);
		}
	} else if (CODEC_DECODE(content, bytes_of(data + 1, size - 1), &arena, &content, NULL) == ERR_OK) {
		(void)disclosure_of(content);
		(void)disclosure_has_free_text(content);
		to_json_and_back(&content->base, &arena);
	}
	arena_free(&arena);
	return 0;
}

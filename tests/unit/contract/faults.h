/* SPDX-License-Identifier: Apache-2.0 */
/* faults.h - gathers what json_to_message tells, and reads JSON text into messages. */
#pragma once
#include "contract/json.h"
#include "samples.h"

#define FAULTS_MAX 32

struct faults {
	size_t count;
	struct json_fault list[FAULTS_MAX];
};

static inline void faults_add(void *context, const struct json_fault *fault)
{
	struct faults *faults = context;

	require(faults->count < FAULTS_MAX);
	check(fault->reason[0] != '\0');
	check(fault->reason_ja[0] != '\0');
	faults->list[faults->count++] = *fault;
}

/* Reads text as a message of that type. */
static inline enum err faults_read(const ProtobufCMessageDescriptor *type, const char *text, struct arena *arena,
				   const ProtobufCMessage **ret_message, struct faults *faults)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
	enum err err;

	unit_context("%.200s", text);
	require(json != NULL);
	*faults = (struct faults){ 0 };
	err = json_to_message(json, type, arena, ret_message, faults_add, faults);
	json_decref(json);
	return err;
}

/* Expects exactly one fault. */
static inline void faults_expect(const ProtobufCMessageDescriptor *type, const char *text, const char *path, const char *reason)
{
	const ProtobufCMessage *message = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_err(faults_read(type, text, &arena, &message, &faults), ERR_FORMAT);
	check(message == NULL);
	check_uint(faults.count, 1);
	if (faults.count > 0) {
		check_text(faults.list[0].path, path);
		check_text(faults.list[0].reason, reason);
	}
	arena_free(&arena);
}

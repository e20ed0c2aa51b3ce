/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_fault.h - telling what is wrong with a JSON value, in both languages. */
#pragma once
#include "contract/codec_path.h"
#include "contract/json.h"

struct json_reader {
	struct arena *arena;
	void (*on_fault)(void *context, const struct json_fault *fault);
	void *context;
	bool faulty; /* something was told */
	bool full;   /* the arena gave no more */
};

/* Tells a fault at step.  value (may be NULL) is shown before the reason, shortened if it is long. */
void json_tell(struct json_reader *reader, const struct codec_step *step, const json_t *value, const char *reason, const char *reason_ja);

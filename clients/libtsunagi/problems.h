/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/problems.h - what is wrong with a message, by field, for the person who wrote it: [{"field","message"}]. */
#pragma once
#include <jansson.h>

#include "contract/json.h"

struct problems {
	json_t *list; /* NULL until the first */
	bool no_memory;
};

/* en and ja are the two languages' sentences; value (may be NULL) is shown after them. */
void problems_add(struct problems *problems, const char *field, const char *en, const char *ja, const char *value);

/* For json_to_message; context is the struct problems. */
void problems_on_fault(void *context, const struct json_fault *fault);

size_t problems_count(const struct problems *problems);

/* "field: message; field: message", for an error text; appended. */
void problems_text(const struct problems *problems, struct buf *out);

/* A new reference to the list. */
json_t *problems_json(const struct problems *problems);
void problems_free(struct problems *problems);

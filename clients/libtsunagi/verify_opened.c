/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/verify_opened.c - see verifying.h: what was said, by the key of a part's content.
 *
 * The agency signed the message, the message names the digest of the sealed part, and what the key opens is signed by that agency again, for this
 * place in this message.  So whoever made the file can neither put other words into it nor move them. */
#include <stdio.h>

#include "contract/json.h"
#include "contract/signed_order.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/opened.h"
#include "libtsunagi/sealing.h"
#include "libtsunagi/verifying.h"

struct opening {
	struct verifying *verifying;
	struct arena arena; /* this row's alone: a file may have many */
	const char *recipient;
	size_t part;
	const Pb__View *view;
	struct buf sealed, clear;
	char place[LIMIT_ADDRESS + 32];
};

static const Pb__View *find_view(struct opening *opening)
{
	const Pb__SignedOrder *order = signed_order_of(opening->verifying->entry.body);

	for (size_t i = 0; i < order->n_statements; i++) {
		const Pb__View *view = statement_view(bytes_of_pb(order->statements[i]), &opening->arena);

		if (view != NULL && strcmp(view->recipient, opening->recipient) == 0)
			return view;
	}
	return NULL;
}

/* Which part of which View it claims to be. */
static bool find_part(struct opening *opening, const json_t *row)
{
	struct digest digest;

	opening->recipient = field_text(row, "recipient");
	opening->part = (size_t)field_number(row, "part", LIMIT_PARTS, LIMIT_PARTS);
	if (opening->recipient == NULL || field_run(row, "sealed", &opening->sealed) != ERR_OK)
		return false;
	snprintf(opening->place, sizeof opening->place, "%.*s, %zu", LIMIT_ADDRESS, opening->recipient, opening->part);
	opening->view = find_view(opening);
	if (opening->view == NULL || opening->part >= opening->view->n_parts)
		return false;
	digest = digest_of(buf_bytes(&opening->sealed));
	return bytes_equal(bytes_of_pb(opening->view->parts[opening->part]->sha256), digest_bytes(&digest));
}

/* signer: whose device signed the message; a part may have been signed by another of that agency's. */
static bool open_it(struct opening *opening, const json_t *row, const struct certificate *signer, bool *ret_theirs)
{
	struct certificate *certificate = NULL;
	uint8_t key[SEAL_KEY_BYTES];
	bool opens = field_bytes(row, "content_key", key, sizeof key) == ERR_OK &&
		     open_part_by_key(buf_bytes(&opening->sealed), key, &opening->clear, &certificate) == ERR_OK;

	*ret_theirs = opens && strcmp(certificate_subject(certificate), certificate_subject(signer)) == 0;
	certificate_free(certificate);
	return opens;
}

/* NULL when it was sealed for another place, or is no content that this version knows. */
static json_t *content_of(struct opening *opening)
{
	struct arena *arena = &opening->arena;
	const Pb__BoundPart *bound = NULL;
	const Pb__Content *content = NULL;

	if (CODEC_DECODE(bound_part, buf_bytes(&opening->clear), arena, &bound, NULL) != ERR_OK || bound->binding == NULL ||
	    !part_binding_fits(bound->binding, opening->view, opening->part) ||
	    CODEC_DECODE(content, bytes_of_pb(bound->content), arena, &content, NULL) != ERR_OK)
		return NULL;
	return json_of_message(&content->base);
}

static void verify_row(struct opening *opening, const json_t *row, const struct certificate *signer)
{
	struct verifying *verifying = opening->verifying;
	json_t *content = NULL;
	bool theirs = false;

	if (!find_part(opening, row)) {
		verifying_note(verifying, "part", false, opening->place);
		return;
	}
	verifying_note(verifying, "part", true, opening->place);
	if (!open_it(opening, row, signer, &theirs)) {
		verifying_note(verifying, "opened", false, opening->place);
		return;
	}
	verifying_note(verifying, "opened", true, opening->place);
	content = theirs ? content_of(opening) : NULL;
	verifying_note(verifying, "said", content != NULL, certificate_subject(signer));
	if (content != NULL)
		json_array_append_new(verifying->said, json_pack("{s:s, s:I, s:o}", "recipient", opening->recipient, "part", (json_int_t)opening->part,
								 "content", content));
}

void verify_opened(struct verifying *verifying, const struct certificate *signer)
{
	for (size_t i = 0; i < json_array_size(verifying->opened); i++) {
		struct opening opening = { .verifying = verifying };

		arena_init(&opening.arena, LIMIT_DATA_BYTES + LIMIT_DECODE_BYTES);
		buf_init(&opening.sealed, LIMIT_PART_BYTES);
		buf_init(&opening.clear, LIMIT_PART_BYTES);
		verify_row(&opening, json_array_get(verifying->opened, i), signer);
		arena_free(&opening.arena);
		buf_free(&opening.sealed);
		buf_free(&opening.clear);
	}
}

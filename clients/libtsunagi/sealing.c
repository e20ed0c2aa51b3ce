/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sealing.c - see sealing.h for the contract. */
#include "libtsunagi/sealing.h"

#include "frame.pb-c.h"
#include "tsunagi/tsunagi.h"

#define NONCE_BYTES 16

static Pb__DisclosureClass *classes_of(const struct clear_part *clear)
{
	return (Pb__DisclosureClass *)(uintptr_t)clear->classes;
}

static enum err seal_one(const Pb__View *view, uint32_t index, const struct recipient *recipient, const struct bundle *bundle,
			 const struct clear_part *clear, struct buf *sealed)
{
	Pb__PartBinding binding = PB__PART_BINDING__INIT;
	Pb__BoundPart bound = PB__BOUND_PART__INIT;
	struct buf bytes;
	enum err err = ERR_OK;

	binding.message_id = view->message_id;
	binding.sender = view->sender;
	binding.recipient = view->recipient;
	binding.case_id = view->case_id;
	binding.basis = view->basis == NULL ? PB__BASIS__BASIS_UNSPECIFIED : view->basis->basis;
	binding.n_classes = clear->class_count;
	binding.classes = classes_of(clear);
	binding.release = clear->release;
	binding.index = index;
	bound.binding = &binding;
	bound.content = pb_of_bytes(clear->content);
	buf_init(&bytes, LIMIT_PART_BYTES);
	err = codec_pack(&bound.base, &bytes);
	if (err == ERR_OK)
		err = seal_part(buf_bytes(&bytes), bundle->signing_certificate, bundle->signing_key,
				(const struct certificate *const *)recipient->certificates, recipient->count, sealed);
	if (bytes.data != NULL)
		secret_wipe(bytes.data, bytes.cap);
	buf_free(&bytes);
	return err == ERR_OK && sealed->len > LIMIT_PART_BYTES ? ERR_TOO_LARGE : err;
}

static enum err pack_statement(Pb__View *view, struct buf *statement)
{
	Pb__Statement message = PB__STATEMENT__INIT;
	size_t before = statement->len;
	enum err err = ERR_OK;

	message.body_case = PB__STATEMENT__BODY_VIEW;
	message.view = view;
	err = codec_pack(&message.base, statement);
	return err == ERR_OK && statement->len - before > LIMIT_STATEMENT_BYTES ? ERR_TOO_LARGE : err;
}

enum err seal_view(const Pb__View *head, const struct recipient *recipient, const struct bundle *bundle, const struct clear_part *clear,
		   size_t clear_count, struct buf *statement, struct buf *sealed)
{
	Pb__View view = *head;
	Pb__PartRef rows[LIMIT_PARTS], *refs[LIMIT_PARTS];
	struct digest digests[LIMIT_PARTS];
	ProtobufCBinaryData sealed_to[LIMIT_SEALED_TO];
	uint8_t nonce[NONCE_BYTES];
	enum err err = clear_count > LIMIT_PARTS ? ERR_TOO_LARGE : ERR_OK;

	random_bytes(nonce, sizeof nonce);
	view.nonce = pb_of_bytes(bytes_of(nonce, sizeof nonce));
	view.recipient = pb_of_text(recipient->address);
	for (size_t i = 0; i < recipient->count; i++)
		sealed_to[i] = pb_of_bytes(digest_bytes(certificate_digest(recipient->certificates[i])));
	view.n_sealed_to = recipient->count;
	view.sealed_to = sealed_to;
	for (size_t i = 0; i < clear_count && err == ERR_OK; i++) {
		err = seal_one(&view, (uint32_t)i, recipient, bundle, &clear[i], &sealed[i]);
		if (err != ERR_OK)
			break;
		pb__part_ref__init(&rows[i]);
		refs[i] = &rows[i];
		digests[i] = digest_of(buf_bytes(&sealed[i]));
		rows[i].sha256 = pb_of_bytes(digest_bytes(&digests[i]));
		rows[i].size = (uint32_t)sealed[i].len;
		rows[i].release = clear[i].release;
		rows[i].n_classes = clear[i].class_count;
		rows[i].classes = classes_of(&clear[i]);
	}
	if (err != ERR_OK)
		return err;
	view.n_parts = clear_count;
	view.parts = refs;
	return pack_statement(&view, statement);
}

enum err open_with_own(struct bytes sealed, const struct bundle *bundle, struct buf *out, struct certificate **ret_signer)
{
	enum err err = ERR_NOT_FOUND;

	for (size_t i = 0; i < bundle->sealing_count && err == ERR_NOT_FOUND; i++) {
		struct certificate *signer = NULL;

		err = open_part(sealed, bundle->sealing[i].certificate, bundle->sealing[i].key, out, &signer);
		if (err == ERR_OK && ret_signer != NULL)
			*ret_signer = signer;
		else
			certificate_free(signer);
	}
	return err;
}

enum err own_content_key(struct bytes sealed, const struct bundle *bundle, uint8_t ret_key[SEAL_KEY_BYTES])
{
	enum err err = ERR_NOT_FOUND;

	for (size_t i = 0; i < bundle->sealing_count && err == ERR_NOT_FOUND; i++)
		err = part_content_key(sealed, bundle->sealing[i].certificate, bundle->sealing[i].key, ret_key);
	return err;
}

bool part_binding_fits(const Pb__PartBinding *binding, const Pb__View *view, size_t index)
{
	const Pb__PartRef *ref = view->parts[index];
	Pb__Basis basis = view->basis == NULL ? PB__BASIS__BASIS_UNSPECIFIED : view->basis->basis;

	return bytes_equal(bytes_of_pb(binding->message_id), bytes_of_pb(view->message_id)) && strcmp(binding->sender, view->sender) == 0 &&
	       strcmp(binding->recipient, view->recipient) == 0 && bytes_equal(bytes_of_pb(binding->case_id), bytes_of_pb(view->case_id)) &&
	       binding->basis == basis && binding->release == ref->release && binding->index == index &&
	       binding->n_classes == ref->n_classes &&
	       (ref->n_classes == 0 || memcmp(binding->classes, ref->classes, ref->n_classes * sizeof *ref->classes) == 0);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/arrival_verify.c - see arrival.h: is it the sender's word, and for us?  Then: is what is inside what was declared? */
#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/merkle.h"
#include "libtsunagi/arrival.h"
#include "libtsunagi/sealing.h"

/* From the statement's leaf through the order to the batch's root. */
static bool batch_root(const struct arrival *arrival, struct digest *ret_root)
{
	struct digest statements, order;

	if (merkle_path_root(&arrival->view_hash, arrival->view_index, arrival->view_count, arrival->view_path, &statements) != ERR_OK)
		return false;
	order = order_hash_of_root(&statements);
	return merkle_path_root(&order, arrival->order_index, arrival->order_count, arrival->order_path, ret_root) == ERR_OK;
}

static bool id_or_empty(ProtobufCBinaryData id)
{
	return id.len == 0 || id.len == 16;
}

/* What the envelope must be for us, whoever signed it: to us; by us where we are asked to seal it further. */
static const char *envelope_fault(const struct arrival *arrival, const struct bundle *bundle)
{
	const Pb__View *view = arrival->view;

	if (arrival->what == PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK) {
		if (strcmp(view->sender, bundle->address) != 0)
			return "it asks to seal what another agency sent";
		if (arrival->notice == NULL || arrival->notice->next_agency[0] == '\0')
			return "it does not say to whom";
	} else if (strcmp(view->recipient, bundle->address) != 0) {
		return "it is addressed to another agency";
	}
	if (!id_or_empty(view->case_id) || !id_or_empty(view->thread_id))
		return "its case or thread is no id";
	if (view->n_parts > LIMIT_PARTS || view->n_blobs > LIMIT_BLOBS)
		return "it has too many parts";
	return NULL;
}

/* The site's own word: something that we know, about a thread or nothing. */
static enum verdict verify_notice(const struct arrival *arrival, const char **ret_reason)
{
	const Pb__SiteNotice *notice = arrival->notice;

	*ret_reason = "this version does not know such a notice";
	if (notice == NULL || notice->what == PB__NOTICE_WHAT__NOTICE_WHAT_UNSPECIFIED)
		return VERDICT_NOT_UNDERSTOOD;
	*ret_reason = "its thread or case is no id";
	return id_or_empty(notice->thread_id) && id_or_empty(notice->case_id) ? VERDICT_GENUINE : VERDICT_NOT_UNDERSTOOD;
}

enum verdict arrival_verify(struct arrival *arrival, const struct bundle *bundle, struct signers *signers, const char **ret_reason)
{
	struct signer *signer = NULL;
	struct digest root;
	enum err err = ERR_OK;

	if (arrival->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		return verify_notice(arrival, ret_reason);
	*ret_reason = envelope_fault(arrival, bundle);
	if (*ret_reason != NULL)
		return VERDICT_NOT_AUTHENTIC;
	*ret_reason = "its path does not lead to a batch";
	if (!batch_root(arrival, &root))
		return VERDICT_NOT_AUTHENTIC;
	signer = signers_find(signers, &arrival->certificate);
	if (signer == NULL || signer->state == SIGNER_ASKED) {
		arrival->wanted = arrival->certificate;
		return VERDICT_ASK_SIGNER;
	}
	*ret_reason = "the site knows no such signer";
	if (signer->state == SIGNER_ABSENT)
		return VERDICT_NOT_AUTHENTIC;
	err = signers_verify(signers, signer, bundle->site_certificate, arrival->view->sender, arrival->accepted_at_us, bundle->site, &root,
			     arrival->signature, ret_reason);
	arrival->signer_device = signer->device;
	if (err == ERR_NOMEM)
		return VERDICT_FAULT;
	return err == ERR_OK ? VERDICT_GENUINE : VERDICT_NOT_AUTHENTIC;
}

static bool sealed_to_us(const Pb__View *view, const struct bundle *bundle)
{
	for (size_t i = 0; i < view->n_sealed_to; i++)
		for (size_t k = 0; k < bundle->sealing_count; k++)
			if (bytes_equal(bytes_of_pb(view->sealed_to[i]), digest_bytes(certificate_digest(bundle->sealing[k].certificate))))
				return true;
	return false;
}

static enum verdict verdict_of(enum err err)
{
	return err == ERR_NOMEM ? VERDICT_FAULT : err == ERR_NOT_FOUND ? VERDICT_CANNOT_OPEN : VERDICT_NOT_AUTHENTIC;
}

/* The clear bytes' signer is a device of the sender's that the site admitted: the batch's signer, as a rule; another when keys were
 * replaced, or another device sent it, after it was sealed. */
static enum verdict signed_by_sender(const struct certificate *certificate, struct arrival *arrival, const struct bundle *bundle, struct signers *signers)
{
	const struct signer *signer = signers_find(signers, certificate_digest(certificate));

	if (signer == NULL || signer->state == SIGNER_ASKED) {
		arrival->wanted = *certificate_digest(certificate);
		return VERDICT_ASK_SIGNER;
	}
	if (signer->state != SIGNER_KNOWN || signers_may_have_signed(signer, bundle->site_certificate, arrival->view->sender,
								     arrival->accepted_at_us) != ERR_OK)
		return VERDICT_NOT_AUTHENTIC;
	return VERDICT_GENUINE;
}

static enum verdict read_content(struct arrival *arrival, size_t index, struct bytes clear, const char **ret_reason)
{
	struct arrival_part *part = &arrival->parts[index];
	const Pb__PartRef *ref = arrival->view->parts[index];
	const Pb__BoundPart *bound = NULL;
	class_set declared = 0;
	enum err err = CODEC_DECODE(bound_part, clear, &arrival->arena, &bound, NULL);

	*ret_reason = "what was sealed is no part of a message";
	if (err != ERR_OK)
		return verdict_of(err);
	*ret_reason = "the part was sealed for another message or place";
	if (bound->binding == NULL || !part_binding_fits(bound->binding, arrival->view, index))
		return VERDICT_NOT_AUTHENTIC;
	*ret_reason = "what was sealed is no content that this version knows";
	err = CODEC_DECODE(content, bytes_of_pb(bound->content), &arrival->arena, &part->content, NULL);
	if (err != ERR_OK)
		return verdict_of(err);
	if (disclosure_set(ref->classes, ref->n_classes, &declared) != ERR_OK)
		return VERDICT_NOT_AUTHENTIC;
	part->found = disclosure_of(part->content);
	part->undeclared = part->found & ~declared;
	return VERDICT_GENUINE;
}

static enum verdict open_one(struct arrival *arrival, size_t index, const struct bundle *bundle, struct signers *signers, const char **ret_reason)
{
	struct arrival_part *part = &arrival->parts[index];
	const Pb__PartRef *ref = arrival->view->parts[index];
	struct digest digest = digest_of(part->sealed);
	struct certificate *signer = NULL;
	struct buf clear;
	enum verdict verdict = VERDICT_NOT_AUTHENTIC;
	enum err err = ERR_OK;

	*ret_reason = "a part's digest is not the one in its envelope";
	if (!bytes_equal(bytes_of_pb(ref->sha256), digest_bytes(&digest)))
		return VERDICT_NOT_AUTHENTIC;
	buf_init(&clear, LIMIT_PART_BYTES);
	err = open_with_own(part->sealed, bundle, &clear, &signer);
	*ret_reason = err == ERR_NOT_FOUND ? "no key of ours opens it" : "a part was altered, or its signature does not hold";
	if (err == ERR_OK) {
		*ret_reason = "a part was signed by another than the sender";
		verdict = signed_by_sender(signer, arrival, bundle, signers);
	} else {
		verdict = verdict_of(err);
	}
	if (verdict == VERDICT_GENUINE)
		verdict = read_content(arrival, index, buf_bytes(&clear), ret_reason);
	if (clear.data != NULL)
		secret_wipe(clear.data, clear.cap);
	buf_free(&clear);
	certificate_free(signer);
	return verdict;
}

enum verdict arrival_open(struct arrival *arrival, const struct bundle *bundle, struct signers *signers, const char **ret_reason)
{
	enum verdict verdict = VERDICT_GENUINE;

	*ret_reason = "it is sealed to certificates of which none is ours";
	if (arrival->part_count > 0 && !sealed_to_us(arrival->view, bundle))
		return VERDICT_FOREIGN;
	for (size_t i = 0; i < arrival->part_count && verdict == VERDICT_GENUINE; i++)
		if (!arrival->parts[i].withheld)
			verdict = open_one(arrival, i, bundle, signers, ret_reason);
	return verdict;
}

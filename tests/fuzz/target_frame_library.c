/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_frame_library.c - a broker's frames as the library reads them. */
#include "target_frame.h"

#include <stdlib.h>

#include "contract/codec.h"
#include "contract/limits.h"
#include "contract/replies.h"
#include "libtsunagi/answers.h"
#include "libtsunagi/arrival.h"
#include "seed_keys.h"

static struct bundle *own_bundle(void)
{
	static struct bundle bundle = { .site = SEED_SITE, .address = SEED_ADDRESS, .agency = SEED_AGENCY, .device = 1, .sealing_count = 1 };

	bundle.site_certificate = seed_keys()->root;
	bundle.signing_certificate = seed_keys()->signing;
	bundle.signing_key = seed_keys()->signing_key;
	bundle.sealing[0] = (struct bundle_sealing){ seed_keys()->sealing_key, seed_keys()->sealing };
	return &bundle;
}

static void learn_own(struct signers *signers)
{
	Pb__Binding binding = PB__BINDING__INIT;

	binding.agency = pb_of_text(SEED_AGENCY);
	binding.device = 1;
	binding.bound_at_us = SEED_NOW_US;
	binding.signing_certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	if (signers_learn(signers, &binding) != ERR_OK)
		abort();
}

/* Opened even when the batch's signature does not hold: a hostile sender signs what it likes. */
static void receive(const Pb__Handout *handout, struct bytes data)
{
	static struct signers signers;
	struct arrival *first = NULL;
	const char *reason;

	if (signers.count == 0)
		learn_own(&signers);
	if (arrivals_of_handout(handout, data, &first) != ERR_OK)
		return;
	while (first != NULL) {
		struct arrival *next = first->next;

		(void)arrival_verify(first, own_bundle(), &signers, &reason);
		(void)arrival_open(first, own_bundle(), &signers, &reason);
		arrival_free(first);
		first = next;
	}
}

static void hear_replies(const Pb__Replies *replies)
{
	struct knowledge knowledge = { .site = SEED_SITE, .epoch = 1, .lock = -1, .written_mono_us = INT64_MAX };
	struct answers answers;
	const char *reason;
	struct buf path;

	memcpy(knowledge.key, seed_keys()->checkpoint_public, ED25519_BYTES);
	buf_init(&knowledge.note, NOTE_MAX);
	if (answers_verify(replies, &knowledge, &answers, &reason) == ERR_OK) {
		buf_init(&path, LIMIT_CONTROL_BYTES);
		for (size_t i = 0; i < answers.count; i++)
			if (answers.rows[i].reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED)
				(void)answers_inclusion(&answers, i, &path);
		buf_free(&path);
		answers_free(&answers);
	}
	buf_free(&knowledge.note);
}

void from_broker(struct bytes control, struct bytes data, struct arena *arena)
{
	const Pb__FromBroker *message;
	struct codec_fault fault;

	if (CODEC_DECODE(from_broker, control, arena, &message, &fault) != ERR_OK)
		return;
	if (message->body_case == PB__FROM_BROKER__BODY_HANDOUT)
		receive(message->handout, data);
	else if (message->body_case == PB__FROM_BROKER__BODY_REPLIES && replies_expand(message->replies, arena) == ERR_OK)
		hear_replies(message->replies);
}

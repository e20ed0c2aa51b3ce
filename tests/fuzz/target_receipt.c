/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_receipt.c - receipts as someone may show them to a verifier.  The first byte chooses:
 *   0  the file itself
 *   1  an entry's body; its order is signed and the entry sealed by the seeds' keys, as an agency and a site that mean ill would
 *   2  the body of the entry that bound the signer, likewise
 * Without that no hostile body would get past its hash. */
#include <stdio.h>
#include <stdlib.h>

#include "contract/codec.h"
#include "contract/json.h"
#include "contract/limits.h"
#include "contract/signed_order.h"
#include "libtsunagi/evidence.h"
#include "seed_keys.h"
#include "seed_ledger.h"
#include "tsunagi/tsunagi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *trusted_key(void)
{
	static char text[NOTE_KEY_TEXT];
	struct buf key;

	if (text[0] != '\0')
		return text;
	buf_init(&key, sizeof(text) - 1);
	if (note_key_format(SEED_SITE "/1", seed_keys()->checkpoint_public, &key) != ERR_OK)
		abort();
	snprintf(text, sizeof(text), "%.*s", (int)key.len, (const char *)key.data);
	buf_free(&key);
	return text;
}

static void verify(const char *text, size_t len)
{
	const char *keys[] = { trusted_key(), NULL, "no key" };
	char *report = NULL;
	int result = tsg_verify_json(text, len, keys, 3, &report);

	if ((result != TSG_OK && result != TSG_NOT_AUTHENTIC && result != TSG_UNDECIDED && result != TSG_USAGE) || report == NULL)
		abort();
	tsg_free(report);
}

/* Re-signed, when it has an order; as it is otherwise. */
static struct bytes signed_body(struct bytes bytes, struct arena *arena, struct buf *packed)
{
	const Pb__EntryBody *body;

	if (CODEC_DECODE(entry_body, bytes, arena, &body, NULL) != ERR_OK || signed_order_of(body) == NULL)
		return bytes;
	seed_sign_order(signed_order_of(body));
	return codec_pack(&body->base, packed) == ERR_OK ? buf_bytes(packed) : bytes;
}

static struct bytes good_binding(void)
{
	static struct buf packed;
	Pb__BindEntry bind = PB__BIND_ENTRY__INIT;
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	if (packed.len > 0)
		return buf_bytes(&packed);
	bind.agency = 4;
	bind.device = 1;
	bind.signing_certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	body.body_case = PB__ENTRY_BODY__BODY_BIND;
	body.bind = &bind;
	buf_init(&packed, LIMIT_CONTROL_BYTES);
	if (codec_pack(&body.base, &packed) != ERR_OK)
		abort();
	return buf_bytes(&packed);
}

static void verify_ledger(struct bytes binding, uint16_t type, struct bytes body)
{
	static struct seed_ledger ledger;
	Pb__ReceiptProof proof;
	json_t *json;
	char *text;

	ledger.count = 0;
	seed_ledger_add(&ledger, PB__ENTRY_TYPE__ENTRY_TYPE_BIND, binding);
	seed_ledger_add(&ledger, type, body);
	seed_ledger_seal(&ledger);
	seed_ledger_prove(&ledger, 1, 0, &proof);
	json = json_pack("{s:s, s:i, s:o}", "type", EVIDENCE_TYPE, "version", EVIDENCE_VERSION, "proof", json_of_message(&proof.base));
	text = json == NULL ? NULL : json_dumps(json, 0);
	if (text != NULL)
		verify(text, strlen(text));
	free(text);
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct buf packed;

	if (size == 0)
		return 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	buf_init(&packed, LIMIT_CONTROL_BYTES);
	if (data[0] % 3 == 0)
		verify((const char *)data + 1, size - 1);
	else if (data[0] % 3 == 1)
		verify_ledger(good_binding(), PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT,
			      signed_body(bytes_of(data + 1, size - 1), &arena, &packed));
	else
		verify_ledger(bytes_of(data + 1, size - 1), PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT, good_binding());
	buf_free(&packed);
	arena_free(&arena);
	return 0;
}

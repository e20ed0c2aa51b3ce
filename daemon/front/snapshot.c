/* SPDX-License-Identifier: Apache-2.0 */
#include "front/snapshot.h"

#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/batch.h"
#include "contract/codec.h"

#define SNAPSHOT_BYTES (4u * LIMIT_DIRECTORY_BYTES) /* with every device's certificates */

enum err snapshot_sign(const struct front *front, struct bytes snapshot, const struct digest *digest, struct buf *out)
{
	Pb__SignedSnapshot message = PB__SIGNED_SNAPSHOT__INIT;
	uint8_t signature[ED25519_SIGNATURE];
	enum err err = signature_sign_ed25519(front->keys->checkpoint, digest_bytes(digest), signature);

	if (err != ERR_OK)
		return err;
	message.snapshot = pb_of_bytes(snapshot);
	message.signature = pb_of_bytes(bytes_of(signature, sizeof signature));
	return codec_pack(&message.base, out);
}

static enum err sign(const struct front *front, struct bytes snapshot, struct buf *out)
{
	const struct digest digest = directory_signed_digest(front->config.site, snapshot);

	return snapshot_sign(front, snapshot, &digest, out);
}

static enum err build(struct front *front, struct txn *txn, struct snapshot *ret_snapshot)
{
	struct snapshot fresh = { .built = true };
	struct buf snapshot;
	enum err err;

	buf_init(&snapshot, SNAPSHOT_BYTES);
	buf_init(&fresh.signed_bytes, SNAPSHOT_BYTES + 1024);
	err = directory_snapshot(txn, &snapshot, &fresh.version);
	if (err == ERR_OK)
		err = sign(front, buf_bytes(&snapshot), &fresh.signed_bytes);
	buf_free(&snapshot);
	if (err == ERR_OK)
		*ret_snapshot = fresh;
	else
		buf_free(&fresh.signed_bytes);
	return err;
}

enum err snapshot_current(struct front *front, struct txn *txn, struct bytes *ret_signed)
{
	struct snapshot *snapshot = &front->snapshot;
	struct snapshot fresh;
	uint64_t version;
	enum err err = directory_version_get(txn, &version);

	if (err != ERR_OK)
		return err;
	if (!snapshot->built || snapshot->version != version) {
		err = build(front, txn, &fresh);
		if (err != ERR_OK)
			return err;
		buf_free(&snapshot->signed_bytes);
		*snapshot = fresh;
	}
	*ret_signed = buf_bytes(&snapshot->signed_bytes);
	return ERR_OK;
}

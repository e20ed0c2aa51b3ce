/* SPDX-License-Identifier: Apache-2.0 */
/* front/read_confidential.c - the records of the confidential agencies behind the reader: signed by the site, sealed to the reader's device.
 *
 * Every agency is answered alike: who is nobody's proxy gets records with nobody in them.  What was sealed stays with the session until its
 * last piece has been asked for. */
#include <stdlib.h>

#include "broker/lookup.h"
#include "contract/batch.h"
#include "contract/codec.h"
#include "crypto/seal.h"
#include "front/reads.h"
#include "front/snapshot.h"

#define RECORDS_BYTES LIMIT_DIRECTORY_BYTES
#define SEALING_PAUSE_US 200000 /* a session has them sealed once in so long */

static enum err sealing_certificate(const struct asking *asking, struct certificate **ret_certificate)
{
	struct device device;
	enum err err = device_get(asking->txn, asking->peer->agency, asking->peer->device, &device);

	return err == ERR_OK ? certificate_from_der(device.sealing_certificate, ret_certificate) : err;
}

static enum err sign(const struct front *front, const char *proxy, struct bytes records, struct buf *out)
{
	const struct digest digest = confidential_signed_digest(front->config.site, proxy, records);

	return snapshot_sign(front, records, &digest, out);
}

/* The reader's id, in the answer's arena. */
static char *reader_id(const struct asking *asking)
{
	return arena_text(asking->arena, bytes_of(asking->peer->address, strcspn(asking->peer->address, "@")));
}

static enum err seal_records(struct asking *asking, struct buf *out)
{
	const char *id = reader_id(asking);
	struct certificate *certificate = NULL;
	struct buf records, clear;
	enum err err = id == NULL ? ERR_NOMEM : sealing_certificate(asking, &certificate);

	buf_init(&records, RECORDS_BYTES);
	buf_init(&clear, RECORDS_BYTES);
	if (err == ERR_OK)
		err = confidential_records(asking->txn, id, &records);
	if (err == ERR_OK)
		err = sign(asking->front, id, buf_bytes(&records), &clear);
	if (err == ERR_OK)
		err = seal_to(buf_bytes(&clear), certificate, out);
	buf_free(&clear);
	buf_free(&records);
	certificate_free(certificate);
	return err;
}

/* Anew at the beginning; never more often than a session has use for. */
static enum err begin(struct asking *asking)
{
	struct peer *peer = asking->peer;
	enum err err;

	if (peer->records_sealed_us != 0 && asking->front->mono_us < peer->records_sealed_us + SEALING_PAUSE_US)
		return ERR_BUSY;
	buf_free(&peer->records);
	buf_init(&peer->records, RECORDS_BYTES);
	err = seal_records(asking, &peer->records);
	if (err != ERR_OK)
		buf_clear(&peer->records);
	else
		peer->records_sealed_us = asking->front->mono_us;
	return err;
}

/* The last piece takes the records with it: the session keeps nothing. */
static void give_piece(struct asking *asking, uint64_t offset)
{
	struct buf *records = &asking->peer->records;
	uint64_t left = records->len - offset;

	asking->result.result_case = PB__READ_RESULT__RESULT_CONFIDENTIAL_SIZE;
	asking->result.confidential_size = records->len;
	if (left > LIMIT_READ_PIECE) {
		asking->data = bytes_of(records->data + offset, LIMIT_READ_PIECE);
		return;
	}
	buf_put(&asking->kept, bytes_of(records->data + offset, left));
	asking->data = buf_bytes(&asking->kept);
	buf_free(records);
	buf_init(records, RECORDS_BYTES);
}

enum err read_confidential(struct asking *asking, uint64_t offset)
{
	enum err err = offset == 0 ? begin(asking) : ERR_OK;

	if (err != ERR_OK)
		return err;
	if (offset >= asking->peer->records.len)
		return ERR_NOT_FOUND;
	give_piece(asking, offset);
	return asking->kept.err;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* broker/binding.c - see binding.h for the contract. */
#include "broker/binding.h"

#include "broker/rows.h"

static enum err end_certificate(struct txn *txn, const struct digest *digest, int64_t at_us, bool compromised)
{
	struct certificate_row row;
	enum err err = certificate_row_get(txn, digest, &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	row.ends_at_us = at_us;
	row.compromised = compromised;
	certificate_row_put(txn, digest, &row);
	return ERR_OK;
}

enum err binding_end_certificates(struct txn *txn, const struct device *device, int64_t at_us, bool compromised)
{
	struct digest signing = digest_of(device->signing_certificate); /* both before the first write */
	struct digest sealing = digest_of(device->sealing_certificate);
	enum err err = end_certificate(txn, &signing, at_us, compromised);

	return err != ERR_OK ? err : end_certificate(txn, &sealing, at_us, compromised);
}

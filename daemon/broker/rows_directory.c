/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_directory.c - the rows of who there is: agencies, devices, certificates, invitations, the directory.  See rows.h for
 * the contract. */
#include "broker/rows.h"

#define DEVICE_FIXED_BYTES (8 + 8 + 8 + 1 + CURVE_BYTES) /* before the name */
#define CERTIFICATE_ROW_BYTES 25
#define INVITATION_BYTES 13

static const char file_name[] = "file";
static const char version_name[] = "version";

/* ---- agencies ---- */

void agency_row_put(struct txn *txn, uint32_t number, const struct agency_row *row)
{
	uint8_t key[4];
	struct buf value;

	be32_put(key, number);
	buf_init(&value, SIZE_MAX);
	buf_put_byte(&value, row->closed ? 1 : 0);
	buf_put(&value, row->record);
	if (value.err != ERR_OK)
		txn_fail(txn, value.err);
	else
		txn_put(txn, TABLE_AGENCIES, bytes_of(key, sizeof(key)), buf_bytes(&value));
	buf_free(&value);
}

enum err agency_row_decode(struct bytes value, struct agency_row *ret_row)
{
	if (value.len < 1 || value.data[0] > 1)
		return ERR_CORRUPT;
	*ret_row = (struct agency_row){ .closed = value.data[0] == 1, .record = bytes_of(value.data + 1, value.len - 1) };
	return ERR_OK;
}

enum err agency_row_get(struct txn *txn, uint32_t number, struct agency_row *ret_row)
{
	uint8_t key[4];
	struct bytes value;
	enum err err;

	be32_put(key, number);
	err = txn_get(txn, TABLE_AGENCIES, bytes_of(key, sizeof(key)), &value);
	return err != ERR_OK ? err : agency_row_decode(value, ret_row);
}

void agency_number_put(struct txn *txn, struct bytes id, uint32_t number)
{
	uint8_t value[4];

	be32_put(value, number);
	txn_put(txn, TABLE_AGENCY_IDS, id, bytes_of(value, sizeof(value)));
}

enum err agency_number_get(struct txn *txn, struct bytes id, uint32_t *ret_number)
{
	struct bytes value;
	enum err err;

	if (id.len == 0 || id.len > 63) /* no label; LMDB takes no empty key */
		return ERR_NOT_FOUND;
	err = txn_get(txn, TABLE_AGENCY_IDS, id, &value);
	if (err != ERR_OK)
		return err;
	if (value.len != 4)
		return ERR_CORRUPT;
	*ret_number = be32_get(value.data);
	return ERR_OK;
}

/* ---- devices ---- */

static void put_short(struct buf *out, struct bytes bytes)
{
	uint8_t len[2];

	be16_put(len, (uint16_t)bytes.len);
	buf_put(out, bytes_of(len, sizeof(len)));
	buf_put(out, bytes);
}

static void put_u64(struct buf *out, uint64_t value)
{
	uint8_t bytes[8];

	be64_put(bytes, value);
	buf_put(out, bytes_of(bytes, sizeof(bytes)));
}

enum err device_put(struct txn *txn, const struct device *device)
{
	struct key key = key_u32_u32(device->agency, device->device);
	struct buf value;
	enum err err;

	if (device->signing_certificate.len > UINT16_MAX || device->sealing_certificate.len > UINT16_MAX)
		return ERR_TOO_LARGE;
	buf_init(&value, SIZE_MAX);
	put_u64(&value, device->seq);
	put_u64(&value, (uint64_t)device->bound_at_us);
	put_u64(&value, (uint64_t)device->ends_at_us);
	buf_put_byte(&value, device->compromised ? 1 : 0);
	buf_put(&value, bytes_of(device->curve_key, CURVE_BYTES));
	put_short(&value, bytes_of_text(device->name));
	put_short(&value, device->signing_certificate);
	put_short(&value, device->sealing_certificate);
	err = value.err;
	if (err == ERR_OK)
		txn_put(txn, TABLE_DEVICES, key_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return err;
}

/* Takes the next length and bytes off the front of rest. */
static bool take_short(struct bytes *rest, struct bytes *ret_bytes)
{
	size_t len;

	if (rest->len < 2)
		return false;
	len = be16_get(rest->data);
	if (rest->len - 2 < len)
		return false;
	*ret_bytes = bytes_of(rest->data + 2, len);
	*rest = bytes_of(rest->data + 2 + len, rest->len - 2 - len);
	return true;
}

enum err device_decode(struct bytes key, struct bytes value, struct device *ret_device)
{
	struct device device = { 0 };
	struct bytes rest, name;
	const uint8_t *from = value.data;

	if (key.len != 8 || value.len < DEVICE_FIXED_BYTES)
		return ERR_CORRUPT;
	device.agency = be32_get(key.data);
	device.device = be32_get(key.data + 4);
	device.seq = be64_get(from);
	device.bound_at_us = (int64_t)be64_get(from + 8);
	device.ends_at_us = (int64_t)be64_get(from + 16);
	device.compromised = from[24] != 0;
	memcpy(device.curve_key, from + 25, CURVE_BYTES);
	rest = bytes_of(from + DEVICE_FIXED_BYTES, value.len - DEVICE_FIXED_BYTES);
	if (!take_short(&rest, &name) || name.len >= sizeof(device.name) || !take_short(&rest, &device.signing_certificate) ||
	    !take_short(&rest, &device.sealing_certificate) || rest.len != 0 || memchr(name.data, 0, name.len) != NULL)
		return ERR_CORRUPT;
	memcpy(device.name, name.data, name.len);
	*ret_device = device;
	return ERR_OK;
}

enum err device_get(struct txn *txn, uint32_t agency, uint32_t device, struct device *ret_device)
{
	struct key key = key_u32_u32(agency, device);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_DEVICES, key_bytes(&key), &value);

	return err != ERR_OK ? err : device_decode(key_bytes(&key), value, ret_device);
}

/* ---- certificates ---- */

void certificate_row_put(struct txn *txn, const struct digest *digest, const struct certificate_row *row)
{
	uint8_t to[CERTIFICATE_ROW_BYTES];

	be32_put(to, row->agency);
	be32_put(to + 4, row->device);
	be64_put(to + 8, row->seq);
	be64_put(to + 16, (uint64_t)row->ends_at_us);
	to[24] = row->compromised ? 1 : 0;
	txn_put(txn, TABLE_CERTIFICATES, digest_bytes(digest), bytes_of(to, sizeof(to)));
}

enum err certificate_row_get(struct txn *txn, const struct digest *digest, struct certificate_row *ret_row)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CERTIFICATES, digest_bytes(digest), &value);

	if (err != ERR_OK)
		return err;
	if (value.len != CERTIFICATE_ROW_BYTES)
		return ERR_CORRUPT;
	*ret_row = (struct certificate_row){
		.agency = be32_get(value.data),
		.device = be32_get(value.data + 4),
		.seq = be64_get(value.data + 8),
		.ends_at_us = (int64_t)be64_get(value.data + 16),
		.compromised = value.data[24] != 0,
	};
	return ERR_OK;
}

/* ---- invitations ---- */

void invitation_put(struct txn *txn, const struct invitation *invitation)
{
	uint8_t to[INVITATION_BYTES];

	be32_put(to, invitation->agency);
	be64_put(to + 4, (uint64_t)invitation->expires_at_us);
	to[12] = invitation->used ? 1 : 0;
	txn_put(txn, TABLE_INVITATIONS, bytes_of(invitation->curve_key, CURVE_BYTES), bytes_of(to, sizeof(to)));
}

enum err invitation_decode(struct bytes key, struct bytes value, struct invitation *ret_invitation)
{
	if (key.len != CURVE_BYTES || value.len != INVITATION_BYTES)
		return ERR_CORRUPT;
	*ret_invitation = (struct invitation){
		.agency = be32_get(value.data),
		.expires_at_us = (int64_t)be64_get(value.data + 4),
		.used = value.data[12] != 0,
	};
	memcpy(ret_invitation->curve_key, key.data, CURVE_BYTES);
	return ERR_OK;
}

enum err invitation_get(struct txn *txn, struct bytes curve_key, struct invitation *ret_invitation)
{
	struct bytes value;
	enum err err;

	if (curve_key.len != CURVE_BYTES)
		return ERR_NOT_FOUND;
	err = txn_get(txn, TABLE_INVITATIONS, curve_key, &value);
	return err != ERR_OK ? err : invitation_decode(curve_key, value, ret_invitation);
}

/* ---- directory ---- */

void directory_file_put(struct txn *txn, struct bytes file)
{
	txn_put(txn, TABLE_DIRECTORY, bytes_of(file_name, sizeof(file_name) - 1), file);
}

enum err directory_file_get(struct txn *txn, struct bytes *ret_file)
{
	return txn_get(txn, TABLE_DIRECTORY, bytes_of(file_name, sizeof(file_name) - 1), ret_file);
}

void directory_version_put(struct txn *txn, uint64_t version)
{
	uint8_t value[8];

	be64_put(value, version);
	txn_put(txn, TABLE_DIRECTORY, bytes_of(version_name, sizeof(version_name) - 1), bytes_of(value, sizeof(value)));
}

enum err directory_version_get(struct txn *txn, uint64_t *ret_version)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_DIRECTORY, bytes_of(version_name, sizeof(version_name) - 1), &value);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_OK && value.len != 8)
		return ERR_CORRUPT;
	*ret_version = err == ERR_NOT_FOUND ? 0 : be64_get(value.data);
	return ERR_OK;
}

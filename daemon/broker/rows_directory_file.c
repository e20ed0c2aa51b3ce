/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_directory_file.c - what the rules need of the packed directory file, without decoding ten thousand agencies around it; see rows.h. */
#include "broker/rows.h"
#include "contract/civil_time.h"
#include "contract/codec_wire.h"
#include "contract/limits.h"

#define DIRECTORY_FILE_ZONE 4 /* numbers of the fields in directory.proto */
#define DIRECTORY_FILE_RULES 6
#define ROUTING_RULE_ID 1 /* in routing.proto */
#define TOKYO_MINUTES 540

/* The last field of that number in a packed message, without decoding what stands around it; NULL: none. */
static enum err find_field(struct bytes message, uint32_t number, struct bytes *ret_payload)
{
	const uint8_t *at = message.data;

	*ret_payload = bytes_of(NULL, 0);
	while (at < message.data + message.len) {
		struct codec_occurrence field;

		if (codec_next(&at, message.data + message.len, &field) != NULL)
			return ERR_CORRUPT;
		if (field.number == number && field.wire == CODEC_WIRE_LENGTH)
			*ret_payload = field.payload;
	}
	return ERR_OK;
}

enum err directory_rules_each(struct txn *txn, enum err (*each)(void *context, struct bytes id), void *context)
{
	struct bytes file, id;
	enum err err = directory_file_get(txn, &file);
	const uint8_t *at = file.data;

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	while (err == ERR_OK && at < file.data + file.len) {
		struct codec_occurrence field;

		if (codec_next(&at, file.data + file.len, &field) != NULL)
			return ERR_CORRUPT;
		if (field.number != DIRECTORY_FILE_RULES || field.wire != CODEC_WIRE_LENGTH)
			continue;
		err = find_field(field.payload, ROUTING_RULE_ID, &id);
		if (err == ERR_OK)
			err = each(context, id);
	}
	return err;
}

enum err directory_zone_get(struct txn *txn, int *ret_offset_minutes)
{
	char name[LIMIT_LABEL + 1] = "";
	struct bytes file, zone;
	enum err err = directory_file_get(txn, &file);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_OK)
		err = find_field(file, DIRECTORY_FILE_ZONE, &zone);
	else
		zone = bytes_of(NULL, 0);
	if (err == ERR_CORRUPT)
		return err;
	if (zone.len > 0 && zone.len < sizeof(name))
		memcpy(name, zone.data, zone.len);
	if (civil_zone(name, ret_offset_minutes) != ERR_OK)
		*ret_offset_minutes = TOKYO_MINUTES;
	return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/note.c - see note.h for the contract. */
#include "crypto/note.h"

#include "base/text.h"
#include "crypto/digest.h"

#define ALGORITHM_ED25519 0x01
#define KEY_ID_BYTES 4
#define SIGNED_BYTES (KEY_ID_BYTES + ED25519_SIGNATURE) /* what a signature line holds in base64 */
#define SIGNATURE_START "\xe2\x80\x94 "                  /* U+2014 and a space */
#define BASE64_ROOM(bytes) (4u * (((bytes) + 2u) / 3u) + 1u)

uint32_t note_key_id(const char *name, const uint8_t public_key[ED25519_BYTES])
{
	static const uint8_t between[] = { '\n', ALGORITHM_ED25519 };
	struct bytes parts[] = { bytes_of_text(name), bytes_of(between, sizeof(between)), bytes_of(public_key, ED25519_BYTES) };
	struct digest digest;

	digest_of_parts(parts, 3, &digest);
	return be32_get(digest.bytes);
}

/* Unicode's White_Space beyond ASCII. */
static bool is_wide_space(uint32_t code)
{
	return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
	       code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* A key name is not empty and holds neither white space nor the plus sign that parts it from the id. */
static bool is_key_name(struct bytes name)
{
	uint32_t code = 0;

	if (name.len == 0 || text_check(name, NULL) != TEXT_OK)
		return false;
	while (name.len > 0) {
		size_t len = text_decode(name, &code);

		if (len == 0 || code <= ' ' || code == '+' || is_wide_space(code))
			return false;
		name = bytes_of(name.data + len, name.len - len);
	}
	return true;
}

enum err note_key_format(const char *name, const uint8_t public_key[ED25519_BYTES], struct buf *out)
{
	uint8_t typed[1 + ED25519_BYTES] = { ALGORITHM_ED25519 };
	char encoded[BASE64_ROOM(sizeof(typed))];

	if (!is_key_name(bytes_of_text(name)))
		return ERR_FORMAT;
	memcpy(typed + 1, public_key, ED25519_BYTES);
	text_base64(bytes_of(typed, sizeof(typed)), encoded);
	buf_printf(out, "%s+%08x+%s", name, (unsigned)note_key_id(name, public_key), encoded);
	return out->err;
}

/* name+hexid+base64, split at its first two plus signs: base64 may hold more of them. */
static bool split_key(const char *text, struct bytes *ret_name, struct bytes *ret_id, struct bytes *ret_encoded)
{
	const char *first = strchr(text, '+');
	const char *second = first ? strchr(first + 1, '+') : NULL;

	if (!second)
		return false;
	*ret_name = bytes_of(text, (size_t)(first - text));
	*ret_id = bytes_of(first + 1, (size_t)(second - first - 1));
	*ret_encoded = bytes_of_text(second + 1);
	return true;
}

static bool read_key_id(struct bytes text, uint32_t *ret_id)
{
	char hex[2 * KEY_ID_BYTES + 1];
	uint8_t id[KEY_ID_BYTES];

	if (text.len != 2 * KEY_ID_BYTES)
		return false;
	memcpy(hex, text.data, text.len);
	hex[text.len] = '\0';
	if (!text_unhex(hex, id, sizeof(id)))
		return false;
	*ret_id = be32_get(id);
	return true;
}

enum err note_key_parse(const char *text, char *name, size_t name_cap, uint8_t public_key[ED25519_BYTES])
{
	struct bytes name_text, id_text, encoded;
	uint8_t typed[1 + ED25519_BYTES];
	size_t len = 0;
	uint32_t id = 0;

	if (!split_key(text, &name_text, &id_text, &encoded) || !is_key_name(name_text) || !read_key_id(id_text, &id))
		return ERR_FORMAT;
	if (name_text.len >= name_cap)
		return ERR_TOO_LARGE;
	if (text_unbase64(encoded, typed, sizeof(typed), &len) != ERR_OK || len != sizeof(typed) || typed[0] != ALGORITHM_ED25519)
		return ERR_FORMAT;
	memcpy(name, name_text.data, name_text.len);
	name[name_text.len] = '\0';
	if (note_key_id(name, typed + 1) != id)
		return ERR_FORMAT;
	memcpy(public_key, typed + 1, ED25519_BYTES);
	return ERR_OK;
}

/* UTF-8 without controls but line feeds, ending in one, and without an empty line: that would end the text early. */
static bool is_note_text(struct bytes text)
{
	if (!text.data || text.len == 0 || text.data[text.len - 1] != '\n' || text_check(text, NULL) != TEXT_OK)
		return false;
	return text.data[0] != '\n' && !memmem(text.data, text.len, "\n\n", 2) && !memchr(text.data, '\t', text.len) &&
	       !memchr(text.data, '\r', text.len);
}

enum err note_sign(struct bytes text, const char *name, const struct private_key *key, struct buf *out)
{
	uint8_t public_key[ED25519_BYTES];
	uint8_t line[SIGNED_BYTES];
	char encoded[BASE64_ROOM(SIGNED_BYTES)];
	enum err err;

	if (!is_note_text(text) || !is_key_name(bytes_of_text(name)))
		return ERR_FORMAT;
	err = ed25519_public(key, public_key);
	if (err == ERR_OK)
		err = signature_sign_ed25519(key, text, line + KEY_ID_BYTES);
	if (err != ERR_OK)
		return err;
	be32_put(line, note_key_id(name, public_key));
	text_base64(bytes_of(line, sizeof(line)), encoded);
	buf_put(out, text);
	buf_printf(out, "\n" SIGNATURE_START "%s %s\n", name, encoded);
	return out->err;
}

/* Splits a note at its empty line: the text with its last newline, and the signature lines. */
static enum err split_note(struct bytes note, struct bytes *ret_text, struct bytes *ret_lines)
{
	const uint8_t *gap = note.len > 0 && note.len <= NOTE_MAX ? memmem(note.data, note.len, "\n\n", 2) : NULL;
	size_t text_len;

	if (!gap)
		return ERR_FORMAT;
	text_len = (size_t)(gap - note.data) + 1;
	*ret_text = bytes_of(note.data, text_len);
	*ret_lines = bytes_of(note.data + text_len + 1, note.len - text_len - 1);
	if (!is_note_text(*ret_text) || ret_lines->len == 0 || ret_lines->data[ret_lines->len - 1] != '\n')
		return ERR_FORMAT;
	return ERR_OK;
}

struct signature_line {
	struct bytes name;
	struct bytes signature; /* borrowed from signed_bytes */
	uint32_t key_id;
	uint8_t signed_bytes[NOTE_MAX];
};

/* Takes the next line; ERR_FORMAT when it is no signature line.  Signatures of other algorithms may have any length. */
static enum err take_line(struct bytes *lines, struct signature_line *line)
{
	const size_t start_len = strlen(SIGNATURE_START);
	const uint8_t *end = memchr(lines->data, '\n', lines->len);
	struct bytes left = bytes_of(lines->data, (size_t)(end - lines->data)); /* the last byte is a newline */
	const uint8_t *space = NULL;
	size_t len = 0;

	if (left.len < start_len || memcmp(left.data, SIGNATURE_START, start_len) != 0)
		return ERR_FORMAT;
	left = bytes_of(left.data + start_len, left.len - start_len);
	space = memchr(left.data, ' ', left.len);
	if (!space)
		return ERR_FORMAT;
	line->name = bytes_of(left.data, (size_t)(space - left.data));
	left = bytes_of(space + 1, left.len - line->name.len - 1);
	if (!is_key_name(line->name) || text_unbase64(left, line->signed_bytes, sizeof(line->signed_bytes), &len) != ERR_OK ||
	    len <= KEY_ID_BYTES)
		return ERR_FORMAT;
	line->key_id = be32_get(line->signed_bytes);
	line->signature = bytes_of(line->signed_bytes + KEY_ID_BYTES, len - KEY_ID_BYTES);
	*lines = bytes_of(end + 1, lines->len - (size_t)(end + 1 - lines->data));
	return ERR_OK;
}

enum err note_open(struct bytes note, const char *name, const uint8_t public_key[ED25519_BYTES], struct bytes *ret_text)
{
	struct signature_line line;
	struct bytes text, lines;
	uint32_t key_id = note_key_id(name, public_key);
	bool verified = false;
	enum err err = split_note(note, &text, &lines);

	while (err == ERR_OK && lines.len > 0) {
		err = take_line(&lines, &line);
		if (err != ERR_OK || line.key_id != key_id || !bytes_equal(line.name, bytes_of_text(name)))
			continue;
		err = ed25519_verify(public_key, text, line.signature);
		verified = err == ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	if (!verified)
		return ERR_AUTH;
	*ret_text = text;
	return ERR_OK;
}

enum err note_text(struct bytes note, struct bytes *ret_text)
{
	struct signature_line line;
	struct bytes text, lines;
	enum err err = split_note(note, &text, &lines);

	while (err == ERR_OK && lines.len > 0)
		err = take_line(&lines, &line);
	if (err == ERR_OK)
		*ret_text = text;
	return err;
}

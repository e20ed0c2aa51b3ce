/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/note.h - signed notes (C2SP signed-note): a text ending in a newline, an empty line, signature lines. */
#pragma once
#include "crypto/signature.h"

#define NOTE_MAX (16u * 1024u) /* bytes, signatures included */
#define NOTE_KEY_TEXT 512

/* Key id: first four bytes, big-endian, of SHA-256(name || "\n" || 0x01 || public key). */
uint32_t note_key_id(const char *name, const uint8_t public_key[ED25519_BYTES]);

/* The verifier key as published and pinned: name+hexid+base64(0x01 || public key). */
enum err note_key_format(const char *name, const uint8_t public_key[ED25519_BYTES], struct buf *out);

/* The reverse; name_cap bytes of room for the name.  ERR_FORMAT when malformed or when the id is not that of name and key. */
enum err note_key_parse(const char *text, char *name, size_t name_cap, uint8_t public_key[ED25519_BYTES]);

/* Appends text, an empty line and one signature line by name to out.  text ends in a newline and has none empty (ERR_FORMAT). */
enum err note_sign(struct bytes text, const char *name, const struct private_key *key, struct buf *out);

/* ERR_AUTH unless the note carries a valid signature by name and public_key.  Unknown signatures are ignored; a known id with a bad
 * signature is not.  ret_text is borrowed from note: the text with its last newline. */
enum err note_open(struct bytes note, const char *name, const uint8_t public_key[ED25519_BYTES], struct bytes *ret_text);

/* The text alone, nothing verified: to learn which key to look for.  ERR_FORMAT when it is no note. */
enum err note_text(struct bytes note, struct bytes *ret_text);

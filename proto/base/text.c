/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

static bool is_continuation(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* How many bytes a character takes by its first one; 0 for a byte that begins none.  C0, C1 and F5 to FF never do (RFC 3629). */
static size_t sequence_length(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0)
		return 3;
	return first < 0xf5 ? 4 : 0;
}

size_t text_decode(struct bytes text, uint32_t *ret_code)
{
	static const uint8_t first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = text.len == 0 ? 0 : sequence_length(text.data[0]);
	uint32_t code;

	if (len == 0 || len > text.len)
		return 0;
	code = text.data[0] & first_bits[len];
	for (size_t i = 1; i < len; i++) {
		if (!is_continuation(text.data[i]))
			return 0;
		code = code << 6 | (text.data[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return len;
}

static enum text_fault code_fault(uint32_t code)
{
	if (code == 0)
		return TEXT_NUL;
	if (code < 0x20 && code != '\t' && code != '\n' && code != '\r')
		return TEXT_CONTROL;
	if (code >= 0x7f && code <= 0x9f)
		return TEXT_CONTROL;
	if ((code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) == 0xfffe)
		return TEXT_NONCHARACTER;
	if ((code >= 0xe000 && code <= 0xf8ff) || code >= 0xf0000)
		return TEXT_PRIVATE_USE;
	return TEXT_OK;
}

/* Skips printable ASCII from at on, eight bytes at a time: addresses are nothing else, and every message has two. */
static size_t skip_plain(struct bytes text, size_t at)
{
	const uint64_t ones = 0x0101010101010101;
	const uint64_t high = ones << 7;

	while (text.len - at >= sizeof(uint64_t)) {
		uint64_t eight;

		memcpy(&eight, text.data + at, sizeof eight);
		if ((eight & high) != 0 || (((eight | high) - ones * 0x20) & high) != high || ((eight + ones) & high) != 0)
			break; /* a byte above 7E, one below 20, or 7F */
		at += sizeof eight;
	}
	while (at < text.len && text.data[at] >= 0x20 && text.data[at] < 0x7f)
		at++;
	return at;
}

/* Skips kana and kanji from at on: three bytes each, of U+1000 to U+CFFF, none of which is at fault. */
static size_t skip_kanji(struct bytes text, size_t at)
{
	while (text.len - at >= 3 && text.data[at] >= 0xe1 && text.data[at] <= 0xec && is_continuation(text.data[at + 1]) &&
	       is_continuation(text.data[at + 2]))
		at += 3;
	return at;
}

enum text_fault text_check(struct bytes text, size_t *ret_offset)
{
	size_t at = 0;

	while ((at = skip_kanji(text, skip_plain(text, at))) < text.len) {
		uint32_t code = 0;
		size_t len = text_decode(bytes_of(text.data + at, text.len - at), &code);
		enum text_fault fault = len == 0 ? TEXT_BAD_UTF8 : code_fault(code);

		if (fault != TEXT_OK) {
			if (ret_offset != NULL)
				*ret_offset = at;
			return fault;
		}
		at += len;
	}
	return TEXT_OK;
}

const char *text_fault_text(enum text_fault fault)
{
	switch (fault) {
	case TEXT_OK:
		return "in order";
	case TEXT_BAD_UTF8:
		return "not UTF-8";
	case TEXT_NUL:
		return "a NUL character";
	case TEXT_CONTROL:
		return "a control character other than tab, line feed and carriage return";
	case TEXT_PRIVATE_USE:
		return "a private-use character (gaiji), which means nothing outside one organisation";
	case TEXT_NONCHARACTER:
		return "a code point that Unicode sets aside as no character";
	}
	return "a fault that this version does not know";
}

bool text_is_label(struct bytes text)
{
	if (text.len == 0 || text.len > 63 || text.data[0] == '-' || text.data[text.len - 1] == '-')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return true;
}

bool text_split_address(struct bytes address, struct bytes *ret_agency, struct bytes *ret_site)
{
	const uint8_t *at = address.len == 0 ? NULL : memchr(address.data, '@', address.len);
	struct bytes agency, site;

	if (at == NULL)
		return false;
	agency = bytes_of(address.data, (size_t)(at - address.data));
	site = bytes_of(at + 1, address.len - agency.len - 1);
	if (!text_is_label(agency) || !text_is_label(site))
		return false;
	*ret_agency = agency;
	*ret_site = site;
	return true;
}

void text_hex(struct bytes bytes, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		*out++ = digits[bytes.data[i] >> 4];
		*out++ = digits[bytes.data[i] & 15];
	}
	*out = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_unhex(const char *hex, uint8_t *out, size_t out_len)
{
	for (size_t i = 0; i < out_len; i++) {
		int high = hex_value(hex[2 * i]);
		int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]); /* behind a NUL nothing is read */

		if (low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return hex[2 * out_len] == '\0';
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_base64(struct bytes bytes, char *out)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t three = (uint32_t)bytes.data[i] << 16;

		if (left > 1)
			three |= (uint32_t)bytes.data[i + 1] << 8;
		if (left > 2)
			three |= bytes.data[i + 2];
		*out++ = base64[three >> 18];
		*out++ = base64[three >> 12 & 63];
		*out++ = left > 1 ? base64[three >> 6 & 63] : '=';
		*out++ = left > 2 ? base64[three & 63] : '=';
	}
	*out = '\0';
}

static int base64_value(uint8_t c)
{
	const char *found = c == '\0' ? NULL : strchr(base64, c);

	return found == NULL ? -1 : (int)(found - base64);
}

/* One group of four characters, the last pad of them '='; gives its 24 bits, or -1. */
static int32_t base64_group(const uint8_t *four, size_t pad)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - pad ? base64_value(four[i]) : 0;

		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
	}
	if ((bits & ((1u << (8 * pad)) - 1)) != 0)
		return -1; /* bits that belong to no byte */
	return (int32_t)bits;
}

enum err text_unbase64(struct bytes text, uint8_t *out, size_t cap, size_t *ret_len)
{
	size_t pad = 0;
	size_t len;

	if (text.len % 4 != 0)
		return ERR_FORMAT;
	while (pad < 2 && pad < text.len && text.data[text.len - 1 - pad] == '=')
		pad++;
	len = text.len / 4 * 3 - pad;
	if (len > cap)
		return ERR_TOO_LARGE;
	for (size_t i = 0, at = 0; i < text.len; i += 4) {
		int32_t bits = base64_group(text.data + i, i + 4 == text.len ? pad : 0);

		if (bits < 0)
			return ERR_FORMAT;
		for (int shift = 16; shift >= 0 && at < len; shift -= 8)
			out[at++] = (uint8_t)(bits >> shift);
	}
	*ret_len = len;
	return ERR_OK;
}

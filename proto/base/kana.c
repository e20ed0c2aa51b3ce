/* SPDX-License-Identifier: Apache-2.0 */
/* base/kana.c - see kana.h for the contract. */
#include "base/kana.h"

#include <string.h>

#define VOICED 0x3099u      /* combining; 濁点 */
#define SEMI_VOICED 0x309au /* combining; 半濁点 */

/* U+FF66 to U+FF9D as hiragana, in their order. */
static const uint16_t half_width[] = {
	0x3092, 0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3083, 0x3085, 0x3087, 0x3063, 0x30fc, 0x3042, 0x3044, 0x3046, 0x3048, 0x304a, 0x304b, 0x304d,
	0x304f, 0x3051, 0x3053, 0x3055, 0x3057, 0x3059, 0x305b, 0x305d, 0x305f, 0x3061, 0x3064, 0x3066, 0x3068, 0x306a, 0x306b, 0x306c, 0x306d, 0x306e,
	0x306f, 0x3072, 0x3075, 0x3078, 0x307b, 0x307e, 0x307f, 0x3080, 0x3081, 0x3082, 0x3084, 0x3086, 0x3088, 0x3089, 0x308a, 0x308b, 0x308c, 0x308d,
	0x308f, 0x3093,
};
_Static_assert(sizeof half_width / sizeof half_width[0] == 0xff9d - 0xff66 + 1, "a hiragana for each");

/* ---- UTF-8 ---- */

/* The character at at, and its length; a byte that begins none stands for itself with length 1 and the top bit of the result set. */
#define RAW 0x80000000u

static uint32_t take(struct bytes text, size_t at, size_t *ret_len)
{
	uint8_t first = text.data[at];
	size_t len = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
	uint32_t code = len == 1 ? first : len == 2 ? first & 0x1fu : len == 3 ? first & 0x0fu : first & 0x07u;

	*ret_len = 1;
	if (len == 0 || at + len > text.len)
		return RAW | first;
	for (size_t i = 1; i < len; i++) {
		if ((text.data[at + i] & 0xc0) != 0x80)
			return RAW | first;
		code = code << 6 | (text.data[at + i] & 0x3fu);
	}
	*ret_len = len;
	return code;
}

static void put(uint32_t code, struct buf *out)
{
	uint8_t to[4];
	size_t len = 0;

	if (code < 0x80 || (code & RAW) != 0) {
		to[len++] = (uint8_t)code;
	} else if (code < 0x800) {
		to[len++] = (uint8_t)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		to[len++] = (uint8_t)(0xe0 | code >> 12);
		to[len++] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
	} else {
		to[len++] = (uint8_t)(0xf0 | code >> 18);
		to[len++] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
		to[len++] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
	}
	if (len > 0 && (code & RAW) == 0 && code >= 0x80)
		to[len++] = (uint8_t)(0x80 | (code & 0x3f));
	buf_put(out, bytes_of(to, len));
}

/* ---- folding ---- */

static bool is_left_out(uint32_t code)
{
	return code == ' ' || code == 0x3000 || code == 0xa0 || code == 0x30fb || code == 0xff65 || (code >= 0xfe00 && code <= 0xfe0f) ||
	       (code >= 0xe0100 && code <= 0xe01ef);
}

static uint32_t fold(uint32_t code)
{
	if (code >= 0xff66 && code <= 0xff9d)
		return half_width[code - 0xff66];
	if (code == 0xff9e || code == 0x309b)
		return VOICED;
	if (code == 0xff9f || code == 0x309c)
		return SEMI_VOICED;
	if ((code >= 0x30a1 && code <= 0x30f6) || code == 0x30fd || code == 0x30fe)
		return code - 0x60;
	if (code >= 0xff01 && code <= 0xff5e)
		code -= 0xfee0;
	return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

/* The kana with its sound mark; 0: it takes none. */
static uint32_t marked(uint32_t kana, uint32_t mark)
{
	bool h_row = kana >= 0x306f && kana <= 0x307b && (kana - 0x306f) % 3 == 0;

	if (mark == SEMI_VOICED)
		return h_row ? kana + 2 : 0;
	if (kana == 0x3046)
		return 0x3094;
	if (h_row || (kana >= 0x304b && kana <= 0x3061 && (kana - 0x304b) % 2 == 0) || kana == 0x3064 || kana == 0x3066 || kana == 0x3068 || kana == 0x309d)
		return kana + 1;
	return 0;
}

void kana_fold(struct bytes text, struct buf *out)
{
	uint32_t before = 0; /* not written yet; 0: none */

	for (size_t at = 0, len = 0; at < text.len; at += len) {
		uint32_t code = take(text, at, &len);

		if ((code & RAW) == 0 && is_left_out(code))
			continue;
		code = (code & RAW) != 0 ? code : fold(code);
		if ((code == VOICED || code == SEMI_VOICED) && before != 0 && marked(before, code) != 0) {
			before = marked(before, code);
			continue;
		}
		if (before != 0)
			put(before, out);
		before = code;
	}
	if (before != 0)
		put(before, out);
}

bool kana_holds(const struct buf *text, const struct buf *sought)
{
	return sought->len == 0 || (text->len >= sought->len && memmem(text->data, text->len, sought->data, sought->len) != NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <errno.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/text.h"

#define CODE_DIGITS 9 /* of 5 bits each: the 45 bits */
#define TAIL_MASK ((UINT64_C(1) << 45) - 1)

struct id id_make(uint64_t now_ms, const uint8_t random[10])
{
	struct id id;

	be16_put(id.bytes, (uint16_t)(now_ms >> 32));
	be32_put(id.bytes + 2, (uint32_t)now_ms);
	memcpy(id.bytes + 6, random, 10);
	id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0f)); /* version 7 */
	id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f)); /* variant 10 */
	return id;
}

static enum err draw(uint8_t random[10])
{
	ssize_t got;

	do
		got = getrandom(random, 10, 0);
	while (got < 0 && errno == EINTR);
	return got == 10 ? ERR_OK : ERR_IO;
}

enum err id_new(struct id *ret_id)
{
	uint8_t random[10];
	enum err err = draw(random);

	if (err == ERR_OK)
		*ret_id = id_make((uint64_t)clock_wall_us() / 1000, random);
	return err;
}

enum err id_new_after(const struct id *last, struct id *ret_id)
{
	uint64_t now_ms = (uint64_t)clock_wall_us() / 1000;
	uint64_t last_ms = id_time_ms(last);
	uint8_t random[10];
	enum err err = draw(random);

	if (err == ERR_OK)
		*ret_id = id_make(last_ms >= now_ms && last_ms - now_ms < ID_DRIFT_MS ? last_ms + 1 : now_ms, random);
	return err;
}

uint64_t id_time_ms(const struct id *id)
{
	return (uint64_t)be16_get(id->bytes) << 32 | be32_get(id->bytes + 2);
}

bool id_is_v7(const struct id *id)
{
	return id->bytes[6] >> 4 == 7 && id->bytes[8] >> 6 == 2;
}

enum err id_from_bytes(struct bytes bytes, struct id *ret_id)
{
	if (bytes.len != ID_BYTES)
		return ERR_FORMAT;
	memcpy(ret_id->bytes, bytes.data, ID_BYTES);
	return ERR_OK;
}

/* The bytes of each of the five groups of the text form. */
static const size_t groups[] = { 4, 2, 2, 2, 6 };
#define GROUPS (sizeof groups / sizeof groups[0])

void id_format(const struct id *id, char text[ID_TEXT])
{
	const uint8_t *from = id->bytes;

	for (size_t i = 0; i < GROUPS; i++) {
		text_hex(bytes_of(from, groups[i]), text);
		from += groups[i];
		text += 2 * groups[i];
		*text++ = '-';
	}
	text[-1] = '\0';
}

enum err id_parse(const char *text, struct id *ret_id)
{
	struct id id;
	uint8_t *to = id.bytes;

	if (strlen(text) != ID_TEXT - 1)
		return ERR_FORMAT;
	for (size_t i = 0; i < GROUPS; i++) {
		char digits[13] = { 0 }; /* the longest group and its NUL */

		memcpy(digits, text, 2 * groups[i]);
		text += 2 * groups[i];
		if (*text != (i + 1 < GROUPS ? '-' : '\0') || !text_unhex(digits, to, groups[i]))
			return ERR_FORMAT;
		text++;
		to += groups[i];
	}
	*ret_id = id;
	return ERR_OK;
}

uint64_t id_tail(const struct id *id)
{
	return be64_get(id->bytes + 8) & TAIL_MASK;
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The value of one character, or -1. */
static int crockford_value(char c)
{
	const char *found;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	found = c == '\0' ? NULL : strchr(crockford, c);
	return found == NULL ? -1 : (int)(found - crockford);
}

/* Times the generator of GF(32), x^5 + x^2 + 1. */
static unsigned times_generator(unsigned value)
{
	return value << 1 ^ (value & 16 ? 0x25u : 0u);
}

/* The check digit that makes the ten digits, as a polynomial over GF(32), vanish at the field's generator.  The generator's
 * powers are all different, so one wrong digit and any two swapped digits are always caught. */
static unsigned code_check(uint64_t tail)
{
	unsigned check = 0;

	for (int i = CODE_DIGITS - 1; i >= 0; i--)
		check = times_generator(check ^ (unsigned)(tail >> (5 * i) & 31));
	return check;
}

void id_code(const struct id *id, char code[ID_CODE_TEXT])
{
	uint64_t tail = id_tail(id);

	for (int i = CODE_DIGITS - 1; i >= 0; i--) {
		*code++ = crockford[tail >> (5 * i) & 31];
		if (i == CODE_DIGITS - 5)
			*code++ = '-';
	}
	*code++ = crockford[code_check(tail)];
	*code = '\0';
}

bool id_code_parse(const char *code, uint64_t *ret_tail)
{
	uint64_t digits = 0; /* all ten, 50 bits */
	int count = 0;

	for (; *code != '\0'; code++) {
		int value;

		if (*code == '-' || *code == ' ')
			continue;
		value = crockford_value(*code);
		if (value < 0 || count == CODE_DIGITS + 1)
			return false;
		digits = digits << 5 | (unsigned)value;
		count++;
	}
	if (count != CODE_DIGITS + 1 || code_check(digits >> 5) != (digits & 31))
		return false;
	*ret_tail = digits >> 5;
	return true;
}

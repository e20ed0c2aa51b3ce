/* SPDX-License-Identifier: Apache-2.0 */
/* The spaces and equal signs that count are those of the format: a value is formatted by itself, so nothing in it can end
 * its field, open another or end the line. */
#include "base/log_field.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "base/text.h"

#define VALUE_MAX 1024 /* bytes of one value, before quoting */

struct value {
	char text[VALUE_MAX + 1];
	size_t len;
	bool cut;
};

/* va_list may be an array type, which a function cannot take by address; a struct it can. */
struct arguments {
	va_list list;
};

enum length { LENGTH_NONE, LENGTH_CHAR, LENGTH_SHORT, LENGTH_LONG, LENGTH_LONG_LONG, LENGTH_MAX, LENGTH_SIZE, LENGTH_DIFF, LENGTH_LONG_DOUBLE };

struct conversion {
	char flags[6];
	int width;
	int precision; /* negative: none, as printf takes it */
	enum length length;
	char letter;
};

static int take_star_or_number(const char **at, struct arguments *arguments)
{
	int number = 0;

	if (**at == '*') {
		(*at)++;
		return va_arg(arguments->list, int);
	}
	for (; **at >= '0' && **at <= '9'; (*at)++)
		if (number < VALUE_MAX)
			number = number * 10 + (**at - '0');
	return number;
}

static enum length take_length(const char **at)
{
	static const struct {
		const char *text;
		enum length length;
	} lengths[] = {
		{ "hh", LENGTH_CHAR }, { "h", LENGTH_SHORT }, { "ll", LENGTH_LONG_LONG }, { "l", LENGTH_LONG },
		{ "j", LENGTH_MAX }, { "z", LENGTH_SIZE }, { "t", LENGTH_DIFF }, { "L", LENGTH_LONG_DOUBLE },
	};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		size_t len = strlen(lengths[i].text);

		if (strncmp(*at, lengths[i].text, len) == 0) {
			*at += len;
			return lengths[i].length;
		}
	}
	return LENGTH_NONE;
}

/* Reads a conversion behind its '%'. */
static struct conversion take_conversion(const char **at, struct arguments *arguments)
{
	struct conversion conversion = { .precision = -1 };

	for (size_t i = 0; **at != '\0' && strchr("-+ #0", **at) != NULL; (*at)++)
		if (i + 1 < sizeof conversion.flags)
			conversion.flags[i++] = **at;
	conversion.width = take_star_or_number(at, arguments);
	if (**at == '.') {
		(*at)++;
		conversion.precision = take_star_or_number(at, arguments);
	}
	conversion.length = take_length(at);
	conversion.letter = **at;
	if (**at != '\0')
		(*at)++;
	return conversion;
}

static intmax_t take_signed(struct arguments *arguments, enum length length)
{
	switch (length) {
	case LENGTH_CHAR:
		return (signed char)va_arg(arguments->list, int);
	case LENGTH_SHORT:
		return (short)va_arg(arguments->list, int);
	case LENGTH_LONG:
		return va_arg(arguments->list, long);
	case LENGTH_LONG_LONG:
		return va_arg(arguments->list, long long);
	case LENGTH_MAX:
		return va_arg(arguments->list, intmax_t);
	case LENGTH_SIZE:
		return va_arg(arguments->list, ssize_t);
	case LENGTH_DIFF:
		return va_arg(arguments->list, ptrdiff_t);
	default:
		return va_arg(arguments->list, int);
	}
}

static uintmax_t take_unsigned(struct arguments *arguments, enum length length)
{
	switch (length) {
	case LENGTH_CHAR:
		return (unsigned char)va_arg(arguments->list, unsigned);
	case LENGTH_SHORT:
		return (unsigned short)va_arg(arguments->list, unsigned);
	case LENGTH_LONG:
		return va_arg(arguments->list, unsigned long);
	case LENGTH_LONG_LONG:
		return va_arg(arguments->list, unsigned long long);
	case LENGTH_MAX:
		return va_arg(arguments->list, uintmax_t);
	case LENGTH_SIZE:
	case LENGTH_DIFF:
		return va_arg(arguments->list, size_t);
	default:
		return va_arg(arguments->list, unsigned);
	}
}

static void value_put(struct value *value, char c)
{
	if (value->len < VALUE_MAX)
		value->text[value->len++] = c;
	else
		value->cut = true;
}

/* Counts what snprintf wrote to the value's end. */
static void value_wrote(struct value *value, int wanted)
{
	size_t room = VALUE_MAX - value->len;

	if (wanted < 0)
		return;
	value->cut = value->cut || (size_t)wanted > room;
	value->len += (size_t)wanted > room ? room : (size_t)wanted;
}

/* Formats one argument to the value's end; false for a conversion that is not known, whose argument cannot be skipped. */
static bool value_convert(struct value *value, const struct conversion *conversion, struct arguments *arguments)
{
	bool integer = strchr("diouxX", conversion->letter) != NULL;
	const char *prefix = integer ? "j" : conversion->length == LENGTH_LONG_DOUBLE ? "L" : "";
	char *to = value->text + value->len;
	size_t room = sizeof value->text - value->len;
	int width = conversion->width;
	int precision = conversion->precision;
	char format[16];

	snprintf(format, sizeof format, "%%%s*.*%s%c", conversion->flags, prefix, conversion->letter);
	switch (conversion->letter) {
	case 'd':
	case 'i':
		value_wrote(value, snprintf(to, room, format, width, precision, take_signed(arguments, conversion->length)));
		return true;
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		value_wrote(value, snprintf(to, room, format, width, precision, take_unsigned(arguments, conversion->length)));
		return true;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		if (conversion->length == LENGTH_LONG_DOUBLE)
			value_wrote(value, snprintf(to, room, format, width, precision, va_arg(arguments->list, long double)));
		else
			value_wrote(value, snprintf(to, room, format, width, precision, va_arg(arguments->list, double)));
		return true;
	case 's':
		value_wrote(value, snprintf(to, room, format, width, precision, va_arg(arguments->list, const char *)));
		return true;
	case 'c':
		value_put(value, (char)va_arg(arguments->list, int));
		return true;
	case 'p':
		value_wrote(value, snprintf(to, room, "%p", va_arg(arguments->list, void *)));
		return true;
	default:
		value_put(value, '?');
		return false;
	}
}

/* Formats what stands up to the next space of the format; *at moves there, or to the end after an unknown conversion. */
static void take_value(const char **at, struct arguments *arguments, struct value *value)
{
	value->len = 0;
	value->cut = false;
	while (**at != '\0' && **at != ' ') {
		struct conversion conversion;

		if (**at != '%' || (*at)[1] == '%') {
			*at += **at == '%' ? 1 : 0;
			value_put(value, *(*at)++);
			continue;
		}
		(*at)++;
		conversion = take_conversion(at, arguments);
		if (!value_convert(value, &conversion, arguments))
			*at += strlen(*at);
	}
}

/* Controls, separators of lines and marks that turn the reading direction could make a line look like what it is not. */
static bool is_deceptive(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e) ||
		(code >= 0x2066 && code <= 0x2069);
}

/* The bytes at the start of text that may stand as they are: a whole character; 0 when its first byte must be escaped. */
static size_t plain_length(struct bytes text)
{
	uint32_t code = 0;
	size_t len = text_decode(text, &code);

	return len == 0 || is_deceptive(code) || code == '"' || code == '\\' ? 0 : len;
}

static bool needs_quotes(const struct value *value)
{
	if (value->len == 0 || value->cut)
		return true;
	for (size_t at = 0; at < value->len;) {
		size_t len = plain_length(bytes_of(value->text + at, value->len - at));

		if (len == 0 || value->text[at] == ' ' || value->text[at] == '=')
			return true;
		at += len;
	}
	return false;
}

/* Room for tail bytes more must be left when len bytes are put, so that quotes can always be closed. */
static bool line_put(struct log_text *line, const char *text, size_t len, size_t tail)
{
	if (len + tail > sizeof line->text - line->len)
		return false;
	memcpy(line->text + line->len, text, len);
	line->len += len;
	return true;
}

static bool put_escaped(struct log_text *line, uint8_t byte, size_t tail)
{
	char text[8];
	const char *named = byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : byte == '\t' ? "\\t" : NULL;
	int len;

	if (named != NULL)
		len = snprintf(text, sizeof text, "%s", named);
	else if (byte == '"' || byte == '\\')
		len = snprintf(text, sizeof text, "\\%c", byte);
	else
		len = snprintf(text, sizeof text, "\\x%02x", byte);
	return line_put(line, text, (size_t)len, tail);
}

#define QUOTE_END 5 /* what may follow the last byte of a value: "...", the closing quote and the line feed */

static void put_quoted(struct log_text *line, const struct value *value)
{
	bool cut = value->cut;

	if (!line_put(line, "\"", 1, QUOTE_END))
		return;
	for (size_t at = 0; at < value->len;) {
		size_t len = plain_length(bytes_of(value->text + at, value->len - at));
		bool put = len > 0 ? line_put(line, value->text + at, len, QUOTE_END)
				   : put_escaped(line, (uint8_t)value->text[at], QUOTE_END);

		if (!put) {
			cut = true;
			break;
		}
		at += len > 0 ? len : 1;
	}
	if (cut)
		line_put(line, "...", 3, 2);
	line_put(line, "\"", 1, 1);
}

/* The key, with its space before and its equal sign, straight from the format; a field without a key has the space alone. */
static bool put_key(struct log_text *line, const char **at)
{
	size_t len = strcspn(*at, "=% ");

	if (!line_put(line, " ", 1, 1))
		return false;
	if ((*at)[len] != '=')
		return true;
	if (!line_put(line, *at, len + 1, QUOTE_END + 1))
		return false;
	*at += len + 1;
	return true;
}

void log_fields(struct log_text *line, const char *format, va_list arguments)
{
	struct arguments left;
	struct value value;

	va_copy(left.list, arguments);
	for (const char *at = format + strspn(format, " "); *at != '\0'; at += strspn(at, " ")) {
		if (!put_key(line, &at))
			break;
		take_value(&at, &left, &value);
		if (needs_quotes(&value) || !line_put(line, value.text, value.len, 1))
			put_quoted(line, &value);
	}
	va_end(left.list);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What the printed form is made of: escaped text, days with their era, the form's names of fields. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "content.pb-c.h"
#include "contract/wareki.h"
#include "envelope.pb-c.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/form_date.h"
#include "tsunagi/html.h"
#include "unit.h"

static void test_escaped(void)
{
	struct buf out;

	buf_init(&out, 1000);
	html_put(&out, "<a href=\"x\" b='y'>&amp;");
	html_put_in(&out, "td", " class=k", "1 < 2");
	html_put(&out, "");
	html_put(&out, "葛\xf3\xa0\x84\x80城");
	check_text(buf_text(&out), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;<td class=k>1 &lt; 2</td>葛\xf3\xa0\x84\x80城");
	buf_free(&out);
}

/* Whatever bytes come, nothing that could open or close a tag or a value is left. */
static void test_nothing_remains(void)
{
	for (int round = 0; round < 300; round++) {
		char text[40];
		struct buf out;

		unit_random_bytes((uint8_t *)text, sizeof text);
		for (size_t i = 0; i < sizeof text; i++)
			text[i] = (char)(unit_random_below(3) == 0 ? "<>&\"'"[unit_random_below(5)] : text[i] == '\0' ? 'x' : text[i]);
		text[sizeof text - 1] = '\0';
		buf_init(&out, 1000);
		html_put(&out, text);
		check(strpbrk(buf_text(&out), "<>\"'") == NULL);
		buf_free(&out);
	}
}

static void test_days(void)
{
	static const char *const rows[][2] = {
		{ "1998-06-14", "平成10年6月14日(1998年)" }, { "2019-05-01", "令和元年5月1日(2019年)" },	{ "2019-04-30", "平成31年4月30日(2019年)" },
		{ "1989-01-07", "昭和64年1月7日(1989年)" },  { "1989-01-08", "平成元年1月8日(1989年)" },	{ "1926-12-25", "昭和元年12月25日(1926年)" },
		{ "1912-07-29", "明治45年7月29日(1912年)" }, { "1872-12-31", "1872年12月31日" },		{ "2026-11-16", "令和8年11月16日(2026年)" },
		{ "", "" },				    { "2026-11-1", "2026-11-1" },			{ "2026-11-aa", "2026-11-aa" },
	};
	char shown[FORM_DATE];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s", rows[i][0]);
		form_date(rows[i][0], shown);
		check_text(shown, rows[i][1]);
	}
}

/* What is shown with its era means the same day when it is typed in again. */
static void test_days_come_back(void)
{
	for (int round = 0; round < 2000; round++) {
		char day[WAREKI_DATE + 20], shown[FORM_DATE], back[WAREKI_DATE];

		snprintf(day, sizeof day, "%04u-%02u-%02u", 1873 + (unsigned)unit_random_below(160), 1 + (unsigned)unit_random_below(12),
			 1 + (unsigned)unit_random_below(28));
		form_date(day, shown);
		unit_context("%s %s", day, shown);
		require(strchr(shown, '(') != NULL);
		*strchr(shown, '(') = '\0';
		require_ok(wareki_parse(bytes_of_text(shown), back));
		check_text(back, day);
	}
}

/* Every field of a content, however deep, has its name on the form, and every word of its lists. */
static void check_labels(const ProtobufCMessageDescriptor *type)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		unit_context("%s.%s", type->name, field->name);
		check(field_label(type, field->name) != NULL);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor != &pb__attachment__descriptor)
			check_labels(field->descriptor);
		for (unsigned j = 0; field->type == PROTOBUF_C_TYPE_ENUM && j < ((const ProtobufCEnumDescriptor *)field->descriptor)->n_values; j++) {
			const ProtobufCEnumDescriptor *list = field->descriptor;

			check((field_word(list, list->values[j].value) == NULL) == (list->values[j].value == 0));
		}
	}
}

static void test_labels(void)
{
	for (unsigned i = 0; i < pb__content__descriptor.n_fields; i++)
		check_labels(pb__content__descriptor.fields[i].descriptor);
	check_labels(&pb__basis_claim__descriptor);
	check_text(field_label(&pb__person__descriptor, "kana"), "ふりがな");
	check(field_label(&pb__person__descriptor, "shoe_size") == NULL);
	check(field_label(&pb__content__descriptor, "sheet") == NULL);
	check(field_word(&pb__sex__descriptor, 77) == NULL);
	check(field_word(&pb__sex__descriptor, -1) == NULL);
}

UNIT_SUITE("tsunagi/form",
	{ "text is escaped", test_escaped },
	{ "no markup comes through", test_nothing_remains },
	{ "days with their era", test_days },
	{ "days come back", test_days_come_back },
	{ "every field has its name", test_labels });

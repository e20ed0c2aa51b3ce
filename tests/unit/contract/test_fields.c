/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/fields.h"

#include "samples.h"

static const ProtobufCFieldDescriptor *named(const ProtobufCMessage *message, const char *name)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);

	require(field != NULL);
	return field;
}

static size_t count(const ProtobufCMessage *message, const char *name)
{
	unit_context("%s", name);
	return field_count(message, named(message, name));
}

static void test_absent_empty_zero(void)
{
	Pb__View view = PB__VIEW__INIT;

	for (unsigned i = 0; i < view.base.descriptor->n_fields; i++) {
		unit_context("%s", view.base.descriptor->fields[i].name);
		check_uint(field_count(&view.base, &view.base.descriptor->fields[i]), 0);
	}
	view.sender = NULL;
	check_uint(count(&view.base, "sender"), 0);
}

static void test_what_stands(void)
{
	struct arena arena;
	Pb__View *view;

	arena_init(&arena, 1 << 20);
	view = sample_view(&arena);
	check_uint(count(&view->base, "sender"), 1);
	check_uint(count(&view->base, "kind"), 1);
	check_uint(count(&view->base, "created_at_us"), 1);
	check_uint(count(&view->base, "nonce"), 1);
	check_uint(count(&view->base, "basis"), 1);
	check_uint(count(&view->base, "sealed_to"), 3);
	check_uint(count(&view->base, "blobs"), 0);
	view->created_at_us = (int64_t)1 << 40; /* the low half is zero */
	check_uint(count(&view->base, "created_at_us"), 1);
	arena_free(&arena);
}

static void test_members(void)
{
	Pb__Read read = PB__READ__INIT;

	check_uint(count(&read.base, "inbox_after"), 0);
	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	check_uint(count(&read.base, "inbox_after"), 1); /* zero, but chosen */
	check_uint(count(&read.base, "receipt_seq"), 0);
	check(field_is_member(named(&read.base, "inbox_after")));
	check(!field_is_member(named(&read.base, "number")));
}

static void test_values(void)
{
	struct arena arena;
	Pb__View *view;

	arena_init(&arena, 1 << 20);
	view = sample_view(&arena);
	check_text(field_pointer(field_value(&view->base, named(&view->base, "sender"), 0)), view->sender);
	check(field_value(&view->base, named(&view->base, "sealed_to"), 2) == &view->sealed_to[2]);
	check(field_pointer(field_value(&view->base, named(&view->base, "parts"), 0)) == view->parts[0]);
	check_int(*(const int *)field_value(&view->base, named(&view->base, "kind"), 0), PB__KIND__KIND_REQUEST);
	check(field_value(&view->parts[0]->base, named(&view->parts[0]->base, "classes"), 3) == &view->parts[0]->classes[3]);
	arena_free(&arena);
}

static void test_widths(void)
{
	Pb__View view = PB__VIEW__INIT;
	Pb__Status status = PB__STATUS__INIT;

	check_uint(field_width(named(&view.base, "sender")), sizeof(view.sender));
	check_uint(field_width(named(&view.base, "nonce")), sizeof(view.nonce));
	check_uint(field_width(named(&view.base, "basis")), sizeof(view.basis));
	check_uint(field_width(named(&view.base, "kind")), sizeof(view.kind));
	check_uint(field_width(named(&view.base, "created_at_us")), sizeof(view.created_at_us));
	check_uint(field_width(named(&status.base, "accepting")), sizeof(status.accepting));
	check_uint(field_width(named(&status.base, "epoch")), sizeof(status.epoch));
	check_uint(field_width(named(&status.base, "entries_per_second")), sizeof(status.entries_per_second));
}

/* A walk over a type's fields ends, and over one without fields it ends at once and adds nothing to its array, which is NULL. */
static void test_end(void)
{
	for (size_t i = 0; i < sample_type_count; i++)
		check(fields_end(sample_types[i]) - sample_types[i]->fields == (ptrdiff_t)sample_types[i]->n_fields);
	check(fields_end(&pb__admin_nothing__descriptor) == pb__admin_nothing__descriptor.fields);
}

UNIT_SUITE("contract/fields",
	{ "absent, empty, zero", test_absent_empty_zero },
	{ "what stands in a message", test_what_stands },
	{ "members of a oneof", test_members },
	{ "values", test_values },
	{ "widths", test_widths },
	{ "where they end", test_end });

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/disclosure_rules.h - what each field of a content tells about a person, as one table.
 *
 * Every text, number and list of content.proto has a row; a test holds the table against the schema, so that a new field
 * cannot slip by untold. */
#pragma once
#include "content.pb-c.h"

#include "contract/class_set.h"

enum telling {
	TELLS_CLASS,      /* the classes of its row */
	TELLS_FREELY,     /* free text: whatever its writer put in; its classes are declared */
	TELLS_TOPIC,      /* the class of the topic that is marked */
	TELLS_ATTACHMENT, /* a file: its classes are declared with it */
	TELLS_DECLARED,   /* the declaration itself */
	TELLS_NOTHING     /* about a person: dates of the sheet, the sender's own names, places of meetings */
};

struct disclosure_rule {
	const ProtobufCMessageDescriptor *type;
	const char *field;
	const char *path; /* as a person names it */
	enum telling telling;
	class_set classes; /* TELLS_CLASS */
};

/* NULL for messages that are only walked through, such as sheet.person, and for what the table does not know. */
const struct disclosure_rule *disclosure_rule_of(const ProtobufCMessageDescriptor *type, const char *field);

/* What marking a topic tells by itself. */
class_set disclosure_of_topic(Pb__TopicName topic);

/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/told_list.h"

#include "contract/entry_contents.h"

#define NONE(entry) ((struct told_list){ NULL, 0, 0 })
#define TOLD(entry) ((struct told_list){ (entry)->told, (entry)->n_told, 0 })
#define BEHIND(entry) ((struct told_list){ (entry)->told, (entry)->n_told, (entry)->n_recipients })
#define TOLD_OF(NAME, member, order, told_of)  \
	case PB__ENTRY_BODY__BODY_##NAME: \
		return told_of(body->member);

struct told_list told_list_of(const Pb__EntryBody *body)
{
	switch (body->body_case) {
		ENTRY_CONTENTS(TOLD_OF)
	case PB__ENTRY_BODY__BODY__NOT_SET:
	default:
		return (struct told_list){ NULL, 0, 0 };
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/notice_texts.h - the site's own word as a person reads it: what happened or is due, about what, and what can be done. */
#pragma once
#include "base/buf.h"
#include "contract/language.h"
#include "frame.pb-c.h"

/* Two to four words for lists: "answer due"; a constant, never NULL. */
const char *notice_title(Pb__NoticeWhat what, enum language language);

/* One or two whole sentences, appended; times as a wall clock shows them that is so many minutes ahead of UTC.  What the notice does not
 * say is left out of them.  ERR_TOO_LARGE, ERR_NOMEM as buf.h says. */
enum err notice_text(const Pb__SiteNotice *notice, int offset_minutes, enum language language, struct buf *out);

/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/limits.h"
#include "tsunagi/command.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/tsunagi.h"
#include "tsunagi/words.h"

enum outcome cmd_version(const struct call *call)
{
	(void)call;
	out_text(words("tsunagi %s  (library %s, wire %u, store %u, ledger %u)\n", "tsunagi %s(ライブラリー %s、通信 %u、ストア %u、台帳 %u)\n"),
		 TSUNAGI_VERSION, tsg_version(), WIRE_VERSION, STORE_FORMAT, LEDGER_FORMAT);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:s,s:i,s:i,s:i}", "version", TSUNAGI_VERSION, "library", tsg_version(), "wire", (int)WIRE_VERSION, "store",
				   (int)STORE_FORMAT, "ledger", (int)LEDGER_FORMAT));
	return OUTCOME_DONE;
}

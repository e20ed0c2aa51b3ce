/* SPDX-License-Identifier: Apache-2.0 */
/* The sample file and the man page, from the same rows as the parser. */
#include "config/amount.h"
#include "config/config.h"
#include "config/option_row.h"

static void sample_row(const struct option_row *row, struct buf *out)
{
	buf_printf(out, "\n# %s\n# ", row->text);
	option_bounds(row, out);
	buf_printf(out, "%s.\n#%s: ", row->when == RELOADED ? "; reloaded by SIGHUP" : "", row->name);
	amount_format(row->kind, amount_of_row(row->kind, row->standard), out);
	buf_put_text(out, "\n");
}

void config_sample(const char *site, const char *local_government_code, const char *const *endpoints, size_t endpoint_count,
		   struct buf *out)
{
	buf_put_text(out, "# Options of this site's tsunagid.  What is commented out has its default.\n");
	buf_put_text(out, "# `tsunagid --check` says whether the file holds; most options take effect at the next start.\n\n");
	buf_printf(out, "# The site's name, as it stands in every address: agency@%s.  It never changes.\nsite: %s\n", site, site);
	buf_printf(out, "\n# Local government code (全国地方公共団体コード), six digits.\nlocal_government_code: \"%s\"\n",
		   local_government_code);
	buf_put_text(out, "\n# Where agencies connect: tcp://ADDRESS:PORT or ipc:///ABSOLUTE/PATH; always encrypted (CURVE).\nendpoints:\n");
	for (size_t i = 0; i < endpoint_count; i++)
		buf_printf(out, "  - \"%s\"\n", endpoints[i]);
	if (endpoint_count == 0)
		buf_put_text(out, "  - \"" CONFIG_ENDPOINT_DEFAULT "\"\n");
	buf_put_text(out, "\n# debug, info, warn or error; reloaded by SIGHUP.\n#log_level: info\n");
	for (size_t i = 0; i < option_rows_count; i++)
		sample_row(&option_rows[i], out);
}

static void manual_row(const struct option_row *row, struct buf *out)
{
	buf_printf(out, ".TP\n.B %s\n%s  ", row->name, row->text);
	buf_put_text(out, "It is ");
	option_bounds(row, out);
	buf_put_text(out, "; default ");
	amount_format(row->kind, amount_of_row(row->kind, row->standard), out);
	buf_printf(out, ".%s\n", row->when == RELOADED ? "  SIGHUP reloads it." : "");
}

void config_manual(struct buf *out)
{
	buf_put_text(out, ".SH OPTIONS\n");
	buf_put_text(out, ".TP\n.B site\nThe site's DNS label, as it stands in every address.  Required.\n");
	buf_put_text(out, ".TP\n.B local_government_code\nSix digits with their check digit.  Required.\n");
	buf_printf(out, ".TP\n.B endpoints\nA list of 1 to %d of tcp://ADDRESS:PORT or ipc:///ABSOLUTE/PATH; default "
			CONFIG_ENDPOINT_DEFAULT ".\n", CONFIG_ENDPOINTS);
	buf_put_text(out, ".TP\n.B log_level\ndebug, info, warn or error; default info.  SIGHUP reloads it.\n");
	for (size_t i = 0; i < option_rows_count; i++)
		manual_row(&option_rows[i], out);
}

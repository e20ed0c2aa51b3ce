/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "config/amount.h"
#include "config/option_row.h"
#include "config/yaml_file.h"
#include "contract/identifiers.h"

static const char *const level_words[] = {
	[LOG_LEVEL_DEBUG] = "debug", [LOG_LEVEL_INFO] = "info", [LOG_LEVEL_WARN] = "warn", [LOG_LEVEL_ERROR] = "error",
};

void config_defaults(struct config *config)
{
	*config = (struct config){ .log_level = LOG_LEVEL_INFO, .endpoint_count = 1 };
	snprintf(config->endpoints[0], sizeof config->endpoints[0], "%s", CONFIG_ENDPOINT_DEFAULT);
	for (size_t i = 0; i < option_rows_count; i++)
		*option_field(config, &option_rows[i]) = amount_of_row(option_rows[i].kind, option_rows[i].standard);
}

/* The scalar's text, or NULL (told) for anything that is not one line of text. */
static const char *text_of(struct fault_sink *sink, const yaml_node_t *node, const char *name)
{
	struct bytes text = yaml_scalar(node);

	if (text.data != NULL && text.len > 0 && text_check(text, NULL) == TEXT_OK)
		return (const char *)text.data;
	fault_at(sink, yaml_line(node), "%s: needs a value", name);
	return NULL;
}

static void read_site(struct fault_sink *sink, const yaml_node_t *node, struct config *config)
{
	const char *text = text_of(sink, node, "site");

	if (text == NULL)
		return;
	if (text_is_label(bytes_of_text(text)))
		snprintf(config->site, sizeof config->site, "%s", text);
	else
		fault_at(sink, yaml_line(node), "site: \"%s\" is no DNS label (1 to 63 of a-z, 0-9 and inner hyphens)", text);
}

static void read_code(struct fault_sink *sink, const yaml_node_t *node, struct config *config)
{
	const char *text = text_of(sink, node, "local_government_code");

	if (text == NULL)
		return;
	if (identifier_local_government(text))
		snprintf(config->local_government_code, sizeof config->local_government_code, "%s", text);
	else
		fault_at(sink, yaml_line(node), "local_government_code: \"%s\" is not six digits with the right check digit", text);
}

static void read_log_level(struct fault_sink *sink, const yaml_node_t *node, struct config *config)
{
	const char *text = text_of(sink, node, "log_level");

	if (text == NULL)
		return;
	for (unsigned i = 0; i < sizeof level_words / sizeof *level_words; i++) {
		if (strcmp(level_words[i], text) == 0) {
			config->log_level = (enum log_level)i;
			return;
		}
	}
	fault_at(sink, yaml_line(node), "log_level: \"%s\"; it is one of debug, info, warn, error", text);
}

static void read_endpoint(struct fault_sink *sink, const yaml_node_t *node, struct config *config)
{
	const char *text = text_of(sink, node, "endpoints");
	const char *reason;

	if (text == NULL)
		return;
	if (config_check_endpoint(text, &reason) != ERR_OK) {
		fault_at(sink, yaml_line(node), "endpoints: \"%s\": %s", text, reason);
		return;
	}
	snprintf(config->endpoints[config->endpoint_count++], CONFIG_ENDPOINT_BYTES, "%s", text);
}

static void read_endpoints(const struct yaml_file *file, const yaml_node_t *node, struct config *config)
{
	size_t count = yaml_count(node);

	if (count == 0 || count > CONFIG_ENDPOINTS) {
		fault_at(file->sink, yaml_line(node), "endpoints: needs a list of 1 to %d, each such as " CONFIG_ENDPOINT_DEFAULT,
			 CONFIG_ENDPOINTS);
		return;
	}
	config->endpoint_count = 0;
	for (size_t i = 0; i < count; i++)
		read_endpoint(file->sink, yaml_element(file, node, i), config);
}

static void report_bounds(struct fault_sink *sink, unsigned line, const struct option_row *row, const char *text)
{
	struct buf bounds;

	buf_init(&bounds, 256);
	option_bounds(row, &bounds);
	fault_at(sink, line, "%s: \"%s\"; it is %s", row->name, text, buf_text(&bounds) != NULL ? buf_text(&bounds) : "out of bounds");
	buf_free(&bounds);
}

static void read_amount(struct fault_sink *sink, const yaml_node_t *node, const struct option_row *row, struct config *config)
{
	const char *text = text_of(sink, node, row->name);
	uint64_t amount;

	if (text == NULL)
		return;
	if (amount_parse(row->kind, text, &amount) != ERR_OK || amount < amount_of_row(row->kind, row->least) ||
	    amount > amount_of_row(row->kind, row->most))
		report_bounds(sink, yaml_line(node), row, text);
	else
		*option_field(config, row) = amount;
}

static void read_option(const struct yaml_file *file, const yaml_node_t *key, const yaml_node_t *value, struct config *config)
{
	struct bytes name = yaml_scalar(key);
	const struct option_row *row = option_named(name);

	if (row != NULL)
		read_amount(file->sink, value, row, config);
	else if (bytes_equal(name, bytes_of_text("site")))
		read_site(file->sink, value, config);
	else if (bytes_equal(name, bytes_of_text("local_government_code")))
		read_code(file->sink, value, config);
	else if (bytes_equal(name, bytes_of_text("endpoints")))
		read_endpoints(file, value, config);
	else if (bytes_equal(name, bytes_of_text("log_level")))
		read_log_level(file->sink, value, config);
	else if (name.data != NULL)
		fault_at(file->sink, yaml_line(key), "%s: there is no such option", (const char *)name.data);
}

static unsigned line_of(const struct yaml_file *file, const char *name)
{
	const yaml_node_t *key = NULL;

	yaml_find(file, yaml_root(file), name, &key);
	return yaml_line(key);
}

/* What only two options together can get wrong: one may be at most such a part of the other.  All defaults agree. */
static const struct pair {
	const char *name;
	const char *part; /* as a person is told */
	const char *whole;
	uint64_t divisor;
	bool less;        /* than that part, not equal to it */
} pairs[] = {
	{ "ring_reserve", "less than", "ring_slots", 1, true },
	{ "reserve_size", "at most a quarter of", "map_size", 4, false },
	{ "pending_reserve", "at most half of", "pending_bytes_max", 2, false },
	{ "heartbeat", "at most half of", "session_timeout", 2, false },
};

/* "128 (default)" or "64 (line 3)". */
static void put_value(const struct option_row *row, const struct config *config, unsigned line, struct buf *out)
{
	amount_format(row->kind, *option_value(config, row), out);
	if (line == 0)
		buf_put_text(out, " (default)");
	else
		buf_printf(out, " (line %u)", line);
}

/* The fault stands in the line of the option that is too large, or of the other when that one has its default. */
static void check_pair(const struct yaml_file *file, const struct config *config, const struct pair *pair)
{
	const struct option_row *row = option_named(bytes_of_text(pair->name));
	const struct option_row *whole = option_named(bytes_of_text(pair->whole));
	uint64_t value = *option_value(config, row);
	uint64_t bound = *option_value(config, whole) / pair->divisor;
	unsigned line = line_of(file, pair->name);
	unsigned whole_line = line_of(file, pair->whole);
	struct buf text;

	if (pair->less ? value < bound : value <= bound)
		return;
	buf_init(&text, 256);
	buf_printf(&text, "%s must be %s %s; they are ", pair->name, pair->part, pair->whole);
	put_value(row, config, line, &text);
	buf_put_text(&text, " and ");
	put_value(whole, config, whole_line, &text);
	fault_at(file->sink, line != 0 ? line : whole_line, "%s", buf_text(&text) != NULL ? buf_text(&text) : pair->name);
	buf_free(&text);
}

static void check_together(const struct yaml_file *file, const struct config *config)
{
	struct fault_sink *sink = file->sink;

	if (yaml_find(file, yaml_root(file), "site", NULL) == NULL)
		fault_at(sink, 0, "site: missing; the site's DNS label, such as chiba-city");
	if (yaml_find(file, yaml_root(file), "local_government_code", NULL) == NULL)
		fault_at(sink, 0, "local_government_code: missing; six digits, such as \"121002\"");
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		check_pair(file, config, &pairs[i]);
}

static enum err load_text(struct bytes text, struct fault_sink *sink, struct config *ret_config)
{
	struct config config;
	struct yaml_file file;
	const yaml_node_t *key;
	const yaml_node_t *value;
	enum err err = yaml_file_parse(text, sink, &file);

	if (err == ERR_OK) {
		config_defaults(&config);
		yaml_check_keys(&file, yaml_root(&file));
		for (size_t i = 0; yaml_pair(&file, yaml_root(&file), i, &key, &value); i++)
			read_option(&file, key, value, &config);
		check_together(&file, &config);
		err = sink->count == 0 ? ERR_OK : ERR_FORMAT;
	}
	yaml_file_close(&file);
	if (err == ERR_OK)
		*ret_config = config;
	return err;
}

enum err config_load(const char *path, fault_report *report, void *context, struct config *ret_config)
{
	struct fault_sink sink = { report, context, path, 0 };
	struct buf text;
	enum err err;

	buf_init(&text, CONFIG_BYTES);
	err = file_read(path, &text);
	if (err == ERR_OK)
		err = load_text(buf_bytes(&text), &sink, ret_config);
	else
		fault_at(&sink, 0, "cannot be read: %s", err_text(err));
	buf_free(&text);
	return err;
}

bool config_reload(struct config *config, const struct config *fresh)
{
	struct config next = *config;

	next.log_level = fresh->log_level;
	for (size_t i = 0; i < option_rows_count; i++)
		if (option_rows[i].when == RELOADED)
			*option_field(&next, &option_rows[i]) = *option_value(fresh, &option_rows[i]);
	*config = next;
	return config_differs(&next, fresh);
}

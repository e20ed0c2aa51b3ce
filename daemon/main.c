/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagid: the broker of one site.  See --help; the work is in service/. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "contract/limits.h"
#include "service/maintain.h"
#include "service/run.h"

static const char help[] =
	"tsunagid - the broker of one site\n"
	"\n"
	"usage: tsunagid [--home DIR]                    run in the foreground, log to stderr\n"
	"       tsunagid [--home DIR] --check [--store]  say whether options and keys (and all that is stored) hold\n"
	"       tsunagid [--home DIR] --rebuild          derive every table anew from the ledger\n"
	"       tsunagid --version | --help\n"
	"\n"
	"  --home DIR   the site's home; else $TSUNAGI_HOME, else /var/lib/tsunagi\n"
	"\n"
	"SIGHUP reloads options, SIGTERM drains and stops.  Exits 0 when told to stop, 64 wrong usage, 65 stored data are damaged,\n"
	"71 out of memory, 74 input or output failed, 75 store or address in use, 78 bad options, keys or limits.\n"
	"\n"
	"example: tsunagi init --home /srv/chiba --site chiba-city --code 121002 && tsunagid --home /srv/chiba\n";

struct arguments {
	const char *home;
	bool check, store, rebuild, version, help;
};

static bool parse(int count, char **arguments, struct arguments *ret_arguments)
{
	static const struct option options[] = {
		{ "home", required_argument, NULL, 'h' },    { "check", no_argument, NULL, 'c' },  { "store", no_argument, NULL, 's' },
		{ "rebuild", no_argument, NULL, 'r' },       { "version", no_argument, NULL, 'v' }, { "help", no_argument, NULL, '?' + 256 },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			ret_arguments->home = optarg;
			break;
		case 'c':
			ret_arguments->check = true;
			break;
		case 's':
			ret_arguments->store = true;
			break;
		case 'r':
			ret_arguments->rebuild = true;
			break;
		case 'v':
			ret_arguments->version = true;
			break;
		case '?' + 256:
			ret_arguments->help = true;
			break;
		default: /* getopt has said what it did not understand */
			return false;
		}
	}
	if (optind == count)
		return true;
	fprintf(stderr, "tsunagid: \"%s\" is more than it takes\n", arguments[optind]);
	return false;
}

static void print_version(void)
{
	printf("tsunagid %s\nwire %u\nstore %u\nledger %u\n", TSUNAGI_VERSION, WIRE_VERSION, STORE_FORMAT, LEDGER_FORMAT);
}

int main(int count, char **argv)
{
	struct arguments arguments = { 0 };

	umask(077);
	if (!parse(count, argv, &arguments) || (arguments.store && !arguments.check) || (arguments.check && arguments.rebuild)) {
		fprintf(stderr, "tsunagid --help says what it takes\n");
		return EXIT_WRONG_USAGE;
	}
	if (arguments.help)
		fputs(help, stdout);
	else if (arguments.version)
		print_version();
	else if (arguments.check)
		return (int)maintain_check(arguments.home, arguments.store);
	else if (arguments.rebuild)
		return (int)maintain_rebuild(arguments.home);
	else
		return (int)run(arguments.home);
	return EXIT_DONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_rules.h - what the rules of a directory must hold, for whoever reads them: the loader tells lines, a broker refuses. */
#pragma once
#include "directory.pb-c.h"

/* One problem: of rule number index (the file's rules have that many when it concerns them all) in that field. */
typedef void routing_rules_report(void *context, size_t index, const char *field, const char *text);

/* Checks the rules against the file's agencies, which are in ascending order of id.  A file without rules is fine: it routes nothing.
 *
 *   ids are labels, each once; at most LIMIT_ROUTING_RULES rules
 *   exactly one fallback: without conditions, and naming an agency that is there; every other rule has conditions, none empty
 *   categories, services and wards are words that some agency has; agencies are there and not confidential
 *   each rule names someone, and says why in both languages
 *
 * Every problem goes to report; gives their number. */
size_t routing_rules_check(const Pb__DirectoryFile *file, routing_rules_report *report, void *context);

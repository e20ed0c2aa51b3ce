/* SPDX-License-Identifier: Apache-2.0 */
/* contract/language.h - the two languages in which people are told things. */
#pragma once

enum language { LANGUAGE_EN, LANGUAGE_JA };

/* From $LC_ALL, $LC_MESSAGES, $LANG, of which the first that is not empty counts: Japanese when it starts with "ja", else English. */
enum language language_of_environment(void);

/* SPDX-License-Identifier: Apache-2.0 */
/* contract/identifiers.h - official numbers, validated by their own scheme, never by length alone.
 *
 * Each takes text and gives true only for the exact number of ASCII digits with the right check digit. */
#pragma once
#include <stdbool.h>

/* 全国地方公共団体コード: 6 digits, last = (11 - ((6a+5b+4c+3d+2e) mod 11)) mod 10.  千葉市 = 121002. */
bool identifier_local_government(const char *text);

/* 法人番号: 13 digits, first = 9 - (sum Pn*Qn mod 9).  千葉市 = 6000020121002. */
bool identifier_corporate(const char *text);

/* 介護保険事業所番号: 10 digits, last = mod 10 with weights 2,1 from the right, products split.  1070201841 is valid. */
bool identifier_care_office(const char *text);

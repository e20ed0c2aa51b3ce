/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/form_date.h - a day as a form in Japan shows it. */
#pragma once

#define FORM_DATE 64

/* "1998-06-14" as "平成10年6月14日(1998年)"; a day before 1873 without its era; what is no such day as it stands, cut at its end if need be. */
void form_date(const char *day, char to[FORM_DATE]);

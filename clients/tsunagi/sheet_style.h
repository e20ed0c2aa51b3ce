/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/sheet_style.h - the style sheet of the printed form. */
#pragma once

extern const char sheet_style[];

/* SPDX-License-Identifier: Apache-2.0 */
/* base/large.h - blocks that are read here and there, all over: the system may back them with larger pages.
 *
 * With pages of 4 KiB nearly every look into a table of some tens of megabytes costs a walk of the page tables first, and twice as much
 * on a virtual machine. */
#pragma once
#include <stddef.h>

/* Advice only: it cannot fail, and a block below a few megabytes is let be.  block: from malloc or realloc, len bytes. */
void large_advise(void *block, size_t len);

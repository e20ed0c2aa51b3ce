/* SPDX-License-Identifier: Apache-2.0 */
#include "base/large.h"

#include <stdint.h>
#include <sys/mman.h>

#define LARGE_PAGE (2u << 20) /* bytes, on x86-64 and on most others */

void large_advise(void *block, size_t len)
{
	uintptr_t first = ((uintptr_t)block + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	uintptr_t end = ((uintptr_t)block + len) / LARGE_PAGE * LARGE_PAGE;

	if (first < end)
		(void)madvise((uint8_t *)block + (first - (uintptr_t)block), end - first, MADV_HUGEPAGE);
}

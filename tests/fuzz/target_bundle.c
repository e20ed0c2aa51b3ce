/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_bundle.c - a bundle file as someone may have left it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libtsunagi/bundle.h"
#include "seed_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bundle *bundle = NULL;
	const char *reason;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/shm/tsunagi-fuzz-%d.bundle", (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	if (bundle_read(path, &bundle, &reason) == ERR_OK)
		(void)bundle_check(bundle, SEED_NOW_US);
	bundle_free(bundle);
	unlink(path);
	return 0;
}

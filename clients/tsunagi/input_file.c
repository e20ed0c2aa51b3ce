/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

enum outcome input_file_read(const char *path, struct buf *out)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum err err = fd < 0 ? err_from_errno(errno) : ERR_OK;

	buf_init(out, INPUT_BYTES);
	if (err == ERR_OK)
		err = file_take_all(fd, out);
	if (!standard && fd >= 0)
		close(fd);
	if (err == ERR_NOT_FOUND)
		return out_problem(OUTCOME_NOT_THERE, "NO_FILE", words("Check the name and the folder.", "名前とフォルダーを確かめてください。"),
				   words("%s is not there.", "%s がありません。"), path);
	if (err == ERR_TOO_LARGE)
		return out_problem(OUTCOME_REFUSED, "TOO_LARGE", words("Long documents belong into attachments (--attach).", "長い文書は添付にしてください(--attach)。"),
				   words("%s is larger than 16 MiB.", "%s は 16 MiB を超えています。"), path);
	if (err != ERR_OK)
		return out_problem(OUTCOME_REFUSED, "FILE", NULL, "%s: %s", path, err_text(err));
	return OUTCOME_DONE;
}

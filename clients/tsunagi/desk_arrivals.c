/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_arrivals.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "tsunagi/desk_page.h"
#include "tsunagi/json_row.h"
#include "tsunagi/sheet_page.h"
#include "tsunagi/sheet_words.h"
#include "tsunagi/words.h"

#define PAGE_BYTES (16u * 1024u * 1024u)
#define AT_ONCE 200u /* taken in one turn, so that answers do not wait behind them */

/* ---- paper ---- */

static _Noreturn void become_lp(const char *printer, int input)
{
	char *const words_of_lp[] = { (char *)(uintptr_t)"lp", (char *)(uintptr_t)"-s", (char *)(uintptr_t)"-d", (char *)(uintptr_t)printer,
				      (char *)(uintptr_t)"-t", (char *)(uintptr_t)"tsunagi", NULL };

	dup2(input, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp("lp", words_of_lp);
	_exit(127);
}

/* False when it did not reach the queue of the printer. */
static bool print(const char *printer, struct bytes page)
{
	int input = memfd_create("page", MFD_CLOEXEC), status = 0;
	pid_t child;

	if (input < 0 || file_put(input, page) != ERR_OK || lseek(input, 0, SEEK_SET) != 0)
		return input >= 0 && close(input) == 0 && false;
	fflush(NULL);
	child = fork();
	if (child == 0)
		become_lp(printer, input);
	close(input);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Only what a person must look at comes out on paper, and nobody's name with it. */
static void print_nameless(const struct desk_arrivals *arrivals, const json_t *delivery)
{
	struct buf page;

	if (arrivals->printer == NULL || !desk_page_is_sheet(delivery))
		return;
	buf_init(&page, PAGE_BYTES);
	sheet_page_put_nameless(delivery, &page);
	if (page.err != ERR_OK || !print(arrivals->printer, buf_bytes(&page)))
		desk_results_say(arrivals->results, arrivals->printer, 0, sheet_code(delivery), words("printing", "印刷"), words("failed", "できません"),
				 words("the printer took nothing; the page is in inbox/", "プリンターに送れませんでした。inbox/ のページを見てください"));
	buf_free(&page);
}

/* ---- files ---- */

static char *page_path(const struct desk_folder *folder, const json_t *delivery)
{
	char name[ID_CODE_TEXT + 40];

	if (*sheet_code(delivery) != '\0') /* what was released on acceptance gets a page of its own: the first one names nobody */
		snprintf(name, sizeof name, "%s%s.html", sheet_code(delivery), json_is_true(json_object_get(delivery, "released")) ? "-released" : "");
	else
		snprintf(name, sizeof name, "notice-%lld.html", (long long)json_integer_value(json_object_get(delivery, "item")));
	return path_join(folder->inbox, name);
}

/* The page beside the stored message; fresh: it was not there before. */
static enum err write_page(const struct desk_folder *folder, const json_t *delivery, bool *ret_fresh)
{
	char *path = page_path(folder, delivery);
	struct stat status;
	struct buf page;
	enum err err = path == NULL ? ERR_NOMEM : ERR_OK;

	buf_init(&page, PAGE_BYTES);
	if (err == ERR_OK) {
		*ret_fresh = stat(path, &status) != 0;
		desk_page_put(delivery, &page);
		err = page.err;
	}
	if (err == ERR_OK)
		err = file_write(path, buf_bytes(&page), 0660);
	buf_free(&page);
	free(path);
	return err;
}

/* What is written before it is acknowledged is there after any crash; what came again is written again and printed once. */
static int take(struct desk_arrivals *arrivals, tsg_delivery *delivery)
{
	json_t *json = json_loads(tsg_delivery_json(delivery), 0, NULL);
	bool fresh = false;
	int result = json == NULL ? TSG_NO_MEMORY : tsg_delivery_save(delivery, arrivals->folder->messages);
	enum err err = ERR_OK;

	if (result == TSG_OK)
		err = write_page(arrivals->folder, json, &fresh);
	if (err != ERR_OK) {
		desk_results_say(arrivals->results, "inbox", 0, sheet_code(json), desk_page_summary(json), words("not stored", "保存できません"), err_text(err));
		result = TSG_IO;
	}
	if (result == TSG_OK && fresh) {
		desk_results_say(arrivals->results, "inbox", 0, sheet_code(json), desk_page_summary(json), words("arrived", "届きました"), json_row_text(json, "sender"));
		print_nameless(arrivals, json);
	}
	if (result == TSG_OK)
		result = tsg_ack(delivery);
	json_decref(json);
	return result == TSG_TIMEOUT ? TSG_OK : result; /* an acknowledgement under way is said again by itself */
}

int desk_arrivals_take(struct desk_arrivals *arrivals, int wait_ms)
{
	int result = TSG_TIMEOUT;

	for (unsigned i = 0; i < AT_ONCE; i++) {
		tsg_delivery *delivery = NULL;
		int next = tsg_next(arrivals->client->tsg, i == 0 ? wait_ms : 0, &delivery);

		if (next == TSG_TIMEOUT)
			break;
		result = next == TSG_OK ? take(arrivals, delivery) : next;
		tsg_delivery_free(delivery);
		if (result != TSG_OK)
			break;
	}
	return result;
}

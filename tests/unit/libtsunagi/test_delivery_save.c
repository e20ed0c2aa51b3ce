/* SPDX-License-Identifier: Apache-2.0 */
/* A delivery as a directory: there whole or not at all, and its names lead nowhere else, whoever chose them. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "conversation.h"
#include "unit.h"

/* Sends a file of this name with "enclosed" in it, and gives the delivery. */
static tsg_delivery *deliver(struct talk *talk, const char *name)
{
	char path[900], message[2500];
	char *receipt = NULL;
	tsg_delivery *delivery = NULL;

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	talk_write(path, bytes_of_text("enclosed"));
	snprintf(message, sizeof message, "{%s,\"attach\":[{\"path\":\"%s\",\"classes\":[\"HEALTH\"]}]}", TALK_SHEET, path);
	require(tsg_send_json(talk->sender, message, strlen(message), &receipt) == TSG_OK);
	tsg_free(receipt);
	require(tsg_next(talk->recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	return delivery;
}

/* The only entry of a folder; "" when there is none, "?" when there are more. */
static const char *only_entry(const char *folder)
{
	static char name[300];
	const struct dirent *entry = NULL;
	DIR *listing = opendir(folder);
	unsigned count = 0;

	name[0] = '\0';
	require(listing != NULL);
	while ((entry = readdir(listing)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s", count++ == 0 ? entry->d_name : "?");
	}
	closedir(listing);
	return name;
}

static const char *folder_of(tsg_delivery *delivery, const char *store, const char *inner)
{
	static char path[900];

	snprintf(path, sizeof path, "%s/%s/%s%s", unit_folder(), store, tsg_delivery_message_id(delivery), inner);
	return path;
}

static int save(tsg_delivery *delivery, const char *store)
{
	char path[600];

	snprintf(path, sizeof path, "%s/%s", unit_folder(), store);
	return tsg_delivery_save(delivery, path);
}

static void test_names(void)
{
	static const struct {
		const char *name, *saved;
	} rows[] = {
		{ "report.pdf", "1-report.pdf" },
		{ ".hidden", "1-hidden" },
		{ "...", "1-attachment" },
		{ "-rf", "1--rf" },
		{ "with space", "1-with space" },
		{ "報告書.pdf", "1-報告書.pdf" },
		{ "message.json", "1-message.json" },
	};
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		tsg_delivery *delivery = deliver(&talk, rows[i].name);
		struct stat status;
		char path[1300];

		unit_context("%s", rows[i].name);
		require(save(delivery, "store") == TSG_OK);
		check_text(only_entry(folder_of(delivery, "store", "/attachments")), rows[i].saved);
		snprintf(path, sizeof path, "%s/%s", folder_of(delivery, "store", "/attachments"), rows[i].saved);
		require(stat(path, &status) == 0);
		check_uint(status.st_mode & 0777, 0600); /* and nothing that runs */
		check_uint((uintmax_t)status.st_size, 8);
		require(stat(folder_of(delivery, "store", ""), &status) == 0);
		check_uint(status.st_mode & 0777, 0700);
		check_int(tsg_ack(delivery), TSG_OK);
		tsg_delivery_free(delivery);
	}
	talk_end(&talk);
}

/* The longest name that a disk takes is cut where a character ends. */
static void test_a_long_name(void)
{
	struct talk talk = talk_begin();
	char name[260] = "";
	tsg_delivery *delivery = NULL;
	const char *saved = NULL;

	talk_know_directory(&talk);
	while (strlen(name) + 3 <= 240) /* beside it stands, for a moment, NAME.new */
		strcat(name, "長");
	delivery = deliver(&talk, name);
	require(save(delivery, "store") == TSG_OK);
	saved = only_entry(folder_of(delivery, "store", "/attachments"));
	check(strncmp(saved, "1-長", 5) == 0);
	check_uint((strlen(saved) - 2) % 3, 0);
	check(strlen(saved) <= 202);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* What a crash left half-made is made anew; what is there whole is left alone. */
static void test_half_made(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;
	char making[900], inside[950];
	struct buf after;

	talk_know_directory(&talk);
	delivery = deliver(&talk, "a.txt");
	snprintf(making, sizeof making, "%s/store", unit_folder());
	require(mkdir(making, 0700) == 0);
	snprintf(making, sizeof making, "%s/store/.%s.part", unit_folder(), tsg_delivery_message_id(delivery));
	require(mkdir(making, 0700) == 0);
	snprintf(inside, sizeof inside, "%s/half-written", making);
	require_ok(file_write(inside, bytes_of_text("x"), 0600));
	require(save(delivery, "store") == TSG_OK);
	check(access(making, F_OK) != 0);
	check(access(folder_of(delivery, "store", "/half-written"), F_OK) != 0);
	check_int(access(folder_of(delivery, "store", "/part-0.cms"), F_OK), 0);
	buf_init(&after, 1u << 20);
	require_ok(file_write(folder_of(delivery, "store", "/message.json"), bytes_of_text("the program's own"), 0600));
	require(save(delivery, "store") == TSG_OK);
	require_ok(file_read(folder_of(delivery, "store", "/message.json"), &after));
	check_bytes(buf_bytes(&after), bytes_of_text("the program's own"));
	buf_free(&after);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* A segment that does not come leaves nothing behind, and the next try has it all. */
static void test_a_segment_that_does_not_come(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;
	char path[600];

	talk_know_directory(&talk);
	delivery = deliver(&talk, "a.txt");
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	check_int(save(delivery, "store"), TSG_NOT_AUTHENTIC);
	check(strstr(tsg_last_error(talk.recipient), "ATTACHMENT_FALSE") != NULL);
	snprintf(path, sizeof path, "%s/store", unit_folder());
	check_text(only_entry(path), "");
	atomic_store(&talk.stage->lie, LIE_NONE);
	check_int(save(delivery, "store"), TSG_OK);
	check_text(only_entry(path), tsg_delivery_message_id(delivery));
	check_text(only_entry(folder_of(delivery, "store", "/attachments")), "1-a.txt");
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

static void test_nowhere_to_save(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;
	char path[600];

	talk_know_directory(&talk);
	delivery = deliver(&talk, "a.txt");
	snprintf(path, sizeof path, "%s/a.txt", unit_folder()); /* a file, not a folder */
	check_int(tsg_delivery_save(delivery, path), TSG_IO);
	check(tsg_delivery_save(delivery, "/no/such/place/at/all") != TSG_OK);
	check(strstr(tsg_last_error(talk.recipient), "/no/such/place") != NULL);
	check_int(save(delivery, "store"), TSG_OK); /* the delivery is as good as before */
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* Ids are their senders' own: another agency's message of the same id, which may have meant harm, is not this one. */
static void test_anothers_id(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;
	char path[1000], own[1000];
	struct buf kept;

	talk_know_directory(&talk);
	delivery = deliver(&talk, "a.txt");
	snprintf(path, sizeof path, "%s/store", unit_folder());
	require(mkdir(path, 0700) == 0);
	require(mkdir(folder_of(delivery, "store", ""), 0700) == 0);
	snprintf(path, sizeof path, "%s", folder_of(delivery, "store", "/message.json"));
	talk_write(path, bytes_of_text("{\"sender\":\"another@chiba-city\"}"));
	snprintf(own, sizeof own, "%s.%s", folder_of(delivery, "store", ""), tsg_delivery_sender(delivery));
	for (int times = 0; times < 2; times++) {
		struct stat status;

		check_int(save(delivery, "store"), TSG_OK);
		check(stat(own, &status) == 0 && S_ISDIR(status.st_mode));
	}
	buf_init(&kept, 1000);
	check_ok(file_read(path, &kept));
	check_text(buf_text(&kept), "{\"sender\":\"another@chiba-city\"}");
	buf_free(&kept);
	strncat(own, "/message.json", sizeof own - strlen(own) - 1);
	check_int(access(own, F_OK), 0);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/delivery_save",
	{ "names", test_names },
	{ "a long name", test_a_long_name },
	{ "half made", test_half_made },
	{ "another's message of the same id", test_anothers_id },
	{ "a segment that does not come", test_a_segment_that_does_not_come },
	{ "nowhere to save", test_nowhere_to_save });

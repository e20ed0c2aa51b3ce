/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

/* stderr turned into a pipe for the length of one call. */
struct capture {
	int saved;
	int read_end;
};

static void capture_begin(struct capture *capture)
{
	int ends[2];

	require(pipe2(ends, O_CLOEXEC) == 0);
	capture->saved = dup(STDERR_FILENO);
	require(capture->saved >= 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	capture->read_end = ends[0];
}

/* Gives stderr back and what was written meanwhile, NUL-terminated; the writer is gone, so read sees the end. */
static void capture_end(struct capture *capture, char *text, size_t size)
{
	size_t len = 0;
	ssize_t got;

	dup2(capture->saved, STDERR_FILENO);
	close(capture->saved);
	while (len + 1 < size && (got = read(capture->read_end, text + len, size - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	close(capture->read_end);
}

static char line[8192];

/* Logs one line and keeps what came out in line. */
#define PROBE(...)                                       \
	do {                                             \
		struct capture probe_capture;            \
		capture_begin(&probe_capture);           \
		log_info("probe", __VA_ARGS__);          \
		capture_end(&probe_capture, line, sizeof line); \
	} while (0)

/* The fields, without the line feed that must end the line. */
static const char *probed(void)
{
	char *found = strstr(line, " event=probe");
	size_t len = strlen(line);

	if (found == NULL || len == 0 || line[len - 1] != '\n')
		return "(not a line)";
	line[len - 1] = '\0';
	found += strlen(" event=probe");
	return *found == ' ' ? found + 1 : found;
}

static void test_shape(void)
{
	int64_t before = clock_wall_us();
	int64_t at = 0;
	char time_text[CLOCK_TEXT] = "";
	char level[16] = "";
	int end = 0;

	PROBE("count=%d", 3);
	require(sscanf(line, "time=%39s level=%15s event=probe count=3\n%n", time_text, level, &end) == 2);
	check_uint((size_t)end, strlen(line));
	check_text(level, "info");
	check_ok(clock_parse(time_text, &at));
	check(at >= before - 1000 && at <= clock_wall_us());
}

static void test_no_fields(void)
{
	PROBE(" ");
	check_text(probed(), "");
}

static void test_conversions(void)
{
	PROBE("a=%d b=%i c=%u d=%x e=%X f=%o", -1, 2, 3u, 0xabu, 0xabu, 8u);
	check_text(probed(), "a=-1 b=2 c=3 d=ab e=AB f=10");
	PROBE("a=%ld b=%lld c=%lu d=%llu e=%zu f=%zd", -1L, -2LL, 3UL, 18446744073709551615ULL, (size_t)5, (ssize_t)-6);
	check_text(probed(), "a=-1 b=-2 c=3 d=18446744073709551615 e=5 f=-6");
	PROBE("a=%" PRId64 " b=%" PRIu64 " c=%" PRIx32 " d=%jd e=%ju f=%td", INT64_MIN, UINT64_MAX, (uint32_t)255, (intmax_t)-1,
		(uintmax_t)1, (ptrdiff_t)-9);
	check_text(probed(), "a=-9223372036854775808 b=18446744073709551615 c=ff d=-1 e=1 f=-9");
	PROBE("a=%hhd b=%hd c=%hhu d=%hu", (signed char)-3, (short)-4, (unsigned char)250, (unsigned short)65000);
	check_text(probed(), "a=-3 b=-4 c=250 d=65000");
	PROBE("a=%05d b=%-3dx c=%+d d=%#x e=%.3d f=%*d g=%.*s", 42, 7, 1, 255u, 5, 4, 9, 2, "abc");
	check_text(probed(), "a=00042 b=\"7  x\" c=+1 d=0xff e=005 f=\"   9\" g=ab");
	PROBE("a=%.2f b=%g c=%e d=%.1Lf", 1.005, 0.5, 12.0, 2.5L);
	check_text(probed(), "a=1.00 b=0.5 c=1.200000e+01 d=2.5");
	PROBE("a=%c b=%d%% c=%s", 'x', 50, "y");
	check_text(probed(), "a=x b=50% c=y");
}

static void test_pointers(void)
{
	char expected[64];
	int here = 0;

	PROBE("at=%p", (void *)&here);
	snprintf(expected, sizeof expected, "at=%p", (void *)&here);
	check_text(probed(), expected);
}

static void test_plain(void)
{
	PROBE("agency=%s name=%s", "hanamigawa-jiritsu@chiba", "花見川区");
	check_text(probed(), "agency=hanamigawa-jiritsu@chiba name=花見川区");
	PROBE("peer=%s:%d after=%d", "tcp://127.0.0.1", 7001, 1);
	check_text(probed(), "peer=tcp://127.0.0.1:7001 after=1");
	PROBE(" a=%d  b=%d ", 1, 2);
	check_text(probed(), "a=1 b=2");
}

static void test_quoting(void)
{
	PROBE("v=%s w=%d", "two words", 1);
	check_text(probed(), "v=\"two words\" w=1");
	PROBE("v=%s", "");
	check_text(probed(), "v=\"\"");
	PROBE("v=%s", "a=b");
	check_text(probed(), "v=\"a=b\"");
	PROBE("v=%s", "say \"no\"");
	check_text(probed(), "v=\"say \\\"no\\\"\"");
	PROBE("v=%s", "C:\\temp");
	check_text(probed(), "v=\"C:\\\\temp\"");
	PROBE("v=%s", "a\nb\rc\td");
	check_text(probed(), "v=\"a\\nb\\rc\\td\"");
	PROBE("v=%s", "\x01\x1b[31m\x7f");
	check_text(probed(), "v=\"\\x01\\x1b[31m\\x7f\"");
	PROBE("peer=%s:%d", "a b", 1);
	check_text(probed(), "peer=\"a b:1\"");
}

static void test_forging(void)
{
	PROBE("name=%s ok=%d", "x\" level=error event=forged\ntime=2026 level=info event=y", 1);
	check(strchr(line, '\n') == line + strlen(line) - 1);
	check_text(probed(), "name=\"x\\\" level=error event=forged\\ntime=2026 level=info event=y\" ok=1");
	PROBE("name=%s ok=%d", "%s%n%d key=%x", 1);
	check_text(probed(), "name=\"%s%n%d key=%x\" ok=1");
}

/* Not UTF-8, C1 controls, line separators and marks that turn the direction of reading. */
static void test_deceptive(void)
{
	PROBE("v=%s", "\xff\xfe");
	check_text(probed(), "v=\"\\xff\\xfe\"");
	PROBE("v=%s", "a\xc2\x85z");
	check_text(probed(), "v=\"a\\xc2\\x85z\"");
	PROBE("v=%s", "a\xe2\x80\xa8z");
	check_text(probed(), "v=\"a\\xe2\\x80\\xa8z\"");
	PROBE("v=%s", "a\xe2\x80\xaez");
	check_text(probed(), "v=\"a\\xe2\\x80\\xaez\"");
	PROBE("v=%s", "cut \xe3\x81");
	check_text(probed(), "v=\"cut \\xe3\\x81\"");
}

static void test_without_key(void)
{
	PROBE("%s %d", "a word", 5);
	check_text(probed(), "\"a word\" 5");
}

static void test_long_value(void)
{
	static char value[3000];
	const char *text;

	memset(value, 'v', sizeof value - 1);
	PROBE("v=%s after=%d", value, 1);
	text = probed();
	check_uint(strlen(text), strlen("v=\"...\" after=1") + 1024);
	check_text(text + strlen(text) - 12, "...\" after=1");
}

/* Values that grow fourfold by quoting: the line is cut, but is still one line with its quotes closed. */
static void test_long_line(void)
{
	static char value[1000];
	size_t quotes = 0;
	size_t len;

	memset(value, '\x01', sizeof value - 1);
	PROBE("a=%s b=%s c=%s", value, value, value);
	len = strlen(line);
	check(len <= 4096 && len > 4000);
	check(strchr(line, '\n') == line + len - 1);
	for (const char *at = line; *at != '\0'; at++)
		quotes += *at == '"';
	check_uint(quotes % 2, 0);
}

/* Every length around the end of the line, in values that need quotes and in ones that do not. */
static void test_line_end(void)
{
	static char value[1100];

	for (size_t len = 880; len < 1030; len++) {
		for (int quoted = 0; quoted < 2; quoted++) {
			size_t whole, quotes = 0;

			memset(value, 'v', len);
			value[len] = '\0';
			value[0] = quoted != 0 ? ' ' : 'v';
			PROBE("a=%s b=%s c=%s d=%s e=%s f=%s", value, value, value, value, value, value);
			whole = strlen(line);
			unit_context("length %zu", len);
			check(whole <= 4096);
			check(strchr(line, '\n') == line + whole - 1);
			for (const char *at = line; *at != '\0'; at++)
				quotes += *at == '"';
			check_uint(quotes % 2, 0);
		}
	}
}

static void test_levels(void)
{
	struct capture capture;

	capture_begin(&capture);
	log_debug("hidden", "a=%d", 1);
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("shown", "a=%d", 2);
	log_set_level(LOG_LEVEL_ERROR);
	log_warn("hidden", "a=%d", 3);
	log_error("loud", "a=%d", 4);
	log_set_level(LOG_LEVEL_INFO);
	log_warn("careful", "a=%d", 5);
	capture_end(&capture, line, sizeof line);
	check(strstr(line, "hidden") == NULL);
	check(strstr(line, "level=debug event=shown a=2\n") != NULL);
	check(strstr(line, "level=error event=loud a=4\n") != NULL);
	check(strstr(line, "level=warn event=careful a=5\n") != NULL);
}

static void test_errno_kept(void)
{
	int saved = dup(STDERR_FILENO);

	require(saved >= 0);
	close(STDERR_FILENO);
	errno = ENOSPC;
	log_info("nowhere", "a=%d", 1);
	check_int(errno, ENOSPC);
	dup2(saved, STDERR_FILENO);
	close(saved);
}

#define THREADS 4
#define LINES 200

static void *log_many(void *argument)
{
	int thread = *(int *)argument;

	for (int i = 0; i < LINES; i++)
		log_info("thread", "number=%d line=%d text=%s", thread, i, "some words that take their place");
	return NULL;
}

struct reader {
	int fd;
	char *text;
	size_t size;
};

static void *read_all(void *argument)
{
	struct reader *reader = argument;
	size_t len = 0;
	ssize_t got;

	while (len + 1 < reader->size && (got = read(reader->fd, reader->text + len, reader->size - 1 - len)) > 0)
		len += (size_t)got;
	reader->text[len] = '\0';
	return NULL;
}

/* Counts the lines that are whole: one thread's number, its next line, the text and nothing more. */
static int count_whole_lines(char *text)
{
	int next[THREADS] = { 0 };
	int whole = 0;
	char *rest = NULL;

	for (char *each = strtok_r(text, "\n", &rest); each != NULL; each = strtok_r(NULL, "\n", &rest)) {
		int thread = -1, number = -1, end = 0;

		sscanf(each, "time=%*s level=info event=thread number=%d line=%d text=\"some words that take their place\"%n", &thread,
			&number, &end);
		if (end == 0 || each[end] != '\0' || thread < 0 || thread >= THREADS || number != next[thread])
			return -1;
		next[thread]++;
		whole++;
	}
	return whole;
}

static void test_threads(void)
{
	static char text[THREADS * LINES * 200];
	struct capture capture;
	struct reader reader;
	pthread_t threads[THREADS], reading;
	int numbers[THREADS];

	capture_begin(&capture);
	reader = (struct reader){ capture.read_end, text, sizeof text };
	pthread_create(&reading, NULL, read_all, &reader);
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL, log_many, &numbers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	dup2(capture.saved, STDERR_FILENO);
	close(capture.saved);
	pthread_join(reading, NULL);
	close(capture.read_end);
	check_int(count_whole_lines(text), THREADS * LINES);
}

UNIT_SUITE("base/log",
	{ "a line has time, level, event and fields", test_shape },
	{ "an event without fields", test_no_fields },
	{ "every conversion of printf", test_conversions },
	{ "a pointer", test_pointers },
	{ "plain values stand as they are", test_plain },
	{ "other values are quoted and escaped", test_quoting },
	{ "no value can forge a field or a line", test_forging },
	{ "bytes that deceive the eye are escaped", test_deceptive },
	{ "a value without a key", test_without_key },
	{ "a long value is cut", test_long_value },
	{ "a long line is cut and still one line", test_long_line },
	{ "a line is cut well at any length", test_line_end },
	{ "levels", test_levels },
	{ "errno survives", test_errno_kept },
	{ "lines of many threads stay whole", test_threads });

/* SPDX-License-Identifier: Apache-2.0 */
/* What any CMS tool can do with what we make, and we with what it makes: here the openssl command. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/seal.h"
#include "site.h"
#include "unit.h"

#define ROOM (1u << 20)
#define CONTENT "住まいと家計のことで相談があります。\r\n\nby Link\n"

extern char **environ;

static void path_of(const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", unit_folder(), name);
}

static void save(const char *name, struct bytes content)
{
	char path[4200];
	FILE *file;

	path_of(name, path, sizeof(path));
	file = fopen(path, "wb");
	require(file != NULL);
	require(fwrite(content.data, 1, content.len, file) == content.len);
	require(fclose(file) == 0);
}

static struct buf load(const char *name)
{
	char path[4200];
	uint8_t piece[4096];
	struct buf content;
	size_t len;
	FILE *file;

	buf_init(&content, ROOM);
	path_of(name, path, sizeof(path));
	file = fopen(path, "rb");
	require(file != NULL);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_put(&content, bytes_of(piece, len));
	fclose(file);
	return content;
}

/* Runs openssl with these arguments, files relative to the test's folder; gives its exit status. */
static int openssl(const char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;
	int status = -1;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, unit_folder());
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "openssl.out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "openssl.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	require(posix_spawnp(&pid, "openssl", &actions, NULL, (char *const *)(uintptr_t)arguments, environ) == 0);
	posix_spawn_file_actions_destroy(&actions);
	while (waitpid(pid, &status, 0) < 0)
		require(errno == EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define OPENSSL(...) openssl((const char *const[]){ "openssl", __VA_ARGS__, NULL })

static void save_certificate(const char *name, const struct certificate *certificate)
{
	struct buf pem;

	buf_init(&pem, 8192);
	require_ok(certificate_to_pem(certificate, &pem));
	save(name, buf_bytes(&pem));
	buf_free(&pem);
}

static void save_key(const char *name, const struct private_key *key)
{
	struct buf pem;

	buf_init(&pem, 8192);
	require_ok(private_key_to_pem(key, &pem));
	save(name, buf_bytes(&pem));
	buf_free(&pem);
}

static void save_site(void)
{
	const struct site *site = home_site();

	save_certificate("root.pem", site->root);
	save_certificate("namesake.pem", namesake_site()->root);
	save_certificate("link-signing.pem", site->link.signing);
	save_certificate("desk-sealing.pem", site->desk.sealing);
	save_key("link-signing.key", site->link.signing_key);
	save_key("desk-sealing.key", site->desk.sealing_key);
	save("content", bytes_of_text(CONTENT));
}

static void check_file(const char *name, struct bytes expected)
{
	struct buf content = load(name);

	check_bytes(buf_bytes(&content), expected);
	buf_free(&content);
}

static void test_opens_ours(void)
{
	const struct site *site = home_site();
	const struct certificate *recipients[] = { site->link.sealing, site->desk.sealing };
	struct buf sealed;

	save_site();
	buf_init(&sealed, ROOM);
	require_ok(seal_part(bytes_of_text(CONTENT), site->link.signing, site->link.signing_key, recipients, 2, &sealed));
	save("part", buf_bytes(&sealed));
	buf_free(&sealed);
	check_int(OPENSSL("cms", "-decrypt", "-inform", "DER", "-in", "part", "-inkey", "desk-sealing.key", "-recip", "desk-sealing.pem",
			  "-out", "signed"),
		  0);
	check_int(OPENSSL("cms", "-verify", "-inform", "DER", "-in", "signed", "-CAfile", "root.pem", "-purpose", "any", "-attime",
			  "1750000000", "-binary", "-out", "clear", "-signer", "signer.pem"),
		  0);
	check_file("clear", bytes_of_text(CONTENT));
	/* Another root with the same name does not vouch for it. */
	check(OPENSSL("cms", "-verify", "-inform", "DER", "-in", "signed", "-CAfile", "namesake.pem", "-purpose", "any", "-attime",
		      "1750000000", "-binary", "-out", "other") != 0);
	/* Its signer, as openssl found it. */
	check_int(OPENSSL("x509", "-in", "signer.pem", "-outform", "DER", "-out", "signer.der"), 0);
	check_file("signer.der", certificate_der(site->link.signing));
}

static void test_opens_segment(void)
{
	static const uint8_t key[SEAL_KEY_BYTES] = { 0xa1, 0xb2, 0xc3 };
	struct buf sealed;

	buf_init(&sealed, ROOM);
	require_ok(seal_segment(key, 258, 300, bytes_of_text(CONTENT), &sealed));
	save("segment", buf_bytes(&sealed));
	buf_free(&sealed);
	check_int(OPENSSL("cms", "-decrypt", "-inform", "DER", "-in", "segment", "-secretkey",
			  "A1B2C30000000000000000000000000000000000000000000000000000000000", "-secretkeyid", "0000000000000102", "-out", "clear"),
		  0);
	check_file("clear", bytes_of("\0\0\1\2\0\0\1\x2c" CONTENT, 8 + strlen(CONTENT)));
}

static void test_we_open_its(void)
{
	struct certificate *signer = NULL;
	struct buf sealed, clear;

	save_site();
	require(OPENSSL("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-md", "sha256", "-in", "content", "-signer",
			"link-signing.pem", "-inkey", "link-signing.key", "-outform", "DER", "-out", "signed") == 0);
	require(OPENSSL("cms", "-encrypt", "-binary", "-aes-256-gcm", "-in", "signed", "-recip", "desk-sealing.pem", "-keyopt",
			"ecdh_kdf_md:sha256", "-outform", "DER", "-out", "part") == 0);
	sealed = load("part");
	buf_init(&clear, ROOM);
	check_ok(open_part(buf_bytes(&sealed), home_site()->desk.sealing, home_site()->desk.sealing_key, &clear, &signer));
	check_bytes(buf_bytes(&clear), bytes_of_text(CONTENT));
	check(signer && bytes_equal(certificate_der(signer), certificate_der(home_site()->link.signing)));
	certificate_free(signer);
	buf_free(&sealed);
	buf_free(&clear);
}

/* With its defaults it derives keys by SHA-1, which we refuse. */
static void test_its_defaults(void)
{
	struct buf sealed, clear;

	save_site();
	require(OPENSSL("cms", "-encrypt", "-binary", "-aes-256-gcm", "-in", "content", "-recip", "desk-sealing.pem", "-outform", "DER",
			"-out", "part") == 0);
	sealed = load("part");
	buf_init(&clear, ROOM);
	check_err(open_sealed(buf_bytes(&sealed), home_site()->desk.sealing, home_site()->desk.sealing_key, &clear), ERR_FORMAT);
	buf_free(&sealed);
	buf_free(&clear);
}

static void test_verifies_certificates(void)
{
	struct buf request;

	save_site();
	check_int(OPENSSL("verify", "-x509_strict", "-attime", "1750000000", "-CAfile", "root.pem", "link-signing.pem", "desk-sealing.pem"), 0);
	check(OPENSSL("verify", "-attime", "1750000000", "-CAfile", "namesake.pem", "link-signing.pem") != 0);
	buf_init(&request, CERTIFICATE_MAX);
	require_ok(certificate_request(home_site()->link.signing_key, LINK_ADDRESS, DEVICE_NAME, &request));
	save("request", buf_bytes(&request));
	buf_free(&request);
	check_int(OPENSSL("req", "-inform", "DER", "-in", "request", "-verify", "-noout"), 0);
}

static void test_reads_keys(void)
{
	save_site();
	check_int(OPENSSL("pkey", "-in", "desk-sealing.key", "-check", "-noout", "-out", "checked"), 0);
}

UNIT_SUITE("crypto, with the openssl command",
	{ "it opens a part and verifies its signer", test_opens_ours },
	{ "it opens a segment", test_opens_segment },
	{ "we open what it made", test_we_open_its },
	{ "we refuse what it makes by default", test_its_defaults },
	{ "it verifies certificates and requests", test_verifies_certificates },
	{ "it reads keys", test_reads_keys });

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_keys.c - see seed_keys.h.  This key protects nothing: it is published here. */
#include "seed_keys.h"

#include <stdlib.h>

static const char key_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYQ6ZhFGvxSV46sQt\n"
	"0EUk1qycwEtERyxoo4yFckY+DjWhRANCAAStWCgSPToP3ce0A6Glq4ncUyDMpCAo\n"
	"U4nXQklWxUz7AFzMtsNC/naFfR57MM30UJSpKg+C81iAX6M/41Vizkb+\n"
	"-----END PRIVATE KEY-----\n";

static const char certificate_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBtTCCAVqgAwIBAgIULpdNAgzGpl2q1Eof0qwqVWpK3ikwCgYIKoZIzj0EAwIw\n"
	"KDEXMBUGA1UEAwwOZnV6ekBzZWVkLXNpdGUxDTALBgNVBAsMBGRlc2swIBcNMjYx\n"
	"MTIyMTEzNzAyWhgPMjEyNjEwMjkxMTM3MDJaMCgxFzAVBgNVBAMMDmZ1enpAc2Vl\n"
	"ZC1zaXRlMQ0wCwYDVQQLDARkZXNrMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
	"rVgoEj06D93HtAOhpauJ3FMgzKQgKFOJ10JJVsVM+wBczLbDQv52hX0eezDN9FCU\n"
	"qSoPgvNYgF+jP+NVYs5G/qNgMF4wHQYDVR0OBBYEFDYJEQmWOq9VCarCG28cPr7J\n"
	"oOQFMB8GA1UdIwQYMBaAFDYJEQmWOq9VCarCG28cPr7JoOQFMA4GA1UdDwEB/wQE\n"
	"AwIDiDAMBgNVHRMBAf8EAjAAMAoGCCqGSM49BAMCA0kAMEYCIQCpKkpT3AaoZWLJ\n"
	"CQ/xnYQyJweT2Utk7VFBiuIDiKLYYQIhALtGiP2Zmg9akq+noWkXzwkoKcei1dMM\n"
	"8WDoQF5abPgP\n"
	"-----END CERTIFICATE-----\n";

const struct seed_keys *seed_keys(void)
{
	static struct seed_keys keys;

	if (keys.key == NULL && (private_key_from_pem(KEY_P256, bytes_of_text(key_pem), &keys.key) != ERR_OK ||
				 certificate_from_pem(bytes_of_text(certificate_pem), &keys.certificate) != ERR_OK))
		abort();
	return &keys;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_keys.c - see seed_keys.h.  These keys protect nothing: they are published here. */
#include "seed_keys.h"

#include <stdlib.h>

static const char root_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBbTCCAROgAwIBAgIQdha90czLsa1AHD/XRv6lijAKBggqhkjOPQQDAjAUMRIw\n"
	"EAYDVQQDDAlzZWVkLXNpdGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAw\n"
	"MDBaMBQxEjAQBgNVBAMMCXNlZWQtc2l0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
	"A0IABAm0+s9LvAPOVLWPAgUq0ZrLVVBtXsUt5AYjvAhrgZWsPXmo4+BpS59lDVtj\n"
	"Zlq9xukUwk2LZWzOl0J8TRYmlC6jRTBDMBIGA1UdEwEB/wQIMAYBAQECAQAwDgYD\n"
	"VR0PAQH/BAQDAgEGMB0GA1UdDgQWBBSE0Mk6JhnSZljbv0Nokb11esI+lzAKBggq\n"
	"hkjOPQQDAgNIADBFAiEAid0OZ5aD02Eua66T7OfakoFFIJNPJL5d6mPZRkp8t4oC\n"
	"IHdkws+bJoMp7UBEAJ+jvzDi8Gu/mq4F1G8+o9+X+JdA\n"
	"-----END CERTIFICATE-----\n";

static const char checkpoint_key_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIOGq4xLATVKjB9dP+zC4YFQFypOcYNJeo2Abhja/26ij\n"
	"-----END PRIVATE KEY-----\n";

static const char signing_key_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglqBPaF/YfrmzSzka\n"
	"qgAdpGB8Qiv0ticU5cJaWied0KChRANCAASzxP4kri1WZOw7dLhud/KffaMiBTnX\n"
	"Fm+QqCkfxTqzF8KhOZQvAGlU1JRWQh2Kf2fePot3YlYGKdmYcIlq9upU\n"
	"-----END PRIVATE KEY-----\n";

static const char signing_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBnTCCAUKgAwIBAgIQbxLGcBKSBdLnEd6Jp7lO1TAKBggqhkjOPQQDAjAUMRIw\n"
	"EAYDVQQDDAlzZWVkLXNpdGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAw\n"
	"MDBaMCgxFzAVBgNVBAMMDmZ1enpAc2VlZC1zaXRlMQ0wCwYDVQQLDARkZXNrMFkw\n"
	"EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEs8T+JK4tVmTsO3S4bnfyn32jIgU51xZv\n"
	"kKgpH8U6sxfCoTmULwBpVNSUVkIdin9n3j6Ld2JWBinZmHCJavbqVKNgMF4wDAYD\n"
	"VR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0OBBYEFAuKm8FVjhrTIezx\n"
	"gokCion+wGViMB8GA1UdIwQYMBaAFITQyTomGdJmWNu/Q2iRvXV6wj6XMAoGCCqG\n"
	"SM49BAMCA0kAMEYCIQD/JotUBeD803ZtDWyFhq+lxWKjV+ensSBNs1tR7RYmswIh\n"
	"ANXKYl72h18Peu54Y1FTS1SzyMorIn8n9CZQNwYH1J8h\n"
	"-----END CERTIFICATE-----\n";

static const char sealing_key_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVuCqDqzTFb9QLQ7+\n"
	"59784vZnYI2RXB6IWfIOiSXQ/BihRANCAATf7GGCbf2+OpeMgjXQ/MQPg/uVtihB\n"
	"eQRqz1FB++Iy9zENJZJ7+l62SFiJcof5xelDzDYL4DOLY0vb86JOzRMU\n"
	"-----END PRIVATE KEY-----\n";

static const char sealing_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBnDCCAUKgAwIBAgIQYct4G6KMebMTlvzQ3wTV8jAKBggqhkjOPQQDAjAUMRIw\n"
	"EAYDVQQDDAlzZWVkLXNpdGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAw\n"
	"MDBaMCgxFzAVBgNVBAMMDmZ1enpAc2VlZC1zaXRlMQ0wCwYDVQQLDARkZXNrMFkw\n"
	"EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3+xhgm39vjqXjII10PzED4P7lbYoQXkE\n"
	"as9RQfviMvcxDSWSe/petkhYiXKH+cXpQ8w2C+Azi2NL2/OiTs0TFKNgMF4wDAYD\n"
	"VR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCAwgwHQYDVR0OBBYEFNaL7Ejrci1lBqRk\n"
	"Jq4Vylpbyy11MB8GA1UdIwQYMBaAFITQyTomGdJmWNu/Q2iRvXV6wj6XMAoGCCqG\n"
	"SM49BAMCA0gAMEUCIGTnB4C6OE4QsMabpbvh1wx1UoyiVf5OWudVhTqYM4ISAiEA\n"
	"2voACjNk0P/snHULTQZVvl2CLaUI1cakSaGkVXnYy5I=\n"
	"-----END CERTIFICATE-----\n";
static void must(enum err err)
{
	if (err != ERR_OK)
		abort();
}

const struct seed_keys *seed_keys(void)
{
	static struct seed_keys keys;

	if (keys.root != NULL)
		return &keys;
	must(certificate_from_pem(bytes_of_text(root_pem), &keys.root));
	must(certificate_from_pem(bytes_of_text(signing_pem), &keys.signing));
	must(certificate_from_pem(bytes_of_text(sealing_pem), &keys.sealing));
	must(private_key_from_pem(KEY_P256, bytes_of_text(signing_key_pem), &keys.signing_key));
	must(private_key_from_pem(KEY_P256, bytes_of_text(sealing_key_pem), &keys.sealing_key));
	must(private_key_from_pem(KEY_ED25519, bytes_of_text(checkpoint_key_pem), &keys.checkpoint_key));
	must(ed25519_public(keys.checkpoint_key, keys.checkpoint_public));
	return &keys;
}

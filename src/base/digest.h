/* digest: standard hashes by libcrypto. SHA-256 for fingerprints, MD5 only because POP3's APOP
 * is defined with it (RFC 1939 section 7). */
#pragma once

#include "base/span.h"

enum { DIGEST_SHA256_SIZE = 32, DIGEST_MD5_SIZE = 16, DIGEST_HEX_MAX = 65 };

struct digest; /* a running SHA-256 */
struct digest *digest_new(void);
void digest_add(struct digest *digest, struct span bytes);
/* What has been added so far, in lower-case hexadecimal with a NUL; adding may go on. */
void digest_hex(const struct digest *digest, char hex_out[DIGEST_HEX_MAX]);
void digest_free(struct digest *digest);

void digest_sha256_hex(struct span bytes, char hex_out[DIGEST_HEX_MAX]);
void digest_md5_hex(struct span bytes, char hex_out[DIGEST_HEX_MAX]);

/* base64: bytes as letters, digits, + and / (RFC 4648 section 4), for SMTP AUTH and the journal's JSON.
 *
 * Strict both ways: padding is required, nothing else than the alphabet is skipped, and the bits that
 * a last group leaves unused must be 0. MIME's reading, which skips line ends, is not here.
 */
#pragma once

#include "base/buf.h"

/* Octets that base64_encode adds for so many. */
static inline size_t base64_size(size_t octets) {
  return (octets + 2) / 3 * 4;
}
bool base64_encode(struct span bytes, struct buf *out); /* false: out's cap */
/* False if the text is not base64 or would pass out's cap; out may then hold a part. */
bool base64_decode(struct span text, struct buf *out);

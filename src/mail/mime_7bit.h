/* mime_7bit: a message in 7 bits, for a server that does not offer 8BITMIME (RFC 6152 3, RFC 2045).
 *
 *     Content-Type: text/plain; charset=utf-8              Content-Type: text/plain; charset=utf-8
 *     Content-Transfer-Encoding: 8bit               ──▶    Content-Transfer-Encoding: quoted-printable
 *
 *     Smørrebrød?                                          Sm=C3=B8rrebr=C3=B8d?
 *
 * Only what has no parts is encoded. A multipart and a message/rfc822 are 7bit themselves (RFC 2045 6.4), and
 * what is inside them is converted. A leaf becomes quoted-printable if at most an eighth of it is above 127,
 * else base64; decoded it is, octet by octet, what it was. What needs no change is copied as it is.
 *
 * Real programs differ in how far they go, and none of them is as strict as the RFC:
 *
 *     MIME_7BIT_ALL        everything. Missing MIME fields are added, with the charset unknown-8bit
 *                          (RFC 1428); fields with octets above 127 become encoded words (RFC 2047)
 *                          or parameters of RFC 2231. What remains cannot be converted: something
 *                          signed (RFC 1847 2.1), a message/partial, an address …
 *     MIME_7BIT_MIME       in a message with a MIME-Version, what may be encoded; the rest goes as it
 *                          is: sendmail (EightBitMode=pass8, as it comes)
 *     MIME_7BIT_LABELLED   what its fields call 8bit or binary, always in quoted-printable; the rest
 *                          goes as it is: Postfix
 *
 * Ownership: nothing is kept. Limits: MIME_7BIT_DEPTH_MAX levels, and what the caller's buffers may hold.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { MIME_7BIT_DEPTH_MAX = 20 };

enum mime_7bit_reach { MIME_7BIT_ALL, MIME_7BIT_MIME, MIME_7BIT_LABELLED };

struct mime_7bit_rules {
  enum mime_7bit_reach reach;
  /* A field that a converted leaf gets, without its line end; empty: none. "X-MIME-Autoconverted: …" */
  struct span remark_quoted_printable, remark_base64;
};

enum mime_7bit_result {
  MIME_7BIT_CONVERTED,
  MIME_7BIT_AS_IT_WAS, /* nothing that these rules would change; never with MIME_7BIT_ALL if it has 8 bits */
  MIME_7BIT_IMPOSSIBLE /* *why_out says why; what was written is of no use */
};

/* Header and body in CRLF lines, as a struct message has them; both are written anew. *why_out: for a log. */
enum mime_7bit_result mime_to_7bit(struct span header, struct span body, const struct mime_7bit_rules *rules,
                                   struct buf *header_out, struct buf *body_out, const char **why_out);

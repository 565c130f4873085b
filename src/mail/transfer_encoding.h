/* transfer_encoding: base64 and quoted-printable as MIME bodies use them (RFC 2045 6.7, 6.8).
 *
 *     Don’t panic!   ── quoted-printable ──▶  Don=E2=80=99t panic!
 *                    ── base64 ───────────▶  RG9u4oCZdCBwYW5pYyE=
 *
 * Encoding writes what the RFC prescribes, upper-case hexadecimal among it. Decoding gives the best
 * reading there is and says what was wrong with the text, since a teacher wants both.
 * (The bare base64 of SMTP AUTH, without lines, is base/base64.)
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { TRANSFER_LINE_MAX = 76 };

enum transfer_defect {
  TRANSFER_LOWER_HEX = 1,     /* "=e2": must not be written, may be read (6.7 rule 1) */
  TRANSFER_BAD_ESCAPE = 2,    /* "=" without two hexadecimal digits: stands for itself */
  TRANSFER_BAD_OCTET = 4,     /* quoted-printable: a raw octet that had to be encoded; base64: one outside the
                                 alphabet, skipped */
  TRANSFER_LINE_TOO_LONG = 8, /* more than 76 */
  TRANSFER_SPACE_AT_END = 16, /* white space at a line's end, added under way: dropped (6.7 rule 3) */
  TRANSFER_BAD_PADDING = 32,  /* base64: "=" missing, too many, or in the middle; or bits left over */
  TRANSFER_BARE_LINE_END = 64, /* a CR or LF alone */
};

/* Text in CRLF lines: line ends stay line ends, long lines are broken softly. In binary, CR and LF are
 * octets like others and are encoded. What begins a line that a soft break made is never a hyphen, so that a
 * part of a multipart gets no delimiter that it did not have. */
void quoted_printable_encode(struct span bytes, bool binary, struct buf *out);
/* True if out's cap was not passed. *defects_out: of enum transfer_defect, added. */
bool quoted_printable_decode(struct span text, struct buf *out, uint32_t *defects_out);

/* Lines of 76, each ended by CRLF, the last one too. Nothing for nothing. */
void mime_base64_encode(struct span bytes, struct buf *out);
bool mime_base64_decode(struct span text, struct buf *out, uint32_t *defects_out);

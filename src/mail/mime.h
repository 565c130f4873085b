/* mime: the parts of a message's body (RFC 2045, 2046 5.1).
 *
 *     Content-Type: multipart/alternative; boundary=zot      depth 0, MIME_MULTIPART
 *     This is the preamble, …                                depth 1, MIME_PREAMBLE
 *     --zot
 *     Content-Type: text/plain                               depth 1, MIME_LEAF: header, body
 *     …
 *     --zot
 *     Content-Type: text/html                                depth 1, MIME_LEAF
 *     …
 *     --zot--                                                what follows: depth 1, MIME_EPILOGUE
 *
 * A list in the order of the bytes; the spans of it cover the body but for the delimiter lines. A multipart
 * whose boundary is missing, or never comes, is a leaf: there is nothing else to be seen in it. A part whose
 * last delimiter is missing ends where the one around it ends.
 *
 * Ownership: spans point into the header and the body given, but where the arena had to unfold or unquote.
 * Limits: MIME_PARTS_MAX parts, MIME_DEPTH_MAX levels; what goes beyond stays undivided.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum { MIME_PARTS_MAX = 64, MIME_DEPTH_MAX = 8 };

enum mime_kind { MIME_LEAF, MIME_MULTIPART, MIME_PREAMBLE, MIME_EPILOGUE };
enum mime_encoding {
  MIME_7BIT,
  MIME_8BIT,
  MIME_BINARY,
  MIME_QUOTED_PRINTABLE,
  MIME_BASE64,
  MIME_UNKNOWN_ENCODING
};

struct mime_part {
  enum mime_kind kind;
  uint32_t depth;
  struct span header;        /* its own fields, raw; of depth 0: the message's */
  struct span body;          /* raw; of a multipart: all of it, delimiters too */
  struct span type;          /* "text/plain", as written; "text/plain" where the header does not say (5.2) */
  struct span charset;       /* empty: not said */
  struct span name;          /* of a file, from Content-Disposition or Content-Type; empty: none */
  struct span encoding_text; /* as written; "7bit" where the header does not say */
  struct span boundary;      /* of a multipart; empty: not said */
  enum mime_encoding encoding;
};

/* A message's header and body taken apart; returns how many parts there are (at least 1). */
size_t mime_parse(struct span header, struct span body, struct arena *arena,
                  struct mime_part parts_out[MIME_PARTS_MAX]);
/* A parameter of a field's value, unquoted: mime_parameter("text/plain; charset=utf-8", "charset"). Empty if
 * it is not there. */
struct span mime_parameter(struct span value, struct span name, struct arena *arena);
bool mime_is_text(const struct mime_part *part);

/* For who takes a message apart and puts it together again: what a header says of its entity, a leaf with
 * that body. */
struct mime_part mime_describe(struct span header, struct span body, struct arena *arena);
bool mime_is_multipart(const struct mime_part *part); /* by its type */

struct mime_parameter {
  struct span name, value; /* value: unquoted */
  struct span text;        /* name, = and value as written */
};
/* Takes the next parameter off *rest, which begins with the semicolon before it; then with the next one, or
 * is empty. */
bool mime_next_parameter(struct span *rest, struct arena *arena, struct mime_parameter *out);
/* Header and body of a part's text: an empty line stands between them; a part may begin with it. Where it is
 * missing the body begins with the first line that is no field. */
void mime_split(struct span text, struct span *header_out, struct span *body_out);

/* A delimiter line: where it begins and ends in a multipart's body. The line end before it is its own. */
struct mime_delimiter {
  size_t start, end;
  bool last; /* "--boundary--" */
};
/* The next one from an offset on, where a line begins; false if there is none. */
bool mime_find_delimiter(struct span body, size_t from, struct span boundary, struct mime_delimiter *out);
/* A part's text, without the line end that is the next delimiter's. */
struct span mime_without_line_end(struct span text);

/* A leaf's body decoded, as UTF-8 if its charset is one of those that we read (us-ascii, utf-8, iso-8859-1).
 * False if it is no text, or in a charset or an encoding that is not known; out then has the octets. */
bool mime_decode(const struct mime_part *part, struct buf *out);
/* Whether decoding changes anything: another encoding than 7bit, 8bit and binary, or several parts. */
bool mime_is_encoded(const struct mime_part *parts, size_t count);

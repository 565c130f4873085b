/* header: the fields of a header block (RFC 5322 2.2).
 *
 *     Received: from chico (chico [129.82.45.30])⏎   ┐ one field: name, value, two lines;
 *      by mailhost with ESMTP; Fri, 18 Jun 2004 …⏎   ┘ the value is raw, its line end inside
 *     From: alice@cs.colostate.edu (Alice The Great)⏎
 *     this is not a field⏎                             junk: reported, skipped
 *     ⏎                                                the end
 *
 * Reads lines that end in CRLF or in a bare LF. Changes nothing, copies nothing, knows no field's
 * meaning. A stranger's malformed line is an item like any other.
 *
 * Ownership: spans point into the block given, except where an arena is passed.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum {
  HEADER_LINE_MAX = 998, /* without its line end (RFC 5322 2.1.1) */
  HEADER_LINE_WISH = 78
};

struct header_field {
  struct span name; /* as written; without white space before the colon, which is obsolete (4.5) */
  struct span
      value; /* raw: what follows the colon and one space, up to the last line's end; may hold line ends */
  struct span text; /* the whole field, line ends and all */
  size_t offset;    /* of text in the block */
  uint32_t lines;
};

enum header_item {
  HEADER_END, /* the empty line, or the block's end */
  HEADER_FIELD,
  HEADER_JUNK, /* a line that is neither a field's first nor a field's continuation: text, offset only */
};

struct header_reader {
  struct span block;
  size_t at; /* at HEADER_END: where the body begins, if an empty line was there */
};

static inline struct header_reader header_read(struct span block) {
  return (struct header_reader){block, 0};
}
enum header_item header_next(struct header_reader *reader, struct header_field *field_out);
/* The next field of that name, in any letter case, junk skipped. False at the end. */
bool header_next_named(struct header_reader *reader, struct span name, struct header_field *field_out);
/* The first field of that name in the block. */
bool header_find(struct span block, struct span name, struct header_field *field_out);
/* Its value unfolded and trimmed; an empty span if there is no such field. */
struct span header_value(struct span block, struct span name, struct arena *arena);

struct message;
/* In a message: its blocks from the newest down. *version_out, if not NULL, is the version that wrote it. */
bool header_find_in_message(const struct message *message, struct span name, struct header_field *field_out,
                            const struct message **version_out);

/* A raw value without its line ends (2.2.3: the white space after them stays) and without white space at
 * both ends. The value's own bytes where nothing must be taken out. */
struct span header_unfold(struct span value, struct arena *arena);
/* Printable ASCII without the colon, at least one (2.2). */
bool header_name_is_valid(struct span name);
/* What a program must not write: a value with an octet NUL, a bare CR or LF, or a line end that no white
 * space follows (which would begin another field). */
bool header_value_is_safe(struct span value);

/* Writes "Name: value" CRLF, with the value folded so that no line passes width octets if there is white
 * space to fold at. Unfolding gives the value again, byte for byte. The value must be header_value_is_safe
 * and have no line ends (CHECKed). */
void header_fold(struct span name, struct span value, size_t width, struct buf *out);

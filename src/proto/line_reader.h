/* line_reader: cuts a byte stream into lines, for every engine of this room.
 *
 * A whole line inside what is fed is given as a span of it, without a copy; only the front of a line
 * whose end has not come yet is kept, up to the limit. A line ends in LF; what stood before it tells
 * CRLF from bare LF, and each engine has its own rule for that.
 */
#pragma once

#include "base/buf.h"

struct line_reader {
  struct buf partial; /* the front of an unfinished line; its cap is the limit */
  bool discarding;    /* the line is too long: behind its front it is thrown away up to its end */
  bool given;         /* partial holds a line that was given out: cleared at the next call */
};

enum line_kind {
  LINE_NONE,     /* no whole line yet; all input was taken */
  LINE_CRLF,     /* ended by CRLF */
  LINE_BARE_LF,  /* ended by LF alone */
  LINE_TOO_LONG, /* longer than the limit: its front is given, the rest skipped to its end */
};

/* max: octets of a line, its line end included. */
struct line_reader line_reader_new(size_t max);
void line_reader_free(struct line_reader *reader);

/* The way there when the line is not all in the input, or too long. */
enum line_kind line_reader_take_slowly(struct line_reader *reader, struct span *input, struct span *line_out);
/* Takes bytes off the front of *input until a line is whole. The line is given without its end and is
 * borrowed until the next call (and as long as the input). */
static inline enum line_kind line_reader_take(struct line_reader *reader, struct span *input,
                                              struct span *line_out) {
  size_t at = span_find(*input, '\n');
  if (at == SPAN_NONE || at >= reader->partial.cap || reader->partial.len || reader->discarding)
    return line_reader_take_slowly(reader, input, line_out);
  bool crlf = at > 0 && input->data[at - 1] == '\r';
  *line_out = span_of(input->data, at - crlf);
  *input = span_of(input->data + at + 1, input->len - at - 1);
  return crlf ? LINE_CRLF : LINE_BARE_LF;
}
/* True while the front of a line is held. */
bool line_reader_is_partial(const struct line_reader *reader);

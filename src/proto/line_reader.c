#include "proto/line_reader.h"

struct line_reader line_reader_new(size_t max) {
  return (struct line_reader){.partial = BUF_CAPPED(max)};
}

void line_reader_free(struct line_reader *reader) {
  buf_free(&reader->partial);
}

bool line_reader_is_partial(const struct line_reader *reader) {
  return reader->discarding || (!reader->given && reader->partial.len > 0);
}

/* Takes the end off a whole line and says which it was. */
static enum line_kind strip_line_end(struct span *line) {
  line->len--; /* LF */
  if (line->len == 0 || line->data[line->len - 1] != '\r') return LINE_BARE_LF;
  line->len--;
  return LINE_CRLF;
}

enum line_kind line_reader_take_slowly(struct line_reader *reader, struct span *input,
                                       struct span *line_out) {
  if (reader->given) {
    buf_clear(&reader->partial);
    reader->given = false;
  }
  size_t at = span_find(*input, '\n');
  bool whole = at != SPAN_NONE;
  struct span piece = whole ? span_first(*input, at + 1) : *input;
  *input = span_skip(*input, piece.len);

  if (!reader->discarding) {
    size_t kept = reader->partial.len, room = reader->partial.cap > kept ? reader->partial.cap - kept : 0;
    reader->discarding = piece.len > room;
    buf_add(&reader->partial, reader->discarding ? span_first(piece, room) : piece);
  }
  if (!whole) return LINE_NONE;
  reader->given = true;
  if (reader->discarding) {
    reader->discarding = false;
    *line_out = buf_span(&reader->partial);
    if (span_ends_with(*line_out, SPAN("\r"))) line_out->len--; /* half of the line end, as it seems */
    return LINE_TOO_LONG;
  }
  *line_out = buf_span(&reader->partial);
  return strip_line_end(line_out);
}

#include "mail/transfer_encoding.h"

static const char hex_digits[] = "0123456789ABCDEF";

/* Rule 2: may stand for itself anywhere in a line. */
static bool is_literal(unsigned char c) {
  return c > 32 && c < 127 && c != '=';
}

static bool at_line_end(struct span bytes, size_t at) {
  return span_starts_with(span_skip(bytes, at), SPAN("\r\n"));
}

void quoted_printable_encode(struct span bytes, bool binary, struct buf *out) {
  size_t column = 0;
  for (size_t i = 0; i < bytes.len; i++) {
    if (!binary && at_line_end(bytes, i)) {
      buf_add(out, SPAN("\r\n"));
      column = 0;
      i++;
      continue;
    }
    unsigned char c = (unsigned char)bytes.data[i];
    bool line_ends = i + 1 == bytes.len || (!binary && at_line_end(bytes, i + 1));
    bool raw = is_literal(c) || ((c == ' ' || c == '\t') && !line_ends);
    size_t width = raw ? 1 : 3;
    /* The soft break's "=" must fit too, unless the line ends here. */
    if (column + width > TRANSFER_LINE_MAX - (line_ends ? 0u : 1u)) {
      buf_add(out, SPAN("=\r\n"));
      column = 0;
      if (c == '-') { /* no line that was none before may look like a delimiter (RFC 2046 5.1.1) */
        raw = false;
        width = 3;
      }
    }
    char escape[3] = {'=', hex_digits[c >> 4], hex_digits[c & 15]};
    buf_add(out, raw ? span_of(bytes.data + i, 1) : span_of(escape, 3));
    column += width;
  }
}

static int hex_value(char c, uint32_t *defects) {
  if (ascii_is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c < 'a' || c > 'f') return -1;
  *defects |= TRANSFER_LOWER_HEX;
  return c - 'a' + 10;
}

/* One line without its end; true if it goes on in the next (a soft break). */
static bool decode_line(struct span line, struct buf *out, uint32_t *defects) {
  if (line.len > TRANSFER_LINE_MAX) *defects |= TRANSFER_LINE_TOO_LONG;
  struct span ink = span_trim_right(line);
  if (ink.len < line.len) *defects |= TRANSFER_SPACE_AT_END;
  bool soft = ink.len && ink.data[ink.len - 1] == '=';
  if (soft) ink.len--;
  for (size_t i = 0; i < ink.len; i++) {
    unsigned char c = (unsigned char)ink.data[i];
    uint32_t lower = 0;
    int high = c == '=' && i + 2 < ink.len ? hex_value(ink.data[i + 1], &lower) : -1;
    int low = high >= 0 ? hex_value(ink.data[i + 2], &lower) : -1;
    if (c == '=' && low < 0) *defects |= TRANSFER_BAD_ESCAPE;
    if ((c < 32 && c != '\t') || c > 126) *defects |= c == '\r' ? TRANSFER_BARE_LINE_END : TRANSFER_BAD_OCTET;
    if (low >= 0) {
      *defects |= lower;
      i += 2;
      c = (unsigned char)(high * 16 + low);
    }
    buf_add_char(out, (char)c);
  }
  return soft;
}

bool quoted_printable_decode(struct span text, struct buf *out, uint32_t *defects_out) {
  struct span rest = text;
  *defects_out = 0;
  while (rest.len) {
    size_t lf = span_find(rest, '\n');
    struct span line = span_first(rest, lf);
    bool crlf = lf != SPAN_NONE && line.len && line.data[line.len - 1] == '\r';
    if (lf != SPAN_NONE && !crlf) *defects_out |= TRANSFER_BARE_LINE_END;
    if (crlf) line.len--;
    bool soft = decode_line(line, out, defects_out);
    if (lf == SPAN_NONE) break;
    if (!soft) buf_add(out, SPAN("\r\n"));
    rest = span_skip(rest, lf + 1);
  }
  return !out->overflowed;
}

#include "base/base64.h"
#include "mail/encoded_word.h"

struct word {
  struct span charset;
  char encoding; /* 'Q' or 'B' */
  struct span text;
  size_t len; /* of it all */
};

/* "=?charset?encoding?text?=" at the front of value. A language after the charset (RFC 2231 5) is dropped. */
static bool split_word(struct span value, struct word *word_out) {
  if (!span_starts_with(value, SPAN("=?"))) return false;
  struct span rest = span_skip(value, 2);
  size_t charset = span_find(span_first(rest, ENCODED_WORD_MAX), '?');
  if (charset == SPAN_NONE || charset + 2 >= rest.len || rest.data[charset + 2] != '?') return false;
  word_out->charset = span_first(rest, charset);
  size_t language = span_find(word_out->charset, '*');
  if (language != SPAN_NONE) word_out->charset.len = language;
  word_out->encoding = ascii_upper(rest.data[charset + 1]);
  rest = span_skip(rest, charset + 3);
  size_t end = 0; /* no white space and no "?" inside */
  while (end < rest.len && rest.data[end] > 32 && rest.data[end] < 127 && rest.data[end] != '?') end++;
  if (!span_starts_with(span_skip(rest, end), SPAN("?="))) return false;
  word_out->text = span_first(rest, end);
  word_out->len = (size_t)(rest.data - value.data) + end + 2;
  return true;
}

static int hex_value(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_q(struct span text, struct buf *out) {
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    if (c == '=') {
      int high = i + 2 < text.len ? hex_value(text.data[i + 1]) : -1;
      int low = high >= 0 ? hex_value(text.data[i + 2]) : -1;
      if (low < 0) return false;
      c = (char)(unsigned char)(high * 16 + low);
      i += 2;
    }
    buf_add_char(out, c == '_' && text.data[i] == '_' ? ' ' : c);
  }
  return true;
}

/* Octets to UTF-8; false if the charset is not known or the octets are not its. */
static bool convert(struct span charset, struct span octets, struct buf *out) {
  if (span_equal_nocase(charset, SPAN("utf-8"))) return span_is_utf8(octets, NULL) && buf_add(out, octets);
  if (span_equal_nocase(charset, SPAN("us-ascii"))) return span_is_ascii(octets) && buf_add(out, octets);
  if (!span_equal_nocase(charset, SPAN("iso-8859-1"))) return false;
  for (size_t i = 0; i < octets.len; i++) {
    unsigned char c = (unsigned char)octets.data[i];
    if (c > 127) buf_add_char(out, (char)(unsigned char)(0xc0 | c >> 6));
    buf_add_char(out, (char)(unsigned char)(c > 127 ? 0x80 | (c & 0x3f) : c));
  }
  return true;
}

static bool read_word(struct span value, size_t *len_out, struct buf *octets, struct buf *out) {
  struct word word;
  buf_clear(octets);
  if (!split_word(value, &word)) return false;
  bool decoded = word.encoding == 'Q'   ? decode_q(word.text, octets)
                 : word.encoding == 'B' ? base64_decode(word.text, octets)
                                        : false;
  size_t before = out->len;
  if (!decoded || !convert(word.charset, buf_span(octets), out)) {
    out->len = before;
    return false;
  }
  *len_out = word.len;
  return true;
}

struct span encoded_word_read(struct span value, struct arena *arena) {
  if (span_search(value, SPAN("=?")) == SPAN_NONE) return value;
  struct buf out = {0}, octets = {0};
  size_t blanks = SPAN_NONE; /* where the white space after an encoded word begins in out */
  for (size_t at = 0, len; at < value.len;) {
    size_t before = out.len;
    if (read_word(span_skip(value, at), &len, &octets, &out)) {
      if (blanks != SPAN_NONE) { /* only white space stood between: drop it */
        memmove(out.data + blanks, out.data + before, out.len - before);
        out.len -= before - blanks;
      }
      blanks = out.len;
      at += len;
      continue;
    }
    if (!ascii_is_space(value.data[at])) blanks = SPAN_NONE;
    buf_add_char(&out, value.data[at++]);
  }
  struct span text = arena_copy(arena, buf_span(&out));
  buf_free(&octets);
  buf_free(&out);
  return text;
}

#include "base/base64.h"
#include "mail/transfer_encoding.h"

enum { OCTETS_A_LINE = TRANSFER_LINE_MAX / 4 * 3 };

void mime_base64_encode(struct span bytes, struct buf *out) {
  for (; bytes.len; bytes = span_skip(bytes, OCTETS_A_LINE)) {
    base64_encode(span_first(bytes, OCTETS_A_LINE), out);
    buf_add(out, SPAN("\r\n"));
  }
}

static int letter_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* What has come in of a group of four letters. */
struct group {
  uint32_t bits;
  unsigned letters, padding;
};

static void end_group(struct group *group, struct buf *out, uint32_t *defects) {
  if (group->letters + group->padding == 0) return;
  if (group->letters + group->padding != 4 || group->letters < 2) *defects |= TRANSFER_BAD_PADDING;
  unsigned octets = group->letters * 6 / 8, left = group->letters * 6 % 8;
  if (group->bits & ((1u << left) - 1)) *defects |= TRANSFER_BAD_PADDING;
  for (unsigned i = 0; i < octets; i++)
    buf_add_char(out, (char)(unsigned char)(group->bits >> (left + 8 * (octets - 1 - i)) & 255));
  *group = (struct group){0};
}

static size_t take_line_end(struct span text, size_t at, uint32_t *defects) {
  if (span_starts_with(span_skip(text, at), SPAN("\r\n"))) return 2;
  *defects |= TRANSFER_BARE_LINE_END;
  return 1;
}

bool mime_base64_decode(struct span text, struct buf *out, uint32_t *defects_out) {
  struct group group = {0};
  size_t column = 0;
  *defects_out = 0;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    int value = letter_value(c);
    if (c == '\r' || c == '\n') {
      i += take_line_end(text, i, defects_out) - 1;
      column = 0;
      continue;
    }
    if (++column > TRANSFER_LINE_MAX) *defects_out |= TRANSFER_LINE_TOO_LONG;
    if (c == '=') {
      group.padding++;
    } else if (value < 0) {
      *defects_out |= TRANSFER_BAD_OCTET;
      continue;
    } else {
      if (group.padding) { /* padding in the middle: two encodings one after the other */
        *defects_out |= TRANSFER_BAD_PADDING;
        end_group(&group, out, defects_out);
      }
      group.bits = group.bits << 6 | (uint32_t)value;
      group.letters++;
    }
    bool full = group.letters == 4 && group.padding == 0;
    if (full) end_group(&group, out, defects_out);
  }
  end_group(&group, out, defects_out);
  return !out->overflowed;
}

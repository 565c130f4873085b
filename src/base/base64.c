#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_encode(struct span bytes, struct buf *out) {
  for (size_t i = 0; i < bytes.len; i += 3) {
    struct span group = span_slice(bytes, i, 3);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; k++) bits = bits << 8 | (k < group.len ? (unsigned char)group.data[k] : 0);
    char letters[4];
    for (size_t k = 0; k < 4; k++) letters[k] = k <= group.len ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
    if (!buf_add(out, span_of(letters, 4))) return false;
  }
  return true;
}

static bool value_of(char c, uint32_t *value_out) {
  if (c >= 'A' && c <= 'Z')
    *value_out = (uint32_t)(c - 'A');
  else if (c >= 'a' && c <= 'z')
    *value_out = (uint32_t)(c - 'a' + 26);
  else if (c >= '0' && c <= '9')
    *value_out = (uint32_t)(c - '0' + 52);
  else if (c == '+' || c == '/')
    *value_out = c == '+' ? 62 : 63;
  else
    return false;
  return true;
}

/* Four letters, of which the last or the last two may be padding in the last group. */
static bool decode_group(struct span group, bool is_last, struct buf *out) {
  size_t letters = 4;
  while (is_last && letters > 2 && group.data[letters - 1] == '=') letters--;
  uint32_t bits = 0;
  for (size_t k = 0; k < 4; k++) {
    uint32_t value = 0;
    if (k < letters && !value_of(group.data[k], &value)) return false;
    bits = bits << 6 | value;
  }
  size_t octets = letters - 1;
  if (bits & ((1u << (24 - 8 * octets)) - 1)) return false;
  char bytes[3] = {(char)(bits >> 16 & 255), (char)(bits >> 8 & 255), (char)(bits & 255)};
  return buf_add(out, span_of(bytes, octets));
}

bool base64_decode(struct span text, struct buf *out) {
  if (text.len % 4) return false;
  for (size_t i = 0; i < text.len; i += 4)
    if (!decode_group(span_slice(text, i, 4), i + 4 == text.len, out)) return false;
  return true;
}

#include "base/span.h"

bool span_starts_with(struct span s, struct span prefix) {
  return s.len >= prefix.len && span_equal(span_first(s, prefix.len), prefix);
}

bool span_ends_with(struct span s, struct span suffix) {
  return s.len >= suffix.len && span_equal(span_skip(s, s.len - suffix.len), suffix);
}

bool span_ends_with_nocase(struct span s, struct span suffix) {
  return s.len >= suffix.len && span_equal_nocase(span_skip(s, s.len - suffix.len), suffix);
}

static int compare_lengths(struct span a, struct span b) {
  return (a.len > b.len) - (a.len < b.len);
}

int span_compare(struct span a, struct span b) {
  size_t shorter = a.len < b.len ? a.len : b.len;
  int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
  return order ? order : compare_lengths(a, b);
}

int span_compare_nocase(struct span a, struct span b) {
  size_t shorter = a.len < b.len ? a.len : b.len;
  for (size_t i = 0; i < shorter; i++) {
    unsigned char x = (unsigned char)ascii_lower(a.data[i]);
    unsigned char y = (unsigned char)ascii_lower(b.data[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return compare_lengths(a, b);
}

size_t span_find_last(struct span s, char c) {
  for (size_t i = s.len; i > 0; i--)
    if (s.data[i - 1] == c) return i - 1;
  return SPAN_NONE;
}

size_t span_search(struct span s, struct span needle) {
  if (needle.len == 0) return 0;
  for (size_t at = 0; at + needle.len <= s.len; at++) {
    size_t step = span_find(span_of(s.data + at, s.len - needle.len + 1 - at), needle.data[0]);
    if (step == SPAN_NONE) return SPAN_NONE;
    at += step;
    if (memcmp(s.data + at, needle.data, needle.len) == 0) return at;
  }
  return SPAN_NONE;
}

struct span span_trim_right(struct span s) {
  while (s.len && ascii_is_space(s.data[s.len - 1])) s.len--;
  return s;
}

struct span span_trim(struct span s) {
  s = span_trim_right(s);
  while (s.len && ascii_is_space(s.data[0])) s = span_skip(s, 1);
  return s;
}

bool span_next(struct span *rest, char separator, struct span *piece_out) {
  if (!rest->data) return false;
  size_t at = span_find(*rest, separator);
  if (at == SPAN_NONE) {
    *piece_out = *rest;
    *rest = (struct span){NULL, 0};
  } else {
    *piece_out = span_first(*rest, at);
    *rest = span_skip(*rest, at + 1);
  }
  return true;
}

bool span_to_u64(struct span s, uint64_t max, uint64_t *value_out) {
  uint64_t value = 0, most = max / 10, last = max % 10;
  if (s.len == 0) return false;
  for (size_t i = 0; i < s.len; i++) {
    if (!ascii_is_digit(s.data[i])) return false;
    uint64_t digit = (uint64_t)(s.data[i] - '0');
    if (value > most || (value == most && digit > last)) return false;
    value = value * 10 + digit;
  }
  *value_out = value;
  return true;
}

bool span_to_i64(struct span s, int64_t *value_out) {
  bool negative = s.len && s.data[0] == '-';
  uint64_t value;
  if (s.len && (s.data[0] == '-' || s.data[0] == '+')) s = span_skip(s, 1);
  if (!span_to_u64(s, (uint64_t)INT64_MAX, &value)) return false;
  *value_out = negative ? -(int64_t)value : (int64_t)value;
  return true;
}

/* Eight octets a step, the last eight perhaps some of them again: all that is said and written passes here.
 */
static const uint64_t ONES = UINT64_C(0x0101010101010101), TOPS = UINT64_C(0x8080808080808080);

static uint64_t word_at(const char *data) {
  uint64_t word;
  memcpy(&word, data, sizeof word);
  return word;
}

/* Of fewer than eight, with spaces behind them. */
static uint64_t short_word(struct span s) {
  return span_first_octets(s) | (ONES * ' ') << (8 * s.len);
}

bool span_is_ascii(struct span s) {
  if (s.len < 8) return (short_word(s) & TOPS) == 0;
  uint64_t seen = word_at(s.data + s.len - 8);
  for (; s.len >= 32; s = span_skip(s, 32)) {
    uint64_t words[4];
    memcpy(words, s.data, sizeof words);
    seen |= words[0] | words[1] | words[2] | words[3];
  }
  for (; s.len >= 8; s = span_skip(s, 8)) seen |= word_at(s.data);
  return (seen & TOPS) == 0;
}

/* The top bit of an octet, or of one above it, is set if one is not plain: octets up to 31 and from 160 on
 * have it once 32 is taken away, those from 127 to 254 once there is one more. */
static uint64_t unplain(uint64_t word) {
  return (word - ONES * ' ') | (word + ONES);
}

bool span_is_plain(struct span s) {
  if (s.len < 8) return (unplain(short_word(s)) & TOPS) == 0;
  const char *at = s.data, *last = s.data + s.len - 8;
  uint64_t bad = unplain(word_at(last));
  for (; last - at > 8; at += 16) bad |= unplain(word_at(at)) | unplain(word_at(at + 8));
  if (at < last) bad |= unplain(word_at(at));
  return (bad & TOPS) == 0;
}

/* Length of the well-formed sequence at the front of s, or 0 (RFC 3629 section 4). */
static size_t utf8_sequence(struct span s) {
  const unsigned char *p = (const unsigned char *)s.data;
  if (p[0] < 0x80) return 1;
  size_t length = p[0] >= 0xc2 && p[0] <= 0xdf   ? 2
                  : p[0] >= 0xe0 && p[0] <= 0xef ? 3
                  : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
                                                 : 0;
  if (length == 0 || s.len < length) return 0;
  for (size_t i = 1; i < length; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)) return 0;
  if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)) return 0;
  return length;
}

/* Octets at the front that are certainly ASCII, looked at by eights: most text is nothing else. */
static size_t ascii_run(struct span s) {
  size_t i = 0;
  uint64_t eight;
  for (; i + sizeof eight <= s.len; i += sizeof eight) {
    memcpy(&eight, s.data + i, sizeof eight);
    if (eight & UINT64_C(0x8080808080808080)) break;
  }
  return i;
}

bool span_is_utf8(struct span s, size_t *bad_out) {
  for (size_t i = ascii_run(s); i < s.len;) {
    size_t length = utf8_sequence(span_skip(s, i));
    if (length == 0) {
      if (bad_out) *bad_out = i;
      return false;
    }
    i += length;
  }
  return true;
}

uint32_t span_hash(struct span s) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < s.len; i++) hash = (hash ^ (unsigned char)s.data[i]) * 16777619u;
  return hash;
}

/* Eight octets at a time, each with the bit set in which small letters differ from capitals. What else that
 * makes alike, as '[' and '{', only meets in the table. */
uint32_t span_hash_nocase(struct span s) {
  uint64_t hash = s.len;
  for (;; s = span_skip(s, 8)) {
    hash = (hash ^ (span_first_octets(s) | ONES * ('a' - 'A'))) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
    if (s.len <= 8) return (uint32_t)hash;
  }
}

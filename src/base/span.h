/* span: a borrowed run of bytes. Not terminated, never freed through the span, may hold NUL.
 *
 * Letters are compared as ASCII, whatever the locale: mail's keywords are ASCII (RFC 5321 2.4).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
  const char *data;
  size_t len;
};

#define SPAN(literal) ((struct span){"" literal, sizeof(literal) - 1})
#define SPAN_INIT(literal)                                                                                   \
  { "" literal, sizeof(literal) - 1 }
#define SPAN_EMPTY ((struct span){"", 0})
/* For printf's "%.*s". */
#define SPAN_ARG(s) (int)(s).len, (s).data
#define SPAN_NONE   SIZE_MAX /* "not found" of span_find and its kind */

static inline struct span span_of(const char *data, size_t len) {
  return (struct span){data, len};
}
static inline struct span span_from(const char *text) {
  return text ? (struct span){text, strlen(text)} : SPAN_EMPTY;
}
static inline bool span_equal(struct span a, struct span b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
/* From offset on; clamped, so that it is always inside. */
static inline struct span span_skip(struct span s, size_t offset) {
  if (offset > s.len) offset = s.len;
  return (struct span){s.data + offset, s.len - offset};
}
static inline struct span span_first(struct span s, size_t count) {
  return (struct span){s.data, count < s.len ? count : s.len};
}
static inline struct span span_slice(struct span s, size_t offset, size_t count) {
  return span_first(span_skip(s, offset), count);
}
static inline bool ascii_is_digit(int c) {
  return c >= '0' && c <= '9';
}
static inline bool ascii_is_alpha(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool ascii_is_alnum(int c) {
  return ascii_is_digit(c) || ascii_is_alpha(c);
}
static inline bool ascii_is_space(int c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
static inline char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static inline char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

int span_compare(struct span a, struct span b); /* bytewise, like memcmp then length */
int span_compare_nocase(struct span a, struct span b);
/* Mostly they are written alike. */
static inline bool span_equal_nocase(struct span a, struct span b) {
  return a.len == b.len && (span_equal(a, b) || span_compare_nocase(a, b) == 0);
}
static inline bool span_starts_with_nocase(struct span s, struct span prefix) {
  return s.len >= prefix.len && span_equal_nocase(span_first(s, prefix.len), prefix);
}
bool span_starts_with(struct span s, struct span prefix);
bool span_ends_with(struct span s, struct span suffix);
bool span_ends_with_nocase(struct span s, struct span suffix);
static inline size_t span_find(struct span s, char c) { /* SPAN_NONE if absent */
  const char *found = s.len ? memchr(s.data, c, s.len) : NULL;
  return found ? (size_t)(found - s.data) : SPAN_NONE;
}
size_t span_find_last(struct span s, char c);
size_t span_search(struct span s, struct span needle); /* SPAN_NONE if absent */
struct span span_trim(struct span s);                  /* white space off both ends */
struct span span_trim_right(struct span s);

/* Takes what comes before the separator off the front of *rest and drops the separator; at the
 * end gives all that is left. False once *rest is used up (its data is then NULL). */
bool span_next(struct span *rest, char separator, struct span *piece_out);

/* Whole span as an unsigned decimal number; false when empty, not digits, or above max. */
bool span_to_u64(struct span s, uint64_t max, uint64_t *value_out);
/* Whole span as a decimal number with an optional sign. */
bool span_to_i64(struct span s, int64_t *value_out);

bool span_is_ascii(struct span s);
bool span_is_plain(struct span s); /* printable ASCII and spaces, nothing else */
/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). On false *bad_out, if not NULL,
 * is the offset of the first bad byte. */
bool span_is_utf8(struct span s, size_t *bad_out);

/* For hash tables only, never for anything that is shown or kept. */
uint32_t span_hash(struct span s);        /* FNV-1a */
uint32_t span_hash_nocase(struct span s); /* the same for texts that are span_equal_nocase */

/* The first eight octets of a text as one number, zeros after its end. Put together from two loads that
 * overlap: a copy of so many octets, looked at as a number at once, would make the processor wait. */
static inline uint64_t span_first_octets(struct span text) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  uint64_t all;
  uint32_t low, high;
  uint16_t pair;
  if (text.len >= 8) return memcpy(&all, text.data, 8), all;
  if (text.len >= 4) {
    memcpy(&low, text.data, 4);
    memcpy(&high, text.data + text.len - 4, 4);
    return low | (uint64_t)high << (8 * (text.len - 4));
  }
  if (text.len >= 2) {
    memcpy(&pair, text.data, 2);
    return pair | (uint64_t)(unsigned char)text.data[text.len - 1] << (8 * (text.len - 1));
  }
  return text.len ? (unsigned char)text.data[0] : 0;
#else
  uint64_t all = 0;
  for (size_t i = 0; i < text.len && i < 8; i++) all |= (uint64_t)(unsigned char)text.data[i] << (8 * i);
  return all;
#endif
}

/* same_content: what tests and fuzzers ask of a conversion to 7 bits (mail/mime_7bit.h): whoever decodes the
 * parts gets the same octets as before, and what was encoded is in lines of at most 76 (RFC 2045 6.7, 6.8).
 */
#pragma once

#include "base/check.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/transfer_encoding.h"

static inline bool is_encoded_leaf(const struct mime_part *part) {
  return part->encoding == MIME_QUOTED_PRINTABLE || part->encoding == MIME_BASE64;
}

static inline void decode_octets(const struct mime_part *part, struct buf *out) {
  uint32_t defects;
  buf_clear(out);
  if (part->encoding == MIME_QUOTED_PRINTABLE)
    quoted_printable_decode(part->body, out, &defects);
  else if (part->encoding == MIME_BASE64)
    mime_base64_decode(part->body, out, &defects);
  else
    buf_add(out, part->body);
}

static inline void check_lines(struct span body) {
  struct span line;
  CHECK(span_is_ascii(body));
  while (body.len && span_next(&body, '\n', &line)) CHECK(span_trim_right(line).len <= TRANSFER_LINE_MAX);
}

static inline void check_same_content(struct span header_a, struct span body_a, struct span header_b,
                                      struct span body_b, unsigned depth) {
  struct arena arena = ARENA_EMPTY;
  struct mime_part *a = arena_alloc(&arena, MIME_PARTS_MAX * sizeof *a),
                   *b = arena_alloc(&arena, MIME_PARTS_MAX * sizeof *b);
  size_t count = mime_parse(header_a, body_a, &arena, a);
  struct buf octets_a = {0}, octets_b = {0};
  CHECK(mime_parse(header_b, body_b, &arena, b) == count);
  for (size_t i = 0; i < count && count < MIME_PARTS_MAX; i++) {
    CHECK(a[i].kind == b[i].kind && a[i].depth == b[i].depth);
    if (a[i].kind != MIME_LEAF || mime_is_multipart(&a[i])) continue;
    if (span_equal_nocase(a[i].type, SPAN("message/rfc822"))) {
      struct span inner_a, inner_b, text_a, text_b;
      mime_split(a[i].body, &inner_a, &text_a);
      mime_split(b[i].body, &inner_b, &text_b);
      if (depth < 40) check_same_content(inner_a, text_a, inner_b, text_b, depth + 1);
      continue;
    }
    decode_octets(&a[i], &octets_a);
    decode_octets(&b[i], &octets_b);
    CHECK(span_equal(buf_span(&octets_a), buf_span(&octets_b)));
    if (is_encoded_leaf(&b[i]) && !span_equal(a[i].body, b[i].body)) check_lines(b[i].body);
  }
  buf_free(&octets_a);
  buf_free(&octets_b);
  arena_free(&arena);
}

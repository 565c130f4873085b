#include "base/json_write.h"

#include <string.h>

#include "base/check.h"

static bool is_plain(char c) {
  return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* An octet of each of the eight that is below n, or equal to c (n and c below 128), has its high bit set;
 * above such a one others may have it, too. */
static uint64_t eight_below(uint64_t eight, unsigned n) {
  return (eight - UINT64_C(0x0101010101010101) * n) & ~eight & UINT64_C(0x8080808080808080);
}
static uint64_t eight_equal(uint64_t eight, unsigned c) {
  return eight_below(eight ^ UINT64_C(0x0101010101010101) * c, 1);
}

/* Where the next octet stands that needs an escape: looked for by eights, then one by one. */
static size_t plain_run(struct span text, size_t from) {
  uint64_t eight;
  for (; from + sizeof eight <= text.len; from += sizeof eight) {
    memcpy(&eight, text.data + from, sizeof eight);
    if (eight_below(eight, ' ') | eight_equal(eight, '"') | eight_equal(eight, '\\')) break;
  }
  while (from < text.len && is_plain(text.data[from])) from++;
  return from;
}

static bool write_escape(char c, struct buf *out) {
  switch (c) {
  case '\n': return buf_add(out, SPAN("\\n"));
  case '\r': return buf_add(out, SPAN("\\r"));
  case '\t': return buf_add(out, SPAN("\\t"));
  case '"':
  case '\\': return buf_add(out, span_of((char[]){'\\', c}, 2));
  default: return buf_format(out, "\\u%04x", (unsigned)(unsigned char)c);
  }
}

bool json_write_string(struct span text, struct buf *out) {
  CHECK(span_is_utf8(text, NULL));
  buf_add_char(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    size_t run = plain_run(text, i);
    buf_add(out, span_slice(text, i, run - i));
    i = run;
    if (i < text.len) write_escape(text.data[i], out);
  }
  return buf_add_char(out, '"');
}

bool json_write_octets(struct span octets, struct buf *out) {
  struct buf clean = {0};
  size_t bad;
  while (!span_is_utf8(octets, &bad)) {
    buf_add(&clean, span_first(octets, bad));
    buf_add_text(&clean, "\xef\xbf\xbd");
    octets = span_skip(octets, bad + 1);
  }
  buf_add(&clean, octets);
  bool well = json_write_string(buf_span(&clean), out);
  buf_free(&clean);
  return well;
}

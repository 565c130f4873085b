#include "base/json_write.h"

#include "base/check.h"

static bool is_plain(char c) {
  return (unsigned char)c >= ' ' && c != '"' && c != '\\';
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
    size_t run = i;
    while (run < text.len && is_plain(text.data[run])) run++;
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

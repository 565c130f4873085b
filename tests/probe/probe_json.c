#include "probe_json.h"

#include <stdio.h>

#include "base/json_write.h"

struct buf probe_read_input(void) {
  struct buf input = {0};
  char piece[65536];
  size_t count;
  while ((count = fread(piece, 1, sizeof piece, stdin)) > 0) buf_add(&input, span_of(piece, count));
  return input;
}

static void add_key(struct buf *line, const char *key) {
  buf_format(line, "%s\"%s\":", line->len > 1 ? "," : "", key);
}

static void add_latin1(struct buf *line, struct span bytes) {
  struct buf text = {0};
  for (size_t i = 0; i < bytes.len; i++) {
    unsigned char c = (unsigned char)bytes.data[i];
    if (c > 127) buf_add_char(&text, (char)(unsigned char)(0xc0 | c >> 6));
    buf_add_char(&text, (char)(unsigned char)(c > 127 ? 0x80 | (c & 0x3f) : c));
  }
  json_write_string(buf_span(&text), line);
  buf_free(&text);
}

void probe_add_bytes(struct buf *line, const char *key, struct span bytes) {
  add_key(line, key);
  add_latin1(line, bytes);
}

void probe_add_text(struct buf *line, const char *key, struct span text) {
  if (!span_is_utf8(text, NULL)) return;
  add_key(line, key);
  json_write_string(text, line);
}

void probe_add_address(struct buf *line, bool first, struct span name, struct span address) {
  buf_add_text(line, first ? "[" : ",[");
  add_latin1(line, name);
  buf_add_char(line, ',');
  add_latin1(line, address);
  buf_add_char(line, ']');
}

static bool is_one_of(struct span name, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (span_equal_nocase(name, span_from(names[i]))) return true;
  return false;
}

bool probe_is_address_field(struct span name) {
  static const char *const names[] = {"From", "Sender", "Reply-To",    "To",
                                      "Cc",   "Bcc",    "Resent-From", "Resent-To"};
  return is_one_of(name, names, sizeof names / sizeof *names);
}

bool probe_is_date_field(struct span name) {
  static const char *const names[] = {"Date", "Resent-Date"};
  return is_one_of(name, names, sizeof names / sizeof *names);
}

void probe_print(struct buf *line) {
  buf_add_text(line, "}\n");
  fwrite(line->data, 1, line->len, stdout);
  buf_clear(line);
}

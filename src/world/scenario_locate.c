#include "world/scenario_locate.h"

#include "world/scenario_scan.h"

static size_t skip_space(struct span text, size_t at) {
  while (at < text.len && ascii_is_space(text.data[at])) at++;
  return at;
}

/* From an opening quote past the closing one. */
static size_t skip_string(struct span text, size_t at) {
  for (at++; at < text.len && text.data[at] != '"'; at++)
    if (text.data[at] == '\\') at++;
  return at < text.len ? at + 1 : text.len;
}

size_t json_skip_value(struct span text, size_t at) {
  size_t depth = 0;
  while (at < text.len) {
    char c = text.data[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[') depth++;
    if (c == '}' || c == ']') {
      if (depth == 0) return at; /* a number or word ended by its list's bracket */
      if (--depth == 0) return at + 1;
    }
    if (depth == 0 && (c == ',' || ascii_is_space(c))) return at;
    at++;
  }
  return at;
}

size_t json_next_value(struct span text, size_t at) {
  at = skip_space(text, at);
  if (at >= text.len || text.data[at] != ',') return SPAN_NONE;
  return skip_space(text, at + 1);
}

/* Does the text at an opening quote say key, escapes resolved? */
static bool string_says(struct span text, size_t at, const char *key) {
  for (at++; at < text.len && text.data[at] != '"';) {
    char utf8[4];
    size_t length = json_character(text, &at, utf8);
    for (size_t i = 0; i < length; i++)
      if (*key++ != utf8[i]) return false;
  }
  return *key == 0;
}

/* The member's key, from the { at an offset. */
static size_t find_member(struct span text, size_t at, const char *key) {
  at = skip_space(text, at + 1);
  while (at < text.len && text.data[at] == '"') {
    if (string_says(text, at, key)) return at;
    at = skip_space(text, skip_string(text, at)); /* the colon */
    at = json_skip_value(text, skip_space(text, at + 1));
    at = json_next_value(text, at);
  }
  return SPAN_NONE;
}

size_t json_first_value(struct span text, size_t at) {
  if (at >= text.len) return SPAN_NONE;
  at = skip_space(text, at + 1);
  return at < text.len && text.data[at] != ']' ? at : SPAN_NONE;
}

static size_t find_entry(struct span text, size_t at, size_t index) {
  at = json_first_value(text, at);
  while (index-- > 0 && at < text.len) at = json_next_value(text, json_skip_value(text, at));
  return at;
}

size_t json_locate(struct span text, const struct json_step *steps, size_t count, bool at_key) {
  size_t at = span_starts_with(text, SPAN("\xef\xbb\xbf")) ? 3 : 0;
  at = skip_space(text, at);
  for (size_t i = 0; i < count; i++) {
    char number[24];
    struct json_step step = steps[i];
    if (at >= text.len) return SPAN_NONE;
    if (!step.key && text.data[at] == '{') { /* an object laid over a list: its keys count from 1 */
      struct buf digits = BUF_ON(number, sizeof number - 1);
      buf_add_u64(&digits, step.index + 1);
      number[digits.len] = 0;
      step.key = number;
    }
    if (text.data[at] != (step.key ? '{' : '[')) return SPAN_NONE;
    at = step.key ? find_member(text, at, step.key) : find_entry(text, at, step.index);
    if (at == SPAN_NONE) return SPAN_NONE;
    if (!step.key || (at_key && i + 1 == count)) continue;
    at = skip_space(text, skip_string(text, at));
    at = skip_space(text, at + 1);
  }
  return at;
}

void text_position(struct span text, size_t offset, uint32_t *line_out, uint32_t *column_out) {
  uint32_t line = 1;
  size_t begin = 0;
  if (offset > text.len) offset = text.len;
  for (;;) {
    size_t newline = span_find(span_slice(text, begin, offset - begin), '\n');
    if (newline == SPAN_NONE) break;
    begin += newline + 1;
    line++;
  }
  *line_out = line;
  *column_out = (uint32_t)(offset - begin) + 1;
}

/* ---- pointers ---- */

void json_pointer_add(struct span key, struct buf *out) {
  buf_add_char(out, '/');
  for (size_t i = 0; i < key.len; i++) {
    if (key.data[i] == '~')
      buf_add_text(out, "~0");
    else if (key.data[i] == '/')
      buf_add_text(out, "~1");
    else
      buf_add_char(out, key.data[i]);
  }
}

struct open_value {
  bool object;
  size_t index;    /* of the entry, in a list */
  struct span key; /* of the member, in an object, as it is written; data NULL before it */
};

void json_pointer_at(struct span text, size_t offset, struct buf *out) {
  struct open_value open[SCENARIO_SCAN_DEPTH_MAX] = {{false, 0, {NULL, 0}}};
  size_t depth = 0;
  struct span last = {NULL, 0}; /* the text before the colon that may come */
  for (size_t at = 0; at < offset && at < text.len;) {
    char c = text.data[at];
    struct open_value *in = depth ? &open[depth - 1] : NULL;
    size_t end = c == '"' ? skip_string(text, at) : at + 1;
    if (c == '"') last = span_slice(text, at + 1, end - at - 2);
    if ((c == '{' || c == '[') && depth < SCENARIO_SCAN_DEPTH_MAX)
      open[depth++] = (struct open_value){c == '{', 0, {NULL, 0}};
    if ((c == '}' || c == ']') && depth) depth--;
    if (c == ':' && in) in->key = last;
    if (c == ',' && in) in->index++, in->key = (struct span){NULL, 0};
    at = end;
  }
  for (size_t i = 0; i < depth; i++) {
    char digits[24];
    struct buf number = BUF_ON(digits, sizeof digits);
    buf_add_u64(&number, open[i].index);
    if (!open[i].object)
      json_pointer_add(buf_span(&number), out);
    else if (open[i].key.data)
      json_pointer_add(open[i].key, out);
  }
}

#include "base/template.h"

enum piece_kind { PIECE_TEXT, PIECE_NAME, PIECE_PART, PIECE_BROKEN };

/* Where a part ends: of "]]]" the last two count, so that a part may end in a bracket of its own. */
static size_t find_part_end(struct span text) {
  size_t end = span_search(text, SPAN("]]"));
  while (end != SPAN_NONE && end + 2 < text.len && text.data[end + 2] == ']') end++;
  return end;
}

/* One piece off the front of *rest: literal text, a {name} or a [[part]]. */
static enum piece_kind next_piece(struct span *rest, struct span *piece_out) {
  struct span text = *rest;
  char first = text.data[0], second = text.len > 1 ? text.data[1] : '\0';
  if (first == '{' && second == '{') {
    *piece_out = span_first(text, 1);
    *rest = span_skip(text, 2);
    return PIECE_TEXT;
  }
  bool name = first == '{', part = first == '[' && second == '[';
  if (name || part) {
    size_t end = name ? span_find(text, '}') : find_part_end(text);
    if (end == SPAN_NONE) {
      *piece_out = text;
      *rest = span_skip(text, text.len);
      return PIECE_BROKEN;
    }
    *piece_out = name ? span_slice(text, 1, end - 1) : span_slice(text, 2, end - 2);
    *rest = span_skip(text, end + (name ? 1 : 2));
    return name ? PIECE_NAME : PIECE_PART;
  }
  size_t length = 1;
  while (length < text.len && text.data[length] != '{' && text.data[length] != '[') length++;
  *piece_out = span_first(text, length);
  *rest = span_skip(text, length);
  return PIECE_TEXT;
}

static size_t find_value(const struct template_value *values, size_t count, struct span name) {
  for (size_t i = 0; i < count; i++)
    if (span_equal(values[i].name, name)) return i;
  return count;
}

static bool part_is_full(struct span part, const struct template_value *values, size_t count) {
  struct span piece;
  while (part.len) {
    if (next_piece(&part, &piece) != PIECE_NAME) continue;
    size_t index = find_value(values, count, piece);
    if (index == count || values[index].value.len == 0) return false;
  }
  return true;
}

void template_expand_placed(struct span text, const struct template_value *values, size_t count,
                            struct buf *out, template_placed *placed, void *context) {
  struct span piece;
  while (text.len) {
    enum piece_kind kind = next_piece(&text, &piece);
    if (kind == PIECE_PART && part_is_full(piece, values, count))
      template_expand_placed(piece, values, count, out, placed, context);
    if (kind == PIECE_TEXT || kind == PIECE_BROKEN) buf_add(out, piece);
    if (kind != PIECE_NAME) continue;
    size_t index = find_value(values, count, piece);
    if (index == count) continue;
    if (placed) placed(context, index, out->len, values[index].value.len);
    buf_add(out, values[index].value);
  }
}

void template_expand(struct span text, const struct template_value *values, size_t count, struct buf *out) {
  template_expand_placed(text, values, count, out, NULL, NULL);
}

static bool is_known(struct span name, const struct span *known, size_t known_count) {
  for (size_t i = 0; i < known_count; i++)
    if (span_equal(name, known[i])) return true;
  return false;
}

bool template_check(struct span text, const struct span *known, size_t known_count, struct span *bad_out) {
  struct span piece;
  while (text.len) {
    enum piece_kind kind = next_piece(&text, &piece);
    *bad_out = piece;
    if (kind == PIECE_BROKEN) return false;
    if (kind == PIECE_NAME && !is_known(piece, known, known_count)) return false;
    if (kind == PIECE_PART && !template_check(piece, known, known_count, bad_out)) return false;
  }
  return true;
}

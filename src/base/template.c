#include "base/template.h"

#include "base/check.h"

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

bool template_is_inert(struct span value) {
  for (size_t i = 0; i < value.len; i++)
    if (memchr("{}[]", value.data[i], 4)) return false;
  return true;
}

static void settle(struct span text, const struct template_value *value, struct buf *out) {
  struct span piece;
  while (text.len) {
    struct span rest = text;
    enum piece_kind kind = next_piece(&text, &piece);
    if (kind == PIECE_NAME && span_equal(piece, value->name)) {
      buf_add(out, value->value);
    } else if (kind == PIECE_PART) {
      buf_add(out, SPAN("[["));
      settle(piece, value, out);
      buf_add(out, SPAN("]]"));
    } else {
      buf_add(out, span_first(rest, rest.len - text.len)); /* as it stands */
    }
  }
}

struct span template_settle(struct span text, const struct template_value *value, struct arena *arena) {
  struct buf out = {0};
  CHECK(template_is_inert(value->value) && value->value.len);
  settle(text, value, &out);
  struct span copy = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  return copy;
}

/* ---- read once ---- */

static size_t number_of(struct span name, const struct span *names, size_t name_count) {
  size_t i = 0;
  while (i < name_count && !span_equal(name, names[i])) i++;
  return i;
}

/* No more than that: a piece begins with a bracket or a brace, or behind what began with one. */
static size_t most_pieces(struct span text) {
  size_t most = 1;
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] == '{' || text.data[i] == '[') most += 2;
  return most;
}

struct compiling {
  const struct span *names;
  size_t name_count;
  struct template *template;
  struct template_piece *open; /* a text behind which a name may come; NULL: none */
};

static struct template_piece *add_piece(struct compiling *compiling, struct span text) {
  struct template_piece *piece = &compiling->template->pieces[compiling->template->piece_count++];
  *piece = (struct template_piece){.text = text, .name = TEMPLATE_NAMES_MAX};
  return compiling->open = piece;
}

/* False if a name is not known, which in a part leaves out the part. */
static bool compile_name(struct compiling *compiling, struct span name, uint64_t *needs) {
  size_t number = number_of(name, compiling->names, compiling->name_count);
  if (number == compiling->name_count) return false;
  struct template_piece *piece = compiling->open ? compiling->open : add_piece(compiling, SPAN_EMPTY);
  piece->name = (uint32_t)number;
  compiling->open = NULL;
  *needs |= UINT64_C(1) << number;
  return true;
}

static bool compile_text(struct compiling *compiling, struct span text, uint64_t *needs);

static void compile_part(struct compiling *compiling, struct span text) {
  struct template *template = compiling->template;
  size_t start = template->piece_count;
  uint64_t needs = 0;
  compiling->open = NULL;
  if (span_starts_with(text, SPAN("[["))) add_piece(compiling, SPAN_EMPTY); /* each part has its own first */
  if (!compile_text(compiling, text, &needs)) template->piece_count = start;
  compiling->open = NULL;
  if (template->piece_count == start) return;
  template->pieces[start].needs = needs;
  template->pieces[start].part_size = (uint32_t)(template->piece_count - start);
}

static bool compile_text(struct compiling *compiling, struct span text, uint64_t *needs) {
  struct span piece;
  bool all_known = true;
  while (text.len) {
    switch (next_piece(&text, &piece)) {
    case PIECE_TEXT:
    case PIECE_BROKEN: add_piece(compiling, piece); break;
    case PIECE_NAME: all_known &= compile_name(compiling, piece, needs); break;
    case PIECE_PART: compile_part(compiling, piece); break;
    }
  }
  return all_known;
}

static bool has_name(const struct template_piece *piece) {
  return piece->name < TEMPLATE_NAMES_MAX;
}

struct template template_compile(struct span text, const struct span *names, size_t name_count,
                                 struct arena *arena) {
  CHECK(name_count <= TEMPLATE_NAMES_MAX);
  struct template template = {.pieces = arena_alloc(arena, most_pieces(text) * sizeof *template.pieces)};
  struct compiling compiling = {.names = names, .name_count = name_count, .template = &template};
  uint64_t needs = 0;
  size_t uses[TEMPLATE_NAMES_MAX] = {0};
  compile_text(&compiling, text, &needs);
  for (size_t i = 0; i < template.piece_count; i++) {
    const struct template_piece *piece = &template.pieces[i];
    template.text_len += piece->text.len;
    if (!has_name(piece)) continue;
    template.names |= UINT64_C(1) << piece->name;
    if (++uses[piece->name] > template.most_uses) template.most_uses = uses[piece->name];
  }
  return template;
}

/* Which names have a value, and in *len_out the sum of their lengths. */
static uint64_t names_with_values(uint64_t names, const struct span *values, size_t *len_out) {
  uint64_t full = 0;
  while (names) {
    unsigned name = template_take_name(&names);
    full |= (uint64_t)(values[name].len > 0) << name;
    *len_out += values[name].len;
  }
  return full;
}

/* As much as the cap allows. */
static void fill_up(const struct template *template, const struct span *values, uint64_t full,
                    struct buf *out, template_placed *placed, void *context) {
  const struct template_piece *piece = template->pieces, *end = piece + template->piece_count;
  while (piece < end) {
    if (piece->needs & ~full) {
      piece += piece->part_size;
      continue;
    }
    buf_add(out, piece->text);
    if (placed && has_name(piece)) placed(context, piece->name, out->len, values[piece->name].len);
    if (has_name(piece)) buf_add(out, values[piece->name]);
    piece++;
  }
}

void template_fill(const struct template *template, const struct span *values, struct buf *out,
                   template_placed *placed, void *context) {
  size_t names_len = 0, before = out->len;
  uint64_t full = names_with_values(template->names, values, &names_len);
  size_t most = template->text_len + names_len * template->most_uses;
  bool fits = !out->cap || (before <= out->cap && most <= out->cap - before);
  char *start = fits ? buf_room(out, most) : NULL, *to = start;
  if (!start) {
    fill_up(template, values, full, out, placed, context);
    return;
  }
  const struct template_piece *piece = template->pieces, *end = piece + template->piece_count;
  while (piece < end) {
    if (piece->needs & ~full) {
      piece += piece->part_size;
      continue;
    }
    to = buf_put(to, piece->text);
    if (placed && has_name(piece))
      placed(context, piece->name, before + (size_t)(to - start), values[piece->name].len);
    if (has_name(piece)) to = buf_put(to, values[piece->name]);
    piece++;
  }
  out->len += (size_t)(to - start);
}

/* ---- checking ---- */

static bool is_known(struct span name, const struct span *known, size_t known_count) {
  return number_of(name, known, known_count) < known_count;
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

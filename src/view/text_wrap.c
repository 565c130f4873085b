#include "view/text_wrap.h"

#define ELLIPSIS "\xe2\x80\xa6"

struct text_wrap text_wrap_indented(struct text_style style, struct span text, int32_t width, int32_t first_x,
                                    int32_t rest_x) {
  return (struct text_wrap){.style = style, .rest = text, .width = width, .x = first_x, .rest_x = rest_x};
}

struct text_wrap text_wrap(struct text_style style, struct span text, int32_t width) {
  return text_wrap_indented(style, text, width, 0, 0);
}

/* The text up to the line end, and the size of the line end (0 at the end of the text). */
static struct span paragraph(struct span text, size_t *end_size_out) {
  size_t lf = span_find(text, '\n');
  *end_size_out = lf == SPAN_NONE ? 0 : 1;
  if (lf == SPAN_NONE) return text;
  if (lf > 0 && text.data[lf - 1] == '\r') {
    *end_size_out = 2;
    lf--;
  }
  return span_first(text, lf);
}

static struct span without_spaces_at_end(struct span text) {
  while (text.len > 0 && text.data[text.len - 1] == ' ') text.len--;
  return text;
}

/* How many bytes of a paragraph that is too long go on this line, the spaces at the break included. */
static size_t break_at(struct text_style style, struct span text, int32_t width, bool may_move_whole_word) {
  size_t fits = text_fit(style, text, width);
  size_t end = fits;
  /* Spaces may hang over the edge. */
  while (end < text.len && text.data[end] == ' ') end++;
  if (end > fits) return end;
  while (end > 0 && text.data[end - 1] != ' ') end--;
  if (without_spaces_at_end(span_first(text, end)).len > 0) return end;
  /* One word, wider than the line: it moves to the next line if that has more room, else it is cut. */
  if (may_move_whole_word) return end;
  if (fits > 0) return fits;
  uint32_t ignored;
  return text_decode(text, &ignored); /* a column narrower than a glyph still makes progress */
}

bool text_wrap_next(struct text_wrap *wrap, struct text_line *line_out) {
  if (wrap->done) return false;
  size_t end_size;
  struct span text = paragraph(wrap->rest, &end_size);
  struct span line = without_spaces_at_end(text);
  size_t taken = text.len + end_size;
  bool ends_text = end_size == 0;
  if (text_width(wrap->style, line) > wrap->width - wrap->x) {
    taken = break_at(wrap->style, text, wrap->width - wrap->x, wrap->x > wrap->rest_x);
    line = without_spaces_at_end(span_first(text, taken));
    if (taken == text.len)
      taken += end_size;
    else
      ends_text = false;
  }
  *line_out = (struct text_line){line, wrap->x, text_width(wrap->style, line)};
  wrap->rest = span_skip(wrap->rest, taken);
  wrap->x = wrap->rest_x;
  wrap->done = ends_text;
  return true;
}

size_t text_wrap_count(struct text_wrap wrap) {
  struct text_line line;
  size_t count = 0;
  while (text_wrap_next(&wrap, &line)) count++;
  return count;
}

int32_t text_wrap_width(struct text_wrap wrap) {
  struct text_line line;
  int32_t widest = 0;
  while (text_wrap_next(&wrap, &line))
    if (line.width > widest) widest = line.width;
  return widest;
}

struct span text_ellipsis(struct text_style style, struct span text, int32_t width, struct arena *arena) {
  if (text_width(style, text) <= width) return text;
  int32_t room = width - text_width(style, SPAN(ELLIPSIS));
  struct span head = without_spaces_at_end(span_first(text, text_fit(style, text, room)));
  return arena_join(arena, (struct span[]){head, SPAN(ELLIPSIS)}, 2);
}

/* The longest end of the text, in whole code points, that is no wider than that. */
static struct span tail_that_fits(struct text_style style, struct span text, int32_t width) {
  size_t offset = 0;
  while (offset < text.len && text_width(style, span_skip(text, offset)) > width) {
    uint32_t ignored;
    offset += text_decode(span_skip(text, offset), &ignored);
  }
  return span_skip(text, offset);
}

struct span text_ellipsis_middle(struct text_style style, struct span text, int32_t width,
                                 struct arena *arena) {
  if (text_width(style, text) <= width) return text;
  int32_t room = width - text_width(style, SPAN(ELLIPSIS));
  struct span head = span_first(text, text_fit(style, text, room / 2));
  struct span tail = tail_that_fits(style, span_skip(text, head.len), room - text_width(style, head));
  return arena_join(arena, (struct span[]){head, SPAN(ELLIPSIS), tail}, 3);
}

/* Headings, pairs of words, and entries, under each other in a machine's panel. */
#include "view/scene_machine.h"
#include "view/scene_provenance.h"

enum { ROW = 22 * 64, HEADING = 34 * 64, WORD_W = 116 * 64, ENTRY_PAD = 5 * 64, ROWS_MAX = 12 };

void column_heading(struct machine_column *column, struct span title, struct span remark) {
  struct painter *p = column->p;
  column->y += DU(8);
  struct rect row = {column->area.x, column->y, column->area.w, HEADING};
  draw_line(p->list, (struct point){row.x, row.y + DU(3)}, (struct point){rect_right(row), row.y + DU(3)},
            DU(1), p->theme->border);
  rect_cut_top(&row, DU(6));
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_BODY_STRONG), row, DRAW_LEFT, p->theme->text, title);
  rect_cut_left(&row, width + SPACE_GAP);
  if (row.w > DU(40))
    draw_label_in(p->list, style_of(p, TEXT_SMALL), row, DRAW_RIGHT, p->theme->muted, remark);
  column->y += HEADING;
}

/* Rows of text from y on; returns how high they are. */
static int32_t write_rows(struct machine_column *column, struct text_style style, struct span text,
                          struct rect place, uint32_t colour) {
  struct painter *p = column->p;
  struct text_wrap wrap = text_wrap(style, text, place.w);
  struct text_line piece;
  int32_t rows = 0;
  for (; rows < ROWS_MAX && text_wrap_next(&wrap, &piece); rows++) {
    struct span words = piece.text;
    if (rows + 1 == ROWS_MAX && wrap.rest.len) words = arena_format(p->arena, "%.*s …", SPAN_ARG(words));
    draw_label_in(p->list, style, (struct rect){place.x, place.y + rows * ROW, place.w, ROW}, DRAW_LEFT,
                  colour, words);
  }
  return (rows ? rows : 1) * ROW;
}

void column_pair(struct machine_column *column, struct span word, struct span text) {
  struct painter *p = column->p;
  struct rect row = {column->area.x, column->y, column->area.w, ROW};
  draw_label_in(p->list, style_of(p, TEXT_SMALL), rect_cut_left(&row, WORD_W), DRAW_LEFT, p->theme->muted,
                word);
  rect_cut_left(&row, SPACE_1);
  column->y += write_rows(column, style_of(p, TEXT_HOST), text, row, p->theme->text);
}

void column_words(struct machine_column *column, struct span text) {
  struct painter *p = column->p;
  struct rect row = {column->area.x, column->y, column->area.w, ROW};
  rect_cut_left(&row, column->indent);
  column->y += write_rows(column, style_of(p, TEXT_SMALL), text, row, p->theme->muted);
}

void column_line(struct machine_column *column, struct span text) {
  struct painter *p = column->p;
  struct rect row = {column->area.x, column->y, column->area.w, ROW};
  column->y += write_rows(column, style_of(p, TEXT_HOST), text, row, p->theme->text);
}

static int32_t rows_height(struct text_style style, struct span text, int32_t width) {
  size_t rows = text_wrap_count(text_wrap(style, text, width));
  return (int32_t)(rows < 1 ? 1 : rows > ROWS_MAX ? ROWS_MAX : rows) * ROW;
}

static void paint_entry_box(struct painter *p, uint64_t id, uint32_t hop, struct rect box, struct span says) {
  bool pointed = id && pointed_id(p->view) == id;
  uint32_t border = pointed ? p->theme->text : p->theme->tint_percent ? 0 : p->theme->border;
  paint_rounded(p, box, RADIUS_SMALL, p->theme->sunken, border, DU(1));
  draw_fill(p->list, (struct rect){box.x, box.y, DU(4), box.h}, theme_hop(p->theme, hop).colour);
  if (id) draw_hit(p->list, id, box, HIT_FOCUSABLE | HIT_TEXT, says);
}

void column_marked_line(struct machine_column *column, journal_seq record, uint32_t hop, struct span text) {
  struct painter *p = column->p;
  int32_t height = rows_height(style_of(p, TEXT_HOST), text, column->area.w);
  struct rect box = {column->area.x - DU(8), column->y, column->area.w + DU(8), height};
  paint_entry_box(p,
                  scene_id_of_part(SCENE_RECORD, record, (uint16_t)(SCENE_PART_MACHINE + column->entries++)),
                  hop, box, text);
  column_line(column, text);
}

void column_entry(struct machine_column *column, journal_seq record, uint32_t hop, struct span first,
                  struct span second, struct span third) {
  struct painter *p = column->p;
  struct text_style mono = style_of(p, TEXT_HOST), plain = style_of(p, TEXT_SMALL);
  struct rect row = {column->area.x + DU(16), column->y + ENTRY_PAD, column->area.w - DU(24), ROW};
  int32_t height = rows_height(mono, first, row.w) + 2 * ENTRY_PAD;
  if (second.len) height += rows_height(plain, second, row.w);
  if (third.len) height += rows_height(plain, third, row.w);
  /* Several entries may be of one record: each has its own part. */
  uint64_t id =
      record ? scene_id_of_part(SCENE_RECORD, record, (uint16_t)(SCENE_PART_MACHINE + column->entries++)) : 0;
  paint_entry_box(p, id, hop, (struct rect){column->area.x, column->y, column->area.w, height}, first);
  row.y += write_rows(column, mono, first, row, p->theme->text);
  if (second.len) row.y += write_rows(column, plain, second, row, p->theme->muted);
  if (third.len) write_rows(column, plain, third, row, p->theme->muted);
  column->y += height + DU(5);
}

void column_gap(struct machine_column *column) {
  column->y += DU(10);
}

int32_t column_value_indent(void) {
  return WORD_W + SPACE_1;
}
